"""Celery entry points of backtests."""

from uuid import UUID

from celery import shared_task

from backend.backtests.optimizations.running import abandoned_optimizations, finish, measure_chunk, plan, take_up
from backend.backtests.running import TIME_LIMIT, abandoned_backtests, run_backtest
from backend.foundation.celery import PlatformTask

_SOFT = TIME_LIMIT.total_seconds()
_HARD = _SOFT + 60


@shared_task(bind=True, name="backtests.run", soft_time_limit=_SOFT, time_limit=_HARD)
def run(self: PlatformTask, backtest_id: str) -> None:
    """Run a queued backtest."""
    run_backtest(self.platform, UUID(backtest_id))


@shared_task(bind=True, name="backtests.plan_optimization", soft_time_limit=_SOFT, time_limit=_HARD)
def plan_optimization(self: PlatformTask, optimization_id: str) -> None:
    """Cut a queued optimisation into chunks."""
    plan(self.platform, UUID(optimization_id))


@shared_task(bind=True, name="backtests.measure_chunk", soft_time_limit=_SOFT, time_limit=_HARD)
def measure_optimization_chunk(self: PlatformTask, optimization_id: str, number: int) -> None:
    """Measure one chunk."""
    measure_chunk(self.platform, UUID(optimization_id), number)


@shared_task(bind=True, name="backtests.sum_up_optimization", soft_time_limit=_SOFT, time_limit=_HARD)
def sum_up_optimization(self: PlatformTask, optimization_id: str) -> None:
    """Sum the chunks up."""
    finish(self.platform, UUID(optimization_id))


@shared_task(bind=True, name="backtests.sweep")
def sweep(self: PlatformTask) -> None:
    """Take up what a worker died over."""
    for backtest_id in abandoned_backtests(self.platform):
        self.platform.tasks.send("backtests.run", str(backtest_id))
    for optimization_id, missing in abandoned_optimizations(self.platform):
        take_up(self.platform, optimization_id, missing)
