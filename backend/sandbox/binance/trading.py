"""Binance's signed endpoints: orders, balances, own trades, and what a key may do."""

import secrets
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, cast

from backend.sandbox.accounts import Account, Order
from backend.sandbox.binance.errors import BinanceError, duplicate, filter_failure, invalid_key, not_required
from backend.sandbox.binance.parameters import Parameters
from backend.sandbox.binance.shapes import (
    Json,
    canceled_shape,
    fill_shape,
    order_shape,
    placed_shape,
    venue_id,
)
from backend.sandbox.matching import Exchange
from backend.sandbox.numbers import amount_text
from backend.sandbox.orders import Kind, OrderRefused, OrderRequest, Refusal, TimeInForce
from backend.sandbox.venues import VENUES

_REFUSALS: Final[dict[Refusal, Callable[[], BinanceError]]] = {
    Refusal.PRICE: lambda: filter_failure("PRICE_FILTER"),
    Refusal.QUANTITY: lambda: filter_failure("LOT_SIZE"),
    Refusal.NOTIONAL: lambda: filter_failure("NOTIONAL"),
    Refusal.MARKET_QUANTITY: lambda: filter_failure("MARKET_LOT_SIZE"),
    Refusal.TOO_MANY_ORDERS: lambda: filter_failure("MAX_NUM_ORDERS"),
    Refusal.TOO_MANY_STOPS: lambda: filter_failure("MAX_NUM_ALGO_ORDERS"),
    Refusal.CLOSED: lambda: BinanceError(-1013, "Market is closed."),
    Refusal.BALANCE: lambda: BinanceError(-2010, "Account has insufficient balance for requested action."),
    Refusal.DUPLICATE: duplicate,
    Refusal.WOULD_TAKE: lambda: BinanceError(-2010, "Order would immediately match and take."),
    Refusal.WOULD_TRIGGER: lambda: BinanceError(-2010, "Stop price would trigger immediately."),
}
_KINDS: Final = ("LIMIT", "MARKET", "LIMIT_MAKER", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT")
_FEES: Final = VENUES["binance"].fees


def place_order(exchange: Exchange, account: Account, parameters: Parameters) -> Json:
    """Take an order; what could fill at once has filled."""
    _check_right_to_trade(account)
    request = _order_request(parameters)
    detail = "FULL" if request.kind in {"LIMIT", "MARKET"} else "ACK"
    if parameters.has("newOrderRespType"):
        refusal = BinanceError(-1136, "Invalid newOrderRespType.")
        detail = parameters.choice("newOrderRespType", ("ACK", "RESULT", "FULL"), refusal)
    try:
        order = exchange.place(account.created.api_key, parameters.market(), request)
    except OrderRefused as error:
        raise _REFUSALS[error.reason]() from None
    return placed_shape(order, detail)


def test_order(exchange: Exchange, account: Account, parameters: Parameters) -> Json:
    """Check an order without taking it."""
    _check_right_to_trade(account)
    request = _order_request(parameters)
    try:
        exchange.check(account.created.api_key, parameters.market(), request, exchange.settle())
    except OrderRefused as error:
        raise _REFUSALS[error.reason]() from None
    return {}


def get_order(exchange: Exchange, account: Account, parameters: Parameters) -> Json:
    """One order by its number or by its client order id."""
    exchange.settle()
    order = _find(account, parameters)
    if order is None:
        raise BinanceError(-2013, "Order does not exist.")
    return order_shape(order)


def cancel_order(exchange: Exchange, account: Account, parameters: Parameters) -> Json:
    """Take one open order back."""
    _check_right_to_trade(account)
    exchange.settle()
    cancel_id = parameters.client_order_id("newClientOrderId") or _random_id()
    order = _find(account, parameters)
    if order is None or not order.is_open:
        raise BinanceError(-2011, "Unknown order sent.")
    exchange.cancel(account.created.api_key, [order])
    return canceled_shape(order, cancel_id)


def open_orders(exchange: Exchange, account: Account, parameters: Parameters) -> list[Json]:
    """The open orders of one market or of all."""
    exchange.settle()
    market = parameters.optional_market()
    return [
        order_shape(order)
        for order in account.open_orders.values()
        if market is None or order.accepted.symbol == market.symbol
    ]


def cancel_open_orders(exchange: Exchange, account: Account, parameters: Parameters) -> list[Json]:
    """Take all open orders of one market back."""
    _check_right_to_trade(account)
    exchange.settle()
    market = parameters.market()
    orders = [order for order in account.open_orders.values() if order.accepted.symbol == market.symbol]
    if not orders:
        raise BinanceError(-2011, "Unknown order sent.")
    exchange.cancel(account.created.api_key, orders)
    return [canceled_shape(order, _random_id()) for order in orders]


def all_orders(exchange: Exchange, account: Account, parameters: Parameters) -> list[Json]:
    """Orders of one market, open or not, oldest first."""
    exchange.settle()
    market = parameters.market()
    first = parameters.optional_integer("orderId")
    orders = [
        order
        for order in account.orders.values()
        if order.accepted.symbol == market.symbol
        and (first is None or order.accepted.order_id >= first)
        and _in_time(parameters, order.accepted.at)
    ]
    return [order_shape(order) for order in _limited(parameters, orders, from_oldest=first is not None)]


def my_trades(exchange: Exchange, account: Account, parameters: Parameters) -> list[Json]:
    """Executions of one market, oldest first."""
    exchange.settle()
    market = parameters.market()
    order_id, first = parameters.optional_integer("orderId"), parameters.optional_integer("fromId")
    fills = sorted(
        (
            fill
            for order in account.orders.values()
            for fill in order.fills
            if order.accepted.symbol == market.symbol
            and (order_id is None or fill.order_id == order_id)
            and (first is None or fill.fill_id >= first)
            and _in_time(parameters, fill.at)
        ),
        key=lambda fill: fill.fill_id,
    )
    return [fill_shape(fill) for fill in _limited(parameters, fills, from_oldest=first is not None)]


def account_balances(exchange: Exchange, account: Account, parameters: Parameters) -> Json:
    """Balances and fees."""
    exchange.settle()
    assets = sorted({*account.balances, *(asset for m in exchange.markets.values() for asset in (m.base, m.quote))})
    without_zero = parameters.has("omitZeroBalances") and parameters.text("omitZeroBalances") == "true"
    balances = [(asset, account.balance(asset)) for asset in assets]
    return {
        "makerCommission": int(_FEES.maker * 10_000),
        "takerCommission": int(_FEES.taker * 10_000),
        "buyerCommission": 0,
        "sellerCommission": 0,
        "commissionRates": {
            "maker": amount_text(_FEES.maker),
            "taker": amount_text(_FEES.taker),
            "buyer": "0.00000000",
            "seller": "0.00000000",
        },
        "canTrade": account.created.can_trade,
        "canWithdraw": account.created.can_withdraw,
        "canDeposit": True,
        "brokered": False,
        "requireSelfTradePrevention": False,
        "preventSor": False,
        "updateTime": max([account.created.at, *(order.updated_at for order in account.orders.values())]),
        "accountType": "SPOT",
        "balances": [
            {"asset": asset, "free": amount_text(balance.free), "locked": amount_text(balance.locked)}
            for asset, balance in balances
            if not without_zero or balance.free or balance.locked
        ],
        "permissions": ["SPOT"],
        "uid": int.from_bytes(account.created.api_key.encode()[:4], "big"),
    }


def key_restrictions(_exchange: Exchange, account: Account, _parameters: Parameters) -> Json:
    """What the API key may do."""
    return {
        "ipRestrict": account.created.ip_restricted,
        "createTime": account.created.at,
        "enableReading": True,
        "enableSpotAndMarginTrading": account.created.can_trade,
        "enableWithdrawals": account.created.can_withdraw,
        "enableInternalTransfer": False,
        "permitsUniversalTransfer": False,
        "enableMargin": False,
        "enableFutures": False,
        "enableVanillaOptions": False,
        "enablePortfolioMarginTrading": False,
        "enableFixApiTrade": False,
        "enableFixReadOnly": False,
    }


def trade_fees(exchange: Exchange, _account: Account, parameters: Parameters) -> list[Json]:
    """Maker and taker fee of one market or of all."""
    market = parameters.optional_market()
    return [
        {"symbol": venue_id(each), "makerCommission": str(_FEES.maker), "takerCommission": str(_FEES.taker)}
        for each in ([market] if market else exchange.markets.values())
    ]


def _order_request(parameters: Parameters) -> OrderRequest:
    parameters.market()
    side = parameters.choice("side", ("BUY", "SELL"), BinanceError(-1117, "Invalid side."))
    kind = parameters.choice("type", _KINDS, BinanceError(-1116, "Invalid orderType."))
    read = {"LIMIT": _limit_terms, "LIMIT_MAKER": _maker_terms, "MARKET": _market_terms}.get(kind, _limit_terms)
    time_in_force, price, quantity, quote_quantity = read(parameters)
    trigger = parameters.decimal("stopPrice") if kind in {"STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"} else None
    if trigger is None:
        _refuse(parameters, "stopPrice")
    named = ((price, "price"), (quantity, "quantity"), (quote_quantity, "quoteOrderQty"), (trigger, "stopPrice"))
    for amount, name in named:
        if amount == 0:
            raise BinanceError(-1013, f"Invalid {name}.")
    return OrderRequest(
        side="buy" if side == "BUY" else "sell",
        kind=cast(Kind, kind),
        time_in_force=cast(TimeInForce, time_in_force),
        quantity=quantity,
        quote_quantity=quote_quantity,
        price=price,
        client_order_id=parameters.client_order_id("newClientOrderId") or _random_id(),
        trigger_price=trigger,
    )


def _check_right_to_trade(account: Account) -> None:
    if not account.created.can_trade:
        raise invalid_key()


_Terms = tuple[str, Decimal | None, Decimal | None, Decimal | None]


def _limit_terms(parameters: Parameters) -> _Terms:
    refusal = BinanceError(-1115, "Invalid timeInForce.")
    time_in_force = parameters.choice("timeInForce", ("GTC", "IOC", "FOK"), refusal)
    _refuse(parameters, "quoteOrderQty")
    return time_in_force, parameters.decimal("price"), parameters.decimal("quantity"), None


def _maker_terms(parameters: Parameters) -> _Terms:
    _refuse(parameters, "timeInForce", "quoteOrderQty")
    return "GTC", parameters.decimal("price"), parameters.decimal("quantity"), None


def _market_terms(parameters: Parameters) -> _Terms:
    _refuse(parameters, "timeInForce", "price")
    if parameters.has("quoteOrderQty"):
        _refuse(parameters, "quantity")
        return "GTC", None, None, parameters.decimal("quoteOrderQty")
    return "GTC", None, parameters.decimal("quantity"), None


def _refuse(parameters: Parameters, *names: str) -> None:
    for name in names:
        if parameters.has(name):
            raise not_required(name)


def _find(account: Account, parameters: Parameters) -> Order | None:
    symbol = parameters.market().symbol
    number = parameters.optional_integer("orderId")
    if number is not None:
        order = account.orders.get(number)
        return order if order and order.accepted.symbol == symbol else None
    client_order_id = parameters.client_order_id("origClientOrderId")
    if client_order_id is None:
        raise BinanceError(-1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!")
    return account.newest_with(client_order_id, symbol)


def _in_time(parameters: Parameters, at: int) -> bool:
    start, end = parameters.optional_integer("startTime"), parameters.optional_integer("endTime")
    return (start is None or at >= start) and (end is None or at <= end)


def _limited(parameters: Parameters, rows: list[Any], *, from_oldest: bool) -> list[Any]:
    # With a starting point the rows that follow it, otherwise the newest.
    limit = parameters.limit(500, 1000)
    return rows[:limit] if from_oldest or parameters.has("startTime") else rows[-limit:]


def _random_id() -> str:
    return secrets.token_urlsafe(16)
