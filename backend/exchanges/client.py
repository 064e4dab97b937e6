"""Makes ccxt's clients, pointed at the address that the settings name."""

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from backend.config import Settings
from backend.exchanges.nouns import Credentials
from backend.exchanges.venues import venue_of

TIMEOUT_SECONDS = 10

# At the level DEBUG they write down signed addresses and headers with keys.
for _chatty in ("ccxt", "urllib3", "requests"):
    logging.getLogger(_chatty).setLevel(logging.WARNING)


def make_client(
    module: Any,
    settings: Settings,
    exchange: str,
    credentials: Credentials | None = None,
    is_testnet: bool = False,
) -> Any:
    """A client of `module` (ccxt, ccxt.pro) at the address of EXCHANGE_URLS, the test network's, or the venue's own."""
    venue = venue_of(exchange)
    options: dict[str, Any] = {
        # Requests are limited by traffic.py, which all processes share.
        "enableRateLimit": False,
        "timeout": TIMEOUT_SECONDS * 1000,
        "options": dict(venue.options),
    }
    if credentials:
        options.update(apiKey=credentials.api_key, secret=credentials.api_secret)
        if credentials.passphrase:
            options.update(password=credentials.passphrase)
    client = getattr(module, venue.id)(options)
    # Numbers stay the exchange's own digits; they become Decimal for the ledger and float for the core.
    client.number = str
    override = settings.exchange_urls.get(exchange)
    if override:
        client.urls["api"] = override_addresses(client.urls["api"], override.rstrip("/"))
    elif is_testnet and venue.has_testnet:
        client.set_sandbox_mode(True)
    return client


def address_of(settings: Settings, exchange: str, is_testnet: bool = False) -> str:
    """What tells the places apart at which one exchange can be reached: they have their own markets and limits."""
    override = settings.exchange_urls.get(exchange)
    if override:
        return override.rstrip("/")
    return "testnet" if is_testnet and venue_of(exchange).has_testnet else "own"


def override_addresses(addresses: Any, base: str) -> Any:
    """ccxt's table of addresses with every host replaced by `base`, each keeping its path and http or websocket."""
    if isinstance(addresses, Mapping):
        return {name: override_addresses(value, base) for name, value in addresses.items()}
    if not isinstance(addresses, str):
        return addresses
    parts = urlsplit(addresses)
    root = base.replace("http", "ws", 1) if parts.scheme in {"ws", "wss"} else base
    return root + parts.path
