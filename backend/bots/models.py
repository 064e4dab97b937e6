"""Tables of bots."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    Index,
    Text,
    column,
    func,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column

from backend.foundation.database import Base, Recorded
from backend.trading.candles import interval

STATUSES = ("stopped", "running", "paused", "error", "stopped_by_risk")
WATCHED = ("running", "paused")
"""In these the engine looks at a bot; paused, it buys nothing."""

_GRACE = timedelta(seconds=30)
_evaluations = table("evaluations", column("bot_id"), column("evaluated_at"))


class TradingBot(Recorded, Base):
    """One bot; without an API key it trades on paper. A deleted bot keeps its row, for its trades refer to it."""

    __tablename__ = "trading_bots"
    __audited__: ClassVar[frozenset[str]] = frozenset()
    __table_args__ = (
        Index("ix_trading_bots_user_id_created_at", "user_id", "created_at"),
        Index("ix_trading_bots_watched", "exchange", "timeframe", postgresql_where=text(f"status IN {WATCHED}")),
        Index(
            "uq_trading_bots_user_id_name",
            "user_id",
            text("lower(name)"),
            unique=True,
            postgresql_where=text("is_active"),
        ),
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        CheckConstraint("kind IN ('signal', 'dca', 'grid')", name="kind"),
        CheckConstraint("is_paper_trading = (api_key_id IS NULL)", name="paper_without_key"),
        CheckConstraint("base_amount > 0", name="base_amount"),
        CheckConstraint("sizing IN ('fixed', 'percent', 'risk')", name="sizing"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    api_key_id: Mapped[UUID | None] = mapped_column(ForeignKey("api_keys.id", ondelete="RESTRICT"))
    name: Mapped[str]
    description: Mapped[str | None]
    kind: Mapped[str]
    exchange: Mapped[str]
    symbols: Mapped[list[str]] = mapped_column(ARRAY(Text))
    strategy: Mapped[str]
    strategy_config: Mapped[dict[str, Any]]
    timeframe: Mapped[str]
    sizing: Mapped[str] = mapped_column(default="fixed", server_default="fixed")
    base_amount: Mapped[Decimal]
    equity_percentage: Mapped[Decimal | None]
    risk_per_trade: Mapped[Decimal | None]
    max_position_amount: Mapped[Decimal | None]
    stop_loss_percentage: Mapped[Decimal | None]
    take_profit_percentage: Mapped[Decimal | None]
    trailing_stop_percentage: Mapped[Decimal | None]
    cooldown_minutes: Mapped[int | None]
    max_daily_trades: Mapped[int | None]
    daily_loss_limit: Mapped[Decimal | None]
    max_drawdown: Mapped[Decimal | None]
    max_open_positions: Mapped[int | None]
    close_on_breach: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    trading_window: Mapped[dict[str, Any] | None]
    dca: Mapped[dict[str, Any] | None]
    grid: Mapped[dict[str, Any] | None]
    is_paper_trading: Mapped[bool]
    paper_balance: Mapped[Decimal]
    """The money that the bot may use, in quote: play money on paper, its share of the account when it trades live."""
    stop_on_exchange: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_active: Mapped[bool] = mapped_column(default=True)
    status: Mapped[str] = mapped_column(default="stopped")
    status_reason: Mapped[str | None]
    started_at: Mapped[datetime | None]
    promoted_from: Mapped[UUID | None] = mapped_column(ForeignKey("trading_bots.id", ondelete="SET NULL"))
    """The paper bot that this live one was made of."""
    total_trades: Mapped[int] = mapped_column(default=0)
    winning_trades: Mapped[int] = mapped_column(default=0)
    total_profit_loss: Mapped[Decimal] = mapped_column(default=Decimal(0))
    last_run_at: Mapped[datetime | None] = column_property(
        select(func.max(_evaluations.c.evaluated_at))
        .where(_evaluations.c.bot_id == literal_column("trading_bots.id"))
        .scalar_subquery()
    )
    """When the engine looked at it for the last time."""

    @property
    def next_look_by(self) -> datetime | None:
        """By when the engine looks at it again, at the latest; a watched bot that is overdue is not being watched."""
        if not self.is_watched or self.started_at is None:
            return None
        last = max(filter(None, (self.started_at, self.last_run_at)))
        return last + 2 * timedelta(milliseconds=interval(self.timeframe)) + _GRACE

    @property
    def is_running(self) -> bool:
        """Whether the engine looks at it and lets it buy."""
        return self.status == "running"

    @property
    def is_watched(self) -> bool:
        """Whether the engine looks at it, buying or not."""
        return self.status in WATCHED
