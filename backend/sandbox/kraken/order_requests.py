"""Orders as Kraken's clients write them: types with one or two prices, flags, our own id and a deadline."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, cast

from backend.sandbox.kraken.errors import KrakenError, invalid_argument
from backend.sandbox.kraken.names import pair_id
from backend.sandbox.kraken.parameters import Parameters
from backend.sandbox.kraken.shapes import ORDER_TYPES
from backend.sandbox.markets import Market
from backend.sandbox.orders import Kind, OrderRequest, TimeInForce

# A UUID with or without hyphens, or a free text of at most 18 characters.
_CLIENT_ID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{32}|[\x21-\x7e]{1,18}")
_FLAGS: Final = frozenset({"fciq", "post", "viqc", "nompp"})
_LATEST_DEADLINE: Final = timedelta(seconds=60)


def order_request(parameters: Parameters, market: Market) -> OrderRequest:
    """What the request asks for. Raises KrakenError."""
    side = parameters.choice("type", ("buy", "sell"))
    order_type = parameters.choice("ordertype", tuple(ORDER_TYPES))
    flags = _flags(parameters)
    volume = parameters.decimal("volume")
    is_stop, has_limit = order_type.startswith(("stop", "take")), order_type.endswith("limit")
    price = _price(parameters, "price", market) if is_stop or has_limit else None
    limit = _price(parameters, "price2", market) if is_stop and has_limit else price
    by_quote = "viqc" in flags
    if by_quote and (order_type != "market" or side != "buy"):
        raise invalid_argument("viqc")
    kind = ORDER_TYPES[order_type]
    if "post" in flags:
        if order_type != "limit":
            raise invalid_argument("oflags")
        kind = "LIMIT_MAKER"
    return OrderRequest(
        side="buy" if side == "buy" else "sell",
        kind=cast(Kind, kind),
        time_in_force=cast(TimeInForce, parameters.choice("timeinforce", ("GTC", "IOC"), "GTC")),
        quantity=None if by_quote else _quantity(volume, market),
        quote_quantity=volume if by_quote else None,
        price=limit if has_limit else None,
        client_order_id=_client_id(parameters),
        trigger_price=price if is_stop else None,
        user_reference=parameters.integer("userref") or 0,
    )


def _flags(parameters: Parameters) -> set[str]:
    flags = set(parameters.listed("oflags"))
    if not flags <= _FLAGS:
        raise invalid_argument("oflags")
    return flags


def _client_id(parameters: Parameters) -> str:
    client_id = parameters.optional("cl_ord_id")
    if client_id is None:
        return ""
    if parameters.optional("userref") or not _CLIENT_ID.fullmatch(client_id):
        raise invalid_argument("cl_ord_id")
    return client_id


def _price(parameters: Parameters, name: str, market: Market) -> Decimal:
    price = parameters.decimal(name)
    if price % market.price_tick:
        words = f"{pair_id(market)} price can only be specified up to {market.price_decimals} decimals."
        raise KrakenError(f"EOrder:Invalid price:{words}")
    if not 0 < price <= market.maximum_price:
        raise invalid_argument(name)
    return price


def _quantity(volume: Decimal, market: Market) -> Decimal:
    # More decimals than the lot has are cut off, not refused.
    return volume // market.quantity_step * market.quantity_step


def check_deadline(parameters: Parameters, now: int) -> None:
    """Raises KrakenError for an order that came too late, or whose deadline is too far away."""
    text = parameters.optional("deadline")
    if text is None:
        return
    try:
        deadline = datetime.fromisoformat(text)
    except ValueError:
        raise invalid_argument("deadline") from None
    if deadline.tzinfo is None:
        deadline = deadline.replace(tzinfo=UTC)
    left = deadline - datetime.fromtimestamp(now / 1000, UTC)
    if left > _LATEST_DEADLINE:
        raise invalid_argument("deadline")
    if left < timedelta(0):
        raise KrakenError("EService:Deadline elapsed")
