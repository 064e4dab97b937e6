"""What changes optimisations: wanting one, cancelling, deleting."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from backend.backtests.commands import stored_configuration
from backend.backtests.configuration import RunChecker, run_settings
from backend.backtests.errors import AlreadyOver, UnusableBacktest
from backend.backtests.models import UNFINISHED, Optimization
from backend.backtests.optimizations.queries import own_optimization
from backend.backtests.optimizations.search import NEED_DAYS, Search, check_whole, space_json, space_of
from backend.backtests.optimizations.walk_forward import folds_over
from backend.billing.entitlements import require
from backend.foundation.clock import Clock
from backend.foundation.errors import FieldError
from backend.foundation.events import publish
from backend.foundation.ids import new_id
from backend.market_data.queries import milliseconds
from backend.trading.candles import TIMEFRAMES
from backend.trading.optimizer import size_of

_RATIO_TAKES = timedelta(days=31)
_SEARCH = ("trials", "seed", "minimum_trades", "folds", "train_percentage", "window")


def create_optimization(session: Session, clock: Clock, checker: RunChecker, data: dict[str, Any]) -> Optimization:
    """Queue a search. Raises UnusableBacktest or PlanLimit."""
    data = dict(data)
    start, end, name = data.pop("start"), data.pop("end"), data.pop("name")
    method, objective, ranges = data.pop("method"), data.pop("objective"), data.pop("ranges")
    search = {part: data.pop(part) for part in _SEARCH}
    values = checker.checked(data, (start, end))
    settings = run_settings(values, checker.user_id)
    space, errors = space_of(settings, ranges)
    errors += _period_errors(objective, method, end - start, search, settings.length)
    if errors:
        raise UnusableBacktest(errors)
    configuration = stored_configuration(values)
    wanted = Search(
        settings, configuration, space, method, objective, search["trials"], search["seed"], search["minimum_trades"]
    )
    errors = check_whole(wanted)
    if errors:
        raise UnusableBacktest(errors)
    candles = (milliseconds(end) - milliseconds(start)) // TIMEFRAMES[values["timeframe"]]
    require(session, checker.user_id, "candles_a_backtest", candles)
    total = _trials(method, search["trials"], size_of(space))
    require(session, checker.user_id, "trials_an_optimization", total)
    optimization = Optimization(
        id=new_id(),
        user_id=checker.user_id,
        name=name or f"{settings.strategy.title}, {values['symbol']} {values['timeframe']}",
        method=method,
        objective=objective,
        start=start,
        end=end,
        **{part: values[part] for part in ("exchange", "symbol", "timeframe", "strategy")},
        configuration=configuration,
        search={**search, "ranges": space_json(space)},
        status="queued",
        total=search["folds"] if method == "walk_forward" else total,
        done=0,
        chunks=0,
        attempts=0,
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    session.add(optimization)
    session.flush()
    publish(session, clock, checker.user_id, "optimization.queued", {"id": str(optimization.id)})
    return optimization


def _trials(method: str, wanted: int, size: int) -> int:
    """How many combinations are tried; a Bayesian search may ask again for one that it knows."""
    if method == "grid":
        return size
    return wanted if method == "bayesian" else min(wanted, size)


def _period_errors(
    objective: str, method: str, period: timedelta, search: Mapping[str, Any], length: int
) -> list[FieldError]:
    """Where the period is too short for the folds or for the objective; `length`: of a candle, in ms."""
    shortest, part = period, "period"
    if method == "walk_forward":
        try:
            first = folds_over(period // timedelta(milliseconds=length), search)[0]
        except ValueError as error:
            return [FieldError("folds", f"{error} Use fewer folds, or a longer period.")]
        shortest, part = first.train_end * timedelta(milliseconds=length), "train part"
    if objective not in NEED_DAYS or shortest >= _RATIO_TAKES:
        return []
    return [
        FieldError(
            "objective",
            f"This ratio takes {_RATIO_TAKES.days} days at least, and the {part} has {shortest.days}."
            " Choose a longer period, or a return.",
        )
    ]


def cancel_optimization(session: Session, clock: Clock, user_id: UUID, optimization_id: UUID) -> Optimization:
    """Stop a search that is not over; workers that are at it notice. Raises NoSuchOptimization, AlreadyOver."""
    optimization = own_optimization(session, user_id, optimization_id, locked=True)
    if optimization.status not in UNFINISHED:
        raise AlreadyOver("optimisation", optimization.status)
    optimization.status, optimization.finished_at = "canceled", clock.now()
    session.flush()
    tell(session, clock, optimization)
    return optimization


def delete_optimization(session: Session, user_id: UUID, optimization_id: UUID) -> None:
    """Delete a search with its trials; workers that are at it stop. Raises NoSuchOptimization."""
    session.delete(own_optimization(session, user_id, optimization_id))
    session.flush()


def tell(session: Session, clock: Clock, optimization: Optimization) -> None:
    """Tell how far a search is; the last of these tells how it ended."""
    payload = {
        "id": str(optimization.id),
        "kind": "optimization",
        "name": optimization.name,
        "status": optimization.status,
        "progress": optimization.progress,
        "step": "",
    }
    publish(session, clock, optimization.user_id, "backtest.progress", payload)
