"""What a strategy declares of itself: one declaration validates, makes the JSON schema and draws the form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from backend.trading.candles import Candles

Actions = NDArray[np.int8]
Confidences = NDArray[np.float64]
Parameters = Mapping[str, Any]


@dataclass(frozen=True)
class Parameter:
    """One number that a strategy is set by; bounds are inclusive."""

    name: str
    kind: Literal["integer", "number"]
    title: str
    help: str
    default: float
    minimum: float
    maximum: float

    def problem_with(self, value: Any) -> str | None:
        """What is wrong with the value, as a sentence, or None."""
        wanted = "a whole number" if self.kind == "integer" else "a number"
        fits = isinstance(value, int) if self.kind == "integer" else isinstance(value, int | float)
        if not fits or isinstance(value, bool):
            return f"{self.title} must be {wanted} from {self.minimum:g} to {self.maximum:g}."
        if not self.minimum <= value <= self.maximum:
            return f"{self.title} must be from {self.minimum:g} to {self.maximum:g}; this is {value:g}."
        return None


@dataclass(frozen=True)
class IndicatorLine:
    """A line that a strategy looks at, to be drawn over the candles; NaN where it has no value yet."""

    name: str
    values: NDArray[np.float64]


class Strategy(Protocol):
    """Maps candles and parameters to what to do at the close of each candle."""

    name: str
    title: str
    summary: str
    parameters: tuple[Parameter, ...]

    def problems(self, parameters: Parameters) -> dict[str, str]:
        """What is wrong with parameters that are each within their bounds, by parameter name."""

    def warmup(self, parameters: Parameters) -> int:
        """How many candles before element i its value depends on."""

    def signals(self, candles: Candles, parameters: Parameters) -> tuple[Actions, Confidences]:
        """Action (+1 buy, -1 sell, 0 hold) and confidence (0..1) at each close, from candles up to it only."""

    def lines(self, candles: Candles, parameters: Parameters) -> list[IndicatorLine]:
        """The indicator lines behind the signals, one value a candle."""


def with_defaults(strategy: Strategy, given: Parameters) -> dict[str, Any]:
    """The given parameters, completed by the declared defaults."""
    defaults = {
        parameter.name: int(parameter.default) if parameter.kind == "integer" else parameter.default
        for parameter in strategy.parameters
    }
    return {**defaults, **given}


def problems_of(strategy: Strategy, given: Parameters) -> dict[str, str]:
    """Everything wrong with the given parameters, by name; empty when they can be used."""
    declared = {parameter.name: parameter for parameter in strategy.parameters}
    found = {name: f"{strategy.title} has no such parameter." for name in given if name not in declared}
    complete = with_defaults(strategy, given)
    for parameter in strategy.parameters:
        problem = parameter.problem_with(complete[parameter.name])
        if problem:
            found[parameter.name] = problem
    return found or strategy.problems(complete)


def json_schema(strategy: Strategy) -> dict[str, Any]:
    """The declaration as JSON Schema, in the order in which a form shows it."""
    return {
        "type": "object",
        "properties": {
            parameter.name: {
                "type": parameter.kind,
                "title": parameter.title,
                "description": parameter.help,
                "default": int(parameter.default) if parameter.kind == "integer" else parameter.default,
                "minimum": parameter.minimum,
                "maximum": parameter.maximum,
            }
            for parameter in strategy.parameters
        },
        "required": [parameter.name for parameter in strategy.parameters],
        "additionalProperties": False,
    }
