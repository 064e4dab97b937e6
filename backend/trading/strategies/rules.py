"""Rules: buys and sells where the user's own conditions over indicators begin to hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.trading.candles import TIMEFRAMES
from backend.trading.crossings import EQUAL_PER_CENT, EQUAL_WITHIN
from backend.trading.series import Column, Series
from backend.trading.strategies import conditions_schema
from backend.trading.strategies.conditions import Comparison, Condition, Group, Line, Operand, lines_in, read
from backend.trading.strategies.declaration import (
    IndicatorLine,
    Parameters,
    Signals,
    Strategy,
    UnfitTimeframe,
    after_warmup,
)
from backend.trading.strategies.longer_candles import longer_candles
from backend.trading.strategies.parameter import Parameter
from backend.trading.strategies.spacing import grid_interval

_FEWEST_TO_TELL_SPACING = 50
_PANES = {"per cent": "Per cent", "volume": "Volume", "direction": "Direction"}
_RANGES = {"atr", "macd"}
_TREES = ("buy", "sell")


@dataclass(frozen=True)
class RulesParameter(Parameter):
    """A parameter that is a tree of conditions."""

    def problems_with(self, value: Any) -> dict[str, str]:
        """Everything wrong with the tree, by the path in it."""
        return read(value)[1]

    def schema(self) -> dict[str, Any]:
        """A condition, defined once for all trees."""
        return {
            "kind": self.kind,
            "title": self.title,
            "description": self.help,
            "default": self.default,
            "allOf": [{"$ref": "#/$defs/condition"}],
        }

    def definitions(self) -> dict[str, Any]:
        """What conditions are made of."""
        return conditions_schema.definitions()


@dataclass(frozen=True)
class Truth:
    """Where a condition certainly holds, and where it certainly does not; neither where a value is unknown."""

    holds: NDArray[np.bool_]
    fails: NDArray[np.bool_]

    def begins(self) -> NDArray[np.bool_]:
        """Where it holds, and did not one candle earlier."""
        begins = np.zeros(len(self.holds), dtype=np.bool_)
        begins[1:] = self.holds[1:] & self.fails[:-1]
        return begins


def _average(name: str, period: int) -> dict[str, Any]:
    return {"indicator": name, "parameters": {"period": period}}


class Rules(Strategy):
    """Two trees of conditions; a signal on the candle where a tree begins to hold."""

    name = "rules"
    title = "Own rules"
    summary = (
        "Trades by your own conditions over prices and indicators, also of longer candles: buys where the conditions"
        " to buy begin to hold together, and sells where those to sell do."
    )
    parameters = (
        RulesParameter(
            "buy",
            "rules",
            "Buy when",
            "Conditions of which all, or any, must hold. It buys on the candle where they begin to.",
            default={
                "all": [
                    {"left": _average("ema", 12), "operator": "crosses_above", "right": _average("ema", 26)},
                    {"left": _average("rsi", 14), "operator": "<", "right": 70},
                ]
            },
        ),
        RulesParameter(
            "sell",
            "rules",
            "Sell when",
            "Conditions to sell. Without any, only stop, target and other exits of the bot sell.",
            default={
                "any": [
                    {"left": _average("ema", 12), "operator": "crosses_below", "right": _average("ema", 26)},
                    {"left": _average("rsi", 14), "operator": "crosses_below", "right": 70},
                ]
            },
        ),
    )

    def problems(self, parameters: Parameters) -> dict[str, str]:
        """Without a condition to buy it would never trade."""
        buy, _ = _trees(parameters)
        if buy.conditions:
            return {}
        return {"buy": "Add at least one condition to buy."}

    def warmup(self, parameters: Parameters, interval_ms: int) -> int:
        """The longest memory of a line, in the bot's candles, at this candle and the two before it.

        Raises UnfitTimeframe for a time frame that is not a multiple of the bot's.
        """
        return _warmup(_trees(parameters), interval_ms)

    def signals(self, series: Series, parameters: Parameters) -> Signals:
        """+1 where the conditions to buy begin to hold, -1 where those to sell do, 0 where both."""
        buy, sell = trees = _trees(parameters)
        longer = any(line.timeframe for tree in trees for line in lines_in(tree))
        if longer and len(series) < _FEWEST_TO_TELL_SPACING:
            return np.zeros(len(series), dtype=np.int8), np.zeros(len(series))
        actions = _truth(buy, series).begins().astype(np.int8) - _truth(sell, series).begins()
        warmup = _warmup(trees, grid_interval(series) if longer else 0)
        return after_warmup((actions, np.abs(actions).astype(np.float64)), warmup)

    def lines(self, series: Series, parameters: Parameters) -> list[IndicatorLine]:
        """Every indicator that a condition looks at, once."""
        drawn: dict[str, IndicatorLine] = {}
        for condition in _comparisons(_trees(parameters)):
            levels = tuple(
                operand.value for operand in (condition.left, condition.right) if not isinstance(operand, Line)
            )
            for line in lines_in(condition):
                if line.indicator is not None and line.title not in drawn:
                    pane = _PANES.get(line.unit, line.source.upper() if line.source in _RANGES else "price")
                    drawn[line.title] = IndicatorLine(
                        line.title, _values(line, series), pane, () if pane == "price" else levels
                    )
        return list(drawn.values())


def _trees(parameters: Parameters) -> tuple[Group, Group]:
    """The conditions to buy and those to sell."""
    return read(parameters["buy"])[0], read(parameters["sell"])[0]


def _warmup(trees: tuple[Group, Group], interval_ms: int) -> int:
    # A tree begins to hold by comparison with the candle before, where a crossing looks at the one before that.
    return 2 + max(
        (
            _candles(name, line, interval_ms)
            for name, tree in zip(_TREES, trees, strict=True)
            for line in lines_in(tree)
        ),
        default=0,
    )


def _comparisons(groups: Iterable[Condition]) -> Iterable[Comparison]:
    for condition in groups:
        if isinstance(condition, Group):
            yield from _comparisons(condition.conditions)
        else:
            yield condition


def _candles(tree: str, line: Line, interval_ms: int) -> int:
    """The line's memory in candles of `interval_ms`."""
    if line.timeframe is None:
        return line.memory
    length = TIMEFRAMES[line.timeframe]
    if interval_ms <= 0 or length <= interval_ms or length % interval_ms:
        own = next((name for name, known in TIMEFRAMES.items() if known == interval_ms), f"{interval_ms} ms")
        raise UnfitTimeframe(
            f"A condition looks at candles of {line.timeframe}, and the bot's are of {own}:"
            " choose a time frame that is a multiple of the bot's, or leave it empty.",
            f"{tree}.{line.path}.timeframe",
        )
    # The newest longer candle may be unfinished, the first one cut off, and the memory lies between them. Where
    # candles are missing there are more longer ones in as many candles, never fewer.
    return max((line.memory + 3) * (length // interval_ms), _FEWEST_TO_TELL_SPACING)


def _truth(condition: Condition, series: Series) -> Truth:
    if isinstance(condition, Comparison):
        return _compared(condition, series)
    parts = [_truth(part, series) for part in condition.conditions]
    if not parts:
        return Truth(np.zeros(len(series), dtype=np.bool_), np.ones(len(series), dtype=np.bool_))
    together, either = (np.logical_and, np.logical_or) if condition.needs_all else (np.logical_or, np.logical_and)
    return Truth(
        together.reduce([part.holds for part in parts]),
        either.reduce([part.fails for part in parts]),
    )


def _compared(comparison: Comparison, series: Series) -> Truth:
    left, right = _values(comparison.left, series), _values(comparison.right, series)
    equal = np.maximum(
        _indistinct(comparison.left, left, series.close), _indistinct(comparison.right, right, series.close)
    )
    difference = left - right
    if comparison.operator in {"<", ">=", "crosses_below"}:
        # Below is above, turned round.
        difference = -difference
    above, not_above = difference > equal, difference <= equal
    if comparison.operator in {"<", ">"}:
        return Truth(above, not_above)
    if comparison.operator in {"<=", ">="}:
        return Truth(not_above, above)
    crosses, stays = np.zeros(len(series), dtype=np.bool_), not_above.copy()
    crosses[1:] = not_above[:-1] & above[1:]
    stays[1:] |= above[:-1]
    return Truth(crosses, stays)


def _values(operand: Operand, series: Series) -> Column:
    if not isinstance(operand, Line):
        return np.full(len(series), operand.value)
    if operand.timeframe is None:
        return _line(operand, series)
    longer, timeframe = longer_candles(series, operand.timeframe), operand.timeframe
    name = ("seen", timeframe, operand.source, operand.output, operand.parameters)
    return series.remember(name, lambda: longer.seen(_line(operand, longer.series)))


def _line(line: Line, series: Series) -> Column:
    if line.indicator is None:
        return series.column(line.source)
    arrays = line.indicator.compute(series, dict(line.parameters))
    return arrays[[output.name for output in line.indicator.outputs].index(line.output)]


def _indistinct(operand: Operand, values: Column, close: Column) -> Column:
    """Differences up to this are none: rounding, and what is left of where the array began."""
    if not isinstance(operand, Line) or operand.unit == "direction":
        return np.zeros(len(values))
    if operand.unit == "per cent":
        return np.full(len(values), EQUAL_PER_CENT)
    return EQUAL_WITHIN * (np.abs(values) if operand.unit == "volume" else close)
