"""What an optimisation varies: ranges of parameters, checked, and every combination that can be run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from marshmallow import ValidationError, fields
from numpy.typing import NDArray

from backend.backtests.configuration import RunSettings, with_changes
from backend.bots.rules_schema import RulesSchema
from backend.foundation.errors import FieldError
from backend.trading.optimizer import Combination, Options, Range, Space, grid, sample, size_of
from backend.trading.rules import Rules
from backend.trading.strategies.parameter import Parameter

RULES_VARIED = (
    "stop_loss_percentage",
    "take_profit_percentage",
    "trailing_stop_percentage",
    "cooldown_minutes",
    "base_amount",
    "equity_percentage",
    "risk_per_trade",
)
"""Rules that can be varied beside the strategy's parameters."""

OBJECTIVES: dict[str, int] = {
    "total_return": 1,
    "cagr": 1,
    "sharpe": 1,
    "sortino": 1,
    "calmar": 1,
    "profit_factor": 1,
    "expectancy": 1,
    "win_rate": 1,
    "max_drawdown": -1,
    "ulcer_index": -1,
}
"""What can be optimised: 1 where more is better, -1 where less is."""

NEED_DAYS = {"sharpe", "sortino"}
"""Objectives that are not given for short periods."""

_RULE_FIELDS = RulesSchema().fields
_TRIED_FIRST = 500
_MOST_NUMBERED = 2**63 - 1
LARGEST_GRID = 200_000
"""Combinations that are listed at all; a larger space can only be sampled."""


@dataclass(frozen=True)
class Search:
    """A checked search. `settings` is the run that it starts from."""

    settings: RunSettings
    configuration: Mapping[str, Any]
    space: Space
    method: str
    objective: str
    trials: int
    seed: int
    minimum_trades: int

    def combinations(self) -> list[dict[str, Any]]:
        """The combinations to be tried, those that the strategy can use; the same for the same search."""
        if self.method == "random" or (self.method == "walk_forward" and size_of(self.space) > self.trials):
            return [one for one in sample(self.space, self.trials, self.seed) if self.is_usable(one)]
        return [one for one in grid(self.space) if self.is_usable(one)]

    def is_usable(self, combination: Combination) -> bool:
        """Whether strategy and rules accept the combination."""
        parameters, rules = self.settle(combination)
        return not self.settings.strategy.problems(parameters) and not rules.problems()

    def settle(self, combination: Combination) -> tuple[Mapping[str, Any], Rules]:
        """The parameters and the rules that a combination stands for."""
        parameters = {**self.settings.parameters}
        changes = {}
        for name, value in combination.items():
            if name in parameters:
                parameters[name] = value
            else:
                changes[name] = value
        rules = with_changes(self.configuration, changes) if changes else self.settings.rules
        return parameters, rules

    def scores(self, measures: NDArray[np.void]) -> NDArray[np.float64]:
        """What each set of MEASURES is worth by the objective, larger is better; -inf with too few trades or none."""
        values = np.array(measures[self.objective], dtype=np.float64) * OBJECTIVES[self.objective]
        worthless = np.isnan(values) | (measures["trades"] < self.minimum_trades)
        return np.where(worthless, -np.inf, values)


def space_of(settings: RunSettings, ranges: Mapping[str, Any]) -> tuple[Space, list[FieldError]]:
    """The space of given ranges ({low, high, step} or {choices}), and what is wrong with them."""
    declared = {parameter.name: parameter for parameter in settings.strategy.parameters}
    space: dict[str, Range | Options] = {}
    errors = []
    for name, given in ranges.items():
        field = f"ranges.{name}"
        if name not in declared and name not in RULES_VARIED:
            known = ", ".join([*(one for one in declared if _is_plain(declared[one])), *RULES_VARIED])
            errors.append(FieldError(field, f"There is nothing of this name to vary. Choose among: {known}."))
            continue
        axis, problem = _axis(name, declared.get(name), given)
        if axis is None:
            errors.append(FieldError(field, problem))
        else:
            space[name] = axis
            errors += _bound_errors(name, declared.get(name), axis)
    if not ranges:
        errors.append(FieldError("ranges", "Choose at least one parameter to vary, with its lowest and highest value."))
    return space, errors


