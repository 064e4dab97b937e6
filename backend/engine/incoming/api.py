"""Routes of signals from outside: where they come in, and what their bot's owner sees of them."""

import json
from typing import Any
from uuid import UUID

from flask import request
from flask_restx import Namespace
from sqlalchemy import select

from backend.accounts.authentication import authenticated
from backend.bots.queries import own_bot
from backend.engine.incoming.commands import Receipt, make_hook, receive
from backend.engine.incoming.messages import SIGNATURE_HEADER
from backend.engine.incoming.models import IncomingSignal, SignalHook
from backend.engine.incoming.schemas import (
    HookSchema,
    IncomingSignalSchema,
    NewHookSchema,
    ReceiptSchema,
    SignalArguments,
)
from backend.foundation.errors import ApplicationError
from backend.foundation.pagination import Page, in_order, paginate
from backend.foundation.rate_limits import limited
from backend.foundation.requests import platform, request_session, tenant
from backend.foundation.rest import ApiResource, answers, answers_page, expects_arguments, may_refuse

incoming = Namespace("incoming", path="/", description="Signals from outside")

_LARGEST_MESSAGE = 10_000


class SignalTooLarge(ApplicationError):
    """No alert is as long as that."""

    code = "TOO_LARGE"
    status = 413


@incoming.route("/hooks/signals/<string:token>")
class Hook(ApiResource):
    """Where signals come in; the address and the secret in the message are all a sender needs."""

    @limited("signals")
    @may_refuse(413, 422)
    @answers(ReceiptSchema, status=202)
    def post(self, token: str) -> Receipt:
        """Take in a signal: JSON with action, time and secret, or plain text such as `buy secret=… {{timenow}}`."""
        body = request.get_data(cache=False)
        if len(body) > _LARGEST_MESSAGE:
            raise SignalTooLarge(f"A signal has at most {_LARGEST_MESSAGE:,} bytes.")
        return receive(platform(), token, body, request.headers.get(SIGNATURE_HEADER))


@incoming.route("/bots/<uuid:bot_id>/signal-hook")
class BotHook(ApiResource):
    """The bot's address for signals."""

    @authenticated("bots:read")
    @answers(HookSchema)
    def get(self, bot_id: UUID) -> dict[str, Any]:
        """Whether there is one; the address itself is shown only when it is made."""
        bot = own_bot(request_session(), tenant(), bot_id)
        row = request_session().scalar(select(SignalHook).where(SignalHook.bot_id == bot.id))
        return {"exists": row is not None, "last_received_at": row.last_received_at if row else None}

    @authenticated("bots:write")
    @answers(NewHookSchema, status=201)
    def post(self, bot_id: UUID) -> dict[str, str]:
        """Make a new address and secret; older ones stop working."""
        hook = make_hook(request_session(), platform().vault, tenant(), bot_id)
        settings = platform().settings
        base = settings.backend_url or settings.page_url
        message = {"action": "{{strategy.order.action}}", "time": "{{timenow}}", "secret": hook.secret}
        return {
            "url": f"{base}/api/v1/hooks/signals/{hook.token}",
            "secret": hook.secret,
            "json_example": json.dumps(message, indent=2),
            "text_example": f"buy secret={hook.secret} {{{{timenow}}}}",
        }


@incoming.route("/bots/<uuid:bot_id>/signals")
class BotSignals(ApiResource):
    """What came in for one bot."""

    @authenticated("bots:read")
    @expects_arguments(SignalArguments)
    @answers_page(IncomingSignalSchema)
    def get(self, bot_id: UUID, arguments: dict[str, Any]) -> Page[IncomingSignal]:
        """Signals, newest first unless sorted otherwise."""
        bot = own_bot(request_session(), tenant(), bot_id)
        statement = select(IncomingSignal).where(IncomingSignal.user_id == tenant(), IncomingSignal.bot_id == bot.id)
        if "state" in arguments:
            statement = statement.where(IncomingSignal.state == arguments["state"])
        ordered = in_order(statement, IncomingSignal, arguments["sort"])
        return paginate(request_session(), ordered, arguments["limit"], arguments["offset"])
