"""The one way to ask a strategy for anything: whatever goes wrong inside it comes out as one sentence."""

import numpy as np
from numpy.typing import NDArray

from backend.trading.compiled import compiled
from backend.trading.series import Series
from backend.trading.strategies.declaration import (
    IndicatorLine,
    Parameters,
    Signals,
    Strategy,
    UnfitTimeframe,
    checked_warmup,
    with_defaults,
)

_BUILT_IN = "backend.trading.strategies."


class StrategyError(Exception):
    """A strategy could not give what it was asked for; the message says why, in a sentence for the user."""

    def __init__(self, strategy: str, sentence: str) -> None:
        """`strategy`: its name."""
        super().__init__(f"Strategy “{strategy}”: {sentence}")
        self.strategy = strategy
        self.sentence = sentence


def evaluate(strategy: Strategy, series: Series, parameters: Parameters) -> Signals:
    """Actions (int8: +1, -1, 0) and confidences (float64, 0..1), one of each a candle. Raises StrategyError."""
    try:
        actions, confidences = strategy.signals(series, _complete(strategy, parameters))
    except Exception as error:
        raise StrategyError(strategy.name, _sentence(error)) from error
    problem = _problem_with(actions, np.int8, "actions", len(series)) or _problem_with(
        confidences, np.float64, "confidences", len(series)
    )
    # Values of built-in strategies are proven by tests; a pass over the arrays would be felt in an optimisation.
    if not problem and not type(strategy).__module__.startswith(_BUILT_IN):
        index = first_unusable(actions, confidences)
        if index >= 0:
            problem = (
                f"it gave the action {actions[index]} with the confidence {confidences[index]:g} at candle {index};"
                " an action is 1, -1 or 0, and a confidence from 0 to 1."
            )
    if problem:
        raise StrategyError(strategy.name, problem)
    return actions, confidences


def warmup_of(strategy: Strategy, parameters: Parameters, interval_ms: int) -> int:
    """How many candles of `interval_ms` before a candle its signal depends on. Raises StrategyError."""
    try:
        return checked_warmup(strategy, _complete(strategy, parameters), interval_ms)
    except Exception as error:
        raise StrategyError(strategy.name, _sentence(error)) from error


def lines_of(strategy: Strategy, series: Series, parameters: Parameters) -> list[IndicatorLine]:
    """The lines behind the signals, one value a candle. Raises StrategyError."""
    try:
        lines = list(strategy.lines(series, _complete(strategy, parameters)))
    except Exception as error:
        raise StrategyError(strategy.name, _sentence(error)) from error
    for line in lines:
        if not isinstance(line, IndicatorLine):
            raise StrategyError(strategy.name, f"it gave {type(line).__name__} as a line; it takes IndicatorLine.")
        problem = _problem_with(line.values, np.float64, f"values of the line “{line.name}”", len(series))
        if problem:
            raise StrategyError(strategy.name, problem)
    return lines


def _complete(strategy: Strategy, parameters: Parameters) -> Parameters:
    """A bot that was set up before a parameter existed runs on the parameter's default."""
    return parameters if len(parameters) >= len(strategy.parameters) else with_defaults(strategy, parameters)


def _problem_with(values: object, dtype: type, what: str, count: int) -> str | None:
    if type(values) is not np.ndarray or values.dtype != dtype or values.ndim != 1:
        return f"its {what} are not an array of {dtype.__name__}."
    if len(values) != count:
        return f"it gave {len(values)} {what} for {count} candles."
    return None


@compiled
def first_unusable(actions: NDArray[np.int8], confidences: NDArray[np.float64]) -> int:
    """The first candle whose action or confidence is none; -1 where all are."""
    for index in range(len(actions)):
        if not -1 <= actions[index] <= 1 or not 0.0 <= confidences[index] <= 1.0:
            return index
    return -1


def _sentence(error: Exception) -> str:
    if isinstance(error, UnfitTimeframe):
        return str(error)
    return f"it stopped with {type(error).__name__}: {error}".rstrip(".: ") + "."
