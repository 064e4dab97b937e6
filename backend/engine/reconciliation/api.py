"""Routes of reconciliation: differences under /drifts, when accounts were compared under /comparisons."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_restx import Namespace
from sqlalchemy import select

from backend.accounts.authentication import authenticated
from backend.engine.messages import columns
from backend.engine.queries import bot_names
from backend.engine.reconciliation.drifts import resolve_drift
from backend.engine.reconciliation.models import Comparison, Drift
from backend.engine.reconciliation.schemas import ComparisonSchema, DriftArguments, DriftSchema
from backend.foundation.pagination import Page, in_order, paginate
from backend.foundation.requests import platform, request_session, tenant
from backend.foundation.rest import ApiResource, answers, answers_page, expects_arguments

reconciliation = Namespace("reconciliation", path="/", description="Differences between ledger and exchanges")


@reconciliation.route("/drifts")
class Drifts(ApiResource):
    """Differences of all accounts."""

    @authenticated("bots:read")
    @expects_arguments(DriftArguments)
    @answers_page(DriftSchema)
    def get(self, arguments: dict[str, Any]) -> Page[dict[str, Any]]:
        """Differences, newest first unless sorted otherwise."""
        statement = select(Drift).where(Drift.user_id == tenant())
        for name in ("bot_id", "kind"):
            if name in arguments:
                statement = statement.where(getattr(Drift, name) == arguments[name])
        if arguments.get("state") == "open":
            statement = statement.where(Drift.state != "resolved")
        elif "state" in arguments:
            statement = statement.where(Drift.state == arguments["state"])
        ordered = in_order(statement, Drift, arguments["sort"])
        return paginate(request_session(), ordered, arguments["limit"], arguments["offset"], _with_names)


@reconciliation.route("/drifts/<uuid:drift_id>/resolve")
class ResolveDrift(ApiResource):
    """Settling a difference."""

    @authenticated("bots:write")
    @answers(DriftSchema)
    def post(self, drift_id: UUID) -> dict[str, Any]:
        """Say that the difference is settled; if it is still there, it comes back."""
        return _with_names([resolve_drift(request_session(), platform().clock, tenant(), drift_id)])[0]


@reconciliation.route("/comparisons")
class Comparisons(ApiResource):
    """Comparisons of all accounts."""

    @authenticated("bots:read")
    @answers(ComparisonSchema, many=True)
    def get(self) -> list[Comparison]:
        """When each account was last compared with its exchange."""
        return list(request_session().scalars(select(Comparison).where(Comparison.user_id == tenant())))


def _with_names(drifts: Sequence[Drift]) -> list[dict[str, Any]]:
    names = bot_names(request_session(), tenant(), {drift.bot_id for drift in drifts if drift.bot_id})
    return [{**columns(drift), "bot_name": names.get(drift.bot_id) if drift.bot_id else None} for drift in drifts]
