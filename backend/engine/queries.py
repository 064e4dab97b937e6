"""What reads the trading record of one user."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.bots.queries import count_bots_of_key
from backend.engine.messages import position_row
from backend.engine.models import Decision, Evaluation, Order, Position, Trade
from backend.engine.order_states import TERMINAL
from backend.foundation.errors import Conflict
from backend.foundation.pagination import Page, in_order, paginate
from backend.market_data.tickers import TickerBoard

Arguments = dict[str, Any]


class KeyHasOrders(Conflict):
    """Without the key nobody could ask what became of them."""

    def __init__(self) -> None:
        super().__init__("An order that was sent with this key is still under way. Wait until it is done, then delete.")


def holds_position(session: Session, bot_id: UUID) -> bool:
    """Whether the bot holds an open position."""
    found = session.scalar(select(Position.id).where(Position.bot_id == bot_id, Position.closed_at.is_(None)).limit(1))
    return found is not None


def has_order_under_way(session: Session, bot_id: UUID) -> bool:
    """Whether an order of the bot may still fill at its exchange; one that waits for a human's review may."""
    return session.scalar(_under_way().where(Order.bot_id == bot_id).limit(1)) is not None


def count_users_of_key(session: Session, key_id: UUID) -> int:
    """How many bots trade with the key. Raises KeyHasOrders while an order that was sent with it is not done."""
    if session.scalar(_under_way().where(Order.api_key_id == key_id).limit(1)) is not None:
        raise KeyHasOrders
    return count_bots_of_key(session, key_id)


def under_way_of(user_id: UUID) -> Select[UUID]:
    """The user's orders that may still fill at an exchange, by id."""
    return _under_way().where(Order.user_id == user_id)


def _under_way() -> Select[UUID]:
    return select(Order.id).where(Order.api_key_id.is_not(None), Order.status.not_in(TERMINAL))


def trades_page(session: Session, user_id: UUID, arguments: Arguments) -> Page[Any]:
    """Trades with the names of their bots."""

    statement = _narrowed(Trade, user_id, arguments, Trade.executed_at, ("type", "purpose"))
    # Columns instead of entities: many are read, and none is changed. From outside, so that counting need not join.
    named = statement.outerjoin(TradingBot, TradingBot.id == Trade.bot_id).with_only_columns(
        *Trade.__table__.columns, TradingBot.name.label("bot_name")
    )
    return paginate(session, named, arguments["limit"], arguments["offset"])


def orders_page(session: Session, user_id: UUID, arguments: Arguments) -> Page[Order]:
    """Orders."""
    statement = _narrowed(Order, user_id, arguments, Order.intended_at, ("status", "side", "purpose"))
    return paginate(session, statement, arguments["limit"], arguments["offset"])


def positions_page(
    session: Session, board: TickerBoard, now: datetime, user_id: UUID, arguments: Arguments
) -> Page[Any]:
    """Positions; open ones with their worth at the newest price."""

    def shown(positions: Sequence[Position]) -> list[Any]:
        return _with_marks(session, board, now, user_id, positions)

    statement = _narrowed(Position, user_id, arguments, Position.opened_at)
    if arguments.get("status") == "open":
        statement = statement.where(Position.closed_at.is_(None))
    if arguments.get("status") == "closed":
        statement = statement.where(Position.closed_at.is_not(None))
    return paginate(session, statement, arguments["limit"], arguments["offset"], shown)


def decisions_page(session: Session, user_id: UUID, arguments: Arguments) -> Page[Decision]:
    """Decisions."""
    statement = _narrowed(Decision, user_id, arguments, Decision.candle_at, ("action", "outcome"))
    return paginate(session, statement, arguments["limit"], arguments["offset"])


def evaluations_of(session: Session, user_id: UUID, bot_id: UUID) -> list[Evaluation]:
    """The bot's newest look at each of its markets."""
    return list(
        session.scalars(
            select(Evaluation)
            .where(Evaluation.user_id == user_id, Evaluation.bot_id == bot_id)
            .order_by(Evaluation.symbol)
        )
    )


