"""Coinbase's order configurations: each kind of order is an object of its own name."""

from collections.abc import Callable
from typing import Any, Final

from backend.sandbox.coinbase.errors import OrderFailed, invalid_argument
from backend.sandbox.coinbase.parameters import Json, amount, one_of
from backend.sandbox.events import Side
from backend.sandbox.orders import Kind, OrderRequest, TimeInForce, triggers_downward

_DIRECTIONS: Final = {"STOP_DIRECTION_STOP_DOWN": True, "STOP_DIRECTION_STOP_UP": False}


def order_request(content: Json, side: Side, client_order_id: str) -> OrderRequest:
    """What the order's configuration asks for. Raises CoinbaseError or OrderFailed."""
    configurations = content.get("order_configuration")
    if not isinstance(configurations, dict) or len(configurations) != 1:
        raise invalid_argument("order_configuration is required")
    [(name, values)] = configurations.items()
    read = _READERS.get(name)
    if read is None or not isinstance(values, dict):
        raise OrderFailed(
            "UNSUPPORTED_ORDER_CONFIGURATION", f"{name} is not supported", "UNKNOWN_PREVIEW_FAILURE_REASON"
        )
    return read(values, side, client_order_id)


def _market(values: Json, side: Side, client_order_id: str) -> OrderRequest:
    by = one_of(values, ("quote_size", "base_size"))
    size = amount(values, by)
    if by == "quote_size" and side == "sell":
        raise invalid_argument("quote_size is for buys only")
    return OrderRequest(
        side=side,
        kind="MARKET",
        time_in_force="GTC",
        quantity=size if by == "base_size" else None,
        quote_quantity=size if by == "quote_size" else None,
        price=None,
        client_order_id=client_order_id,
    )


def _limit(time_in_force: TimeInForce) -> Callable[[Json, Side, str], OrderRequest]:
    def read(values: Json, side: Side, client_order_id: str) -> OrderRequest:
        kind: Kind = "LIMIT_MAKER" if time_in_force == "GTC" and values.get("post_only") is True else "LIMIT"
        return OrderRequest(
            side=side,
            kind=kind,
            time_in_force=time_in_force,
            quantity=amount(values, "base_size"),
            quote_quantity=None,
            price=amount(values, "limit_price"),
            client_order_id=client_order_id,
        )

    return read


def _stop_limit(values: Json, side: Side, client_order_id: str) -> OrderRequest:
    downward: Any = _DIRECTIONS.get(str(values.get("stop_direction")))
    if downward is None:
        raise invalid_argument("stop_direction is invalid")
    kinds: tuple[Kind, Kind] = ("STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT")
    return OrderRequest(
        side=side,
        kind=next(kind for kind in kinds if triggers_downward(kind, side) is downward),
        time_in_force="GTC",
        quantity=amount(values, "base_size"),
        quote_quantity=None,
        price=amount(values, "limit_price"),
        client_order_id=client_order_id,
        trigger_price=amount(values, "stop_price"),
    )


_READERS: Final[dict[str, Callable[[Json, Side, str], OrderRequest]]] = {
    "market_market_ioc": _market,
    "limit_limit_gtc": _limit("GTC"),
    "limit_limit_ioc": _limit("IOC"),
    "sor_limit_ioc": _limit("IOC"),
    "limit_limit_fok": _limit("FOK"),
    "stop_limit_stop_limit_gtc": _stop_limit,
}
