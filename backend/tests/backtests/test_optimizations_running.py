"""Searches on their way: canceled, lost, delivered twice, failed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.backtests.optimizations import measuring, running
from backend.backtests.optimizations.running import abandoned_optimizations
from backend.foundation.clock import FixedClock
from backend.foundation.events import EventRow
from backend.tests.backtests.conftest import Desk, carry_out
from backend.tests.backtests.searches import WALK, chunks_of, completed, plan_alone, row_of, searched, trials_of, wanted
from backend.trading.series import Series
from backend.trading.strategies import STRATEGIES
from backend.trading.strategies.sma_crossover import SmaCrossover


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
