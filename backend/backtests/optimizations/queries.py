"""What reads optimisations."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, undefer

from backend.backtests.errors import NoSuchOptimization, NotFinished, UnusableBacktest
from backend.backtests.models import Optimization, OptimizationChunk
from backend.backtests.optimizations.measuring import search_of
from backend.backtests.optimizations.results import heat_map, trials_of
from backend.foundation.errors import FieldError
from backend.foundation.pagination import Page, in_order, paginate


def own_optimization(session: Session, user_id: UUID, optimization_id: UUID, *, locked: bool = False) -> Optimization:
    """The user's optimisation with its result. Raises NoSuchOptimization, also for somebody else's."""
    statement = _own(user_id).where(Optimization.id == optimization_id).options(undefer(Optimization.result))
    if locked:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    optimization = session.scalar(statement)
    if optimization is None:
        raise NoSuchOptimization
    return optimization


def page_of_optimizations(session: Session, user_id: UUID, arguments: dict[str, Any]) -> Page[Optimization]:
    """One page of the user's optimisations that match the filters."""
    statement = _own(user_id)
    for name in ("status", "symbol", "strategy"):
        if name in arguments:
            statement = statement.where(getattr(Optimization, name) == arguments[name])
    ordered = in_order(statement, Optimization, arguments["sort"], name=func.lower(Optimization.name))
    return paginate(session, ordered, arguments["limit"], arguments["offset"])


def heat_map_of(session: Session, user_id: UUID, optimization_id: UUID, arguments: dict[str, Any]) -> dict[str, Any]:
    """The heat map of two varied parameters, the first two unless named.

    Raises NoSuchOptimization, NotFinished, UnusableBacktest.
    """
    optimization = own_optimization(session, user_id, optimization_id)
    if optimization.status != "completed":
        raise NotFinished("optimisation", optimization.status)
    names = list(optimization.search["ranges"])
    if optimization.method == "walk_forward" or len(names) < 2:
        message = "A heat map takes a search that varies two parameters or more."
        raise UnusableBacktest([FieldError("x", message)])
    x = arguments.get("x") or names[0]
    y = arguments.get("y") or next(name for name in names if name != x)
    for field, name in (("x", x), ("y", y)):
        if name not in names:
            raise UnusableBacktest([FieldError(field, f"“{name}” was not varied. Choose among: {', '.join(names)}.")])
    if x == y:
        raise UnusableBacktest([FieldError("y", "Choose two different parameters.")])
    chunks = session.scalars(
        select(OptimizationChunk.content)
        .where(OptimizationChunk.optimization_id == optimization_id, OptimizationChunk.user_id == user_id)
        .order_by(OptimizationChunk.number)
    ).all()
    combinations, measures = trials_of(chunks)
    return heat_map(search_of(optimization), combinations, measures, x, y)


def _own(user_id: UUID) -> Select[Optimization]:
    return select(Optimization).where(Optimization.user_id == user_id)
