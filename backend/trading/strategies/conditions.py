"""Conditions over indicators, as JSON and as what it stands for.

A condition is a group, {"all": [conditions]} or {"any": [conditions]}, or a comparison, {"left": operand, "operator":
name, "right": operand}. An operand is a number; {"price": column}; or {"indicator": name, "parameters": {…}, "output":
name}, of which only the indicator's name is needed. The latter two may be of a longer "timeframe" than the bot's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from backend.trading.candles import TIMEFRAMES
from backend.trading.strategies.catalogue import COLUMNS, INDICATORS, Indicator, Unit
from backend.trading.strategies.parameter import shown

Operator = Literal["<", ">", "<=", ">=", "crosses_above", "crosses_below"]

OPERATORS: dict[str, str] = {
    "<": "is below",
    ">": "is above",
    "<=": "is at or below",
    ">=": "is at or above",
    "crosses_above": "crosses above",
    "crosses_below": "crosses below",
}
"""How two operands can be compared, with the words for it."""

MOST_DEPTH = 4
"""Groups within groups."""

MOST_CONDITIONS = 40
"""Groups and comparisons of one tree together."""

_MOST_PROBLEMS = 20
_LARGEST_NUMBER = 1e15
_COLUMN_NAMES = tuple(column.value for column in COLUMNS)


@dataclass(frozen=True)
class Number:
    """A number."""

    value: float


@dataclass(frozen=True)
class Line:
    """A column or an indicator's output, of the bot's candles or of longer ones; `path`: where in the JSON it is."""

    source: str
    output: str
    parameters: tuple[tuple[str, Any], ...]
    timeframe: str | None
    path: str

    @property
    def indicator(self) -> Indicator | None:
        """The indicator; None for a column."""
        return INDICATORS.get(self.source)

    @property
    def unit(self) -> Unit:
        """Of its values."""
        if self.indicator is None:
            return "volume" if self.source == "volume" else "price"
        if ("source", "volume") in self.parameters:
            return "volume"
        return next(output.unit for output in self.indicator.outputs if output.name == self.output)

    @property
    def memory(self) -> int:
        """Candles of its own time frame before i that its value at i depends on."""
        return 0 if self.indicator is None else self.indicator.memory(dict(self.parameters))

    @property
    def title(self) -> str:
        """For a chart's legend, such as EMA 50 (4h)."""
        settings = " ".join(f"{value}" for _, value in self.parameters if value != "close")
        several = self.indicator is not None and len(self.indicator.outputs) > 1
        words = [self.source.upper(), settings, self.output if several else ""]
        return " ".join(word for word in words if word) + (f" ({self.timeframe})" if self.timeframe else "")


Operand = Number | Line


@dataclass(frozen=True)
class Comparison:
    """Two operands compared at every candle."""

    left: Operand
    operator: str
    right: Operand


@dataclass(frozen=True)
class Group:
    """Conditions of which all, or any, must hold. Without conditions it never holds."""

    needs_all: bool
    conditions: tuple["Condition", ...]


Condition = Group | Comparison


def read(value: Any) -> tuple[Group, dict[str, str]]:
    """The tree that the JSON stands for, and what is wrong with it by path ("" for the whole).

    The tree is to be used only where nothing is wrong.
    """
    reader = _Reader()
    condition = reader.condition(value, "", 0)
    if isinstance(condition, Comparison):
        condition = Group(True, (condition,))
    return condition or Group(True, ()), reader.problems


def lines_in(condition: Condition) -> Iterator[Line]:
    """Every line that a condition looks at, in order."""
    if isinstance(condition, Group):
        for part in condition.conditions:
            yield from lines_in(part)
    else:
        yield from (operand for operand in (condition.left, condition.right) if isinstance(operand, Line))


