"""The candle time frames and their grids: where each candle opens, as Binance lays them out."""

from typing import Final

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]

SECOND: Final = 1_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
MONTH: Final = "1M"

# Milliseconds of every time frame of a fixed length; a month has none.
FIXED_LENGTHS: Final[dict[str, int]] = {
    "1s": SECOND,
    "1m": MINUTE,
    "3m": 3 * MINUTE,
    "5m": 5 * MINUTE,
    "15m": 15 * MINUTE,
    "30m": 30 * MINUTE,
    "1h": HOUR,
    "2h": 2 * HOUR,
    "4h": 4 * HOUR,
    "6h": 6 * HOUR,
    "8h": 8 * HOUR,
    "12h": 12 * HOUR,
    "1d": DAY,
    "3d": 3 * DAY,
    "1w": 7 * DAY,
}
TIMEFRAMES: Final[tuple[str, ...]] = (*FIXED_LENGTHS, MONTH)


def grid_offset(length: int) -> int:
    """Milliseconds after 1970 at which the grid of this candle length starts."""
    # 1970 began on a Thursday and weeks open on Mondays; the venue's three-day grid starts one day in.
    return {7 * DAY: 4 * DAY, 3 * DAY: DAY}.get(length, 0)


def open_of(timeframe: str, moment: int) -> int:
    """The opening time of the candle that holds `moment`."""
    if timeframe == MONTH:
        return _month_open(_month_of(moment))
    length = FIXED_LENGTHS[timeframe]
    offset = grid_offset(length)
    return (moment - offset) // length * length + offset


def edges(timeframe: str, first_open: int, count: int) -> IntArray:
    """The opening times of `count` candles from `first_open` on, and last the close of the last one."""
    if timeframe == MONTH:
        first = _month_of(first_open)
        months = np.arange(first, first + count + 1).astype("datetime64[M]")
        return months.astype("datetime64[ms]").astype(np.int64)
    return first_open + FIXED_LENGTHS[timeframe] * np.arange(count + 1, dtype=np.int64)


def close_of(timeframe: str, candle_open: int) -> int:
    """The moment at which the candle opened at `candle_open` ends and the next one opens."""
    return int(edges(timeframe, candle_open, 1)[1])


def open_before(timeframe: str, last_open: int, steps: int) -> int:
    """The opening time `steps` candles before the one opened at `last_open`."""
    if timeframe == MONTH:
        return _month_open(_month_of(last_open) - steps)
    return last_open - steps * FIXED_LENGTHS[timeframe]


def count_between(timeframe: str, first_open: int, last_open: int) -> int:
    """How many candles open from `first_open` to `last_open`, both included."""
    if timeframe == MONTH:
        return max(0, _month_of(last_open) - _month_of(first_open) + 1)
    return max(0, (last_open - first_open) // FIXED_LENGTHS[timeframe] + 1)


def _month_of(moment: int) -> int:
    return int(np.datetime64(moment, "ms").astype("datetime64[M]").astype(np.int64))


def _month_open(month: int) -> int:
    return int(np.datetime64(month, "M").astype("datetime64[ms]").astype(np.int64))