def portfolio(session: Session, board: TickerBoard, now: datetime, user_id: UUID, timezone: str) -> dict[str, Any]:
    """The sum of all bots, deleted ones included; days begin at midnight in the user's time zone."""
    midnight = now.astimezone(ZoneInfo(timezone)).replace(hour=0, minute=0, second=0, microsecond=0)
    sums = session.execute(
        select(
            *(
                func.coalesce(func.sum(Trade.profit_loss).filter(Trade.executed_at >= since), 0)
                for since in (midnight, now - timedelta(days=7), now - timedelta(days=30))
            ),
            func.count(),
        ).where(Trade.user_id == user_id)
    ).one()
    bots = session.execute(
        select(
            func.coalesce(func.sum(TradingBot.total_profit_loss), 0),
            func.coalesce(func.sum(TradingBot.total_trades), 0),
            func.coalesce(func.sum(TradingBot.winning_trades), 0),
            func.count().filter(TradingBot.status == "running"),
            func.count().filter(TradingBot.is_active),
        ).where(TradingBot.user_id == user_id)
    ).one()
    held = session.scalars(
        select(Position)
        .where(Position.user_id == user_id, Position.closed_at.is_(None))
        .order_by(Position.opened_at.desc())
    ).all()
    rows = _with_marks(session, board, now, user_id, held)
    return {
        "profit_loss_today": sums[0],
        "profit_loss_7d": sums[1],
        "profit_loss_30d": sums[2],
        "trades_count": sums[3],
        "total_profit_loss": bots[0],
        "win_rate": bots[2] / bots[1] if bots[1] else None,
        "running_bots": bots[3],
        "bots_count": bots[4],
        "unrealized_pnl": sum((row["unrealized_pnl"] or Decimal(0) for row in rows), Decimal(0)),
        "open_positions": rows,
    }


_PERIODS = {
    "1D": timedelta(days=1),
    "1W": timedelta(weeks=1),
    "1M": timedelta(days=30),
    "1Y": timedelta(days=365),
}
_MOST_POINTS = 500


def equity_curve(session: Session, now: datetime, user_id: UUID, period: str) -> list[dict[str, Any]]:
    """Realised profit and loss summed up to each sale of the period, thinned to at most 500 points."""
    closed = (
        select(
            Trade.executed_at.label("at"),
            func.sum(Trade.profit_loss).over(order_by=(Trade.executed_at, Trade.id)).label("profit_loss"),
            func.row_number().over(order_by=(Trade.executed_at.desc(), Trade.id.desc())).label("from_end"),
        )
        .where(Trade.user_id == user_id, Trade.profit_loss.is_not(None))
        .subquery()
    )
    statement = select(closed)
    if period in _PERIODS:
        statement = statement.where(closed.c.at >= now - _PERIODS[period])
    total = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    stride = max(1, -(-total // _MOST_POINTS))
    rows = session.execute(statement.where((closed.c.from_end - 1) % stride == 0).order_by(closed.c.at))
    return [{"at": row.at, "profit_loss": row.profit_loss} for row in rows]


def _narrowed(table: Any, user_id: UUID, arguments: Arguments, moment: Any, names: Sequence[str] = ()) -> Select[Any]:
    """The user's rows of the table that match the filters, in the wanted order; `names` are filters besides."""
    statement = select(table).where(table.user_id == user_id)
    for name in ("bot_id", "symbol", *names):
        if name in arguments:
            statement = statement.where(getattr(table, name) == arguments[name])
    if "since" in arguments:
        statement = statement.where(moment >= arguments["since"])
    if "until" in arguments:
        statement = statement.where(moment < arguments["until"])
    return in_order(statement, table, arguments["sort"])


def bot_names(session: Session, user_id: UUID, bot_ids: set[UUID]) -> dict[UUID, str]:
    """What the user calls these bots, by their ids."""
    rows = session.execute(
        select(TradingBot.id, TradingBot.name).where(TradingBot.user_id == user_id, TradingBot.id.in_(bot_ids))
    )
    return {row.id: row.name for row in rows}


def _with_marks(session: Session, board: TickerBoard, now: datetime, user_id: UUID, positions: Any) -> list[Any]:
    rows = session.execute(
        select(TradingBot.id, TradingBot.name, TradingBot.exchange).where(
            TradingBot.user_id == user_id, TradingBot.id.in_({position.bot_id for position in positions})
        )
    )
    bots = {row.id: row for row in rows}
    milliseconds = round(now.timestamp() * 1000)
    marks: dict[tuple[str, str], Decimal | None] = {}
    found = []
    for position in positions:
        bot = bots[position.bot_id]
        name = (bot.exchange, position.symbol)
        if name not in marks:
            price = board.price(*name, milliseconds)
            marks[name] = None if price is None else Decimal(repr(price))
        found.append(position_row(position, bot.name, marks[name]))
    return found
