"""Tables of the guards: what is switched off, and how much all bots of an account or a user may do together."""

from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.foundation.database import Base, Recorded

SCOPES = ("platform", "exchange", "user")


class TradingSwitch(Recorded, Base):
    """Trading that is switched off: everybody's, an exchange's or a user's. Without a row it is on.

    Rows without `user_id` are the operator's; every user may see them.
    """

    __tablename__ = "trading_switches"
    __audited__: ClassVar[frozenset[str]] = frozenset()
    __table_args__ = (
        Index("uq_trading_switches_user_id", "user_id", unique=True),
        Index("uq_trading_switches_exchange", "exchange", unique=True),
        Index("uq_trading_switches_platform", "scope", unique=True, postgresql_where=text("scope = 'platform'")),
        CheckConstraint(
            "(scope = 'platform' AND exchange IS NULL AND user_id IS NULL)"
            " OR (scope = 'exchange' AND exchange IS NOT NULL AND user_id IS NULL)"
            " OR (scope = 'user' AND exchange IS NULL AND user_id IS NOT NULL)",
            name="scope",
        ),
    )

    scope: Mapped[str]
    exchange: Mapped[str | None]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    reason: Mapped[str]


class TradingLimit(Recorded, Base):
    """The most that all live bots of a user (or of one of the user's accounts) may do together; amounts in quote."""

    __tablename__ = "trading_limits"
    __audited__: ClassVar[frozenset[str]] = frozenset()
    __table_args__ = (
        Index(
            "uq_trading_limits_user_id",
            "user_id",
            unique=True,
            postgresql_where=text("api_key_id IS NULL"),
        ),
        Index("uq_trading_limits_api_key_id", "api_key_id", unique=True),
        CheckConstraint("max_order_amount > 0", name="max_order_amount"),
        CheckConstraint("max_open_amount > 0", name="max_open_amount"),
        CheckConstraint("max_open_positions > 0", name="max_open_positions"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    api_key_id: Mapped[UUID | None] = mapped_column(ForeignKey("api_keys.id", ondelete="CASCADE"))
    max_order_amount: Mapped[Decimal | None]
    max_open_amount: Mapped[Decimal | None]
    max_open_positions: Mapped[int | None]
