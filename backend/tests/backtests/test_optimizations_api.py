"""Optimisations by the API: searched by every method, summed up, refused, cancelled, lost and found."""

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import undefer

from backend.backtests.models import Optimization, OptimizationChunk
from backend.backtests.optimizations import measuring, running
from backend.backtests.optimizations.measuring import market_of, search_of, unpack_trials
from backend.backtests.optimizations.running import abandoned_optimizations
from backend.backtests.optimizations.search import LARGEST_GRID
from backend.backtests.optimizations.walk_forward import folds_of, search_fold, walk
from backend.billing import plans
from backend.foundation.clock import FixedClock
from backend.foundation.events import EventRow
from backend.foundation.ids import new_id
from backend.tests.backtests.conftest import SETTINGS, Desk, carry_out
from backend.tests.factories import Factory
from backend.trading.backtester import Market
from backend.trading.series import Series
from backend.trading.strategies import STRATEGIES
from backend.trading.strategies.sma_crossover import SmaCrossover

# Nine combinations, one of which (8 and 8) no strategy can use.
PERIODS = {
    "short_period": {"low": 4, "high": 8, "step": 2},
    "long_period": {"low": 8, "high": 32, "step": 12},
}
WANTED: dict[str, Any] = {
    **SETTINGS,
    "method": "grid",
    "objective": "total_return",
    "ranges": PERIODS,
    "minimum_trades": 0,
}
WALK = {"method": "walk_forward", "folds": 4, "train_percentage": 60, "window": "rolling"}


def wanted(desk: Desk, **changes: Any) -> Any:
    """A queued optimisation."""
    return desk.ask("POST", "/optimizations", 201, json={**WANTED, **changes})


def searched(desk: Desk, **changes: Any) -> Any:
    """An optimisation after the worker has been at it."""
    created = wanted(desk, **changes)
    desk.work()
    return desk.ask("GET", f"/optimizations/{created['id']}")


def completed(desk: Desk, **changes: Any) -> Any:
    """The same where it must have come to an end."""
    found = searched(desk, **changes)
    assert found["status"] == "completed", found["error"]
    return found


def row_of(desk: Desk, optimization: Any) -> Optimization:
    with desk.platform.database.across_tenants("test") as session:
        statement = select(Optimization).where(Optimization.id == UUID(optimization["id"]))
        return session.scalars(statement.options(undefer(Optimization.result))).one()


def chunks_of(desk: Desk, optimization: Any) -> list[bytes]:
    """What workers measured, in order."""
    with desk.platform.database.across_tenants("test") as session:
        return list(
            session.scalars(
                select(OptimizationChunk.content)
                .where(OptimizationChunk.optimization_id == UUID(optimization["id"]))
                .order_by(OptimizationChunk.number)
            )
        )


def trials_of(desk: Desk, optimization: Any) -> list[tuple[dict[str, Any], Any]]:
    """Every combination that was measured, with its figures."""
    return [trial for content in chunks_of(desk, optimization) for trial in zip(*unpack_trials(content), strict=True)]


def backtest_of(desk: Desk, combination: dict[str, Any], settings: dict[str, Any]) -> Any:
    """The same combination as a single backtest."""
    periods = {name: value for name, value in combination.items() if name.endswith("_period")}
    others = {name: str(value) for name, value in combination.items() if name not in periods}
    config = {**settings["strategy_config"], **periods}
    return desk.backtest(**{**settings, "strategy_config": config, **others})


def plan_alone(desk: Desk, optimization: Any) -> list[tuple[str, tuple[Any, ...]]]:
    """Plan it and nothing else; the tasks that it queued."""
    desk.queue.sent.clear()
    carry_out(desk.platform, "backtests.plan_optimization", (optimization["id"],))
    sent, desk.queue.sent = desk.queue.sent, []
    return sent


# Methods


class Eager(SmaCrossover):
    """A plug-in that speaks long before the warm-up that it declares is over."""

    name = "eager"

    def warmup(self, parameters: Any, _interval_ms: int) -> int:
        return 10 * int(parameters["long_period"])


