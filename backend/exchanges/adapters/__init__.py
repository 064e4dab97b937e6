"""How each exchange is really spoken to: which ccxt call every order, question and key check becomes."""

from typing import Any

from backend.exchanges.adapters.adapter import Adapter
from backend.exchanges.adapters.alpaca import AlpacaAdapter
from backend.exchanges.adapters.binance import BinanceAdapter
from backend.exchanges.adapters.coinbase import CoinbaseAdapter
from backend.exchanges.adapters.kraken import KrakenAdapter
from backend.exchanges.adapters.public_data import PublicDataAdapter
from backend.exchanges.nonces import Nonces
from backend.exchanges.venue import Venue

_ADAPTERS: dict[str, type[Adapter]] = {
    "alpaca": AlpacaAdapter,
    "binance": BinanceAdapter,
    "coinbase": CoinbaseAdapter,
    "kraken": KrakenAdapter,
}


def kind_of_adapter(venue: Venue) -> type[Adapter]:
    """The adapter of the venue; one that only reads public data where none was written for it."""
    return _ADAPTERS.get(venue.id, PublicDataAdapter)


def make_adapter(venue: Venue, client: Any, nonces: Nonces | None, is_testnet: bool) -> Adapter:
    """The adapter over this client; `nonces` are given with a key."""
    adapter = kind_of_adapter(venue)(venue, client, is_testnet)
    adapter.prepare(nonces)
    return adapter