def space_json(space: Space) -> dict[str, Any]:
    """The space as it is stored."""
    return {
        name: {"choices": list(axis.choices)}
        if isinstance(axis, Options)
        else {"low": axis.low, "high": axis.high, "step": axis.step}
        for name, axis in space.items()
    }


def _is_plain(parameter: Parameter) -> bool:
    return parameter.kind in {"integer", "number", "choice", "boolean"}


def _axis(name: str, parameter: Parameter | None, given: Mapping[str, Any]) -> tuple[Range | Options | None, str]:
    """The axis of a given range, or None and what is wrong with it."""
    if parameter is not None and not _is_plain(parameter):
        return None, "A parameter of this kind cannot be varied."
    if given.get("choices"):
        return Options(tuple(given["choices"])), ""
    whole = _is_whole_rule(name) if parameter is None else parameter.kind == "integer"
    problem = _range_problem(parameter, given, whole)
    if problem:
        return None, problem
    return Range(given["low"], given["high"], given["step"], whole), ""


def _range_problem(parameter: Parameter | None, given: Mapping[str, Any], whole: bool) -> str:
    if parameter is not None and parameter.kind not in {"integer", "number"}:
        return "Give the values to try as a list of choices."
    low, high, step = (given.get(name) for name in ("low", "high", "step"))
    if low is None or high is None or step is None:
        return "Give the lowest and the highest value, and the step between values."
    problems = {
        "The highest value must not be below the lowest.": high < low,
        "The step must be more than zero.": step <= 0,
        "Lowest, highest and step must be whole numbers here.": whole
        and any(value != round(value) for value in (low, high, step)),
        "There are too many steps between the lowest and the highest value; use a larger step.": step > 0
        and (high - low) / step > LARGEST_GRID,
    }
    return next((problem for problem, holds in problems.items() if holds), "")


def _bound_errors(name: str, parameter: Parameter | None, axis: Range | Options) -> list[FieldError]:
    values: Sequence[Any] = axis.values()
    ends = values if isinstance(axis, Options) else (values[0], values[-1])
    for value in ends:
        problem = parameter.problem_with(value) if parameter is not None else _rule_problem(name, value)
        if problem:
            return [FieldError(f"ranges.{name}", problem)]
    return []


def _rule_problem(name: str, value: Any) -> str | None:
    """What is wrong with the value of a rule, in the words that a bot's form has for it."""
    if _is_whole_rule(name) and not (isinstance(value, int) and not isinstance(value, bool)):
        return "Values must be whole numbers."
    try:
        _RULE_FIELDS[name].deserialize(value)
    except ValidationError as error:
        return " ".join(str(message) for message in error.messages)
    return None


def _is_whole_rule(name: str) -> bool:
    return isinstance(_RULE_FIELDS[name], fields.Integer)


def check_whole(search: Search) -> list[FieldError]:
    """What is wrong with the search as a whole."""
    size = size_of(search.space)
    if size > _MOST_NUMBERED:
        message = "There are more combinations than can be numbered. Use larger steps, or vary fewer parameters."
        return [FieldError("ranges", message)]
    if search.method == "grid" and size > LARGEST_GRID:
        message = f"The grid has {size:,} combinations. Use larger steps, or search at random."
        return [FieldError("ranges", message)]
    tried = sample(search.space, _TRIED_FIRST, search.seed)
    if not any(search.is_usable(one) for one in tried):
        parameters, rules = search.settle(tried[0])
        problems = {**search.settings.strategy.problems(parameters), **rules.problems()}
        return [FieldError("ranges", f"No combination can be run. For example: {next(iter(problems.values()))}")]
    return []
