"""What a strategy declares of itself: one declaration validates, makes the JSON schema and draws the form."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from backend.trading.series import Series
from backend.trading.strategies.parameter import Parameter

Actions = NDArray[np.int8]
Confidences = NDArray[np.float64]
Signals = tuple[Actions, Confidences]
Parameters = Mapping[str, Any]


MOST_WARMUP = 200_000
"""Candles; a strategy that needs more before it can speak would be neither stored nor loaded in time."""


class UnfitTimeframe(ValueError):
    """The parameters cannot be used on candles of this length; the message says why, in a sentence for the user."""

    def __init__(self, sentence: str, path: str = "") -> None:
        """`path`: where in the parameters, such as buy.all.0.left.timeframe."""
        super().__init__(sentence)
        self.path = path


@dataclass(frozen=True)
class IndicatorLine:
    """A line that a strategy looks at, one value a candle; NaN where it has no value yet.

    `pane` is "price" for a line that lies over the candles, else the name of the pane below that it shares with others;
    `levels` are horizontal lines worth drawing there.
    """

    name: str
    values: NDArray[np.float64]
    pane: str = "price"
    levels: tuple[float, ...] = ()


class Strategy(Protocol):
    """Maps candles and parameters to what to do at the close of each candle. A plug-in derives from it.

    Whatever it raises reaches the user as a sentence; nothing may be kept from one call to the next but what
    `Series.remember` keeps, for one instance serves every bot.
    """

    name: str
    title: str
    summary: str
    parameters: tuple[Parameter, ...]
    signals_from_outside: bool = False
    """Whether others say what to do, and candles tell nothing."""

    def problems(self, parameters: Parameters, /) -> dict[str, str]:
        """What is wrong with parameters that are each within their bounds, by parameter name."""
        del parameters
        return {}

    def warmup(self, parameters: Parameters, interval_ms: int, /) -> int:
        """How many candles before element i its value depends on; `interval_ms`: the length of a candle.

        Raises UnfitTimeframe where the parameters cannot be used on candles of this length.
        """

    def signals(self, series: Series, parameters: Parameters, /) -> Signals:
        """Action (+1 buy, -1 sell, 0 hold) and confidence (0..1) at each close, from candles up to it only."""

    def lines(self, series: Series, parameters: Parameters, /) -> list[IndicatorLine]:
        """The indicator lines behind the signals, to be drawn."""
        del series, parameters
        return []


class Voter(Strategy, Protocol):
    """A strategy that has an opinion at every candle, not only where it would act."""

    def stances(self, series: Series, parameters: Parameters, /) -> Actions:
        """+1 for up, -1 for down, 0 for neither or unknown (int8), at each close."""


def after_warmup(signals: Signals, warmup: int) -> Signals:
    """The signals, taken back where what they follow from may lie before the first candle."""
    actions, confidences = signals
    actions[:warmup], confidences[:warmup] = 0, 0.0
    return signals


def with_defaults(strategy: Strategy, given: Parameters) -> dict[str, Any]:
    """The given parameters, completed by the declared defaults."""
    missing = {parameter.name: parameter for parameter in strategy.parameters if parameter.name not in given}
    # A default may be a nested structure, which the caller is free to change.
    return {**{name: copy.deepcopy(parameter.default) for name, parameter in missing.items()}, **given}


def checked_warmup(strategy: Strategy, complete: Parameters, interval_ms: int) -> int:
    """The strategy's warm-up in candles. Raises UnfitTimeframe where it is too long, TypeError where it is none."""
    warmup = strategy.warmup(complete, interval_ms)
    if not isinstance(warmup, int | np.integer) or isinstance(warmup, bool) or warmup < 0:
        raise TypeError(f"its warm-up is {warmup!r}, which is not a number of candles")
    if warmup > MOST_WARMUP:
        raise UnfitTimeframe(
            f"It needs {warmup:,} candles before it can speak, and {MOST_WARMUP:,} are the most."
            " Choose shorter periods, or longer candles for the bot."
        )
    return int(warmup)


def problems_of(strategy: Strategy, given: Parameters, interval_ms: int | None = None) -> dict[str, str]:
    """Everything wrong with the given parameters, by name or path; empty when they can be used.

    With `interval_ms`, the length of a candle, also what is wrong only on candles of that length.
    """
    declared = {parameter.name for parameter in strategy.parameters}
    found = {str(name): f"{strategy.title} has no such parameter." for name in given if name not in declared}
    complete = with_defaults(strategy, given)
    for parameter in strategy.parameters:
        for path, problem in parameter.problems_with(complete[parameter.name]).items():
            found[f"{parameter.name}.{path}" if path else parameter.name] = problem
    return found or _problems_between(strategy, complete, interval_ms)


def _problems_between(strategy: Strategy, complete: Parameters, interval_ms: int | None) -> dict[str, str]:
    somewhere = strategy.parameters[0].name if strategy.parameters else "parameters"
    try:
        found = strategy.problems(complete)
        if not found and interval_ms is not None:
            checked_warmup(strategy, complete, interval_ms)
    except UnfitTimeframe as error:
        return {error.path or somewhere: str(error)}
    except Exception as error:  # noqa: BLE001  a plug-in's mistake must not cost more than this answer
        return {somewhere: f"{strategy.title} could not check this: {type(error).__name__}: {error}."}
    return found


def json_schema(strategy: Strategy) -> dict[str, Any]:
    """The declaration as JSON Schema, in the order in which a form shows it."""
    definitions: dict[str, Any] = {}
    for parameter in strategy.parameters:
        definitions.update(parameter.definitions())
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {parameter.name: parameter.schema() for parameter in strategy.parameters},
        "required": [parameter.name for parameter in strategy.parameters],
        "additionalProperties": False,
    }
    return {**schema, "$defs": definitions} if definitions else schema
