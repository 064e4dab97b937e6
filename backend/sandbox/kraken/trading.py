"""Kraken's private endpoints: orders, trades, balances, fees, and what a key may do."""

from decimal import Decimal
from typing import Any, Final

from backend.sandbox.accounts import Account, Order
from backend.sandbox.events import OrderFilled
from backend.sandbox.kraken.errors import KrakenError, duplicate, invalid_argument
from backend.sandbox.kraken.names import pair_id
from backend.sandbox.kraken.order_requests import check_deadline, order_request
from backend.sandbox.kraken.parameters import Parameters
from backend.sandbox.kraken.shapes import (
    Json,
    balances_shape,
    description,
    order_shape,
    trade_shape,
)
from backend.sandbox.matching import Exchange
from backend.sandbox.numbers import amount_text
from backend.sandbox.orders import OrderRefused, Refusal
from backend.sandbox.venues import VENUES

_REFUSALS: Final = {
    Refusal.QUANTITY: "EGeneral:Invalid arguments:volume minimum not met",
    Refusal.MARKET_QUANTITY: "EGeneral:Invalid arguments:volume",
    Refusal.NOTIONAL: "EOrder:Cost minimum not met",
    Refusal.TOO_MANY_ORDERS: "EOrder:Orders limit exceeded",
    Refusal.TOO_MANY_STOPS: "EOrder:Orders limit exceeded",
    Refusal.BALANCE: "EOrder:Insufficient funds",
    Refusal.DUPLICATE: str(duplicate()),
    Refusal.WOULD_TAKE: "EOrder:Post only order",
    Refusal.CLOSED: "EService:Market in cancel_only mode",
}
_PAGE: Final = 50
_MOST_ASKED: Final = 50
_QUERY_RIGHTS: Final = ("query-funds", "query-open-trades", "query-closed-trades", "query-ledger")
_TRADE_RIGHTS: Final = ("modify-trades", "close-trades")


def add_order(exchange: Exchange, account: Account, parameters: Parameters, now: int) -> Json:
    """Take an order, or with `validate` only check it."""
    market = parameters.market()
    check_deadline(parameters, now)
    request = order_request(parameters, market)
    api_key = account.created.api_key
    try:
        if parameters.flag("validate"):
            terms = exchange.check(api_key, market, request, exchange.settle())
            words = f"{request.side} {amount_text(request.quote_quantity or terms.quantity)} {pair_id(market)}"
            return {"descr": {"order": f"{words} @ {parameters.text('ordertype')}"}}
        order = exchange.place(api_key, market, request)
    except OrderRefused as error:
        raise _refused(error.reason) from None
    return {"descr": {"order": description(order, market)["order"]}, "txid": [order.accepted.exchange_order_id]}


def cancel_order(exchange: Exchange, account: Account, parameters: Parameters, _now: int) -> Json:
    """Take open orders back: by `txid` (or a user reference in its place), or by `cl_ord_id`."""
    exchange.settle()
    client_id, named = parameters.optional("cl_ord_id"), parameters.optional("txid")
    if client_id is None and named is None:
        raise invalid_argument("txid")
    orders = [
        order
        for order in account.open_orders.values()
        if (order.accepted.client_order_id == client_id if client_id else _is_named(order, str(named)))
    ]
    if not orders:
        raise KrakenError("EOrder:Unknown order")
    exchange.cancel(account.created.api_key, orders)
    return {"count": len(orders)}


def cancel_all(exchange: Exchange, account: Account, _parameters: Parameters, _now: int) -> Json:
    """Take every open order back."""
    exchange.settle()
    orders = list(account.open_orders.values())
    exchange.cancel(account.created.api_key, orders)
    return {"count": len(orders)}


def query_orders(exchange: Exchange, account: Account, parameters: Parameters, _now: int) -> Json:
    """Orders by their `txid`; those that are not there are left out."""
    exchange.settle()
    names = parameters.listed("txid")
    if not names or len(names) > _MOST_ASKED:
        raise invalid_argument("txid")
    reference = parameters.integer("userref")
    found = [account.with_exchange_id(name) for name in names]
    orders = [order for order in found if order and reference in {None, order.accepted.user_reference}]
    if not orders:
        raise KrakenError("EOrder:Unknown order")
    return _by_name(exchange, orders, parameters)


def open_orders(exchange: Exchange, account: Account, parameters: Parameters, _now: int) -> Json:
    """Open orders, newest first."""
    exchange.settle()
    orders = [order for order in account.open_orders.values() if _is_asked_for(order, parameters)]
    return {"open": _by_name(exchange, orders[::-1], parameters)}


def closed_orders(exchange: Exchange, account: Account, parameters: Parameters, _now: int) -> Json:
    """Orders that are over, newest first, fifty at a time from `ofs` on."""
    exchange.settle()
    orders = sorted(
        (order for order in account.orders.values() if not order.is_open and _is_asked_for(order, parameters)),
        key=lambda order: (order.updated_at, order.accepted.order_id),
        reverse=True,
    )
    orders = [order for order in orders if _in_time(parameters, order.updated_at)]
    page = _page(parameters, orders)
    return {"closed": _by_name(exchange, page, parameters), "count": len(orders)}