@pytest.mark.parametrize(
    "based_on",
    [
        SETTINGS,
        # From the first stored candle on: nothing lies before it to warm up on.
        {**SETTINGS, "start": "2025-01-01", "strategy": "eager"},
        {**SETTINGS, "kind": "dca", "dca": {"safety_orders": 2, "deviation_percentage": "0.8"}},
    ],
    ids=["sma", "without candles to warm up on", "dca"],
)
def test_a_grid_equals_running_each_combination_as_a_backtest(
    desk: Desk, based_on: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(STRATEGIES._built_in, "eager", Eager())
    found = completed(desk, **{**based_on, "strategy_config": {}})
    assert (found["total"], found["done"], found["progress"]) == (8, 8, 100)
    top = found["result"]["top"]
    assert len(top) == found["result"]["tried"] == found["result"]["usable"] == 8
    for trial in top:
        alone = backtest_of(desk, trial["combination"], based_on)
        assert trial["objective"] == alone["metrics"]["total_return"]
        assert str(trial["trades"]) == alone["metrics"]["trades"]
        assert trial["metrics"] == {name: alone["metrics"][name] for name in trial["metrics"]}, trial["combination"]
    best = backtest_of(desk, top[0]["combination"], based_on)
    assert {metric["name"]: metric["value"] for metric in found["result"]["best"]} == best["metrics"]
    assert found["summary"]["combination"] == top[0]["combination"]
    assert found["summary"]["total_return"] == best["metrics"]["total_return"]


def test_rules_are_varied_beside_parameters(desk: Desk) -> None:
    ranges = {
        "short_period": {"choices": [5]},
        "stop_loss_percentage": {"low": 0.5, "high": 1.5, "step": 0.5},
        "base_amount": {"choices": [500, 2_000]},
        "cooldown_minutes": {"low": 60, "high": 600, "step": 540},
    }
    found = completed(desk, ranges=ranges)
    assert found["total"] == 12
    for trial in found["result"]["top"]:
        alone = backtest_of(desk, trial["combination"], SETTINGS)
        assert trial["objective"] == alone["metrics"]["total_return"], trial["combination"]


WIDE = {"short_period": {"low": 2, "high": 20, "step": 1}, "long_period": {"low": 15, "high": 60, "step": 1}}


def test_a_random_search_never_repeats_and_follows_its_seed(desk: Desk) -> None:
    first, again, other = (completed(desk, method="random", ranges=WIDE, trials=60, seed=seed) for seed in (3, 3, 4))
    assert first["result"] == again["result"]
    tried = [tuple(combination.items()) for combination, _ in trials_of(desk, first)]
    # Up to 60, less those whose short period is not the shorter one.
    assert 50 < len(tried) == len(set(tried)) <= 60
    assert tried == [tuple(combination.items()) for combination, _ in trials_of(desk, again)]
    assert tried != [tuple(combination.items()) for combination, _ in trials_of(desk, other)]
    assert (first["total"], first["done"]) == (len(tried), len(tried))


def test_a_random_search_larger_than_the_space_tries_all_of_it(desk: Desk) -> None:
    found = completed(desk, method="random", trials=100)
    assert found["result"]["tried"] == 8
    assert found["result"]["top"] == completed(desk)["result"]["top"]


@pytest.mark.parametrize("objective", ["total_return", "max_drawdown"])
def test_a_bayesian_search_finds_the_best_of_a_small_space(desk: Desk, objective: str) -> None:
    ranges = {
        "short_period": {"low": 3, "high": 9, "step": 2},
        "long_period": {"low": 12, "high": 40, "step": 4},
    }
    best = completed(desk, ranges=ranges, objective=objective)["result"]["top"][0]
    found = completed(desk, ranges=ranges, objective=objective, method="bayesian", trials=96, seed=2)
    assert found["result"]["top"][0] == best
    # It asks again for what it knows already, and that is not measured twice.
    tried = [tuple(combination.items()) for combination, _ in trials_of(desk, found)]
    assert len(tried) == len(set(tried)) <= 32
    assert (found["total"], found["done"]) == (96, 96)


def test_a_bayesian_search_follows_its_seed(desk: Desk) -> None:
    settings = {"method": "bayesian", "ranges": WIDE, "trials": 40}
    first, again, other = (completed(desk, **settings, seed=seed) for seed in (1, 1, 2))
    assert chunks_of(desk, first) == chunks_of(desk, again)
    assert chunks_of(desk, first) != chunks_of(desk, other)


# Results


def test_the_top_twenty_are_sorted_by_the_objective(desk: Desk) -> None:
    for objective, sign in (("profit_factor", -1), ("max_drawdown", 1)):
        found = completed(desk, ranges=WIDE, method="random", trials=80, objective=objective)
        values = [float(trial["objective"]) for trial in found["result"]["top"]]
        assert len(values) == 20
        assert values == sorted(values, key=lambda value: sign * value)
        everything = [float(measures[objective]) for _, measures in trials_of(desk, found)]
        known = [value for value in everything if not np.isnan(value)]
        assert values == pytest.approx(sorted(known, key=lambda value: sign * value)[:20])
        assert found["result"]["usable"] == len(known)


def test_too_few_trades_are_not_compared(desk: Desk) -> None:
    everything = completed(desk)["result"]
    trades = sorted(trial["trades"] for trial in everything["top"])
    least = trades[4]
    found = completed(desk, minimum_trades=least)["result"]
    assert found["tried"] == 8
    assert found["top"] == [trial for trial in everything["top"] if trial["trades"] >= least]
    assert found["usable"] == len(found["top"]) < 8


def test_nothing_usable_is_an_answer_too(desk: Desk) -> None:
    found = completed(desk, minimum_trades=5_000)
    result = found["result"]
    assert (result["top"], result["usable"], result["tried"]) == ([], 0, 8)
    assert (result["best"], result["deflated_sharpe"], result["overfitting"]) == (None, None, None)
    assert "None of the 8 combinations made the 5000 trades" in result["grade"]["reasons"][0]
    assert found["summary"]["combination"] is None
    shown = desk.ask("GET", f"/optimizations/{found['id']}/heat-map")
    assert all(value is None for row in shown["values"] for value in row)


def test_the_heat_map_is_the_best_of_the_trials_for_each_pair(desk: Desk) -> None:
    ranges = {**PERIODS, "stop_loss_percentage": {"low": 0.5, "high": 2, "step": 0.5}}
    found = completed(desk, ranges=ranges, objective="max_drawdown")
    path = f"/optimizations/{found['id']}/heat-map"
    trials = trials_of(desk, found)
    assert len(trials) == 32
    for x, y in (("short_period", "long_period"), ("stop_loss_percentage", "short_period")):
        shown = desk.ask("GET", f"{path}?x={x}&y={y}")
        assert (shown["x"], shown["y"], shown["objective"]) == (x, y, "max_drawdown")
        assert shown["x_values"] == sorted({one[x] for one, _ in trials})
        assert shown["y_values"] == sorted({one[y] for one, _ in trials})
        for row, of_y in zip(shown["values"], shown["y_values"], strict=True):
            for value, of_x in zip(row, shown["x_values"], strict=True):
                here = [float(measures["max_drawdown"]) for one, measures in trials if (one[x], one[y]) == (of_x, of_y)]
                # Of drawdowns the smallest is the best; 8 and 8 was never tried.
                assert value == (pytest.approx(min(here)) if here else None)
    unnamed = desk.ask("GET", path)
    assert unnamed == desk.ask("GET", f"{path}?x={unnamed['x']}&y={unnamed['y']}")
    assert len({unnamed["x"], unnamed["y"]} & set(ranges)) == 2
    assert "was not varied" in desk.ask("GET", f"{path}?x=speed", 422)["error"]
    assert "two different" in desk.ask("GET", f"{path}?x=short_period&y=short_period", 422)["error"]


def test_a_heat_map_takes_two_parameters(desk: Desk) -> None:
    one = completed(desk, ranges={"short_period": {"low": 3, "high": 9, "step": 2}})
    assert "two parameters or more" in desk.ask("GET", f"/optimizations/{one['id']}/heat-map", 422)["error"]
    walked = completed(desk, **WALK)
    assert "two parameters or more" in desk.ask("GET", f"/optimizations/{walked['id']}/heat-map", 422)["error"]


def test_it_says_how_far_the_best_is_luck(desk: Desk) -> None:
    result = completed(desk, objective="sharpe", ranges=WIDE, method="random", trials=100)["result"]
    assert 0 < result["deflated_sharpe"] < 1
    assert 0 <= result["overfitting"] <= 1
    alone = completed(desk, objective="sharpe", ranges={"short_period": {"choices": [5]}})["result"]
    assert alone["overfitting"] is None


# Walk-forward


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


# Input that cannot be used


def ranges(**changes: Any) -> dict[str, Any]:
    return {"ranges": {"long_period": {"low": 20, "high": 40, "step": 10}, **changes}}


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        (ranges(speed={"low": 1, "high": 2, "step": 1}), "ranges.speed", "Choose among: short_period, long_period"),
        (ranges(short_period={"low": 9, "high": 5, "step": 1}), "ranges.short_period", "must not be below"),
        (ranges(short_period={"low": 5, "high": 9, "step": 0}), "ranges.short_period", "more than zero"),
        (ranges(short_period={"low": 5, "high": 9, "step": -1}), "ranges.short_period", "more than zero"),
        (ranges(short_period={"low": 5.5, "high": 9, "step": 1}), "ranges.short_period", "whole numbers"),
        (ranges(short_period={"low": 5, "high": 9, "step": 0.5}), "ranges.short_period", "whole numbers"),
        (ranges(short_period={"low": 1, "high": 9, "step": 1}), "ranges.short_period", "from 2 to 500"),
        (ranges(short_period={"low": 2, "high": 501, "step": 1}), "ranges.short_period", "from 2 to 500"),
        (ranges(short_period={"choices": [5, 501, 6]}), "ranges.short_period", "from 2 to 500"),
        (ranges(short_period={"choices": [5, "many"]}), "ranges.short_period", "a whole number"),
        (ranges(short_period={"low": 5}), "ranges.short_period", "the step between values"),
        (ranges(short_period={}), "ranges.short_period", "the step between values"),
        (ranges(stop_loss_percentage={"low": 0, "high": 2, "step": 1}), "ranges.stop_loss_percentage", "More than 0"),
        (ranges(stop_loss_percentage={"low": 50, "high": 150, "step": 50}), "ranges.stop_loss_percentage", "less than"),
        (ranges(stop_loss_percentage={"choices": ["tight"]}), "ranges.stop_loss_percentage", "must be a number"),
        (ranges(stop_loss_percentage={"choices": [[2]]}), "ranges.stop_loss_percentage", "must be a number"),
        (ranges(cooldown_minutes={"low": 1, "high": 2, "step": 0.5}), "ranges.cooldown_minutes", "whole number"),
        (ranges(equity_percentage={"low": 50, "high": 150, "step": 50}), "ranges.equity_percentage", "at most 100"),
        (ranges(short_period={"low": 50, "high": 60, "step": 5}), "ranges", "must be less than the long period"),
        ({"ranges": {}}, "ranges", "at least one parameter"),
        ({"objective": "sharpe", "end": "2025-02-01"}, "objective", "31 days at least"),
        ({"objective": "sortino", "end": "2025-02-01"}, "objective", "31 days at least"),
        ({"objective": "luck"}, "objective", "Choose one of"),
        ({"method": "genetic"}, "method", "Choose one of"),
        ({"trials": 1}, "trials", "At least 2"),
        ({"folds": 0}, "folds", "1 to 50"),
        ({**WALK, "train_percentage": 99}, "train_percentage", "10 to 95"),
        ({**WALK, "folds": 50, "end": "2025-01-04"}, "folds", "24 candles are too few for 50 folds. Use fewer"),
        # 43 days are 60 % and four times 40 % of a window of 19.5 days, which trains for 11.7.
        ({**WALK, "objective": "sharpe"}, "objective", "31 days at least, and the train part has 11."),
        ({"start": "2025-02-15"}, "end", "at least one candle"),
        ({"strategy": "moon"}, "strategy", "There is no strategy"),
        ({"kind": "grid"}, "grid", "needs its range"),
    ],
)
def test_what_cannot_be_searched_is_refused_with_field_and_sentence(
    desk: Desk, changes: dict[str, Any], field: str, words: str
) -> None:
    answer = desk.ask("POST", "/optimizations", 422, json={**WANTED, **changes})
    told = {detail["field"]: detail["message"] for detail in answer["details"]}
    assert words in told[field]
    assert desk.ask("GET", "/optimizations")["total"] == 0


