"""Longer candles made of shorter ones, on the grids that exchanges use."""

import numpy as np
from numpy.typing import NDArray

from backend.trading.candles import CANDLE, TIMEFRAMES, Candles

_DAY = TIMEFRAMES["1d"]
# 1970-01-01 was a Thursday, weekly candles open on Mondays; three-day grids begin one day after 1970-01-01.
_GRID_OFFSETS = {"1w": 4 * _DAY, "3d": _DAY}


def bucket_starts(opened_at: NDArray[np.int64], timeframe: str) -> NDArray[np.int64]:
    """For each open time (ms), when the candle of `timeframe` that contains it opened (ms)."""
    length, offset = TIMEFRAMES[timeframe], _GRID_OFFSETS.get(timeframe, 0)
    starts: NDArray[np.int64] = (opened_at - offset) // length * length + offset
    return starts


def resample(candles: Candles, timeframe: str) -> Candles:
    """Candles of a longer time frame: first open, highest high, lowest low, last close, summed volume.

    A candle is made wherever there is at least one shorter one, so the first and the last may be unfinished:
    their beginning or end lies outside what was given.
    """
    if not len(candles):
        return np.empty(0, dtype=CANDLE)
    starts = bucket_starts(candles["opened_at"], timeframe)
    first = np.flatnonzero(np.concatenate(([True], starts[1:] != starts[:-1])))
    last = np.concatenate((first[1:], [len(candles)])) - 1
    longer = np.empty(len(first), dtype=CANDLE)
    longer["opened_at"] = starts[first]
    longer["open"] = candles["open"][first]
    longer["high"] = np.maximum.reduceat(candles["high"], first)
    longer["low"] = np.minimum.reduceat(candles["low"], first)
    longer["close"] = candles["close"][last]
    longer["volume"] = np.add.reduceat(candles["volume"], first)
    return longer
