"""What the feed has seen of candles that are not closed yet, and the rest of them, matched when they close."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import redis
from sqlalchemy.orm import Session

from backend.engine.roster import Table
from backend.engine.touches import Movement, match_on_paper
from backend.foundation.platform import Platform
from backend.trading.candles import interval


@dataclass(frozen=True)
class SeenCandle:
    """A candle as far as its prices have been passed on; `opened_at` in milliseconds."""

    opened_at: int
    high: float
    low: float
    close: float

    def way_to(self, high: float, low: float, close: float) -> tuple[float, float, float, float]:
        """From here to a later state of the same candle: where it begins, its highest, its lowest, where it ends.

        Highest and lowest are of what is new: an extreme that is not beyond the one that was seen lies before the way,
        and so does its beginning, which has been told.
        """
        return self.close, high if high > self.high else close, low if low < self.low else close, close


class SeenCandles:
    """The newest unfinished candle of each market and time frame, in Redis."""

    def __init__(self, client: redis.Redis) -> None:
        self._redis = client

    def note(self, exchange: str, symbol: str, timeframe: str, seen: SeenCandle) -> None:
        """Overwrite it; forgotten long after the candle's close."""
        lasting = 2 * interval(timeframe) + 60_000
        self._redis.set(_key(exchange, symbol, timeframe), json.dumps(seen.__dict__), px=lasting)

    def find(self, exchange: str, symbol: str, timeframe: str, opened_at: int) -> SeenCandle | None:
        """What was seen of the candle that opened then; None where nobody followed it."""
        raw: Any = self._redis.get(_key(exchange, symbol, timeframe))
        seen = None if raw is None else SeenCandle(**json.loads(raw))
        return seen if seen is not None and seen.opened_at == opened_at else None


def match_the_rest(platform: Platform, session: Session, table: Table, candle: np.void) -> int:
    """Match what of the closed candle (CANDLE) came after the last price that was passed on; returns how many acted.

    It concerns the paper bots that prices have touched within the candle: the others are matched with all of it.
    """
    opened_at = int(candle["opened_at"])
    touched = table.states["touched_at"] >= opened_at
    chosen = [index for index, seat in enumerate(table.seats) if seat.is_paper and touched[index]]
    if not chosen:
        return 0
    exchange, symbol, timeframe = table.place.exchange, table.place.market.symbol, table.place.timeframe
    seen = SeenCandles(platform.redis).find(exchange, symbol, timeframe, opened_at)
    if seen is None:
        return 0
    before, high, low, close = seen.way_to(float(candle["high"]), float(candle["low"]), float(candle["close"]))
    ends_at = opened_at + interval(timeframe) - 1
    movement = Movement(exchange, symbol, before, close, ends_at, high, low)
    return match_on_paper(platform, session, table, chosen, movement, opened_at)


def _key(exchange: str, symbol: str, timeframe: str) -> str:
    return f"candles:seen:{exchange}:{symbol}:{timeframe}"