EVERYTHING = {"short_period": {"low": 2, "high": 500, "step": 1}, "long_period": {"low": 3, "high": 1_000, "step": 1}}
ENDLESS = {
    **EVERYTHING,
    **{
        name: {"low": 0.001, "high": 50, "step": 0.001}
        for name in ("stop_loss_percentage", "take_profit_percentage", "trailing_stop_percentage")
    },
}


def test_too_large_a_grid_is_refused_and_a_sample_of_it_is_not(desk: Desk) -> None:
    refused = desk.ask("POST", "/optimizations", 422, json={**WANTED, "ranges": EVERYTHING})
    assert f"{499 * 998:,} combinations" in refused["error"]
    assert LARGEST_GRID < 499 * 998
    assert completed(desk, ranges=EVERYTHING, method="random", trials=10)["result"]["tried"] > 0


@pytest.mark.parametrize("method", ["random", "bayesian", "walk_forward"])
def test_a_space_beyond_all_counting_is_refused_or_searched(desk: Desk, method: str) -> None:
    """499 · 998 · 50,000³ are more than 64 bits hold."""
    answer = desk.client.post(
        "/api/v1/optimizations",
        headers=desk.headers,
        json={**WANTED, "ranges": ENDLESS, "method": method, "trials": 10, "folds": 2},
    )
    assert answer.status_code in (201, 422), answer.get_json()
    if answer.status_code == 422:
        assert "Use larger steps, or vary fewer" in answer.get_json()["error"]


