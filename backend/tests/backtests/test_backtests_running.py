"""Runs on their way: canceled, lost, failed by a plug-in, limited, told of."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import select, update

from backend.backtests import execution, running
from backend.backtests.models import Backtest
from backend.backtests.running import MOST_ATTEMPTS, abandoned_backtests
from backend.billing import plans
from backend.foundation.clock import FixedClock
from backend.foundation.events import EventRow
from backend.tests.backtests.conftest import BEGIN, SETTINGS, Desk, carry_out, walk
from backend.trading.series import Series
from backend.trading.strategies import STRATEGIES
from backend.trading.strategies.sma_crossover import SmaCrossover


def test_what_is_not_over_has_no_result_and_is_cancelled_once(desk: Desk) -> None:
    created = desk.ask("POST", "/backtests", 201, json=SETTINGS)
    path = f"/backtests/{created['id']}"
    assert created["status"] == "queued"
    assert "still waiting" in desk.ask("GET", f"{path}/result", 409)["error"]
    assert desk.ask("POST", f"{path}/cancel")["status"] == "canceled"
    assert "was canceled already" in desk.ask("POST", f"{path}/cancel", 409)["error"]
    desk.work()
    assert desk.ask("GET", path)["status"] == "canceled"
    assert "was canceled, so it has no result" in desk.ask("GET", f"{path}/trades", 409)["error"]
    complete = desk.backtest()
    assert "is complete" in desk.ask("POST", f"/backtests/{complete['id']}/cancel", 409)["error"]


def test_a_run_that_is_cancelled_or_deleted_on_the_way_stops(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    original = execution.execute

    def interrupted(method: str, path: str, status: int) -> Any:
        def execute(*arguments: Any, **options: Any) -> Any:
            desk.ask(method, path, status)
            return original(*arguments, **options)

        return execute

    cancelled = desk.ask("POST", "/backtests", 201, json=SETTINGS)
    monkeypatch.setattr(running, "execute", interrupted("POST", f"/backtests/{cancelled['id']}/cancel", 200))
    desk.work()
    assert desk.ask("GET", f"/backtests/{cancelled['id']}")["status"] == "canceled"
    deleted = desk.ask("POST", "/backtests", 201, json=SETTINGS)
    monkeypatch.setattr(running, "execute", interrupted("DELETE", f"/backtests/{deleted['id']}", 204))
    desk.work()
    desk.ask("GET", f"/backtests/{deleted['id']}", 404)


class Raising(SmaCrossover):
    """A plug-in with a mistake in it."""

    name = "raising"

    def signals(self, series: Series, parameters: Any) -> Any:
        raise ZeroDivisionError("division by zero")


class Misshapen(SmaCrossover):
    """A plug-in that forgot half of the candles."""

    name = "misshapen"

    def signals(self, series: Series, parameters: Any) -> Any:
        actions, confidences = super().signals(series, parameters)
        return actions[::2], confidences[::2]


class Foreseeing(SmaCrossover):
    """A plug-in that looks at the next candle."""

    name = "foreseeing"

    def signals(self, series: Series, parameters: Any) -> Any:
        rises = np.append(np.diff(series.close) > 0, False)
        return np.where(rises, 1, -1).astype(np.int8), np.ones(len(series))


@pytest.fixture
def plug_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    for plugin in (Raising(), Misshapen(), Foreseeing()):
        monkeypatch.setitem(STRATEGIES._built_in, plugin.name, plugin)


@pytest.mark.usefixtures("plug_ins")
@pytest.mark.parametrize(
    ("strategy", "words"),
    [
        ("raising", "stopped with ZeroDivisionError: division by zero"),
        ("misshapen", "it gave 531 actions for 1062 candles"),
    ],
)
def test_a_broken_plug_in_fails_its_run_and_the_worker_lives(desk: Desk, strategy: str, words: str) -> None:
    failed = desk.backtest(strategy=strategy, strategy_config={})
    assert failed["status"] == "failed"
    assert words in failed["error"]
    assert failed["metrics"] is None
    assert "failed, so it has no result" in desk.ask("GET", f"/backtests/{failed['id']}/result", 409)["error"]
    assert desk.backtest()["status"] == "completed"


@pytest.mark.usefixtures("plug_ins")
def test_a_strategy_that_looks_ahead_is_not_to_be_trusted(desk: Desk) -> None:
    run = desk.backtest(strategy="foreseeing", strategy_config={})
    result = desk.ask("GET", f"/backtests/{run['id']}/result")
    assert float(run["metrics"]["total_return"]) > 0
    assert not result["checks"][0]["passed"]
    assert result["grade"]["grade"] == "not_to_be_trusted"


def test_gaps_and_short_periods_are_told(desk: Desk) -> None:
    candles = walk(1_000, begin=BEGIN)
    holed = np.concatenate((candles[:300], candles[330:600], candles[605:]))
    desk.store(holed, symbol="ETH/USDT")
    run = desk.backtest(symbol="ETH/USDT", start="2025-01-01", end="2025-03-01")
    notices = {one["code"]: one["message"] for one in desk.ask("GET", f"/backtests/{run['id']}/result")["notices"]}
    assert "30 after 2025-01-13 11:00 UTC" in notices["gaps"]
    assert "5 after" not in notices["gaps"]
    assert "2025-01-01 00:00 UTC to 2025-02-11 16:00 UTC" in notices["shorter_period"]
    assert "no signal on the first 20 candles" in notices["short_warmup"]


def test_the_plan_limits_runs_and_candles(desk: Desk, monkeypatch: pytest.MonkeyPatch, clock: FixedClock) -> None:
    monkeypatch.setitem(plans.LIMITS["free"], "backtests_a_day", 2)
    desk.backtest()
    desk.backtest()
    refused = desk.ask("POST", "/backtests", 403, json=SETTINGS)
    assert refused["code"] == "PLAN_LIMIT"
    assert "runs 2 backtests a day" in refused["error"]
    clock.moment += timedelta(days=1)
    desk.log_in_again()
    desk.backtest()
    monkeypatch.setitem(plans.LIMITS["free"], "candles_a_backtest", 100)
    refused = desk.ask("POST", "/backtests", 403, json=SETTINGS)
    assert "up to 100 candles, and this one has 1,032" in refused["error"]


def test_a_lost_run_is_taken_up_and_given_up_after_two_workers(desk: Desk, clock: FixedClock) -> None:
    created = desk.ask("POST", "/backtests", 201, json=SETTINGS)
    backtest_id = UUID(created["id"])
    assert abandoned_backtests(desk.platform) == []
    clock.moment += timedelta(minutes=2)
    assert abandoned_backtests(desk.platform) == [backtest_id]
    with desk.platform.database.across_tenants("test") as session:
        session.execute(update(Backtest).values(status="running", attempts=MOST_ATTEMPTS, updated_at=clock.now()))
    clock.moment += timedelta(minutes=20)
    desk.queue.sent.clear()
    carry_out(desk.platform, "backtests.sweep", ())
    assert desk.queue.sent[0] == ("backtests.run", (created["id"],))
    desk.work()
    desk.log_in_again()
    failed = desk.ask("GET", f"/backtests/{created['id']}")
    assert failed["status"] == "failed"
    assert "worker died" in failed["error"]


def test_progress_is_told_to_its_owner_alone(desk: Desk) -> None:
    desk.backtest()
    with desk.platform.database.across_tenants("test") as session:
        events = session.scalars(select(EventRow).where(EventRow.type == "backtest.progress")).all()
    assert {event.user_id for event in events} == {desk.user.id}
    assert [event.payload["status"] for event in events] == ["running", "completed"]
    assert set(events[-1].payload) == {"id", "kind", "name", "status", "progress", "step"}
