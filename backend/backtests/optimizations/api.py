"""Routes of optimisations: /optimizations."""

from typing import Any
from uuid import UUID

from flask_restx import Namespace

from backend.accounts.authentication import authenticated
from backend.backtests.configuration import RunChecker
from backend.backtests.models import Optimization
from backend.backtests.optimizations import commands, queries
from backend.backtests.optimizations.schemas import (
    HeatMapArguments,
    HeatMapSchema,
    NewOptimizationSchema,
    OneOptimizationSchema,
    OptimizationListArguments,
    OptimizationSchema,
)
from backend.foundation.pagination import Page
from backend.foundation.rate_limits import limited
from backend.foundation.requests import platform, request_session, tenant
from backend.foundation.rest import (
    ApiResource,
    answers,
    answers_nothing,
    answers_page,
    expects,
    expects_arguments,
    may_refuse,
)

optimizations = Namespace("optimizations", description="Searches for parameters, and walk-forwards")


@optimizations.route("")
class Optimizations(ApiResource):
    """The user's optimisations."""

    @authenticated("research:read")
    @expects_arguments(OptimizationListArguments)
    @answers_page(OptimizationSchema)
    def get(self, arguments: dict[str, Any]) -> Page[Optimization]:
        """The user's optimisations, newest first unless sorted otherwise."""
        return queries.page_of_optimizations(request_session(), tenant(), arguments)

    @authenticated("research:write")
    @limited("backtests")
    @expects(NewOptimizationSchema)
    @answers(OneOptimizationSchema, status=201)
    def post(self, data: dict[str, Any]) -> Optimization:
        """Queue a search; `backtest_progress` messages of kind `optimization` tell how far it is."""
        checker = RunChecker(request_session(), platform().settings, tenant())
        return commands.create_optimization(request_session(), platform().clock, checker, data)


@optimizations.route("/<uuid:optimization_id>")
class OneOptimization(ApiResource):
    """One optimisation."""

    @authenticated("research:read")
    @answers(OneOptimizationSchema)
    def get(self, optimization_id: UUID) -> Optimization:
        """The search with its settings and, when it is complete, its result."""
        return queries.own_optimization(request_session(), tenant(), optimization_id)

    @authenticated("research:write")
    @answers_nothing
    def delete(self, optimization_id: UUID) -> None:
        """Delete it; where it is still running, it stops."""
        commands.delete_optimization(request_session(), tenant(), optimization_id)


@optimizations.route("/<uuid:optimization_id>/cancel")
class CancelOptimization(ApiResource):
    """Cancelling."""

    @authenticated("research:write")
    @answers(OneOptimizationSchema)
    def post(self, optimization_id: UUID) -> Optimization:
        """Stop a search that is not over."""
        return commands.cancel_optimization(request_session(), platform().clock, tenant(), optimization_id)


@optimizations.route("/<uuid:optimization_id>/heat-map")
class OptimizationHeatMap(ApiResource):
    """Two parameters against each other."""

    @authenticated("research:read")
    @expects_arguments(HeatMapArguments)
    @may_refuse(409)
    @answers(HeatMapSchema)
    def get(self, optimization_id: UUID, arguments: dict[str, Any]) -> dict[str, Any]:
        """The best objective for each pair of values of two varied parameters."""
        return queries.heat_map_of(request_session(), tenant(), optimization_id, arguments)
