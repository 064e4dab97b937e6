"""SMA crossover: buys when a short moving average rises above a long one, sells when it falls below."""

import numpy as np
from numpy.typing import NDArray

from backend.trading.candles import Candles
from backend.trading.indicators import simple_moving_average
from backend.trading.strategies.declaration import (
    Actions,
    Confidences,
    IndicatorLine,
    Parameter,
    Parameters,
)

# Averages closer than this share of the price are equal: a running sum carries rounding errors of about 1e-13
# that depend on where the array began, and must not decide a trade.
_EQUAL_WITHIN = 1e-9


class SmaCrossover:
    """The crossover as an event: one signal on the candle of the crossing, none while the averages stay apart."""

    name = "sma_crossover"
    title = "SMA crossover"
    summary = (
        "Follows the trend: buys when the short average of closing prices rises above the long one,"
        " and sells when it falls below."
    )
    parameters: tuple[Parameter, ...] = (
        Parameter(
            "short_period",
            "integer",
            "Short period",
            "Candles in the fast average; a smaller number reacts sooner and errs more often.",
            default=10,
            minimum=2,
            maximum=500,
        ),
        Parameter(
            "long_period",
            "integer",
            "Long period",
            "Candles in the slow average; it must be more than the short period.",
            default=30,
            minimum=3,
            maximum=1000,
        ),
    )

    def problems(self, parameters: Parameters) -> dict[str, str]:
        """The short average must be the shorter one."""
        if parameters["short_period"] < parameters["long_period"]:
            return {}
        return {
            "short_period": f"Short period ({parameters['short_period']}) must be less than"
            f" the long period ({parameters['long_period']})."
        }

    def warmup(self, parameters: Parameters) -> int:
        """The long average of this candle and of the one before it."""
        return int(parameters["long_period"])

    def signals(self, candles: Candles, parameters: Parameters) -> tuple[Actions, Confidences]:
        """+1 where the short average rises above the long one, -1 where it falls below."""
        short, long = self._averages(candles, parameters)
        side = np.zeros(len(candles), dtype=np.int8)
        with np.errstate(invalid="ignore"):
            side[short - long > _EQUAL_WITHIN * long] = 1
            side[long - short > _EQUAL_WITHIN * long] = -1
        actions = np.zeros(len(candles), dtype=np.int8)
        before, after = side[:-1], side[1:]
        known = ~np.isnan(long[:-1])
        actions[1:][known & (before <= 0) & (after > 0)] = 1
        actions[1:][known & (before >= 0) & (after < 0)] = -1
        return actions, np.abs(actions).astype(np.float64)

    def lines(self, candles: Candles, parameters: Parameters) -> list[IndicatorLine]:
        """Both averages."""
        short, long = self._averages(candles, parameters)
        return [
            IndicatorLine(f"SMA {parameters['short_period']}", short),
            IndicatorLine(f"SMA {parameters['long_period']}", long),
        ]

    def _averages(self, candles: Candles, parameters: Parameters) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        close = candles["close"]
        return (
            simple_moving_average(close, parameters["short_period"]),
            simple_moving_average(close, parameters["long_period"]),
        )
