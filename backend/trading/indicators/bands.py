"""Bands around the price; each in quote, the upper one first."""

from backend.trading.indicators.averages import exponential_moving_average, simple_moving_average
from backend.trading.indicators.ranges import average_true_range, highest, lowest, standard_deviation
from backend.trading.indicators.talib_calls import delayed
from backend.trading.series import Column, Series


def bollinger_bands(series: Series, period: int, deviations: float) -> tuple[Column, Column, Column]:
    """Upper band, moving average and lower band: so many standard deviations of the closes around their mean."""
    return series.remember(("bollinger", period, deviations), lambda: _bollinger(series, period, deviations))


def donchian_channel(series: Series, period: int) -> tuple[Column, Column]:
    """Highest high and lowest low of the `period` candles before each one, so that its close can leave them."""
    return series.remember(
        ("donchian", period), lambda: (delayed(highest(series, period)), delayed(lowest(series, period)))
    )


def atr_channel(series: Series, period: int, atr_period: int, multiplier: float) -> tuple[Column, Column, Column]:
    """Keltner's channel: so many average true ranges around an exponential average of the closes, its middle line."""
    return series.remember(
        ("atr channel", period, atr_period, multiplier), lambda: _around(series, period, atr_period, multiplier)
    )


def _bollinger(series: Series, period: int, deviations: float) -> tuple[Column, Column, Column]:
    middle, distance = simple_moving_average(series, period), deviations * standard_deviation(series, period)
    return middle + distance, middle, middle - distance


def _around(series: Series, period: int, atr_period: int, multiplier: float) -> tuple[Column, Column, Column]:
    middle = exponential_moving_average(series, period)
    distance = multiplier * average_true_range(series, atr_period)
    return middle + distance, middle, middle - distance
