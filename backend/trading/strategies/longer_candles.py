"""Longer candles beside a series: what was known of them at the close of each of its own candles, and no more."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.trading.candles import TIMEFRAMES
from backend.trading.resampling import bucket_starts, resample
from backend.trading.series import Column, Series
from backend.trading.strategies.spacing import grid_interval


@dataclass(frozen=True)
class LongerCandles:
    """`series`: longer candles; `finished`: at each close of the shorter ones, the newest finished one; -1 for none."""

    series: Series
    finished: NDArray[np.int64]

    def seen(self, values: Column) -> Column:
        """Values of the longer candles as they were known at the close of each shorter one; NaN before the first."""
        if not len(values):
            return np.full(len(self.finished), np.nan)
        return np.where(self.finished >= 0, values[self.finished], np.nan)


def longer_candles(series: Series, timeframe: str) -> LongerCandles:
    """The candles of `timeframe` that the series makes. The first is left out, for it may have begun before."""
    return series.remember(("longer candles", timeframe), lambda: _longer_candles(series, timeframe))


def _longer_candles(series: Series, timeframe: str) -> LongerCandles:
    interval = grid_interval(series)
    shifted = series.candles.copy()
    # A candle belongs to the longer one that it closes in. That of one off the grid may have begun in the one before;
    # by its opening it would change a longer candle that is finished.
    shifted["opened_at"] += max(interval - 1, 0)
    starts = bucket_starts(shifted["opened_at"], timeframe)
    place = np.cumsum(np.concatenate(([0], starts[1:] != starts[:-1]))) if len(starts) else starts
    closes_it = series.opened_at + interval >= starts + TIMEFRAMES[timeframe]
    finished = place - 1 - np.where(closes_it, 0, 1)
    return LongerCandles(Series(resample(shifted, timeframe)[1:]), np.maximum(finished, -1).astype(np.int64))
