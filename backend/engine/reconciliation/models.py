"""Tables of reconciliation: what an exchange and the ledger disagree about, and when accounts were compared."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.foundation.database import Base, Recorded

KINDS = ("order_unknown_state", "order_still_open", "balance_short")
STATES = ("suspected", "confirmed", "resolved")


class Drift(Recorded, Base):
    """One difference between ledger and exchange.

    It is suspected when it is first seen, for both sides move all the time, and confirmed when it is still there at
    a later comparison; a confirmed one pauses its bot. `subject` tells differences of one kind apart.
    """

    __tablename__ = "drifts"
    __table_args__ = (
        Index(
            "uq_drifts_open",
            "api_key_id",
            "kind",
            "subject",
            unique=True,
            postgresql_where=text("state <> 'resolved'"),
        ),
        Index("ix_drifts_user_id_first_seen_at", "user_id", "first_seen_at"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"state IN {STATES}", name="state"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    api_key_id: Mapped[UUID] = mapped_column(ForeignKey("api_keys.id", ondelete="CASCADE"))
    bot_id: Mapped[UUID | None] = mapped_column(ForeignKey("trading_bots.id", ondelete="CASCADE"))
    kind: Mapped[str]
    subject: Mapped[str]
    symbol: Mapped[str | None]
    ledger_value: Mapped[Decimal | None]
    exchange_value: Mapped[Decimal | None]
    explanation: Mapped[str]
    state: Mapped[str] = mapped_column(default="suspected")
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolution: Mapped[str | None]


class Comparison(Base):
    """When an account was last compared with its exchange, and why the last attempt failed, where it did."""

    __tablename__ = "comparisons"

    api_key_id: Mapped[UUID] = mapped_column(ForeignKey("api_keys.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    compared_at: Mapped[datetime | None]
    attempted_at: Mapped[datetime]
    problem: Mapped[str | None]
