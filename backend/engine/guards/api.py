"""Routes of the guards: the trading switch under /trading-switch, limits over all bots under /trading-limits."""

from typing import Any

from flask_restx import Namespace

from backend.accounts.authentication import authenticated
from backend.engine.guards.commands import own_limits, set_limit
from backend.engine.guards.models import TradingLimit
from backend.engine.guards.schemas import LimitSchema, SwitchChangeSchema, SwitchesSchema
from backend.engine.guards.switches import halt_user, halts_of, resume_user
from backend.foundation.requests import platform, request_session, tenant
from backend.foundation.rest import ApiResource, answers, expects, may_refuse

guards = Namespace("guards", path="/", description="Switches and limits over all bots")


@guards.route("/trading-switch")
class Switch(ApiResource):
    """The user's own switch, and what the operator has switched off."""

    @authenticated("bots:read")
    @answers(SwitchesSchema)
    def get(self) -> dict[str, Any]:
        """What is switched off just now."""
        return _switches()

    @authenticated("bots:trade")
    @expects(SwitchChangeSchema)
    @answers(SwitchesSchema)
    def put(self, data: dict[str, Any]) -> dict[str, Any]:
        """Switch trading off or on: off, no bot buys; what they hold stays watched, and exits go through."""
        if data["is_halted"]:
            halt_user(request_session(), platform().clock, tenant(), data["reason"])
        else:
            resume_user(request_session(), platform().clock, tenant())
        return _switches()


@guards.route("/trading-limits")
class Limits(ApiResource):
    """Limits over all live bots."""

    @authenticated("bots:read")
    @answers(LimitSchema, many=True)
    def get(self) -> list[TradingLimit]:
        """The limits that are set."""
        return own_limits(request_session(), tenant())

    @authenticated("bots:trade")
    @expects(LimitSchema)
    @may_refuse(404)
    @answers(LimitSchema)
    def put(self, data: dict[str, Any]) -> TradingLimit:
        """Set the limits over all accounts, or those of one."""
        return set_limit(request_session(), tenant(), data)


def _switches() -> dict[str, Any]:
    halts = halts_of(request_session(), [tenant()])
    own = halts.users.get(tenant())
    return {
        "is_halted": own is not None,
        "reason": own,
        "platform_reason": halts.platform,
        "exchanges": [{"exchange": name, "reason": reason} for name, reason in sorted(halts.exchanges.items())],
    }
