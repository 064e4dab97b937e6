"""Technical indicators over a series (computed by TA-Lib), each remembered by it; NaN where candles are missing."""

import numpy as np
import talib

from backend.trading.series import Column, Series


def simple_moving_average(series: Series, period: int, column: str = "close") -> Column:
    """Mean of the last `period` values of the column, in its unit."""
    return series.remember(("sma", column, period), lambda: _averaged(series.column(column), period))


def _averaged(values: Column, period: int) -> Column:
    if len(values) < period:
        return _unknown(len(values))
    average: Column = talib.SMA(values, timeperiod=period)
    return average


def _unknown(count: int) -> Column:
    return np.full(count, np.nan)
