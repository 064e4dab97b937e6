"""Walk-forward: chosen on the train part alone, told of the test part alone."""

import itertools
from datetime import datetime

import pytest

from backend.backtests.optimizations.measuring import market_of, search_of
from backend.backtests.optimizations.walk_forward import folds_of, search_fold, walk
from backend.tests.backtests.conftest import SETTINGS, Desk
from backend.tests.backtests.searches import (
    WALK,
    backtest_of,
    chunks_of,
    completed,
    row_of,
)
from backend.trading.backtester import Market
from backend.trading.series import Series


def days(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


@pytest.mark.parametrize("window", ["rolling", "anchored"])
def test_a_walk_forward_is_the_chain_of_its_test_parts(desk: Desk, window: str) -> None:
    found = completed(desk, **{**WALK, "window": window})
    result, folds = found["result"], found["result"]["folds"]
    assert (len(folds), found["total"], found["done"]) == (4, 4, 4)
    assert folds[0]["train_start"] == days("2025-01-03T00:00:00+00:00").isoformat()
    assert folds[-1]["test_end"] == days("2025-02-15T00:00:00+00:00").isoformat()
    for before, after in itertools.pairwise(folds):
        assert before["test_end"] == after["test_start"]
    grown, trades = 1.0, 0
    for fold in folds:
        assert fold["train_end"] == fold["test_start"]
        # The test part as a backtest of its own.
        alone = backtest_of(
            desk, fold["combination"], {**SETTINGS, "start": fold["test_start"], "end": fold["test_end"]}
        )
        assert fold["test_return"] == pytest.approx(float(alone["metrics"]["total_return"]), abs=1e-9)
        assert fold["test_trades"] == int(alone["metrics"]["trades"])
        assert fold["test_max_drawdown"] == pytest.approx(float(alone["metrics"]["max_drawdown"]), abs=1e-9)
        grown *= 1 + fold["test_return"]
        trades += fold["test_trades"]
    values = {metric["name"]: metric["value"] for metric in result["metrics"]}
    assert float(values["total_return"]) == pytest.approx(grown - 1, abs=1e-9)
    assert int(values["trades"]) == trades
    assert result["curve"]["equity"][-1] == pytest.approx(10_000 * grown)
    first, last = days(folds[0]["test_start"]), days(folds[-1]["test_end"])
    times = result["curve"]["times"]
    # The equity at each close of the test parts, and of nothing before them.
    assert (times[0], times[-1]) == (first.timestamp() + 3_600, last.timestamp())


@pytest.mark.parametrize("window", ["rolling", "anchored"])
def test_a_train_part_chooses_as_a_search_over_it_alone_would(desk: Desk, window: str) -> None:
    found = completed(desk, **{**WALK, "window": window})
    for fold in found["result"]["folds"]:
        alone = completed(desk, start=fold["train_start"], end=fold["train_end"])["result"]["top"][0]
        assert fold["combination"] == alone["combination"]
        assert fold["train_score"] == pytest.approx(float(alone["objective"]), abs=1e-9)


def changed_from(market: Market, begin: int, end: int) -> Market:
    """The market with the run's candles from `begin` to before `end` turned upside down."""
    candles = market.series.candles.copy()
    part = candles[market.start + begin : market.start + end]
    whole = part.copy()
    top = 2 * float(whole["close"].mean())
    part["open"], part["close"] = top - whole["open"], top - whole["close"]
    part["high"], part["low"] = top - whole["low"], top - whole["high"]
    return Market(Series(candles), market.length, market.start)


@pytest.mark.parametrize("number", range(4))
def test_nothing_of_a_test_part_is_looked_at_when_its_parameters_are_chosen(desk: Desk, number: int) -> None:
    optimization = row_of(desk, completed(desk, **WALK, strategy_config={}))
    search = search_of(optimization)
    market = market_of(desk.platform, optimization, search).market
    chosen = chunks_of(desk, {"id": str(optimization.id)})
    fold = folds_of(market, optimization.search)[number]
    other = changed_from(market, fold.test_start, len(market.opened_at))
    assert search_fold(search, other, optimization.search, number, 1) == chosen[number]
    # The change is one: it shows in what the test comes to, and in a train part that holds it.
    before, after = (walk(search, one, optimization.search, chosen).folds[number] for one in (market, other))
    assert before["test_return"] != after["test_return"]
    within = changed_from(market, fold.train_start, fold.train_end)
    assert search_fold(search, within, optimization.search, number, 1) != chosen[number]


def test_a_fold_without_anything_usable_stays_out_of_the_market(desk: Desk) -> None:
    found = completed(desk, **WALK, minimum_trades=5_000)
    assert [fold["combination"] for fold in found["result"]["folds"]] == [None] * 4
    assert set(found["result"]["curve"]["equity"]) == {10_000.0}
    assert found["result"]["efficiency"] is None
