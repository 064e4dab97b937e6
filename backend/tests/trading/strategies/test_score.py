"""Score: weighted votes, the threshold, confidence, and what is wrong with a list of votes."""

from typing import Any

import numpy as np
import pytest

from backend.tests.trading.markets import random_candles
from backend.trading.series import Series
from backend.trading.strategies import STRATEGIES
from backend.trading.strategies.declaration import Signals, problems_of, with_defaults
from backend.trading.strategies.evaluation import evaluate, lines_of, warmup_of
from backend.trading.strategies.score import MOST_VOTES

SCORE = STRATEGIES["score"]


@pytest.fixture(scope="module")
def series() -> Series:
    return Series(random_candles(3_000, seed=12))


def signals(series: Series, threshold: float, *votes: dict[str, Any]) -> Signals:
    parameters = {"votes": list(votes), "threshold": threshold}
    assert problems_of(SCORE, parameters) == {}
    return evaluate(SCORE, series, parameters)


def stances(series: Series, name: str) -> np.ndarray:
    strategy: Any = STRATEGIES[name]
    found: np.ndarray = strategy.stances(series, with_defaults(strategy, {}))
    return found.astype(float)


def test_one_voter_decides_alone(series: Series) -> None:
    alone, confidences = signals(series, 1.0, {"strategy": "sma_crossover"})
    crossover, _ = evaluate(STRATEGIES["sma_crossover"], series, with_defaults(STRATEGIES["sma_crossover"], {}))
    assert np.array_equal(alone[31:], crossover[31:])
    assert set(confidences[alone != 0]) == {1.0}


def test_weights_threshold_and_confidence(series: Series) -> None:
    votes = (
        {"strategy": "sma_crossover", "weight": 3},
        {"strategy": "momentum"},
        {"strategy": "supertrend", "weight": 1},
    )
    actions, confidences = signals(series, 0.6, *votes)
    score = (3 * stances(series, "sma_crossover") + stances(series, "momentum") + stances(series, "supertrend")) / 5
    first = warmup_of(SCORE, {"votes": list(votes), "threshold": 0.6}, 60_000)
    up, down = score > 0.6 - 1e-12, score < -0.6 + 1e-12
    expected = np.zeros(len(score))
    expected[1:] = (up[1:] & ~up[:-1]).astype(int) - (down[1:] & ~down[:-1]).astype(int)
    assert np.array_equal(actions[first:], expected[first:])
    assert np.count_nonzero(actions) > 20
    acting = actions != 0
    assert confidences[acting] == pytest.approx(np.abs(score[acting]))
    assert confidences[acting].min() == pytest.approx(0.6)
    assert not confidences[~acting].any()
    (line,) = lines_of(SCORE, series, {"votes": list(votes), "threshold": 0.6})
    assert line.pane == "Score"
    assert line.levels == (-0.6, 0.6)
    assert line.values[first:] == pytest.approx(score[first:])
    assert np.isnan(line.values[: first - 1]).all()


def test_three_of_five_reach_six_tenths(series: Series) -> None:
    """Though 0.1 + 0.1 + 0.1 of 0.5 is a little less than 0.6 in floating point."""
    same = {"strategy": "sma_crossover", "weight": 0.1}
    silent = {"strategy": "momentum", "weight": 0.1, "parameters": {"threshold": 50.0}}
    actions, _ = signals(series, 0.6, same, same, same, silent, silent)
    assert np.array_equal(actions, signals(series, 0.3, same, same, same, silent, silent)[0])
    assert actions.any()
    assert not signals(series, 0.65, same, same, same, silent, silent)[0].any()


def test_opposite_votes_cancel(series: Series) -> None:
    """The same bands, once expecting a return and once a breakout."""
    actions, _ = signals(
        series,
        0.05,
        {"strategy": "bollinger", "parameters": {"expect": "return"}},
        {"strategy": "bollinger", "parameters": {"expect": "go_on"}},
    )
    assert not actions.any()


@pytest.mark.parametrize(
    ("votes", "path", "words"),
    [
        (None, "", "list of 1 to 20 votes; this is empty"),
        ({}, "", "list of 1 to 20 votes; this is a structure"),
        ([], "", "this is 0 of them"),
        ([{"strategy": "rsi"}] * (MOST_VOTES + 1), "", "this is 21 of them"),
        (["rsi"], "0", "must be a structure of strategy, weight, parameters; this is “rsi”"),
        ([{}], "0.strategy", "Choose one of sma_crossover"),
        ([{"strategy": "rules"}], "0.strategy", "this is “rules”"),
        ([{"strategy": "score"}], "0.strategy", "this is “score”"),
        ([{"strategy": ["rsi"]}], "0.strategy", "this is a structure"),
        ([{"strategy": "rsi", "weight": 0}], "0.weight", "more than 0 and at most 100; this is 0"),
        ([{"strategy": "rsi", "weight": 101}], "0.weight", "this is 101"),
        ([{"strategy": "rsi", "weight": float("nan")}], "0.weight", "this is nan"),
        ([{"strategy": "rsi", "weight": "1"}], "0.weight", "this is “1”"),
        ([{"strategy": "rsi", "weight": True}], "0.weight", "this is true"),
        ([{"strategy": "rsi", "wieght": 1}], "0.wieght", "no such entry"),
        ([{"strategy": "rsi", "parameters": 5}], "0.parameters", "structure of parameters"),
        ([{"strategy": "rsi", "parameters": {"period": 1}}], "0.parameters.period", "from 2 to 200"),
        ([{"strategy": "rsi", "parameters": {"oversold": 50, "overbought": 50}}], "0.parameters.oversold", "less than"),
        ([{"strategy": "macd"}, {"strategy": "rsi", "parameters": {"x": 1}}], "1.parameters.x", "no such parameter"),
    ],
)
def test_bad_votes_are_answered_with_path_and_sentence(votes: Any, path: str, words: str) -> None:
    found = problems_of(SCORE, {"votes": votes})
    whole = f"votes.{path}" if path else "votes"
    assert words in found[whole]
    assert found[whole].endswith(".")
