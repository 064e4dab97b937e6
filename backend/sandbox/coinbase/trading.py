"""Coinbase's private endpoints: orders, fills, wallets, fees, and what a key may do."""

from decimal import Decimal
from typing import Final

from backend.sandbox.accounts import Account, Order
from backend.sandbox.coinbase.configurations import order_request
from backend.sandbox.coinbase.errors import CoinbaseError, OrderFailed, invalid_argument, not_found
from backend.sandbox.coinbase.parameters import Json, Query, parsed_body
from backend.sandbox.coinbase.shapes import (
    account_shapes,
    configuration,
    fill_shape,
    old_account_shape,
    order_shape,
    order_status,
    portfolio_id,
    product_id,
)
from backend.sandbox.events import OrderFilled
from backend.sandbox.markets import Market
from backend.sandbox.matching import Exchange
from backend.sandbox.numbers import plain_text
from backend.sandbox.orders import OrderRefused, OrderRequest, Refusal
from backend.sandbox.venues import VENUES

_PREVIEWS: Final = "PREVIEW_"
_REFUSALS: Final = {
    Refusal.PRICE: ("INVALID_PRICE_PRECISION", "Too many decimals in order price"),
    Refusal.MARKET_QUANTITY: ("INVALID_BASE_SIZE_TOO_LARGE", "Order size is too large"),
    Refusal.NOTIONAL: ("INVALID_QUOTE_SIZE_TOO_SMALL", "Order size is below the minimum"),
    Refusal.TOO_MANY_ORDERS: ("OPEN_ORDERS_LIMIT_EXCEEDED", "Too many open orders"),
    Refusal.TOO_MANY_STOPS: ("OPEN_ORDERS_LIMIT_EXCEEDED", "Too many open orders"),
    Refusal.BALANCE: ("INSUFFICIENT_FUND", "Insufficient balance in source account"),
    Refusal.WOULD_TAKE: ("INVALID_LIMIT_PRICE_POST_ONLY", "Order would immediately match"),
    Refusal.CLOSED: ("TRADING_DISABLED", "source is not enabled for trading"),
}
_PAGE: Final = 100
_MOST_CANCELED: Final = 100


def place_order(exchange: Exchange, account: Account, body: str, markets: dict[str, Market]) -> Json:
    """Take an order; the same client order id again gives the first order again."""
    content = parsed_body(body)
    client_order_id, side = str(content.get("client_order_id") or ""), content.get("side")
    if not client_order_id:
        raise invalid_argument("client_order_id is required")
    if side not in {"BUY", "SELL"}:
        raise invalid_argument("side is invalid")
    exchange.settle()
    earlier = account.with_client_id(client_order_id)
    try:
        market = markets.get(str(content.get("product_id")))
        if market is None:
            raise _failed("INVALID_PRODUCT_ID", "ProductID is invalid")
        request = order_request(content, "buy" if side == "BUY" else "sell", client_order_id)
        order = earlier[0] if earlier else _placed(exchange, account, market, request)
    except OrderFailed as error:
        return _failure(error, content)
    accepted = order.accepted
    return {
        "success": True,
        "failure_reason": "UNKNOWN_FAILURE_REASON",
        "order_id": accepted.exchange_order_id,
        "success_response": {
            "order_id": accepted.exchange_order_id,
            "product_id": f"{accepted.base}-{accepted.quote}",
            "side": accepted.side.upper(),
            "client_order_id": accepted.client_order_id,
            "attached_order_id": "",
        },
        "order_configuration": configuration(order),
    }


def cancel_orders(exchange: Exchange, account: Account, body: str, _markets: dict[str, Market]) -> Json:
    """Take open orders back; each is answered for itself."""
    names = parsed_body(body).get("order_ids")
    if not isinstance(names, list) or not names or len(names) > _MOST_CANCELED:
        raise invalid_argument("order_ids is required")
    exchange.settle()
    results = []
    for name in map(str, names):
        order = account.with_exchange_id(name)
        success = order is not None and order.is_open
        if order is not None and success:
            exchange.cancel(account.created.api_key, [order])
        reason = "UNKNOWN_CANCEL_FAILURE_REASON" if success else "UNKNOWN_CANCEL_ORDER"
        results.append({"success": success, "failure_reason": reason, "order_id": name})
    return {"results": results}


def get_order(exchange: Exchange, account: Account, _query: Query, name: str) -> Json:
    """One order."""
    exchange.settle()
    order = account.with_exchange_id(name)
    if order is None:
        raise not_found("order with this orderID was not found")
    return {"order": order_shape(order)}


def list_orders(exchange: Exchange, account: Account, query: Query) -> Json:
    """Orders, newest first, a page at a time."""
    exchange.settle()
    start, end = query.moment("start_date"), query.moment("end_date")
    statuses, names = query.listed("order_status"), query.listed("order_ids")
    sides = query.listed("order_side")
    found = [
        order
        for order in reversed(account.orders.values())
        if _is_of(query, order)
        and (not statuses or order_status(order) in statuses)
        and (not names or order.accepted.exchange_order_id in names)
        and (not sides or order.accepted.side.upper() in sides)
        and _is_between(order.accepted.at, start, end)
    ]
    page, has_next, cursor = query.page(found, _PAGE)
    return {"orders": [order_shape(order) for order in page], "sequence": "0", "has_next": has_next, "cursor": cursor}


