"""Routes of bots: /bots and /strategies."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from flask import current_app
from flask_restx import Namespace
from sqlalchemy.orm import Session

from backend.accounts.authentication import authenticated
from backend.bots import commands, queries
from backend.bots.configuration import BotChecker
from backend.bots.models import TradingBot
from backend.bots.schemas import (
    BotChangeSchema,
    BotListArguments,
    BotSchema,
    NewBotSchema,
    StrategySchema,
)
from backend.foundation.errors import NotFound
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
from backend.trading.strategies import STRATEGIES

bots = Namespace("bots", description="The user's bots")
strategies = Namespace("strategies", description="The strategies there are, with the form of their parameters")

BotLookup = Callable[[Session, UUID], bool]
"""What is to be known of a bot; `holds_position` and `has_order_under_way` are registered in `app.py` by the engine."""


@bots.route("")
class Bots(ApiResource):
    """The user's bots."""

    @authenticated("bots:read")
    @expects_arguments(BotListArguments)
    @answers_page(BotSchema)
    def get(self, arguments: dict[str, Any]) -> Page[TradingBot]:
        """The user's bots, newest first unless sorted otherwise."""
        return queries.page_of_bots(request_session(), tenant(), arguments)

    @authenticated("bots:write")
    @expects(NewBotSchema)
    @answers(BotSchema, status=201)
    def post(self, data: dict[str, Any]) -> TradingBot:
        """Create a bot; it is stopped until it is started."""
        return commands.create_bot(request_session(), platform().clock, _checker(), data)


@bots.route("/<uuid:bot_id>")
class OneBot(ApiResource):
    """One bot."""

    @authenticated("bots:read")
    @answers(BotSchema)
    def get(self, bot_id: UUID) -> TradingBot:
        """The bot."""
        return queries.own_bot(request_session(), tenant(), bot_id)

    @authenticated("bots:write")
    @expects(BotChangeSchema)
    @answers(BotSchema)
    def patch(self, bot_id: UUID, data: dict[str, Any]) -> TradingBot:
        """Change the bot; how it trades only while it is stopped."""
        return commands.change_bot(
            request_session(),
            platform().clock,
            _checker(),
            bot_id,
            data,
            _known("holds_position", bot_id),
            _known("has_order_under_way", bot_id),
        )

    @authenticated("bots:write")
    @answers_nothing
    def delete(self, bot_id: UUID) -> None:
        """Delete a stopped bot; its trades stay."""
        holds, is_busy = _known("holds_position", bot_id), _known("has_order_under_way", bot_id)
        commands.delete_bot(request_session(), platform().clock, tenant(), bot_id, holds, is_busy)


@bots.route("/<uuid:bot_id>/start")
class StartBot(ApiResource):
    """Starting."""

    @authenticated("bots:trade")
    @limited("trading")
    @may_refuse(422)
    @answers(BotSchema)
    def post(self, bot_id: UUID) -> TradingBot:
        """Start the bot."""
        return commands.start_bot(request_session(), platform().clock, _checker(), bot_id)


@bots.route("/<uuid:bot_id>/stop")
class StopBot(ApiResource):
    """Stopping."""

    @authenticated("bots:trade")
    @answers(BotSchema)
    def post(self, bot_id: UUID) -> TradingBot:
        """Stop the bot."""
        holds = _known("holds_position", bot_id)
        return commands.stop_bot(request_session(), platform().clock, tenant(), bot_id, holds)


@bots.route("/<uuid:bot_id>/pause")
class PauseBot(ApiResource):
    """Pausing."""

    @authenticated("bots:trade")
    @answers(BotSchema)
    def post(self, bot_id: UUID) -> TradingBot:
        """Pause the bot: it buys nothing, and what it holds stays watched."""
        return commands.pause_bot(request_session(), platform().clock, tenant(), bot_id)


@bots.route("/<uuid:bot_id>/resume")
class ResumeBot(ApiResource):
    """Resuming."""

    @authenticated("bots:trade")
    @limited("trading")
    @answers(BotSchema)
    def post(self, bot_id: UUID) -> TradingBot:
        """Let a paused bot buy again."""
        return commands.resume_bot(request_session(), platform().clock, tenant(), bot_id)


@strategies.route("")
class Strategies(ApiResource):
    """All strategies."""

    @authenticated("market:read")
    @answers(StrategySchema, many=True)
    def get(self) -> list[dict[str, Any]]:
        """Every strategy with its parameters as JSON Schema."""
        return queries.describe_strategies()


@strategies.route("/<string:name>")
class OneStrategy(ApiResource):
    """One strategy."""

    @authenticated("market:read")
    @answers(StrategySchema)
    def get(self, name: str) -> dict[str, Any]:
        """The strategy of this name."""
        strategy = STRATEGIES.get(name)
        if strategy is None:
            raise NotFound(f"There is no strategy “{name}”.")
        return queries.describe_strategy(strategy)


def _checker() -> BotChecker:
    return BotChecker(request_session(), platform().settings, tenant())


def _known(name: str, bot_id: UUID) -> bool:
    lookup = cast(BotLookup, current_app.extensions[name])
    return lookup(request_session(), bot_id)
