"""Indicators between bounds or around zero; all in per cent."""

import numpy as np
import talib

from backend.trading.compiled import compiled
from backend.trading.indicators.memory import STILL
from backend.trading.indicators.ranges import highest, lowest
from backend.trading.indicators.talib_calls import computed, unknown
from backend.trading.series import Column, Series


def relative_strength(series: Series, period: int) -> Column:
    """Wilder's relative strength index, 0 to 100: rises as a share of all the closes' moves. NaN in a still market."""
    return series.remember(("rsi", period), lambda: _relative_strength(series.close, period))


def stochastic(series: Series, period: int, smoothing: int, signal: int) -> tuple[Column, Column]:
    """%K and %D, 0 to 100: where the close lies between the period's lowest and highest price, averaged twice.

    It lies in the middle of candles that were all at one price.
    """
    return series.remember(
        ("stochastic", period, smoothing, signal), lambda: _stochastic(series, period, smoothing, signal)
    )


def rate_of_change(series: Series, period: int) -> Column:
    """By how many per cent the close is above the one `period` candles before."""
    return series.remember(("roc", period), lambda: computed(talib.ROC, period + 1, series.close, timeperiod=period))


@compiled
def _relative_strength(close: np.ndarray, period: int) -> np.ndarray:
    # TA-Lib's answer is 0, deeply oversold, where the moves have faded away; ours is that nothing is known.
    count = len(close)
    strength = np.full(count, np.nan)
    gain = loss = 0.0
    for index in range(1, count):
        change = close[index] - close[index - 1]
        rise, fall = max(change, 0.0), max(-change, 0.0)
        if index <= period:
            gain += rise / period
            loss += fall / period
        else:
            gain += (rise - gain) / period
            loss += (fall - loss) / period
        if index >= period and gain + loss > STILL * close[index]:
            strength[index] = 100.0 * gain / (gain + loss)
    return strength


def _stochastic(series: Series, period: int, smoothing: int, signal: int) -> tuple[Column, Column]:
    count = len(series)
    if count < period + smoothing + signal - 2:
        return unknown(count), unknown(count)
    low = lowest(series, period)
    span = highest(series, period) - low
    share = np.full(count, 50.0)
    np.divide(100.0 * (series.close - low), span, out=share, where=span > 0)
    fast, slow = unknown(count), unknown(count)
    fast[period - 1 :] = talib.SMA(share[period - 1 :], timeperiod=smoothing) if smoothing > 1 else share[period - 1 :]
    first = period + smoothing - 2
    slow[first:] = talib.SMA(fast[first:], timeperiod=signal) if signal > 1 else fast[first:]
    return fast, slow