def test_the_plan_limits_trials_and_candles(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(plans.LIMITS["free"], "trials_an_optimization", 8)
    refused = desk.ask("POST", "/optimizations", 403, json=WANTED)
    assert refused["code"] == "PLAN_LIMIT"
    assert "up to 8 combinations" in refused["error"]
    desk.ask("POST", "/optimizations", 403, json={**WANTED, "method": "random", "ranges": WIDE, "trials": 9})
    desk.ask("POST", "/optimizations", 201, json={**WANTED, "method": "random", "ranges": WIDE, "trials": 8})
    monkeypatch.setitem(plans.LIMITS["free"], "candles_a_backtest", 100)
    refused = desk.ask("POST", "/optimizations", 403, json={**WANTED, "method": "random", "trials": 8})
    assert "up to 100 candles, and this one has 1,032" in refused["error"]


# Cancelled, lost, delivered twice


def test_what_is_cancelled_is_over(desk: Desk) -> None:
    created = wanted(desk)
    path = f"/optimizations/{created['id']}"
    assert (created["status"], created["progress"]) == ("queued", 0)
    assert "still waiting" in desk.ask("GET", f"{path}/heat-map", 409)["error"]
    assert desk.ask("POST", f"{path}/cancel")["status"] == "canceled"
    assert "was canceled already" in desk.ask("POST", f"{path}/cancel", 409)["error"]
    desk.work()
    found = desk.ask("GET", path)
    assert (found["status"], found["result"], found["done"]) == ("canceled", None, 0)
    assert chunks_of(desk, created) == []
    assert "was canceled" in desk.ask("GET", f"{path}/heat-map", 409)["error"]
    complete = completed(desk)
    assert "is complete" in desk.ask("POST", f"/optimizations/{complete['id']}/cancel", 409)["error"]


@pytest.mark.parametrize("method", ["grid", "bayesian", "walk_forward"])
@pytest.mark.parametrize(("verb", "ending", "status"), [("POST", "/cancel", 200), ("DELETE", "", 204)])
def test_one_that_is_stopped_on_the_way_keeps_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, method: str, verb: str, ending: str, status: int
) -> None:
    created = wanted(desk, **{**WALK, "method": method})
    path = f"/optimizations/{created['id']}"
    asked: list[int] = []

    def interrupting(original: Callable[..., Any]) -> Callable[..., Any]:
        def interrupted(*arguments: Any) -> Any:
            if not asked:
                asked.append(1)
                desk.ask(verb, f"{path}{ending}", status)
            return original(*arguments)

        return interrupted

    monkeypatch.setattr(running, "_measured", interrupting(running._measured))
    desk.work()
    assert asked
    assert chunks_of(desk, created) == []
    if verb == "DELETE":
        desk.ask("GET", path, 404)
    else:
        assert desk.ask("GET", path)["status"] == "canceled"


