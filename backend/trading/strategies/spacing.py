"""How long a series' candles are, where nobody says so."""

import numpy as np
from numpy.typing import NDArray

from backend.trading.candles import TIMEFRAMES
from backend.trading.series import Series

_ON_GRID = 0.9
_LENGTHS = tuple(sorted(TIMEFRAMES.values(), reverse=True))


def grid_interval(series: Series) -> int:
    """Milliseconds of the longest time frame whose multiples the candles keep to; 0 where it cannot be told.

    Candles may be missing and a few may be off the grid, as after an outage: neither changes what the others say, so
    that a part of a recording answers like the whole.
    """
    return series.remember("grid interval", lambda: _grid_interval(series.opened_at))


def _grid_interval(opened_at: NDArray[np.int64]) -> int:
    steps = np.diff(opened_at)
    for length in _LENGTHS:
        if len(steps) and np.count_nonzero(steps % length == 0) >= _ON_GRID * len(steps):
            return length
    return 0
