"""Technical indicators over candles (computed by TA-Lib)."""

import numpy as np
import talib
from numpy.typing import NDArray


def simple_moving_average(values: NDArray[np.float64], period: int) -> NDArray[np.float64]:
    """Mean of the last `period` values at each element, in the values' unit; NaN where there are not enough."""
    if len(values) < period:
        return np.full(len(values), np.nan)
    average: NDArray[np.float64] = talib.SMA(np.ascontiguousarray(values, dtype=np.float64), timeperiod=period)
    return average
