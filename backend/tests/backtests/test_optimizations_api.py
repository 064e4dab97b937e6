"""Searches by the API: their methods, what they come to, whose they are."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from backend.foundation.clock import FixedClock
from backend.foundation.ids import new_id
from backend.tests.backtests.conftest import SETTINGS, Desk
from backend.tests.backtests.searches import (
    PERIODS,
    WALK,
    WANTED,
    WIDE,
    backtest_of,
    chunks_of,
    completed,
    trials_of,
    wanted,
)
from backend.tests.factories import Factory
from backend.trading.strategies import STRATEGIES
from backend.trading.strategies.sma_crossover import SmaCrossover


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
