"""Coinbase's user channel: the open orders at first, then every order whenever something happens to it."""

from backend.sandbox.accounts import Account, Order
from backend.sandbox.coinbase.parameters import Json
from backend.sandbox.coinbase.shapes import order_status, order_type, time_in_force, trigger_status
from backend.sandbox.matching import Notice
from backend.sandbox.numbers import plain_text, time_text

_MOST_TOLD = 50


def open_orders(account: Account, products: set[str]) -> Json:
    """The event with which a subscription begins."""
    orders = [
        order
        for order in account.open_orders.values()
        if not products or f"{order.accepted.base}-{order.accepted.quote}" in products
    ]
    return {"type": "snapshot", "orders": [_order(order) for order in orders[-_MOST_TOLD:]]}


def order_updates(notice: Notice) -> Json:
    """The event of something that has happened to an order."""
    return {"type": "update", "orders": [_order(notice.order)]}


def _order(order: Order) -> Json:
    accepted = order.accepted
    sign = 1 if accepted.side == "buy" else -1
    return {
        "order_id": accepted.exchange_order_id,
        "client_order_id": accepted.client_order_id,
        "cumulative_quantity": plain_text(order.executed),
        "leaves_quantity": plain_text(order.remaining if order.is_open else order.executed * 0),
        "avg_price": plain_text(round(order.average_price, 8)),
        "total_fees": plain_text(order.fees),
        "status": order_status(order),
        "product_id": f"{accepted.base}-{accepted.quote}",
        "creation_time": time_text(accepted.at),
        "order_side": accepted.side.upper(),
        "order_type": order_type(order).replace("_", " ").title(),
        "cancel_reason": "User requested cancel" if order.status == "CANCELED" else "",
        "reject_reason": "",
        "total_value_after_fees": plain_text(order.executed_quote + sign * order.fees),
        "contract_expiry_type": "UNKNOWN_CONTRACT_EXPIRY_TYPE",
        "product_type": "SPOT",
        "risk_managed_by": "UNKNOWN_RISK_MANAGEMENT_TYPE",
        "time_in_force": time_in_force(order),
        "trigger_status": trigger_status(order),
        "number_of_fills": str(len(order.fills)),
        "completion_percentage": plain_text(round(order.executed / accepted.quantity * 100, 2)),
        "filled_value": plain_text(order.executed_quote),
        "limit_price": plain_text(accepted.price) if order.has_limit else "",
        "stop_price": plain_text(accepted.trigger_price) if order.is_stop else "",
        "outstanding_hold_amount": plain_text(order.still_locked),
    }
