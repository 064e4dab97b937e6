"""The exchanges there are, as a table of their differences."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from backend.config import Settings
from backend.exchanges.errors import UnknownExchange


@dataclass(frozen=True)
class Venue:
    """One exchange: how ccxt is told to speak to it, and what a user is told about its keys."""

    id: str
    name: str
    key_page_url: str
    key_guide: tuple[str, ...]
    timeframes: tuple[str, ...]
    taker_fee: float
    options: Mapping[str, Any] = field(default_factory=dict)


_BINANCE = Venue(
    id="binance",
    name="Binance",
    key_page_url="https://www.binance.com/en/my/settings/api-management",
    key_guide=(
        "Open API management in your Binance account and choose Create API, kind System generated.",
        "Tick Enable Reading and Enable Spot & Margin Trading. Leave Enable Withdrawals off: a key that can"
        " withdraw is refused here.",
        "Choose Restrict access to trusted IPs and enter this server's address.",
        "Copy the API key and the secret key into the form. The secret is shown only once.",
    ),
    timeframes=("1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w"),
    taker_fee=0.001,
    # Without these, loading the markets asks margin and futures addresses that a spot key may not see.
    options={
        "fetchMarkets": {"types": ["spot"]},
        "fetchCurrencies": False,
        "fetchMargins": False,
        "adjustForTimeDifference": True,
        "recvWindow": 10_000,
        "warnOnFetchOpenOrdersWithoutSymbol": False,
    },
)

VENUES: dict[str, Venue] = {venue.id: venue for venue in (_BINANCE,)}

_SANDBOX_GUIDE = (
    "This address is the sandbox exchange: real protocol, play money, no risk.",
    "Open the sandbox's page and press Create an API key. It comes with a play balance.",
    "Copy the API key and the secret into the form. The secret is shown only once.",
)


def venue_of(exchange: str) -> Venue:
    """The venue of this id. Raises UnknownExchange."""
    venue = VENUES.get(exchange)
    if venue is None:
        raise UnknownExchange(exchange, sorted(VENUES))
    return venue


def is_sandbox(settings: Settings, exchange: str) -> bool:
    """Whether the exchange's address is overridden by EXCHANGE_URLS to the sandbox's."""
    override = settings.exchange_urls.get(exchange)
    return bool(override and settings.sandbox_url and override.startswith(settings.sandbox_url))


def key_guide(settings: Settings, venue: Venue) -> tuple[str, tuple[str, ...]]:
    """Where a key is made and the steps to it."""
    if is_sandbox(settings, venue.id):
        return f"{settings.sandbox_url}/", _SANDBOX_GUIDE
    return venue.key_page_url, venue.key_guide


def override_addresses(addresses: Any, base: str) -> Any:
    """ccxt's table of addresses with every host replaced by `base`, each keeping its path and http or websocket."""
    if isinstance(addresses, Mapping):
        return {name: override_addresses(value, base) for name, value in addresses.items()}
    if not isinstance(addresses, str):
        return addresses
    parts = urlsplit(addresses)
    root = base.replace("http", "ws", 1) if parts.scheme in {"ws", "wss"} else base
    return root + parts.path
