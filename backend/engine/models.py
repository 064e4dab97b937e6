"""Tables of the trading record: decisions, orders, fills (trades), positions."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.engine.order_states import STATES, TERMINAL
from backend.foundation.database import Base, Recorded
from backend.foundation.ids import new_id

PURPOSES = (
    "entry",
    "exit_signal",
    "stop_loss",
    "take_profit",
    "trailing_stop",
    "safety_order",
    "grid_line",
    "risk_exit",
    "manual",
)
_WAITING = ", ".join(f"'{state}'" for state in STATES if state not in TERMINAL)


class Position(Recorded, Base):
    """What a bot holds, or held, of a symbol; quantities in base, prices and results in quote."""

    __tablename__ = "positions"
    __table_args__ = (
        Index(
            "uq_positions_open",
            "bot_id",
            "symbol",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_positions_user_id_opened_at", "user_id", "opened_at"),
        Index("ix_positions_bot_id_opened_at", "bot_id", "opened_at"),
        CheckConstraint("quantity >= 0", name="quantity"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    bot_id: Mapped[UUID] = mapped_column(ForeignKey("trading_bots.id", ondelete="CASCADE"))
    symbol: Mapped[str]
    side: Mapped[str] = mapped_column(default="long")
    quantity: Mapped[Decimal]
    """What is held now; after the close, the residue that was too small to sell."""
    entry_price: Mapped[Decimal]
    stop_price: Mapped[Decimal | None]
    take_profit_price: Mapped[Decimal | None]
    realized_pnl: Mapped[Decimal] = mapped_column(default=Decimal(0))
    fees: Mapped[Decimal] = mapped_column(default=Decimal(0))
    entry_fees_open: Mapped[Decimal] = mapped_column(default=Decimal(0))
    """The entry's fees that no sale has borne yet, in quote."""
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[str | None]


class Order(Recorded, Base):
    """One order, from its intent to its end; `order_states` says which state may follow which."""

    __tablename__ = "orders"
    __table_args__ = (
        Index("ix_orders_user_id_intended_at", "user_id", "intended_at"),
        Index("ix_orders_bot_id_intended_at", "bot_id", "intended_at"),
        Index("ix_orders_waiting", "api_key_id", "intended_at", postgresql_where=text(f"status IN ({_WAITING})")),
        CheckConstraint(f"status IN {STATES}", name="status"),
        CheckConstraint(f"purpose IN {PURPOSES}", name="purpose"),
        CheckConstraint("side IN ('buy', 'sell')", name="side"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("type IN ('market', 'limit', 'stop_limit')", name="type"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    bot_id: Mapped[UUID] = mapped_column(ForeignKey("trading_bots.id", ondelete="CASCADE"))
    api_key_id: Mapped[UUID | None] = mapped_column(ForeignKey("api_keys.id", ondelete="RESTRICT"))
    position_id: Mapped[UUID | None] = mapped_column(ForeignKey("positions.id", ondelete="SET NULL"))
    client_order_id: Mapped[str] = mapped_column(unique=True)
    exchange_order_id: Mapped[str | None]
    symbol: Mapped[str]
    side: Mapped[str]
    type: Mapped[str] = mapped_column(default="market")
    purpose: Mapped[str]
    part: Mapped[int] = mapped_column(default=0, server_default="0")
    """The number of the safety order or of the grid's interval; several attempts at the same thing count up."""
    quantity: Mapped[Decimal]
    price: Mapped[Decimal | None]
    stop_price: Mapped[Decimal | None]
    reference_price: Mapped[Decimal | None]
    """The market's price when the order was decided; the price band and the truth report measure from it."""
    filled_quantity: Mapped[Decimal] = mapped_column(default=Decimal(0))
    average_price: Mapped[Decimal | None]
    fee: Mapped[Decimal] = mapped_column(default=Decimal(0))
    status: Mapped[str] = mapped_column(default="intended")
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    candle_at: Mapped[datetime]
    intended_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    next_attempt_at: Mapped[datetime | None]
    cancel_requested_at: Mapped[datetime | None]
    """Since when it is wanted back; the courier cancels it at the exchange."""
    finished_at: Mapped[datetime | None]


class Trade(Base):
    """One fill, recorded once by the exchange's fill id; amounts in quote, quantity in base."""

    __tablename__ = "trades"
    __table_args__ = (
        PrimaryKeyConstraint("id", "executed_at"),
        UniqueConstraint("order_id", "exchange_fill_id", "executed_at"),
        Index("ix_trades_user_id_executed_at", "user_id", "executed_at"),
        Index("ix_trades_bot_id_executed_at", "bot_id", "executed_at"),
        CheckConstraint("type IN ('buy', 'sell')", name="type"),
        {"postgresql_partition_by": "RANGE (executed_at)"},
    )

    id: Mapped[UUID] = mapped_column(default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    bot_id: Mapped[UUID] = mapped_column(ForeignKey("trading_bots.id", ondelete="CASCADE"))
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    exchange_fill_id: Mapped[str]
    symbol: Mapped[str]
    type: Mapped[str]
    purpose: Mapped[str]
    price: Mapped[Decimal]
    quantity: Mapped[Decimal]
    amount: Mapped[Decimal]
    fee: Mapped[Decimal]
    """In quote, whatever it was charged in."""
    fee_charged: Mapped[Decimal]
    fee_currency: Mapped[str]
    profit_loss: Mapped[Decimal | None]
    status: Mapped[str] = mapped_column(default="executed")
    executed_at: Mapped[datetime]


class Decision(Base):
    """What a bot did, or wanted to do and was refused, at the close of a candle."""

    __tablename__ = "decisions"
    __table_args__ = (
        PrimaryKeyConstraint("id", "candle_at"),
        # Not unique: between two closes a bot may act more than once.
        Index("ix_decisions_bot_id_candle_at", "bot_id", "candle_at"),
        Index("ix_decisions_user_id_candle_at", "user_id", "candle_at"),
        {"postgresql_partition_by": "RANGE (candle_at)"},
    )

    id: Mapped[UUID] = mapped_column(default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    bot_id: Mapped[UUID] = mapped_column(ForeignKey("trading_bots.id", ondelete="CASCADE"))
    symbol: Mapped[str]
    candle_at: Mapped[datetime]
    action: Mapped[str]
    confidence: Mapped[float]
    outcome: Mapped[str]
    reason: Mapped[str]
    inputs: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class Evaluation(Base):
    """The newest look of a bot at a symbol, acting or waiting; overwritten at every candle."""

    __tablename__ = "evaluations"
    __table_args__ = (Index("ix_evaluations_user_id", "user_id"),)

    bot_id: Mapped[UUID] = mapped_column(ForeignKey("trading_bots.id", ondelete="CASCADE"), primary_key=True)
    symbol: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    candle_at: Mapped[datetime]
    action: Mapped[str]
    confidence: Mapped[float]
    outcome: Mapped[str]
    reason: Mapped[str]
    inputs: Mapped[dict[str, Any]]
    state: Mapped[bytes | None]
    """The core's record of the bot from one look to the next (`states` reads and writes it)."""
    evaluated_at: Mapped[datetime]
