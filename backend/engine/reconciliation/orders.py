"""Compares the orders of one account with its exchange, market by market: what rests, and what was filled lately."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import or_, select

from backend.engine.adoption import adopt
from backend.engine.ledger import Ledger
from backend.engine.models import Order
from backend.engine.order_states import TERMINAL
from backend.engine.reconciliation.drifts import Finding
from backend.engine.taking_back import unrecorded_fills
from backend.exchanges.errors import MarketUnavailable
from backend.exchanges.gateway import Gateway
from backend.exchanges.nouns import Fill
from backend.exchanges.venues import venue_of
from backend.foundation.platform import Platform

log = structlog.get_logger(__name__)

_LOOKS_BACK = timedelta(hours=1)
"""Orders that ended so recently are compared once more: a fill may have come after the last answer."""
_MOST_SUSPECTS = 5


@dataclass(frozen=True)
class Account:
    """One account under comparison."""

    platform: Platform
    gateway: Gateway
    exchange: str
    api_key_id: UUID
    user_id: UUID


def compare_orders(account: Account) -> list[Finding]:
    """Record what the exchange knows of our orders and the ledger does not; returns what cannot be explained."""
    findings: list[Finding] = []
    for symbol, orders in _orders_by_market(account).items():
        try:
            findings += _compare_market(account, symbol, orders)
        except MarketUnavailable as problem:
            # One market that is gone must not keep the others from being compared.
            log.warning("market_not_compared", api_key_id=str(account.api_key_id), symbol=symbol, reason=problem.reason)
    return findings


def _compare_market(account: Account, symbol: str, orders: Sequence[Order]) -> list[Finding]:
    # Two questions for all orders of the market: what is asked about each costs a share of the exchange's limits.
    resting = {order.exchange_order_id: order for order in account.gateway.open_orders(symbol)}
    fills = account.gateway.fills_since(symbol, account.platform.clock.now() - _LOOKS_BACK)
    unrecorded = unrecorded_fills(account.platform, orders, fills)
    findings: list[Finding] = []
    for order in (order for order in orders if order.status != "rejected"):
        shown = resting.get(order.exchange_order_id or "")
        if order.status in TERMINAL:
            if shown is not None:
                findings.append(_still_open(order))
            elif order.exchange_order_id in unrecorded:
                findings += _ask(account, order)
        elif shown is None or (shown.filled_quantity, shown.status) != (order.filled_quantity, order.status):
            findings += _ask(account, order)
    for order in _suspects(orders, fills):
        findings += _ask(account, order)
    return findings


def _ask(account: Account, order: Order) -> list[Finding]:
    since = order.submitted_at or order.intended_at
    found = account.gateway.find_order(order.symbol, order.client_order_id, order.exchange_order_id, since)
    if found is not None:
        adopt(account.platform, account.gateway, order.id, found)
    elif order.exchange_order_id is not None and order.status not in TERMINAL:
        return [_lost(order)]
    elif order.status == "review" and _is_surely_absent(account, order):
        _end(account, order)
    return []


def _is_surely_absent(account: Account, order: Order) -> bool:
    sent_at = order.submitted_at or order.intended_at
    certain = timedelta(seconds=venue_of(account.exchange).absent_after_seconds)
    return account.platform.clock.now() >= sent_at + certain


def _end(account: Account, order: Order) -> None:
    """An order that nobody knew what had become of never arrived: its bot is free again."""
    with account.platform.database.across_tenants("end an order that never arrived") as session:
        locked = session.get_one(Order, order.id, with_for_update={"key_share": True})
        if locked.status == "review":
            Ledger(session, account.platform.clock).move_order(locked, "canceled", "It never reached the exchange.")


def _orders_by_market(account: Account) -> dict[str, list[Order]]:
    recently = account.platform.clock.now() - _LOOKS_BACK
    with account.platform.database.across_tenants("orders to compare") as session:
        rows = session.scalars(
            select(Order)
            .where(
                Order.api_key_id == account.api_key_id,
                Order.submitted_at.is_not(None),
                or_(Order.status.in_(("open", "partially_filled", "review")), Order.finished_at >= recently),
            )
            .order_by(Order.id)
        )
        markets = defaultdict(list)
        for order in rows:
            markets[order.symbol].append(order)
        return dict(markets)


def _suspects(orders: Sequence[Order], fills: Sequence[Fill]) -> Sequence[Order]:
    """Orders that we hold for refused, while the exchange tells of a fill that belongs to none of ours."""
    ours = {order.exchange_order_id for order in orders}
    sides = {fill.side for fill in fills if fill.exchange_order_id not in ours}
    refused = [order for order in orders if order.status == "rejected" and order.side in sides]
    return refused[-_MOST_SUSPECTS:]


def _lost(order: Order) -> Finding:
    explanation = (
        f"The exchange does not know the {order.type.replace('_', '-')} order to {order.side}"
        f" {order.quantity.normalize():f} {order.symbol} any more, which it had accepted."
    )
    return Finding("order_unknown_state", str(order.id), order.bot_id, order.symbol, order.quantity, None, explanation)


def _still_open(order: Order) -> Finding:
    explanation = f"The ledger says that an order of {order.symbol} is {order.status}; the exchange still works on it."
    return Finding("order_still_open", str(order.id), order.bot_id, order.symbol, None, None, explanation)
