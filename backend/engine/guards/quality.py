"""Whether a market is liquid enough to buy in: a stolen key, or a bad luck, empties an account through thin ones."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import structlog

from backend.exchanges.access import ExchangeAccess
from backend.exchanges.errors import ExchangeProblem
from backend.exchanges.gateway import Gateway
from backend.exchanges.nouns import Market, Ticker
from backend.foundation.platform import Platform

log = structlog.get_logger(__name__)

_FRESH_SECONDS = 60
_UNKNOWN_SECONDS = 30
_REMEMBERED_SECONDS = 3600
_DOLLARS = ("USDT", "USD", "USDC", "FDUSD", "DAI", "EUR")
"""Quote currencies whose unit is near enough to a dollar for a threshold."""


@dataclass(frozen=True)
class Quality:
    """Of one market now: traded in 24 hours, in dollars, and spread as a share of the price; None where not told."""

    daily_volume: float | None
    spread: float | None
    is_known: bool = True
    """False where the exchange has not answered for so long that nothing can be said."""

    def is_too_thin(self, minimum: float) -> bool:
        """Whether less than the minimum is traded a day, as far as is known."""
        return self.daily_volume is not None and self.daily_volume < minimum

    def is_too_wide(self, maximum: float) -> bool:
        """Whether the spread is wider than allowed, as far as is known."""
        return self.spread is not None and self.spread > maximum


def quality_of(platform: Platform, exchange: str, market: Market) -> Quality:
    """The market's quality, asked of the exchange at most once a minute by all processes together.

    An exchange that does not answer is left in peace for half a minute; meanwhile what it told last counts, for an
    hour.
    """
    key = f"quality:{exchange}:{market.symbol}"
    raw: Any = platform.redis.get(key)
    if raw is not None:
        return Quality(**json.loads(raw))
    try:
        quality = _measured(ExchangeAccess.of(platform).public(exchange), market)
    except ExchangeProblem as problem:
        log.warning("market_quality_unknown", exchange=exchange, symbol=market.symbol, reason=problem.reason)
        told: Any = platform.redis.get(f"{key}:told")
        quality = Quality(None, None, is_known=False) if told is None else Quality(**json.loads(told))
        platform.redis.set(key, json.dumps(quality.__dict__), ex=_UNKNOWN_SECONDS)
        return quality
    written = json.dumps(quality.__dict__)
    platform.redis.set(key, written, ex=_FRESH_SECONDS)
    platform.redis.set(f"{key}:told", written, ex=_REMEMBERED_SECONDS)
    return quality


def _measured(gateway: Gateway, market: Market) -> Quality:
    ticker = gateway.ticker(market.symbol)
    worth = _dollars_of(gateway, market.quote)
    volume = None if ticker.quote_volume is None or worth is None else float(ticker.quote_volume * worth)
    return Quality(volume, _spread(ticker))


def _spread(ticker: Ticker) -> float | None:
    if not ticker.bid or not ticker.ask:
        return None
    middle = (ticker.bid + ticker.ask) / 2
    return float((ticker.ask - ticker.bid) / middle)


def _dollars_of(gateway: Gateway, currency: str) -> Decimal | None:
    """What one unit is worth in dollars, by the exchange's own market for it; None where it has none."""
    if currency in _DOLLARS:
        return Decimal(1)
    for dollar in ("USDT", "USD", "USDC"):
        if gateway.market(f"{currency}/{dollar}"):
            return gateway.ticker(f"{currency}/{dollar}").last
    return None
