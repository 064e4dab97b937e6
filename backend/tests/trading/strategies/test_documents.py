"""The documents about strategies say what is so."""

import json
import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import EntryPoint
from types import ModuleType
from typing import cast

import numpy as np
import pytest

from backend.config import PROJECT_ROOT
from backend.tests.trading.markets import random_candles
from backend.tests.trading.strategies.histories import RECORDED, history, is_there
from backend.tests.trading.strategies.plugins import Offered
from backend.trading.candles import TIMEFRAMES
from backend.trading.series import Series
from backend.trading.strategies import BUILT_IN, STRATEGIES, Strategy
from backend.trading.strategies.checks import lookahead_check, warmup_check
from backend.trading.strategies.declaration import problems_of, with_defaults
from backend.trading.strategies.evaluation import evaluate, lines_of
from backend.trading.strategies.registry import PLUGIN_GROUP, Registry
from scripts.write_strategy_reference import EXAMPLE, REFERENCE, reference

HOW_TO = PROJECT_ROOT / "docs" / "how-to" / "add-a-strategy.md"


def block(language: str) -> str:
    """The first code block of that language in the how-to."""
    found = re.search(rf"```{language}\n(.*?)```", HOW_TO.read_text(), re.DOTALL)
    assert found
    return found[1]


@pytest.fixture(scope="module")
def plugin() -> Strategy:
    """The how-to's plug-in, as its entry point would load it."""
    declared = tomllib.loads(block("toml"))["project"]["entry-points"][PLUGIN_GROUP]
    ((name, target),) = declared.items()
    module = ModuleType(target.partition(":")[0])
    exec(compile(block("python"), str(HOW_TO), "exec"), module.__dict__)
    offered = Offered(getattr(module, target.partition(":")[2]), name)
    strategies = Registry(BUILT_IN, lambda: cast(Iterable[EntryPoint], (offered,)))
    assert strategies.strategy_of(name)
    assert strategies.problems == {}
    return strategies[name]


def test_the_reference_is_current() -> None:
    assert REFERENCE.read_text() == reference(), "Run: .venv/bin/python -m scripts.write_strategy_reference"


def test_the_reference_has_everything() -> None:
    for strategy in BUILT_IN:
        assert f"`{strategy.name}`. {strategy.summary}" in reference()
        for parameter in strategy.parameters:
            assert f"| `{parameter.name}` | " in reference()


def test_the_references_example_can_be_used() -> None:
    given = json.loads(EXAMPLE)
    assert problems_of(STRATEGIES["rules"], given, TIMEFRAMES["1h"]) == {}
    candles = random_candles(9_000, seed=21)
    candles["opened_at"] = candles["opened_at"][0] // TIMEFRAMES["1d"] * TIMEFRAMES["1d"] + np.arange(
        len(candles)
    ) * np.int64(TIMEFRAMES["1h"])
    actions, _ = evaluate(STRATEGIES["rules"], Series(candles), given)
    assert {-1, 1} <= set(actions.tolist())


@pytest.mark.parametrize("name", [RECORDED[0], RECORDED[3]])
def test_the_how_tos_plug_in_keeps_its_promises(plugin: Strategy, name: str, request: pytest.FixtureRequest) -> None:
    if not is_there(name):
        request.getfixturevalue("recorded_candles")
    series, parameters = Series(history(name)), with_defaults(plugin, {})
    actions, confidences = evaluate(plugin, series, parameters)
    assert {-1, 1} <= set(actions.tolist())
    assert np.array_equal(confidences, np.abs(actions))
    assert len(lines_of(plugin, series, parameters)) == 1
    assert lookahead_check(plugin, series, parameters).passed
    assert warmup_check(plugin, series, parameters).passed
    assert len(evaluate(plugin, Series(history(name)[:0]), parameters)[0]) == 0
