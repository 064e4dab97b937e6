"""The indicators that rules can be made of: their parameters, what they give, and how far back they remember."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from backend.trading import indicators
from backend.trading.series import Column, Series
from backend.trading.strategies.declaration import Parameters
from backend.trading.strategies.parameter import Choice, Parameter, choice, number, whole

Unit = Literal["price", "per cent", "volume", "direction"]

COLUMNS = (
    Choice("close", "close"),
    Choice("open", "open"),
    Choice("high", "high"),
    Choice("low", "low"),
    Choice("volume", "volume"),
)
"""The columns of a candle."""

_SOURCE = choice("source", "Of", "Which of the candle's numbers is averaged.", *COLUMNS)


@dataclass(frozen=True)
class Output:
    """One line that an indicator gives; its unit says how closely two values of it can be told apart."""

    name: str
    title: str
    unit: Unit


@dataclass(frozen=True)
class Indicator:
    """An indicator. `compute` gives one array for each output, `memory` the candles before i that i depends on."""

    name: str
    title: str
    parameters: tuple[Parameter, ...]
    outputs: tuple[Output, ...]
    compute: Callable[[Series, Parameters], tuple[Column, ...]]
    memory: Callable[[Parameters], int]
    problem: Callable[[Parameters], str | None] = lambda _parameters: None

    def complete(self, given: Parameters) -> dict[str, Any]:
        """The given parameters and the defaults of the others."""
        return {**{parameter.name: parameter.default for parameter in self.parameters}, **given}


def _period(
    default: int, maximum: int = 1000, name: str = "period", title: str = "Period", minimum: int = 2
) -> Parameter:
    return whole(name, title, "Candles that it looks at.", default, minimum, maximum)


def _multiplier(default: float) -> Parameter:
    return number("multiplier", "Multiplier", "Distance in average ranges.", default, 0.5, 10.0, 0.1)


def _fast_below_slow(parameters: Parameters) -> str | None:
    if parameters["fast_period"] < parameters["slow_period"]:
        return None
    return "The fast period must be less than the slow period."


def _macd(series: Series, given: Parameters) -> tuple[Column, ...]:
    periods = given["fast_period"], given["slow_period"], given["signal_period"]
    line, signal = indicators.convergence_divergence(series, *periods)
    return line, signal, series.remember(("macd histogram", *periods), lambda: line - signal)


def _supertrend(series: Series, given: Parameters) -> tuple[Column, ...]:
    line, direction = indicators.supertrend(series, given["period"], given["multiplier"])
    return line, np.where(direction == 0, np.nan, direction.astype(np.float64))


INDICATORS: dict[str, Indicator] = {
    indicator.name: indicator
    for indicator in (
        Indicator(
            "sma",
            "Simple moving average",
            (_period(20), _SOURCE),
            (Output("value", "average", "price"),),
            lambda series, given: (indicators.simple_moving_average(series, given["period"], given["source"]),),
            lambda given: int(given["period"]) - 1,
        ),
        Indicator(
            "ema",
            "Exponential moving average",
            (_period(20), _SOURCE),
            (Output("value", "average", "price"),),
            lambda series, given: (indicators.exponential_moving_average(series, given["period"], given["source"]),),
            lambda given: indicators.exponential_memory(given["period"]),
        ),
        Indicator(
            "rsi",
            "Relative strength index",
            (_period(14, 200),),
            (Output("value", "index", "per cent"),),
            lambda series, given: (indicators.relative_strength(series, given["period"]),),
            lambda given: indicators.strength_memory(given["period"]),
        ),
        Indicator(
            "macd",
            "MACD",
            (
                _period(12, 200, "fast_period", "Fast period"),
                _period(26, 500, "slow_period", "Slow period", 3),
                _period(9, 200, "signal_period", "Signal period"),
            ),
            (
                Output("line", "line", "price"),
                Output("signal", "signal line", "price"),
                Output("histogram", "histogram", "price"),
            ),
            _macd,
            lambda given: indicators.convergence_memory(given["slow_period"], given["signal_period"]),
            _fast_below_slow,
        ),
        Indicator(
            "bollinger",
            "Bollinger bands",
            (_period(20, 500), number("deviations", "Deviations", "Half the width.", 2.0, 0.5, 5.0, 0.1)),
            (
                Output("upper", "upper band", "price"),
                Output("middle", "middle", "price"),
                Output("lower", "lower band", "price"),
            ),
            lambda series, given: indicators.bollinger_bands(series, given["period"], given["deviations"]),
            lambda given: int(given["period"]) - 1,
        ),
        Indicator(
            "donchian",
            "Donchian channel",
            (_period(20, 500),),
            (Output("upper", "highest before", "price"), Output("lower", "lowest before", "price")),
            lambda series, given: indicators.donchian_channel(series, given["period"]),
            lambda given: int(given["period"]),
        ),
        Indicator(
            "supertrend",
            "Supertrend",
            (_period(10, 100), _multiplier(3.0)),
            (Output("line", "line", "price"), Output("direction", "direction (1 or -1)", "direction")),
            _supertrend,
            lambda given: indicators.supertrend_memory(given["period"], given["multiplier"]),
        ),
        Indicator(
            "stochastic",
            "Stochastic oscillator",
            (
                _period(14, 500),
                whole("smoothing", "Smoothing of %K", "Candles over which %K is averaged.", 3, 1, 50),
                whole("signal_period", "Period of %D", "Candles of %K that %D averages.", 3, 1, 50),
            ),
            (Output("k", "%K", "per cent"), Output("d", "%D", "per cent")),
            lambda series, given: indicators.stochastic(
                series, given["period"], given["smoothing"], given["signal_period"]
            ),
            lambda given: int(given["period"] + given["smoothing"] + given["signal_period"]) - 3,
        ),
        Indicator(
            "roc",
            "Rate of change (%)",
            (_period(12, 500, minimum=1),),
            (Output("value", "change", "per cent"),),
            lambda series, given: (indicators.rate_of_change(series, given["period"]),),
            lambda given: int(given["period"]),
        ),
        Indicator(
            "atr",
            "Average true range",
            (_period(14, 200),),
            (Output("value", "range", "price"),),
            lambda series, given: (indicators.average_true_range(series, given["period"]),),
            lambda given: indicators.wilder_memory(given["period"]),
        ),
        Indicator(
            "atr_channel",
            "ATR channel",
            (_period(20, 500), _period(10, 200, "atr_period", "Range period"), _multiplier(2.0)),
            (
                Output("upper", "upper line", "price"),
                Output("middle", "middle", "price"),
                Output("lower", "lower line", "price"),
            ),
            lambda series, given: indicators.atr_channel(
                series, given["period"], given["atr_period"], given["multiplier"]
            ),
            lambda given: indicators.channel_memory(given["period"], given["atr_period"]),
        ),
    )
}
"""By name."""