def list_fills(exchange: Exchange, account: Account, query: Query) -> Json:
    """Executions, newest first, a page at a time."""
    exchange.settle()
    start, end = query.moment("start_sequence_timestamp"), query.moment("end_sequence_timestamp")
    orders, trades = query.listed("order_id", "order_ids"), query.listed("trade_ids")
    fills: list[OrderFilled] = [
        fill
        for order in account.orders.values()
        if _is_of(query, order) and (not orders or order.accepted.exchange_order_id in orders)
        for fill in order.fills
        if (not trades or fill.trade_id in trades) and _is_between(fill.at, start, end)
    ]
    fills.sort(key=lambda fill: fill.fill_id, reverse=True)
    page, _, cursor = query.page(fills, _PAGE)
    return {"fills": [fill_shape(fill) for fill in page], "cursor": cursor}


def accounts(exchange: Exchange, account: Account, query: Query) -> Json:
    """One wallet for each asset."""
    exchange.settle()
    rows = account_shapes(account, _assets(exchange, account))
    page, has_next, cursor = query.page(rows, 49)
    return {"accounts": page, "has_next": has_next, "cursor": cursor, "size": len(page)}


def one_account(exchange: Exchange, account: Account, _query: Query, name: str) -> Json:
    """One wallet."""
    exchange.settle()
    for row in account_shapes(account, _assets(exchange, account)):
        if row["uuid"] == name:
            return {"account": row}
    raise not_found("account not found")


def old_accounts(exchange: Exchange, account: Account, _query: Query) -> Json:
    """The wallets at the older address, which tells totals only."""
    exchange.settle()
    rows = [old_account_shape(account, asset) for asset in _assets(exchange, account)]
    pagination = {"ending_before": None, "starting_after": None, "limit": 250, "order": "desc", "next_uri": None}
    return {"pagination": pagination, "data": rows}


def transaction_summary(_exchange: Exchange, account: Account, _query: Query) -> Json:
    """The fees."""
    fees = VENUES["coinbase"].fees
    fills = [fill for order in account.orders.values() for fill in order.fills]
    volume = sum((fill.quote_amount for fill in fills), Decimal(0))
    paid = sum((fill.commission for fill in fills), Decimal(0))
    return {
        "total_volume": float(volume),
        "total_fees": float(paid),
        "fee_tier": {
            "pricing_tier": "Advanced 1",
            "usd_from": "0",
            "usd_to": "10000",
            "taker_fee_rate": plain_text(fees.taker),
            "maker_fee_rate": plain_text(fees.maker),
            "aop_from": "",
            "aop_to": "",
        },
        "margin_rate": None,
        "goods_and_services_tax": None,
        "advanced_trade_only_volume": float(volume),
        "advanced_trade_only_fees": float(paid),
        "coinbase_pro_volume": 0,
        "coinbase_pro_fees": 0,
        "total_balance": "",
        "has_promo_fee": False,
    }


def key_permissions(_exchange: Exchange, account: Account, _query: Query) -> Json:
    """What the API key may do."""
    created = account.created
    return {
        "can_view": True,
        "can_trade": created.can_trade,
        "can_transfer": created.can_withdraw,
        "portfolio_uuid": portfolio_id(created.api_key),
        "portfolio_type": "DEFAULT",
    }


def check_right_to_trade(account: Account) -> None:
    """Raises CoinbaseError for a key that may only look."""
    if not account.created.can_trade:
        raise CoinbaseError(403, "PERMISSION_DENIED", "Missing required scopes")


def _placed(exchange: Exchange, account: Account, market: Market, request: OrderRequest) -> Order:
    try:
        return exchange.place(account.created.api_key, market, request)
    except OrderRefused as error:
        raise _failed(*_words(error.reason, market, request)) from None


def _words(reason: Refusal, market: Market, request: OrderRequest) -> tuple[str, str]:
    if reason is Refusal.QUANTITY:
        return _size_words(market, request)
    if reason is Refusal.WOULD_TRIGGER:
        where = "ABOVE" if request.side == "sell" else "BELOW"
        return f"STOP_PRICE_{where}_LAST_TRADE_PRICE", f"Stop price is {where.lower()} the last trade price"
    if reason is Refusal.NOTIONAL and request.quantity is not None:
        return "INVALID_BASE_SIZE_TOO_SMALL", "Order size is below the minimum"
    return _REFUSALS[reason]


def _size_words(market: Market, request: OrderRequest) -> tuple[str, str]:
    size = request.quantity
    if size is None:
        return "INVALID_QUOTE_SIZE_TOO_SMALL", "Order size is below the minimum"
    if size < market.quantity_step:
        return "INVALID_BASE_SIZE_TOO_SMALL", "Order size is below the minimum"
    if size % market.quantity_step:
        return "INVALID_SIZE_PRECISION", "Too many decimals in order amount"
    return "INVALID_BASE_SIZE_TOO_LARGE", "Order size is too large"


def _failed(error: str, message: str) -> OrderFailed:
    return OrderFailed(error, message, _PREVIEWS + error)


def _failure(error: OrderFailed, content: Json) -> Json:
    return {
        "success": False,
        "failure_reason": "UNKNOWN_FAILURE_REASON",
        "order_id": "",
        "error_response": {
            "error": error.error,
            "message": str(error),
            "error_details": "",
            "preview_failure_reason": error.preview,
        },
        "order_configuration": content.get("order_configuration"),
    }


def _is_of(query: Query, order: Order) -> bool:
    wanted = query.listed("product_id", "product_ids")
    return not wanted or f"{order.accepted.base}-{order.accepted.quote}" in wanted


def _is_between(at: int, start: int | None, end: int | None) -> bool:
    return (start is None or at >= start) and (end is None or at <= end)


def _assets(exchange: Exchange, account: Account) -> list[str]:
    known = {asset for market in exchange.markets.values() for asset in (market.base, market.quote)}
    return sorted({*known, *account.balances})


def markets_by_product(markets: dict[str, Market]) -> dict[str, Market]:
    """Every market by the venue's identifier."""
    return {product_id(market): market for market in markets.values()}
