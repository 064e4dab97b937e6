"""What rests for a bot just now: its orders at the exchange, or on paper the prices at which the platform fills it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.engine.models import Evaluation, Order
from backend.engine.order_states import TERMINAL
from backend.engine.paper import on_grid
from backend.engine.roster import rules_record
from backend.engine.rows import MarketPlace
from backend.engine.states import unpacked
from backend.exchanges.nouns import Market
from backend.exchanges.queries import market_of
from backend.foundation.platform import Platform
from backend.trading.records import PURPOSES
from backend.trading.resting import resting_orders


@dataclass(frozen=True)
class Resting:
    """An order that waits for its price; `id` is None on paper, where it is no order before it is filled."""

    id: object
    symbol: str
    side: str
    type: str
    purpose: str
    part: int
    price: Decimal | None
    stop_price: Decimal | None
    quantity: Decimal
    filled_quantity: Decimal
    status: str


def resting_of(platform: Platform, session: Session, bot: TradingBot) -> list[Resting]:
    """Everything that rests for the bot, dearest first. Raises ExchangeUnreachable."""
    rows = _on_paper(platform, session, bot) if bot.is_paper_trading else _at_exchange(session, bot)
    return sorted(rows, key=lambda row: row.price or Decimal(0), reverse=True)


def _at_exchange(session: Session, bot: TradingBot) -> list[Resting]:
    orders = session.scalars(
        select(Order).where(Order.bot_id == bot.id, Order.type != "market", Order.status.not_in(TERMINAL))
    )
    return [
        Resting(
            order.id,
            order.symbol,
            order.side,
            order.type,
            order.purpose,
            order.part,
            order.price,
            order.stop_price,
            order.quantity,
            order.filled_quantity,
            order.status,
        )
        for order in orders
    ]


def _on_paper(platform: Platform, session: Session, bot: TradingBot) -> list[Resting]:
    if not bot.is_watched:
        return []
    looks = session.scalars(select(Evaluation).where(Evaluation.bot_id == bot.id))
    rows: list[Resting] = []
    for look in looks:
        market = market_of(platform.settings, bot.exchange, look.symbol)
        if market is not None:
            rows += _wanted(bot, market, look.state)
    return rows


def _wanted(bot: TradingBot, market: Market, state: bytes | None) -> Sequence[Resting]:
    states, unreadable = unpacked([state])
    if unreadable:
        return []
    rules = rules_record(bot, MarketPlace(bot.exchange, bot.timeframe, market))
    return [
        Resting(
            None,
            market.symbol,
            "buy" if row["side"] > 0 else "sell",
            "limit",
            PURPOSES[row["purpose"]],
            int(row["part"]),
            on_grid(float(row["price"]), market.price_tick),
            None,
            on_grid(float(row["quantity"]), market.quantity_step),
            Decimal(0),
            "open",
        )
        for row in resting_orders(states[0], rules)
    ]
