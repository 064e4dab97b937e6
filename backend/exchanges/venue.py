"""What may differ from exchange to exchange, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from backend.exchanges.nouns import OrderType


@dataclass(frozen=True)
class KeyField:
    """One part of an API key, as the form asks for it; `name` is its name in POST /api-keys."""

    name: str
    label: str
    help: str = ""
    is_multiline: bool = False


@dataclass(frozen=True)
class RequestLimit:
    """So many requests (or units of weight) in so many seconds."""

    amount: int
    seconds: int


@dataclass(frozen=True)
class RequestLimits:
    """What the exchange allows: `public` per address of ours, `private` and `orders` per account.

    Where `address` is given, every request counts there too, whoever makes it. A request weighs its cost in ccxt's
    table times `weight_of_cost`, at least 1.
    """

    public: RequestLimit
    private: RequestLimit
    orders: RequestLimit
    weight_of_cost: float = 1.0
    address: RequestLimit | None = None
    too_many_orders: str | None = None
    """By which a refusal for too many requests tells that one account's orders are meant, not our address."""


@dataclass(frozen=True)
class Venue:
    """One exchange: how it is spoken to, and what a user is told about its keys. Fees are shares of the notional."""

    id: str
    name: str
    key_page_url: str
    key_guide: tuple[str, ...]
    key_fields: tuple[KeyField, ...]
    timeframes: tuple[str, ...]
    maker_fee: float
    taker_fee: float
    limits: RequestLimits
    absent_after_seconds: float
    """So long after `place_order` was called, with its own `sign_within`, `not found` is certain: nothing of the order
    can still be under way."""
    order_types: frozenset[OrderType] = frozenset({"market", "limit", "stop_limit"})
    """What may be sent; empty for an exchange that only tells its prices here."""
    has_testnet: bool = False
    has_streams: bool = True
    has_clock: bool = True
    """Whether its signatures or deadlines depend on the exchange's own time."""
    tells_rights: bool = True
    """Whether the exchange says what a key may do; if not, the user confirms in words that it cannot withdraw."""
    lists_markets_publicly: bool = True
    candles_a_window: int | None = None
    """Where the exchange answers for a window of so many lengths only: no candles there do not mean no later ones. None
    where it answers with the first candles from the time that was asked for."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """ccxt's options."""

    @property
    def trades(self) -> bool:
        """Whether orders can be placed there at all."""
        return bool(self.order_types)
