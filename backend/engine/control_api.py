"""Routes by which users take hold of their bots: close now, panic, go live."""

from typing import Any
from uuid import UUID

from flask_restx import Namespace
from sqlalchemy import select

from backend.accounts.authentication import authenticated
from backend.bots.commands import pause_bot
from backend.bots.configuration import BotChecker
from backend.bots.models import TradingBot
from backend.bots.queries import own_bot, own_bots
from backend.bots.schemas import BotSchema
from backend.engine.control_schemas import (
    AcceptedSchema,
    GoLiveArguments,
    GoLiveSchema,
    PanicAnswerSchema,
    PanicSchema,
    PromotionCheckSchema,
)
from backend.engine.guards.switches import halt_user
from backend.engine.models import Position
from backend.engine.promotion import Check, checklist, go_live
from backend.engine.queries import holds_position
from backend.foundation.errors import Conflict
from backend.foundation.events import publish
from backend.foundation.rate_limits import limited
from backend.foundation.requests import platform, request_session, tenant
from backend.foundation.rest import ApiResource, answers, expects, expects_arguments

controls = Namespace("controls", path="/", description="Taking hold of bots: close, panic, go live")


class NothingHeld(Conflict):
    """There is no position to close."""

    def __init__(self) -> None:
        super().__init__("The bot holds nothing that could be sold.")


@controls.route("/bots/<uuid:bot_id>/close-position")
class ClosePosition(ApiResource):
    """Closing a bot's position."""

    @authenticated("bots:trade")
    @answers(AcceptedSchema, status=202)
    def post(self, bot_id: UUID) -> dict[str, str]:
        """Sell what the bot holds, now; a running bot is paused, so that it does not buy back at once."""
        session = request_session()
        bot = own_bot(session, tenant(), bot_id)
        if not holds_position(session, bot.id):
            raise NothingHeld
        if bot.is_running:
            pause_bot(session, platform().clock, tenant(), bot_id, "You had its position sold.")
        _want_closed(bot_id)
        return {"message": "The position is being sold."}


@controls.route("/bots/panic")
class Panic(ApiResource):
    """Everything at once."""

    @authenticated("bots:trade")
    @expects(PanicSchema)
    @answers(PanicAnswerSchema, status=202)
    def post(self, data: dict[str, Any]) -> dict[str, int]:
        """Switch trading off, pause every bot, take back what rests, and where wanted sell everything."""
        session, user_id = request_session(), tenant()
        # Locked by id, as the engine does: whoever decides for some of them at the moment is waited for.
        statement = own_bots(user_id).where(TradingBot.status == "running").order_by(TradingBot.id)
        running = session.scalars(statement.with_for_update(key_share=True, of=TradingBot)).all()
        halt_user(session, platform().clock, user_id, "You pressed the panic button.")
        for bot in running:
            pause_bot(session, platform().clock, user_id, bot.id, "You pressed the panic button.")
        held = session.scalars(
            select(Position.bot_id).where(Position.user_id == user_id, Position.closed_at.is_(None))
        ).all()
        closing = held if data["close_positions"] else []
        for bot_id in closing:
            _want_closed(bot_id)
        return {"paused_bots": len(running), "closing_positions": len(closing)}


@controls.route("/bots/<uuid:bot_id>/promote")
class GoLive(ApiResource):
    """From paper to live."""

    @authenticated("bots:read")
    @expects_arguments(GoLiveArguments)
    @answers(PromotionCheckSchema, many=True)
    def get(self, bot_id: UUID, arguments: dict[str, Any]) -> list[Check]:
        """The checklist, for this account and this much money."""
        key_id, money = arguments["api_key_id"], arguments["paper_balance"]
        return checklist(platform(), request_session(), tenant(), bot_id, key_id, money)

    @authenticated("bots:trade")
    @limited("trading")
    @expects(GoLiveSchema)
    @answers(BotSchema, status=201)
    def post(self, bot_id: UUID, data: dict[str, Any]) -> TradingBot:
        """Make a live bot of the paper bot; it is stopped until it is started."""
        checker = BotChecker(request_session(), platform().settings, tenant())
        return go_live(platform(), request_session(), checker, bot_id, data)


def _want_closed(bot_id: UUID) -> None:
    payload = {"bot_id": str(bot_id)}
    publish(request_session(), platform().clock, tenant(), "position.close_wanted", payload)