class _Reader:
    """Goes through the JSON once, noting what is wrong; never deeper nor longer than is allowed."""

    def __init__(self) -> None:
        self.problems: dict[str, str] = {}
        self._conditions = 0

    def condition(self, value: Any, path: str, depth: int) -> Condition | None:
        self._conditions += 1
        if not isinstance(value, Mapping):
            return self._refused(
                path, f"A condition must be a structure with all, any or left; this is {shown(value)}."
            )
        if "all" in value or "any" in value:
            return self._group(value, path, depth)
        if self._has_only(value, path, ("left", "operator", "right"), needed=("left", "operator", "right")):
            return self._comparison(value, path)
        return None

    def _group(self, value: Mapping[str, Any], path: str, depth: int) -> Group | None:
        name = "all" if "all" in value else "any"
        if not self._has_only(value, path, (name,)):
            return None
        inside, parts = _join(path, name), value[name]
        if not isinstance(parts, list):
            return self._refused(inside, f"This must be a list of conditions; it is {shown(parts)}.")
        if depth >= MOST_DEPTH:
            return self._refused(path, f"Groups can be nested {MOST_DEPTH} deep; put these conditions further up.")
        if not parts and depth > 0:
            return self._refused(inside, "Add a condition to this group, or remove it.")
        if self._conditions + len(parts) > MOST_CONDITIONS:
            return self._refused(inside, f"There can be {MOST_CONDITIONS} conditions and groups; remove some.")
        read = [self.condition(part, _join(inside, number), depth + 1) for number, part in enumerate(parts)]
        return Group(name == "all", tuple(part for part in read if part is not None))

    def _comparison(self, value: Mapping[str, Any], path: str) -> Comparison | None:
        operator = value["operator"]
        if not isinstance(operator, str) or operator not in OPERATORS:
            self._note(_join(path, "operator"), f"Choose one of {', '.join(OPERATORS)}; this is {shown(operator)}.")
        left = self._operand(value["left"], _join(path, "left"))
        right = self._operand(value["right"], _join(path, "right"))
        if left is None or right is None:
            return None
        if isinstance(left, Number) and isinstance(right, Number):
            return self._refused(path, "Two numbers never change; compare a price or an indicator.")
        return Comparison(left, operator, right)

    def _operand(self, value: Any, path: str) -> Operand | None:
        if isinstance(value, int | float) and not isinstance(value, bool):
            # So written, a value that is not a number is refused too.
            if abs(value) <= _LARGEST_NUMBER:
                return Number(float(value))
            return self._refused(path, f"A number must be between -1e15 and 1e15; this is {shown(value)}.")
        if isinstance(value, Mapping) and "price" in value:
            return self._price(value, path)
        if isinstance(value, Mapping) and "indicator" in value:
            return self._indicator(value, path)
        return self._refused(path, f"This must be a number, a price or an indicator; it is {shown(value)}.")

    def _price(self, value: Mapping[str, Any], path: str) -> Line | None:
        if not self._has_only(value, path, ("price", "timeframe")) or not self._timeframe(value, path):
            return None
        column = value["price"]
        if column not in _COLUMN_NAMES:
            return self._refused(
                _join(path, "price"), f"Choose one of {', '.join(_COLUMN_NAMES)}; this is {shown(column)}."
            )
        return Line(column, column, (), value.get("timeframe"), path)

    def _indicator(self, value: Mapping[str, Any], path: str) -> Line | None:
        if not self._has_only(value, path, ("indicator", "parameters", "output", "timeframe")):
            return None
        name = value["indicator"]
        indicator = INDICATORS.get(name) if isinstance(name, str) else None
        if indicator is None:
            known = ", ".join(INDICATORS)
            return self._refused(_join(path, "indicator"), f"Choose one of {known}; this is {shown(name)}.")
        outputs = [output.name for output in indicator.outputs]
        output = value.get("output", outputs[0])
        if output not in outputs:
            self._note(_join(path, "output"), f"Choose one of {', '.join(outputs)}; this is {shown(output)}.")
        parameters = self._parameters(indicator, value.get("parameters", {}), _join(path, "parameters"))
        if parameters is None or not self._timeframe(value, path):
            return None
        # In the declared order, so that what is the same is called the same.
        settings = tuple((parameter.name, parameters[parameter.name]) for parameter in indicator.parameters)
        return Line(indicator.name, str(output), settings, value.get("timeframe"), path)

    def _parameters(self, indicator: Indicator, given: Any, path: str) -> dict[str, Any] | None:
        if not isinstance(given, Mapping):
            return self._refused(path, f"This must be a structure of parameters; it is {shown(given)}.")
        names = tuple(parameter.name for parameter in indicator.parameters)
        if not self._has_only(given, path, names):
            return None
        complete = indicator.complete(given)
        found = {parameter.name: parameter.problem_with(complete[parameter.name]) for parameter in indicator.parameters}
        wrong = {name: problem for name, problem in found.items() if problem}
        for name, problem in wrong.items():
            self._note(_join(path, name), problem)
        between = None if wrong else indicator.problem(complete)
        if between:
            self._note(path, between)
        return None if wrong or between else complete

    def _timeframe(self, value: Mapping[str, Any], path: str) -> bool:
        timeframe = value.get("timeframe")
        if timeframe is None or (isinstance(timeframe, str) and timeframe in TIMEFRAMES):
            return True
        self._note(_join(path, "timeframe"), f"Choose one of {', '.join(TIMEFRAMES)}; this is {shown(timeframe)}.")
        return False

    def _has_only(
        self, value: Mapping[str, Any], path: str, names: tuple[str, ...], needed: tuple[str, ...] = ()
    ) -> bool:
        known = True
        for name in list(value)[: len(names) + 3]:
            if name not in names:
                known = False
                self._note(
                    _join(path, shown(name).strip("“”")), f"There is no such entry here; use {', '.join(names)}."
                )
        for name in needed:
            if name not in value:
                known = False
                self._note(path, f"A condition needs {', '.join(needed)}; {name} is missing.")
        return known

    def _refused(self, path: str, problem: str) -> Any:
        """None, in place of what could not be read."""
        self._note(path, problem)
        return None

    def _note(self, path: str, problem: str) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.setdefault(path, problem)


def _join(path: str, name: str | int) -> str:
    return f"{path}.{name}" if path else str(name)
