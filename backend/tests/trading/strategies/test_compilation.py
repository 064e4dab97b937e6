"""What is compiled beforehand covers what users call."""

from typing import Any

import numba

from backend.tests.trading.markets import random_candles
from backend.trading import crossings
from backend.trading.indicators import averages, oscillators, ranges, supertrend_state
from backend.trading.series import Series
from backend.trading.strategies import BUILT_IN, evaluation
from backend.trading.strategies.compilation import warm_strategies
from backend.trading.strategies.declaration import with_defaults
from backend.trading.strategies.evaluation import evaluate

# These are called by compiled functions only, which bring them along.
_INNER = {"_narrowed", "follows_at"}


def _compiled() -> dict[str, Any]:
    modules = (crossings, averages, oscillators, ranges, supertrend_state, evaluation)
    return {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, numba.core.registry.CPUDispatcher) and name not in _INNER
    }


def test_every_function_is_compiled_beforehand_for_the_types_that_come() -> None:
    warm_strategies()
    before = {name: len(function.signatures) for name, function in _compiled().items()}
    assert all(before.values()), before
    series = Series(random_candles(3_000, seed=1))
    for strategy in BUILT_IN:
        evaluate(strategy, series, with_defaults(strategy, {}))
    assert {name: len(function.signatures) for name, function in _compiled().items()} == before
