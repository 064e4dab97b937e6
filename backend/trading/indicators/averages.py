"""Moving averages of a column, and the distance between two of them."""

import talib

from backend.trading.indicators.talib_calls import computed, unknown
from backend.trading.series import Column, Series


def simple_moving_average(series: Series, period: int, column: str = "close") -> Column:
    """Mean of the last `period` values of the column, in its unit."""
    return series.remember(
        ("sma", column, period), lambda: computed(talib.SMA, period, series.column(column), timeperiod=period)
    )


def exponential_moving_average(series: Series, period: int, column: str = "close") -> Column:
    """Average of the column in which each value counts 2 / (period + 1) and all before it the rest, in its unit."""
    return series.remember(
        ("ema", column, period), lambda: computed(talib.EMA, period, series.column(column), timeperiod=period)
    )


def convergence_divergence(series: Series, fast: int, slow: int, signal: int) -> tuple[Column, Column]:
    """MACD of the closes: the fast exponential average less the slow one, and that line's own average; in quote."""
    return series.remember(("macd", fast, slow, signal), lambda: _convergence(series.close, fast, slow, signal))


def _convergence(close: Column, fast: int, slow: int, signal: int) -> tuple[Column, Column]:
    if len(close) < slow + signal:
        return unknown(len(close)), unknown(len(close))
    line, average, _ = talib.MACD(close, fastperiod=fast, slowperiod=slow, signalperiod=signal)
    return line, average
