"""Strategies of others: found, loaded once, and never able to do harm."""

from collections.abc import Iterable
from importlib.metadata import EntryPoint
from typing import Any, cast

import numpy as np
import pytest

from backend.tests.trading.strategies import plugins
from backend.tests.trading.strategies.histories import candles_of, walk
from backend.tests.trading.strategies.plugins import Breakout, Offered, declared
from backend.trading.series import Series
from backend.trading.strategies import PLUGIN_PROBLEMS, STRATEGIES, Strategy, strategy_of
from backend.trading.strategies.declaration import IndicatorLine, problems_of
from backend.trading.strategies.evaluation import StrategyError, evaluate, lines_of, warmup_of
from backend.trading.strategies.registry import PLUGIN_GROUP, Registry
from backend.trading.strategies.sma_crossover import SmaCrossover

NOTHING: dict[str, Any] = {}


def registry(*offered: Offered) -> Registry:
    return Registry((SmaCrossover(),), lambda: cast(Iterable[EntryPoint], offered))


def a_series(count: int = 500) -> Series:
    return Series(candles_of(walk(count)))


@pytest.mark.parametrize("offered", [Breakout, Breakout()])
def test_a_plug_in_is_there_like_the_others(offered: Any) -> None:
    strategies = registry(Offered(offered))
    assert list(strategies) == ["sma_crossover", "breakout"]
    assert len(strategies) == 2
    assert strategies["breakout"].title == "Breakout"
    assert strategies.strategy_of("breakout") is strategies["breakout"]
    assert strategies.problems == {}
    actions, _ = evaluate(strategies["breakout"], a_series(), {"period": 1})
    assert actions.sum() > 5


def test_plug_ins_are_loaded_once_and_not_before_they_are_needed() -> None:
    offered = Offered(Breakout)
    strategies = registry(offered)
    assert strategies["sma_crossover"].name == "sma_crossover"
    assert offered.loaded == 0
    assert "breakout" in strategies
    assert "nothing" not in strategies
    assert len(list(strategies.values())) == 2
    assert offered.loaded == 1


@pytest.mark.parametrize(
    ("offered", "words"),
    [
        (ImportError("no module named torch"), "ImportError: no module named torch"),
        (SystemExit(3), "could not be loaded"),
        (object(), "no method problems, warmup, signals, lines"),
        (7, "derive it from Strategy"),
        (declared(name="Break Out"), "lower-case letters"),
        (declared(name=None), "lower-case letters"),
        (declared(title=" "), "no title"),
        (declared(summary=None), "no summary"),
        (declared(parameters=[]), "tuple of Parameter"),
        (declared(parameters=("period",)), "tuple of Parameter"),
        (declared(parameters=Breakout.parameters * 2), "same name"),
        (declared(problems=lambda _given: {"period": "Never."}), "defaults cannot be used (period): Never."),
        (declared(problems=lambda _given: NOTHING["x"]), "could not check this: KeyError"),
        (declared(warmup=lambda _given, _interval: -1), "not a number of candles"),
        (declared(warmup=lambda _given, _interval: 2.5), "not a number of candles"),
        (declared(warmup=lambda _given, _interval: 10**9), "200,000 are the most"),
        (declared(warmup=lambda _given, _interval: NOTHING["x"]), "KeyError"),
        (declared(name="sma_crossover"), "built-in"),
    ],
)
def test_an_unusable_plug_in_is_left_out_and_explained(offered: Any, words: str) -> None:
    strategies = registry(Offered(offered, "theirs"), Offered(Breakout))
    assert list(strategies) == ["sma_crossover", "breakout"]
    assert words in strategies.problems["theirs"]
    assert isinstance(strategies["sma_crossover"], SmaCrossover)
    with pytest.raises(StrategyError, match="plug-in cannot be used"):
        strategies.strategy_of("theirs")


def test_two_plug_ins_cannot_share_a_name() -> None:
    strategies = registry(Offered(Breakout, "first"), Offered(Breakout, "second"))
    assert list(strategies) == ["sma_crossover", "breakout"]
    assert "another plug-in" in strategies.problems["second"]


def test_an_unknown_strategy_is_answered_with_those_there_are() -> None:
    with pytest.raises(StrategyError, match="“nothing”: it is not installed here"):
        strategy_of("nothing")
    assert STRATEGIES.get("nothing") is None
    assert strategy_of("rsi") is STRATEGIES["rsi"]
    assert PLUGIN_PROBLEMS is STRATEGIES.problems
    assert PLUGIN_GROUP == "tradefleet.strategies"


@pytest.mark.parametrize(
    ("strategy", "words"),
    [
        (plugins.Raising(), "it stopped with ZeroDivisionError: nothing to divide by."),
        (plugins.TooShort(), "it gave 499 actions for 500 candles"),
        (plugins.WrongType(), "its actions are not an array of int8"),
        (plugins.NoArrays(), "its actions are not an array of int8"),
        (plugins.UnknownConfidence(), "the action 1 with the confidence nan at candle 0"),
        (plugins.WildAction(), "the action 2 with the confidence 1"),
        (plugins.Writing(), "read-only"),
    ],
)
def test_what_goes_wrong_in_a_plug_in_is_a_sentence(strategy: Strategy, words: str) -> None:
    series = a_series()
    before = series.close.copy()
    with pytest.raises(StrategyError) as raised:
        evaluate(strategy, series, {"period": 1})
    assert words in str(raised.value)
    assert str(raised.value).startswith(f"Strategy “{strategy.name}”: ")
    assert str(raised.value).endswith(".")
    assert np.array_equal(series.close, before)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (lambda _series, _given: [7], "it gave int as a line"),
        (lambda _series, _given: [IndicatorLine("mine", np.zeros(3))], "3 values of the line “mine” for 500 candles"),
        (lambda _series, _given: [IndicatorLine("mine", np.zeros(500, dtype=int))], "not an array of float64"),
        (lambda _series, _given: None, "TypeError"),
        (lambda _series, _given: NOTHING["x"], "KeyError"),
    ],
)
def test_lines_of_a_plug_in_are_looked_at(lines: Any, words: str) -> None:
    with pytest.raises(StrategyError, match=words):
        lines_of(declared(lines=lines), a_series(), {"period": 1})


def test_a_plug_in_need_not_draw_nor_object() -> None:
    assert lines_of(Breakout(), a_series(), {"period": 1}) == []
    assert problems_of(Breakout(), {"period": 3}) == {}
    assert problems_of(Breakout(), {"period": 30})["period"] == "Period must be from 1 to 10; this is 30."


def test_a_bot_older_than_a_parameter_runs_on_its_default() -> None:
    assert warmup_of(Breakout(), {}, 60_000) == 1
    actions, _ = evaluate(Breakout(), a_series(), {})
    assert np.array_equal(actions, evaluate(Breakout(), a_series(), {"period": 1})[0])