def trades_history(exchange: Exchange, account: Account, parameters: Parameters, _now: int) -> Json:
    """Own trades, newest first, fifty at a time from `ofs` on."""
    exchange.settle()
    fills = [fill for fill in _fills(account)[::-1] if _in_time(parameters, fill.at)]
    return {"trades": _trades_by_name(exchange, account, _page(parameters, fills)), "count": len(fills)}


def query_trades(exchange: Exchange, account: Account, parameters: Parameters, _now: int) -> Json:
    """Own trades by their names."""
    exchange.settle()
    names = parameters.listed("txid")
    if not names or len(names) > _MOST_ASKED:
        raise invalid_argument("txid")
    return _trades_by_name(exchange, account, [fill for fill in _fills(account) if fill.trade_id in names])


def balances(exchange: Exchange, account: Account, _parameters: Parameters, _now: int) -> Json:
    """Balances with what is locked."""
    exchange.settle()
    return balances_shape(account)


def plain_balances(exchange: Exchange, account: Account, _parameters: Parameters, _now: int) -> Json:
    """Balances, whatever is locked."""
    exchange.settle()
    return {name: row["balance"] for name, row in balances_shape(account).items()}


def trade_volume(_exchange: Exchange, _account: Account, parameters: Parameters, _now: int) -> Json:
    """The fees of the pairs asked for, in per cent."""
    fees = VENUES["kraken"].fees
    markets = parameters.chosen_markets() if parameters.optional("pair") else []

    def table(rate: Decimal) -> Json:
        text = f"{rate * 100:.4f}"
        row = {"fee": text, "minfee": text, "maxfee": text, "nextfee": None, "nextvolume": None, "tiervolume": "0.0000"}
        return {pair_id(market): row for market in markets}

    return {"currency": "ZUSD", "volume": "0.0000", "fees": table(fees.taker), "fees_maker": table(fees.maker)}


def key_info(_exchange: Exchange, account: Account, parameters: Parameters, _now: int) -> Json:
    """What the API key may do."""
    created = account.created
    permissions = [*_QUERY_RIGHTS]
    permissions += _TRADE_RIGHTS if created.can_trade else ()
    permissions += ("withdraw-funds",) if created.can_withdraw else ()
    seconds = str(created.at // 1000)
    return {
        "apiKeyName": created.label or "sandbox",
        "apiKey": created.api_key,
        "nonce": parameters.optional("nonce"),
        "nonceWindow": "0",
        "permissions": permissions,
        "iban": "AA00 N84G SAND BOXX",
        "validUntil": "0",
        "queryFrom": "0",
        "queryTo": "0",
        "createdTime": seconds,
        "modifiedTime": seconds,
        "ipAllowlist": ["127.0.0.1"] if created.ip_restricted else [],
        "lastUsed": seconds,
    }


def _refused(reason: Refusal) -> KrakenError:
    if reason is Refusal.PRICE:
        return invalid_argument("price")
    return KrakenError(_REFUSALS[reason])


def _is_named(order: Order, name: str) -> bool:
    accepted = order.accepted
    return accepted.exchange_order_id == name or str(accepted.user_reference or "") == name


def _is_asked_for(order: Order, parameters: Parameters) -> bool:
    client_id, reference = parameters.optional("cl_ord_id"), parameters.integer("userref")
    accepted = order.accepted
    return client_id in {None, accepted.client_order_id} and reference in {None, accepted.user_reference}


def _in_time(parameters: Parameters, at: int) -> bool:
    start, end = parameters.moment("start"), parameters.moment("end")
    return (start is None or at > start) and (end is None or at <= end)


def _page(parameters: Parameters, rows: list[Any]) -> list[Any]:
    offset = max(0, parameters.integer("ofs") or 0)
    return rows[offset : offset + _PAGE]


def _by_name(exchange: Exchange, orders: list[Order], parameters: Parameters) -> Json:
    with_trades = parameters.flag("trades")
    return {
        order.accepted.exchange_order_id: order_shape(
            order, exchange.markets[order.accepted.symbol], with_trades=with_trades
        )
        for order in orders
        # A market that is no longer offered has no shape.
        if order.accepted.symbol in exchange.markets
    }


def _fills(account: Account) -> list[OrderFilled]:
    return sorted((fill for order in account.orders.values() for fill in order.fills), key=lambda fill: fill.fill_id)


def _trades_by_name(exchange: Exchange, account: Account, fills: list[OrderFilled]) -> Json:
    return {
        fill.trade_id: trade_shape(fill, account.orders[fill.order_id], exchange.markets[fill.symbol])
        for fill in fills
        if fill.symbol in exchange.markets
    }
