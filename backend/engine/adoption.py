"""Takes over what an exchange says of an order: fills into the ledger, both into the bot's state, and what follows."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.engine.arming import arm_bot
from backend.engine.desk import busy_bots
from backend.engine.ledger import Ledger, NothingToSell
from backend.engine.live import LiveState
from backend.engine.models import Order
from backend.engine.order_states import TERMINAL
from backend.exchanges.gateway import Gateway
from backend.exchanges.nouns import ExchangeOrder, Fill, Market
from backend.foundation.platform import Platform

log = structlog.get_logger(__name__)

RESTING_POLL = timedelta(seconds=5)
"""So often an order that rests is asked about."""
_SOON = timedelta(seconds=1)


def adopt(platform: Platform, gateway: Gateway, order_id: UUID, answer: ExchangeOrder) -> None:
    """Record the answer, once: the same answer again changes nothing."""
    with platform.database.across_tenants("an order before its answer is recorded") as session:
        before = session.get_one(Order, order_id)
    is_known = answer.filled_quantity <= before.filled_quantity and answer.status not in TERMINAL
    fills = [] if is_known or not answer.filled_quantity else gateway.fills(before.symbol, answer.exchange_order_id)
    market = gateway.market(before.symbol)
    assert market is not None
    with platform.database.across_tenants("record what became of an order") as session:
        live = LiveState(session, platform.clock, before.bot_id, before.symbol)
        order = session.get_one(Order, order_id, with_for_update={"key_share": True})
        order.exchange_order_id, status = answer.exchange_order_id, order.status
        ledger = Ledger(session, platform.clock)
        recorded = _record_fills(ledger, order, live.bot, market, fills)
        _take_state(ledger, order, answer, platform.clock.now())
        if not recorded and order.status == status:
            return
        session.flush()
        price = float(fills[-1].price) if fills else None
        opened = live.open(market)
        opened.absorb(order, price or 0.0)
        if _may_rest(session, live.bot, order):
            opened.rest(order.candle_at, price)
        opened.save()
    arm_bot(platform, live.bot, market)


def _record_fills(ledger: Ledger, order: Order, bot: TradingBot, market: Market, fills: list[Fill]) -> int:
    recorded = 0
    for fill in fills:
        try:
            recorded += ledger.record_fill(order, bot, market, fill)
        except NothingToSell as problem:
            log.warning("sale_without_position", order_id=str(order.id))
            ledger.move_order(order, "review", str(problem))
            break
    return recorded


def _take_state(ledger: Ledger, order: Order, answer: ExchangeOrder, now: datetime) -> None:
    """Take over the order's state, and say when it is to be asked about again."""
    order.next_attempt_at, order.attempts = None, min(order.attempts, 1)
    if order.status in TERMINAL:
        # Only its fills were missing.
        return
    if order.filled_quantity >= answer.filled_quantity:
        # What was filled before an order failed stays: such an order was ended, not refused.
        was_ended = answer.status == "rejected" and order.filled_quantity > 0
        ledger.move_order(order, "canceled" if was_ended else answer.status)
    if order.status not in TERMINAL:
        # A market order is about to end, and a list of fills may run behind the list of orders.
        is_quick = order.type == "market" or order.filled_quantity < answer.filled_quantity
        order.next_attempt_at = now + (_SOON if is_quick else RESTING_POLL)


def _may_rest(session: Session, bot: TradingBot, order: Order) -> bool:
    """Whether the bot's resting orders may follow its state now: not while it is leaving or nobody watches it."""
    if not bot.is_watched or order.status in {"rejected", "expired"}:
        return False
    return not busy_bots(session, [bot.id], order.symbol)
