"""Routes about the platform itself, under /admin: queues, workers, switches, plans, the audit log."""

from typing import Any

from flask_restx import Namespace

from backend.accounts.authentication import authenticated
from backend.administration import commands, queues, records, switchboard
from backend.administration.people import users_by_plan
from backend.administration.platform_schemas import (
    AuditArguments,
    AuditEntryWithUserSchema,
    PlanUsersSchema,
    QueuesSchema,
    VenueSwitchChangeSchema,
    VenueSwitchSchema,
    WorkerSchema,
)
from backend.administration.sessions import session_across_tenants
from backend.billing.plans import LIMITS
from backend.foundation.pagination import Page
from backend.foundation.requests import platform, tenant
from backend.foundation.rest import ApiResource, answers, answers_page, expects, expects_arguments

platform_administration = Namespace("admin-platform", path="/admin", description="The platform's own state")


@platform_administration.route("/queues")
class Queues(ApiResource):
    """How much work waits."""

    @authenticated("admin:read")
    @answers(QueuesSchema)
    def get(self) -> dict[str, Any]:
        """The length of every queue, what waits in the outbox, and when the engine last looked at a bot."""
        session, client = session_across_tenants("queues"), platform().redis
        return {
            "queues": queues.queue_lengths(client),
            "at_work": queues.tasks_at_work(client),
            "outbox": queues.outbox(session),
            "last_look_at": queues.last_look_at(session),
        }


@platform_administration.route("/workers")
class Workers(ApiResource):
    """Who does the work."""

    @authenticated("admin:read")
    @answers(WorkerSchema, many=True)
    def get(self) -> list[queues.Worker]:
        """The workers that answer within a second, with the queues that they serve."""
        return queues.answering_workers(platform().settings)


@platform_administration.route("/switches")
class VenueSwitches(ApiResource):
    """The switches over everybody's trading."""

    @authenticated("admin:read")
    @answers(VenueSwitchSchema, many=True)
    def get(self) -> list[dict[str, Any]]:
        """The whole platform's switch first, then one of each exchange."""
        return switchboard.switches(session_across_tenants("switches"))

    @authenticated("admin:write")
    @expects(VenueSwitchChangeSchema)
    @answers(VenueSwitchSchema, many=True)
    def put(self, data: dict[str, Any]) -> list[dict[str, Any]]:
        """Switch trading off or on: off, no bot of anybody buys there; what bots hold stays watched."""
        session = session_across_tenants("switch trading")
        commands.set_switch(session, platform().clock, tenant(), data["exchange"], data["is_halted"], data["reason"])
        return switchboard.switches(session)


@platform_administration.route("/plans")
class Plans(ApiResource):
    """The plans there are."""

    @authenticated("admin:read")
    @answers(PlanUsersSchema, many=True)
    def get(self) -> list[dict[str, Any]]:
        """Every plan with its limits and the number of accounts on it."""
        counts = users_by_plan(session_across_tenants("plans"))
        return [{"name": name, "limits": limits, "users_count": counts.get(name, 0)} for name, limits in LIMITS.items()]


@platform_administration.route("/audit-log")
class WholeAuditLog(ApiResource):
    """What was done in anybody's name."""

    @authenticated("admin:read")
    @expects_arguments(AuditArguments)
    @answers_page(AuditEntryWithUserSchema)
    def get(self, arguments: dict[str, Any]) -> Page[dict[str, Any]]:
        """Lines of everybody's audit log, newest first."""
        return records.audit_page(session_across_tenants("audit log"), arguments)
