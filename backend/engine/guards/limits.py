"""What is checked once more when a purchase is about to be sent: switches, limits over all bots, the price band."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.engine.guards.models import TradingLimit
from backend.engine.guards.switches import halts_of
from backend.engine.models import Order, Position
from backend.engine.order_states import TERMINAL
from backend.foundation.platform import Platform
from backend.market_data.tickers import TickerBoard

Scope = tuple[TradingLimit, str]


def refusal_of(platform: Platform, session: Session, order: Order) -> str | None:
    """Why this order may not be sent, as a sentence; None where it may. Only purchases are ever refused."""
    if order.side != "buy":
        return None
    bot = session.get_one(TradingBot, order.bot_id)
    if not bot.is_running:
        return "The bot was stopped or paused before this order was sent."
    halted = halts_of(session, [order.user_id]).reason_for(bot.exchange, order.user_id)
    return halted or _outside_band(platform, bot.exchange, order) or _over_limit(session, order)


def _outside_band(platform: Platform, exchange: str, order: Order) -> str | None:
    """A purchase may not pay much more than the market's price of now, nor follow a price that has run away."""
    now = round(platform.clock.now().timestamp() * 1000)
    newest = TickerBoard(platform.redis).price(exchange, order.symbol, now)
    if newest is None:
        return None
    reference, band = Decimal(repr(newest)), Decimal(repr(platform.settings.price_band))
    if order.type == "limit" and order.price is not None:
        if order.price > reference * (1 + band):
            return f"Its price {order.price.normalize():f} lies more than {band:.0%} above the market's {reference:f}."
        return None
    decided = order.reference_price
    if decided and abs(reference - decided) > decided * band:
        return (
            f"The price has moved by more than {band:.0%} since it was decided, from {decided.normalize():f} to"
            f" {reference:f}."
        )
    return None


def _over_limit(session: Session, order: Order) -> str | None:
    price = order.price or order.reference_price or Decimal(0)
    amount = price * order.quantity
    for limit, whose in _limits_of(session, order):
        if limit.max_order_amount is not None and amount > limit.max_order_amount:
            return f"It would buy for {_money(amount)}, more than {whose} allows for one order."
        if limit.max_open_amount is not None:
            bound = _open_amount(session, order, limit.api_key_id)
            if bound + amount > limit.max_open_amount:
                return (
                    f"Your bots would have {_money(bound + amount)} in the market together, more than {whose} allows"
                    f" ({_money(limit.max_open_amount)})."
                )
        if limit.max_open_positions is not None and order.purpose == "entry":
            count = _open_positions(session, order, limit.api_key_id)
            if count >= limit.max_open_positions:
                return f"Your bots hold {count} positions already, as many as {whose} allows."
    return None


def _limits_of(session: Session, order: Order) -> list[Scope]:
    rows = session.scalars(
        select(TradingLimit).where(
            TradingLimit.user_id == order.user_id,
            or_(TradingLimit.api_key_id.is_(None), TradingLimit.api_key_id == order.api_key_id),
        )
    )
    return [(row, "the limit of this account" if row.api_key_id else "your limit over all accounts") for row in rows]


def _open_amount(session: Session, order: Order, api_key_id: UUID | None) -> Decimal:
    """What the user's live bots have in positions, at cost, and in purchases under way (of one account, or of all)."""
    held = (
        select(func.coalesce(func.sum(Position.quantity * Position.entry_price), 0))
        .join(TradingBot, TradingBot.id == Position.bot_id)
        .where(
            Position.user_id == order.user_id,
            Position.closed_at.is_(None),
            TradingBot.is_paper_trading.is_(False),
        )
    )
    price = func.coalesce(Order.price, Order.reference_price, 0)
    under_way = select(func.coalesce(func.sum((Order.quantity - Order.filled_quantity) * price), 0)).where(
        Order.user_id == order.user_id,
        Order.side == "buy",
        Order.api_key_id.is_not(None),
        Order.status.not_in({*TERMINAL, "intended"}),
        Order.id != order.id,
    )
    if api_key_id is not None:
        held = held.where(TradingBot.api_key_id == api_key_id)
        under_way = under_way.where(Order.api_key_id == api_key_id)
    return (session.scalar(held) or Decimal(0)) + (session.scalar(under_way) or Decimal(0))


def _open_positions(session: Session, order: Order, api_key_id: UUID | None) -> int:
    statement = (
        select(func.count())
        .select_from(Position)
        .join(TradingBot, TradingBot.id == Position.bot_id)
        .where(
            Position.user_id == order.user_id,
            Position.closed_at.is_(None),
            Position.bot_id != order.bot_id,
            TradingBot.is_paper_trading.is_(False),
        )
    )
    if api_key_id is not None:
        statement = statement.where(TradingBot.api_key_id == api_key_id)
    return session.scalar(statement) or 0


def _money(amount: Decimal) -> str:
    return f"{amount.quantize(Decimal('0.01')):,f}"