def cut_into(monkeypatch: pytest.MonkeyPatch, chunks: int) -> None:
    """Have searches cut into this many chunks."""
    monkeypatch.setattr(running, "_MOST_CHUNKS", chunks)
    monkeypatch.setattr(running, "_LEAST_A_CHUNK", 1)


def test_a_chunk_delivered_twice_changes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    cut_into(monkeypatch, 3)
    created = wanted(desk)
    tasks = plan_alone(desk, created)
    assert [task for task, _ in tasks] == ["backtests.measure_chunk"] * 3
    carry_out(desk.platform, *tasks[0])
    once, done = chunks_of(desk, created), row_of(desk, created).done
    carry_out(desk.platform, *tasks[0])
    assert (chunks_of(desk, created), row_of(desk, created).done) == (once, done)
    assert 0 < done < 8
    assert plan_alone(desk, created) == []
    desk.queue.sent = tasks[1:] + tasks
    desk.work()
    found = desk.ask("GET", f"/optimizations/{created['id']}")
    assert (found["status"], found["done"], found["total"]) == ("completed", 8, 8)
    # And once more when all is over.
    desk.queue.sent = [*tasks, ("backtests.sum_up_optimization", (created["id"],))]
    desk.work()
    assert desk.ask("GET", f"/optimizations/{created['id']}") == found
    monkeypatch.undo()
    assert found["result"] == completed(desk)["result"]


