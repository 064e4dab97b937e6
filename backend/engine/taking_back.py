"""Takes back many resting orders in few questions: a sale waits for them, and an exchange answers so many a minute."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import select

from backend.engine.adoption import adopt
from backend.engine.models import Order, Trade
from backend.exchanges.errors import ExchangeProblem
from backend.exchanges.gateway import Gateway
from backend.exchanges.nouns import ExchangeOrder, Fill, Side
from backend.foundation.platform import Platform

log = structlog.get_logger(__name__)

_FILLS_LOOK_BACK = timedelta(hours=1)
"""Orders that rest are asked about every few seconds; what they filled before was recorded long ago."""


def take_back_together(platform: Platform, gateway: Gateway, api_key_id: UUID) -> int:
    """Cancel what is wanted back and known to rest; returns how many orders ended by that.

    Those of which it is not certain what they filled before are left to be asked about one by one.
    """
    markets = defaultdict(list)
    for order in _wanted_back(platform, api_key_id):
        markets[order.symbol].append(order)
    try:
        return sum(_take_back(platform, gateway, symbol, orders) for symbol, orders in markets.items())
    except ExchangeProblem as problem:
        # Each order meets the problem itself, and is put off with its reason.
        log.warning("orders_not_taken_back", api_key_id=str(api_key_id), reason=problem.reason)
        return 0


def _wanted_back(platform: Platform, api_key_id: UUID) -> Sequence[Order]:
    with platform.database.across_tenants("orders that are wanted back") as session:
        return session.scalars(
            select(Order)
            .where(
                Order.api_key_id == api_key_id,
                Order.status.in_(("open", "partially_filled")),
                Order.exchange_order_id.is_not(None),
                Order.cancel_requested_at.is_not(None),
                # Those that were asked about in vain wait for their own turn.
                Order.next_attempt_at.is_(None),
            )
            .order_by(Order.id)
        ).all()


def _take_back(platform: Platform, gateway: Gateway, symbol: str, orders: Sequence[Order]) -> int:
    canceled = [
        order for order in orders if gateway.cancel_order(symbol, order.client_order_id, order.exchange_order_id)
    ]
    if not canceled:
        return 0
    resting = {order.exchange_order_id for order in gateway.open_orders(symbol)}
    fills = gateway.fills_since(symbol, platform.clock.now() - _FILLS_LOOK_BACK)
    unrecorded = unrecorded_fills(platform, canceled, fills)
    count = 0
    for order in canceled:
        if order.exchange_order_id not in resting and order.exchange_order_id not in unrecorded:
            adopt(platform, gateway, order.id, _ended(order))
            count += 1
    return count


def unrecorded_fills(platform: Platform, orders: Sequence[Order], fills: Sequence[Fill]) -> set[str]:
    """The exchange's ids of those of our orders of which it tells a fill that the ledger has not."""
    ours = {order.exchange_order_id: order.id for order in orders if order.exchange_order_id}
    with platform.database.across_tenants("fills to compare") as session:
        statement = select(Trade.order_id, Trade.exchange_fill_id).where(Trade.order_id.in_(ours.values()))
        recorded = {(row.order_id, row.exchange_fill_id) for row in session.execute(statement)}
    return {
        fill.exchange_order_id
        for fill in fills
        if fill.exchange_order_id in ours and (ours[fill.exchange_order_id], fill.fill_id) not in recorded
    }


def _ended(order: Order) -> ExchangeOrder:
    side: Side = "buy" if order.side == "buy" else "sell"
    return ExchangeOrder(
        exchange_order_id=order.exchange_order_id or "",
        client_order_id=order.client_order_id,
        symbol=order.symbol,
        side=side,
        status="canceled",
        quantity=order.quantity,
        filled_quantity=order.filled_quantity,
        price=order.price,
    )
