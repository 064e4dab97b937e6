"""The table of what differs between the venues in taking and naming orders; their protocols are in their folders."""

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from backend.sandbox.events import Venue
from backend.sandbox.fees import FeeSchedule

_TEXT_ID_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
MOST_OPEN_ORDERS: Final = 200


@dataclass(frozen=True)
class VenueRules:
    """One venue's own rules.

    `order_name` and `trade_name` make the venue's identifiers out of the sandbox's running numbers.
    """

    fees: FeeSchedule
    order_name: Callable[[int], str]
    trade_name: Callable[[int], str]
    most_stop_orders: int
    # A client order id may be used again in another market while an order of it is open.
    client_ids_by_market: bool
    # A stop whose price is already beyond its trigger is refused; otherwise it triggers at once.
    refuses_reached_stops: bool
    # An amount to be spent holds the fee too.
    quote_quantity_holds_fee: bool


def _text_name(first: str) -> Callable[[int], str]:
    def name(_number: int) -> str:
        letters = "".join(secrets.choice(_TEXT_ID_ALPHABET) for _ in range(16))
        return f"{first}{letters[:5]}-{letters[5:10]}-{letters[10:]}"

    return name


def _unique_name(_number: int) -> str:
    return str(uuid.uuid4())


VENUES: Final[dict[Venue, VenueRules]] = {
    "binance": VenueRules(
        fees=FeeSchedule(Decimal("0.001"), Decimal("0.001"), in_quote=False),
        order_name=str,
        trade_name=str,
        most_stop_orders=5,
        client_ids_by_market=True,
        refuses_reached_stops=True,
        quote_quantity_holds_fee=False,
    ),
    "kraken": VenueRules(
        fees=FeeSchedule(Decimal("0.0025"), Decimal("0.004"), in_quote=True),
        order_name=_text_name("O"),
        trade_name=_text_name("T"),
        most_stop_orders=MOST_OPEN_ORDERS,
        client_ids_by_market=False,
        refuses_reached_stops=False,
        quote_quantity_holds_fee=False,
    ),
    "coinbase": VenueRules(
        fees=FeeSchedule(Decimal("0.004"), Decimal("0.006"), in_quote=True),
        order_name=_unique_name,
        trade_name=_unique_name,
        most_stop_orders=MOST_OPEN_ORDERS,
        client_ids_by_market=False,
        refuses_reached_stops=True,
        quote_quantity_holds_fee=True,
    ),
}
