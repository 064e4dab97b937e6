"""A search as most tests want it, and ways to look at what came of it."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import undefer

from backend.backtests.models import Optimization, OptimizationChunk
from backend.backtests.optimizations.measuring import unpack_trials
from backend.tests.backtests.conftest import SETTINGS, Desk, carry_out

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
WIDE = {"short_period": {"low": 2, "high": 20, "step": 1}, "long_period": {"low": 15, "high": 60, "step": 1}}


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