def test_a_chunk_that_two_measured_at_once_counts_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both began before either ended: neither lock nor look told the second."""
    cut_into(monkeypatch, 2)
    created = wanted(desk)
    tasks = plan_alone(desk, created)
    carry_out(desk.platform, *tasks[0])
    with monkeypatch.context() as patched:
        patched.setattr(running, "_is_done", lambda *_: False)
        carry_out(desk.platform, *tasks[0])
    desk.queue.sent = tasks[1:]
    desk.work()
    found = desk.ask("GET", f"/optimizations/{created['id']}")
    assert (found["status"], found["done"], found["total"]) == ("completed", 8, 8)


def test_two_workers_come_to_the_same_as_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    cut_into(monkeypatch, 1)
    one = completed(desk)
    cut_into(monkeypatch, 2)
    created = wanted(desk)
    tasks = plan_alone(desk, created)
    assert len(tasks) == 2
    for task in tasks[::-1]:
        # A worker of its own, which has read nothing yet.
        monkeypatch.setattr(measuring, "_markets", measuring._Markets())
        carry_out(desk.platform, *task)
    desk.work()
    both = desk.ask("GET", f"/optimizations/{created['id']}")
    assert both["result"] == one["result"]
    assert (both["data_hash"], both["code_version"]) == (one["data_hash"], one["code_version"])
    whole, parts = chunks_of(desk, one), chunks_of(desk, both)
    assert (len(whole), len(parts)) == (1, 2)
    assert [str(trial) for trial in trials_of(desk, one)] == [str(trial) for trial in trials_of(desk, both)]


def test_a_lost_chunk_is_taken_up(desk: Desk, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    cut_into(monkeypatch, 4)
    created = wanted(desk)
    tasks = plan_alone(desk, created)
    desk.queue.sent = [tasks[0], tasks[1], tasks[3]]
    desk.work()
    assert desk.ask("GET", f"/optimizations/{created['id']}")["status"] == "running"
    assert abandoned_optimizations(desk.platform) == []
    clock.moment += timedelta(minutes=30)
    carry_out(desk.platform, "backtests.sweep", ())
    assert desk.queue.sent == [("backtests.measure_chunk", (created["id"], 2))]
    # It was just taken up; the next sweep leaves it alone.
    assert abandoned_optimizations(desk.platform) == []
    desk.work()
    desk.log_in_again()
    found = desk.ask("GET", f"/optimizations/{created['id']}")
    assert (found["status"], found["done"]) == ("completed", 8)


def test_what_is_to_be_said_of_the_candles_is_said(desk: Desk) -> None:
    found = completed(desk, start="2024-12-01")
    told = {notice["code"]: notice["message"] for notice in found["result"]["notices"]}
    assert "2025-01-01 00:00 UTC to" in told["shorter_period"]


def test_one_that_kills_its_workers_is_given_up(desk: Desk, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    cut_into(monkeypatch, 4)
    created = wanted(desk)
    clock.moment += timedelta(seconds=1)
    plan_alone(desk, created)
    for _ in range(3):
        # Whoever takes a chunk dies over it.
        desk.queue.sent.clear()
        clock.moment += timedelta(minutes=30)
        carry_out(desk.platform, "backtests.sweep", ())
    desk.log_in_again()
    given_up = desk.ask("GET", f"/optimizations/{created['id']}")
    assert given_up["status"] == "failed"
    assert "workers died" in given_up["error"]


def test_one_whose_message_was_lost_is_taken_up(desk: Desk, clock: FixedClock) -> None:
    created = wanted(desk)
    desk.queue.sent.clear()
    clock.moment += timedelta(minutes=2)
    assert abandoned_optimizations(desk.platform) == [(UUID(created["id"]), [])]
    clock.moment += timedelta(minutes=2)
    carry_out(desk.platform, "backtests.sweep", ())
    desk.work()
    desk.log_in_again()
    assert desk.ask("GET", f"/optimizations/{created['id']}")["status"] == "completed"


def test_one_that_was_only_not_summed_up_is_taken_up(desk: Desk, clock: FixedClock) -> None:
    created = wanted(desk)
    for task in plan_alone(desk, created):
        carry_out(desk.platform, *task)
    desk.queue.sent.clear()
    clock.moment += timedelta(minutes=30)
    carry_out(desk.platform, "backtests.sweep", ())
    desk.work()
    desk.log_in_again()
    assert desk.ask("GET", f"/optimizations/{created['id']}")["status"] == "completed"


class Raising(SmaCrossover):
    """A plug-in with a mistake that shows with some parameters only."""

    name = "raising"

    def signals(self, series: Series, parameters: Any) -> Any:
        if parameters["long_period"] == 20:
            raise ZeroDivisionError("division by zero")
        return super().signals(series, parameters)


@pytest.mark.parametrize("method", ["grid", "random", "bayesian", "walk_forward"])
def test_a_strategy_that_raises_fails_the_search_and_the_worker_lives(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    monkeypatch.setitem(STRATEGIES._built_in, "raising", Raising())
    failed = searched(desk, **{**WALK, "method": method}, strategy="raising", strategy_config={})
    assert failed["status"] == "failed"
    assert "“raising”: it stopped with ZeroDivisionError: division by zero" in failed["error"]
    assert failed["result"] is None
    assert "failed, so it has no result" in desk.ask("GET", f"/optimizations/{failed['id']}/heat-map", 409)["error"]
    assert completed(desk)["result"]["usable"] == 8


def test_candles_that_are_not_enough_are_a_sentence(desk: Desk) -> None:
    """The period is long enough for its folds, but candles are stored for an hour of it only."""
    failed = searched(desk, **{**WALK, "folds": 30, "start": "2025-03-04T10:00:00Z", "end": "2025-04-20"})
    assert failed["status"] == "failed"
    assert "2 candles are too few for 30 folds. Use fewer folds, or a longer period." in failed["error"]


def test_progress_is_told_to_its_owner_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    cut_into(monkeypatch, 2)
    created = completed(desk, name="Mine")
    with desk.platform.database.across_tenants("test") as session:
        events = session.scalars(select(EventRow).where(EventRow.type == "backtest.progress")).all()
    assert {event.user_id for event in events} == {desk.user.id}
    assert {(event.payload["id"], event.payload["kind"], event.payload["name"]) for event in events} == {
        (created["id"], "optimization", "Mine")
    }
    told = [(event.payload["status"], event.payload["progress"]) for event in events]
    assert told == [("running", 0.0), ("running", 50.0), ("running", 100.0), ("completed", 100.0)]


# Whose it is


def test_it_is_nobody_elses(desk: Desk, make: Factory) -> None:
    mine = completed(desk)
    stranger = Desk(desk.platform, desk.client, make.user(), make)
    path = f"/optimizations/{mine['id']}"
    for method, suffix in (("GET", ""), ("POST", "/cancel"), ("GET", "/heat-map"), ("DELETE", "")):
        assert stranger.ask(method, f"{path}{suffix}", 404)["error"] == "There is no such optimisation."
    assert stranger.ask("GET", "/optimizations")["total"] == 0
    assert desk.ask("GET", path) == mine
    desk.ask("GET", f"/optimizations/{new_id()}", 404)
    assert desk.client.get(f"/api/v1{path}").status_code == 401
    assert desk.client.post("/api/v1/optimizations", json=WANTED).status_code == 401


def test_the_list_is_the_newest_first_and_deleted_is_gone(desk: Desk, clock: FixedClock) -> None:
    first = completed(desk, name="first")
    clock.moment += timedelta(seconds=1)
    second = wanted(desk, name="")
    listed = desk.ask("GET", "/optimizations")
    assert [one["id"] for one in listed["items"]] == [second["id"], first["id"]]
    assert second["name"] == "SMA crossover, BTC/USDT 1h"
    assert listed["items"][1]["summary"]["combination"] == first["summary"]["combination"]
    desk.ask("DELETE", f"/optimizations/{first['id']}", 204)
    desk.ask("GET", f"/optimizations/{first['id']}", 404)
    assert chunks_of(desk, first) == []
    assert desk.ask("GET", "/optimizations")["total"] == 1
