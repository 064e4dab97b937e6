"""Candles as numpy records, and the time frames there are."""

import numpy as np
from numpy.typing import NDArray

CANDLE = np.dtype(
    [
        ("opened_at", np.int64),
        ("open", np.float64),
        ("high", np.float64),
        ("low", np.float64),
        ("close", np.float64),
        ("volume", np.float64),
    ]
)
"""`opened_at`: milliseconds since 1970 UTC; prices in quote, volume in base currency."""

Candles = NDArray[np.void]

_SECOND = 1_000
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR

TIMEFRAMES: dict[str, int] = {
    "1s": _SECOND,
    "1m": _MINUTE,
    "3m": 3 * _MINUTE,
    "5m": 5 * _MINUTE,
    "15m": 15 * _MINUTE,
    "30m": 30 * _MINUTE,
    "1h": _HOUR,
    "2h": 2 * _HOUR,
    "4h": 4 * _HOUR,
    "6h": 6 * _HOUR,
    "8h": 8 * _HOUR,
    "12h": 12 * _HOUR,
    "1d": _DAY,
    "3d": 3 * _DAY,
    "1w": 7 * _DAY,
}
"""Name of each time frame and its length in milliseconds."""


def interval(timeframe: str) -> int:
    """The length of a time frame in milliseconds. Raises KeyError for a name that is none."""
    return TIMEFRAMES[timeframe]


_MONDAY = 4 * _DAY
"""The first Monday after the epoch, which was a Thursday: weeks begin on Mondays."""


def candle_open(at: int, timeframe: str) -> int:
    """When the candle of that time frame opened that the moment `at` (ms) lies in, in milliseconds."""
    length = TIMEFRAMES[timeframe]
    offset = _MONDAY if timeframe == "1w" else 0
    return (at - offset) // length * length + offset
