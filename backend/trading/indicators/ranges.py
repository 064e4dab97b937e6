"""How far prices reach: highest and lowest prices, true ranges, standard deviations."""

import numpy as np
import talib

from backend.trading.compiled import compiled
from backend.trading.indicators.talib_calls import computed
from backend.trading.series import Column, Series

FAINT = 1e-6
"""A running sum that falls below this share of what it was is computed anew: its rounding errors have not fallen."""


def highest(series: Series, period: int, column: str = "high") -> Column:
    """The largest of the last `period` values of the column, in its unit."""
    return series.remember(
        ("highest", column, period), lambda: computed(talib.MAX, period, series.column(column), timeperiod=period)
    )


def lowest(series: Series, period: int, column: str = "low") -> Column:
    """The smallest of the last `period` values of the column, in its unit."""
    return series.remember(
        ("lowest", column, period), lambda: computed(talib.MIN, period, series.column(column), timeperiod=period)
    )


def average_true_range(series: Series, period: int) -> Column:
    """Wilder's average of the candles' ranges, gaps to the close before included; in quote."""
    return series.remember(
        ("atr", period),
        lambda: computed(talib.ATR, period + 1, series.high, series.low, series.close, timeperiod=period),
    )


def standard_deviation(series: Series, period: int) -> Column:
    """Of the last `period` closes, as a whole population; in quote."""
    return series.remember(("deviation", period), lambda: _deviations(series.close, period))


@compiled
def _deviations(values: np.ndarray, period: int) -> np.ndarray:
    # TA-Lib subtracts the squared mean from the mean square, which leaves nothing of the small differences between
    # large prices, and calls every variance below 1e-14 zero, which prices in BTC are. Here the sums are of distances
    # from a price nearby. They begin anew once a period, and where so little is left of them that it could be what
    # was lost in rounding: in a market that stands still after a jump there must be nothing left at all.
    count = len(values)
    deviations = np.full(count, np.nan)
    anchor = total = squares = variance = largest = 0.0
    for index in range(period - 1, count):
        begins = (index - period + 1) % period == 0
        if not begins:
            entering, leaving = values[index] - anchor, values[index - period] - anchor
            total += entering - leaving
            squares += entering * entering - leaving * leaving
            largest = max(largest, squares)
            variance = squares / period - (total / period) ** 2
            begins = variance * period < FAINT * largest
        if begins:
            anchor, total, squares = values[index], 0.0, 0.0
            for within in range(index - period + 1, index + 1):
                distance = values[within] - anchor
                total += distance
                squares += distance * distance
            largest = squares
            variance = squares / period - (total / period) ** 2
        deviations[index] = np.sqrt(max(variance, 0.0))
    return deviations
