"""The newest price of every market in use, kept in Redis by the feed."""

import json
from dataclasses import dataclass
from typing import Any

import redis

_STALE_AFTER_SECONDS = 120


@dataclass(frozen=True)
class Ticker:
    """The newest price of a market; `at` in milliseconds; `change` over 24 hours in per cent, where known."""

    exchange: str
    symbol: str
    price: float
    at: int
    change: float | None = None


class TickerBoard:
    """Reads and writes the newest prices."""

    def __init__(self, client: redis.Redis) -> None:
        self._redis = client

    def note(self, ticker: Ticker) -> None:
        """Overwrite the market's newest price."""
        value = json.dumps({"price": ticker.price, "at": ticker.at, "change": ticker.change})
        self._redis.hset(_key(ticker.exchange), ticker.symbol, value)

    def price(self, exchange: str, symbol: str, now: int) -> float | None:
        """The newest price, or None when there is none of the last two minutes; `now` in milliseconds."""
        raw: Any = self._redis.hget(_key(exchange), symbol)
        if raw is None:
            return None
        value = json.loads(raw)
        return value["price"] if now - value["at"] <= _STALE_AFTER_SECONDS * 1000 else None

    def all(self, exchange: str) -> list[Ticker]:
        """Every market's newest price at the exchange, by symbol."""
        rows: Any = self._redis.hgetall(_key(exchange))
        return [Ticker(exchange, symbol.decode(), **json.loads(raw)) for symbol, raw in sorted(rows.items())]


def _key(exchange: str) -> str:
    return f"tickers:{exchange}"
