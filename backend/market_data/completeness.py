"""How complete a series of candles is, and what it is in one number."""

import hashlib
from dataclasses import dataclass

import numpy as np

from backend.trading.candles import CANDLE, Candles, interval


@dataclass(frozen=True)
class Gap:
    """Candles that are not there: `missing` of them between those that opened at `after_ms` and at `before_ms`."""

    after_ms: int
    missing: int
    before_ms: int


@dataclass(frozen=True)
class GapReport:
    """How complete a series is between its first and its last candle; both are open times in milliseconds."""

    gaps: tuple[Gap, ...]
    count: int
    first: int | None
    last: int | None

    @property
    def total(self) -> int:
        """How many candles are missing in all."""
        return sum(gap.missing for gap in self.gaps)

    @property
    def longest(self) -> int:
        """How many candles the longest gap misses."""
        return max((gap.missing for gap in self.gaps), default=0)


def gap_report(candles: Candles, timeframe: str) -> GapReport:
    """The gaps of candles in order."""
    opened_at, length = candles["opened_at"], interval(timeframe)
    steps = np.diff(opened_at)
    # Rounded: a candle that opened a little off the grid is late, and none is missing before it.
    missing = np.rint(steps / length).astype(np.int64) - 1
    gaps = (
        Gap(int(opened_at[index]), int(missing[index]), int(opened_at[index + 1]))
        for index in np.flatnonzero(missing > 0)
    )
    ends = (int(opened_at[0]), int(opened_at[-1])) if len(candles) else (None, None)
    return GapReport(tuple(gaps), len(candles), *ends)


def content_hash(candles: Candles) -> str:
    """SHA-256 of the candles' numbers, little-endian, in the order of CANDLE: the same on every machine."""
    canonical = candles.astype(CANDLE.newbyteorder("<"), copy=False)
    return hashlib.sha256(np.ascontiguousarray(canonical).tobytes()).hexdigest()
