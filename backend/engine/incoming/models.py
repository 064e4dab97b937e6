"""Tables of incoming signals: each bot's address for them, and what came in."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.foundation.database import Base, Recorded

STATES = ("received", "acted", "ignored", "refused")


class SignalHook(Recorded, Base):
    """The address at which one bot takes signals. The token is in the address; of it only the hash is kept."""

    __tablename__ = "signal_hooks"
    __audited__: ClassVar[frozenset[str]] = frozenset({"token_hash", "secret_enc"})
    __table_args__ = (Index("ix_signal_hooks_user_id", "user_id"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    bot_id: Mapped[UUID] = mapped_column(ForeignKey("trading_bots.id", ondelete="CASCADE"), unique=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    secret_enc: Mapped[str]
    """What a sender proves itself by: as `secret` in the message, or as the key of its HMAC."""
    last_received_at: Mapped[datetime | None]


class IncomingSignal(Recorded, Base):
    """One message that came in; `key` is what makes a repeated message the same one."""

    __tablename__ = "incoming_signals"
    __table_args__ = (
        UniqueConstraint("bot_id", "key"),
        Index("ix_incoming_signals_user_id_received_at", "user_id", "received_at"),
        Index("ix_incoming_signals_bot_id_received_at", "bot_id", "received_at"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("action IN ('buy', 'sell')", name="action"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    bot_id: Mapped[UUID] = mapped_column(ForeignKey("trading_bots.id", ondelete="CASCADE"))
    key: Mapped[str]
    action: Mapped[str]
    note: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="received")
    outcome: Mapped[str | None]
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
