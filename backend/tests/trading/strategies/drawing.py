"""Legal parameters, drawn at random for any strategy: the same for the same seed."""

from typing import Any

import numpy as np

from backend.trading.candles import TIMEFRAMES
from backend.trading.strategies import Strategy
from backend.trading.strategies.catalogue import COLUMNS, INDICATORS
from backend.trading.strategies.conditions import OPERATORS
from backend.trading.strategies.declaration import problems_of
from backend.trading.strategies.parameter import Parameter
from backend.trading.strategies.score import VotesParameter

Generator = np.random.Generator

_PER_CENT = {"rsi", "stochastic", "roc"}


def drawn_parameters(strategy: Strategy, generator: Generator, interval_ms: int, widest: int = 120) -> dict[str, Any]:
    """Parameters without problems; whole numbers at most `widest` above their minimum, small ones more often."""
    while True:
        given = {one.name: _value(one, generator, interval_ms, widest) for one in strategy.parameters}
        if not problems_of(strategy, given, interval_ms):
            return given


def _value(parameter: Parameter, generator: Generator, interval_ms: int, widest: int) -> Any:
    if isinstance(parameter, VotesParameter):
        return _votes(parameter, generator, interval_ms, widest)
    if parameter.kind == "rules":
        return _group(generator, interval_ms, widest, 1)
    if parameter.kind == "choice":
        return parameter.choices[generator.integers(len(parameter.choices))].value
    if parameter.kind == "boolean":
        return bool(generator.integers(2))
    span = parameter.maximum - parameter.minimum
    if parameter.kind == "integer":
        return round(parameter.minimum + min(span, widest) * generator.random() ** 2)
    return float(parameter.minimum + span * generator.random() ** 2)


def _votes(parameter: VotesParameter, generator: Generator, interval_ms: int, widest: int) -> list[dict[str, Any]]:
    voters = list(parameter.voters.values())
    chosen = [voters[generator.integers(len(voters))] for _ in range(generator.integers(1, 5))]
    return [
        {
            "strategy": voter.name,
            "weight": round(float(generator.uniform(0.1, 3)), 1),
            "parameters": drawn_parameters(voter, generator, interval_ms, min(widest, 40)),
        }
        for voter in chosen
    ]


def _group(generator: Generator, interval_ms: int, widest: int, depth: int) -> dict[str, Any]:
    count = generator.integers(1, 4)
    parts = [
        _group(generator, interval_ms, widest, depth + 1)
        if depth < 3 and generator.random() < 0.2
        else _comparison(generator, interval_ms, widest)
        for _ in range(count)
    ]
    return {("all", "any")[generator.integers(2)]: parts}


def _comparison(generator: Generator, interval_ms: int, widest: int) -> dict[str, Any]:
    operator = list(OPERATORS)[generator.integers(len(OPERATORS))]
    name = list(INDICATORS)[generator.integers(len(INDICATORS))]
    left = _indicator(name, generator, interval_ms, widest)
    if name in _PER_CENT:
        right: Any = float(round(generator.uniform(-1, 1) if name == "roc" else generator.uniform(20, 80)))
    elif left.get("output") == "direction":
        right = 0
    elif name == "macd":
        right = 0 if generator.random() < 0.5 else {**left, "output": "signal"}
    else:
        right = _price_like(generator, interval_ms, widest)
    return {"left": left, "operator": operator, "right": right}


def _price_like(generator: Generator, interval_ms: int, widest: int) -> dict[str, Any]:
    if generator.random() < 0.5:
        name = ("sma", "ema", "bollinger", "donchian", "atr_channel")[generator.integers(5)]
        return _indicator(name, generator, interval_ms, widest)
    column = COLUMNS[generator.integers(len(COLUMNS))].value
    return {"price": column, **_timeframe(generator, interval_ms)}


def _indicator(name: str, generator: Generator, interval_ms: int, widest: int) -> dict[str, Any]:
    indicator = INDICATORS[name]
    while True:
        # Longer candles multiply what is remembered, so periods stay small there.
        timeframe = _timeframe(generator, interval_ms)
        most = 8 if timeframe else min(widest, 40)
        given = {one.name: _value(one, generator, interval_ms, most) for one in indicator.parameters}
        if indicator.problem(given) is None and given.get("multiplier", 0) <= 3:
            output = indicator.outputs[generator.integers(len(indicator.outputs))].name
            return {"indicator": name, "parameters": given, "output": output, **timeframe}


def _timeframe(generator: Generator, interval_ms: int) -> dict[str, str]:
    if generator.random() < 0.6:
        return {}
    longer = [
        name
        for name, length in TIMEFRAMES.items()
        if length > interval_ms and length % interval_ms == 0 and length <= 15 * interval_ms
    ]
    return {"timeframe": longer[generator.integers(len(longer))]} if longer else {}
