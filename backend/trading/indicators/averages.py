"""Moving averages of a column, and the distance between two of them."""

import numpy as np
import talib

from backend.trading.compiled import compiled
from backend.trading.indicators.ranges import FAINT
from backend.trading.indicators.talib_calls import computed, unknown
from backend.trading.series import Column, Series


def simple_moving_average(series: Series, period: int, column: str = "close") -> Column:
    """Mean of the last `period` values of the column, in its unit."""
    return series.remember(("sma", column, period), lambda: _simple(series.column(column), period, column))


def exponential_moving_average(series: Series, period: int, column: str = "close") -> Column:
    """Average of the column in which each value counts 2 / (period + 1) and all before it the rest, in its unit."""
    return series.remember(
        ("ema", column, period), lambda: computed(talib.EMA, period, series.column(column), timeperiod=period)
    )


def convergence_divergence(series: Series, fast: int, slow: int, signal: int) -> tuple[Column, Column]:
    """MACD of the closes: the fast exponential average less the slow one, and that line's own average; in quote."""
    return series.remember(("macd", fast, slow, signal), lambda: _convergence(series.close, fast, slow, signal))


def _simple(values: Column, period: int, column: str) -> Column:
    if column == "volume":
        return _means(values, period)
    return computed(talib.SMA, period, values, timeperiod=period)


@compiled
def _means(values: np.ndarray, period: int) -> np.ndarray:
    # What TA-Lib's running sum loses in rounding is nothing beside a price; beside a volume of zero it is all there is.
    count = len(values)
    means = np.full(count, np.nan)
    total = largest = 0.0
    for index in range(period - 1, count):
        begins = (index - period + 1) % period == 0
        if not begins:
            total += values[index] - values[index - period]
            largest = max(largest, total)
            begins = total < FAINT * largest
        if begins:
            total = 0.0
            for within in range(index - period + 1, index + 1):
                total += values[within]
            largest = total
        means[index] = total / period
    return means


def _convergence(close: Column, fast: int, slow: int, signal: int) -> tuple[Column, Column]:
    if len(close) < slow + signal:
        return unknown(len(close)), unknown(len(close))
    line, average, _ = talib.MACD(close, fastperiod=fast, slowperiod=slow, signalperiod=signal)
    return line, average
