"""What cannot be searched is refused with field and sentence."""

from typing import Any

import pytest

from backend.backtests.optimizations.search import LARGEST_GRID
from backend.billing import plans
from backend.tests.backtests.conftest import Desk
from backend.tests.backtests.searches import WALK, WANTED, WIDE, completed


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
