"""What changes bots: creating, changing, deleting, starting, stopping."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.bots.configuration import BotChecker
from backend.bots.errors import BotHoldsPosition, BotIsRunning, NameTaken
from backend.bots.models import TradingBot
from backend.bots.queries import own_bot
from backend.bots.trading_rules import RULE_FIELDS
from backend.foundation.clock import Clock
from backend.foundation.events import publish
from backend.foundation.ids import new_id

_FREE_TO_CHANGE = {"name", "description"}
_CONFIGURATION = (
    "exchange",
    "symbols",
    "strategy",
    "strategy_config",
    "timeframe",
    "is_paper_trading",
    "api_key_id",
    *RULE_FIELDS,
)


def create_bot(session: Session, clock: Clock, checker: BotChecker, data: dict[str, Any]) -> TradingBot:
    """Create a stopped bot. Raises UnusableConfiguration or NameTaken."""
    bot = TradingBot(id=new_id(), user_id=checker.user_id, status="stopped", **checker.checked(data))
    session.add(bot)
    _flush(session, bot)
    _tell(session, clock, bot, "bot.created")
    return bot


def change_bot(
    session: Session, clock: Clock, checker: BotChecker, bot_id: UUID, changes: dict[str, Any]
) -> TradingBot:
    """Change a bot; how it trades only while it is stopped. Raises NoSuchBot, BotIsRunning, UnusableConfiguration."""
    bot = own_bot(session, checker.user_id, bot_id)
    if changes.keys() - _FREE_TO_CHANGE:
        if bot.is_running:
            raise BotIsRunning("change how it trades")
        before = {name: getattr(bot, name) for name in _CONFIGURATION}
        changes = checker.checked({**before, **changes})
    for name, value in changes.items():
        setattr(bot, name, value)
    _flush(session, bot)
    _tell(session, clock, bot, "bot.changed")
    return bot


def delete_bot(session: Session, clock: Clock, user_id: UUID, bot_id: UUID, holds_position: bool) -> None:
    """Delete a stopped bot; its trades stay. Raises NoSuchBot, BotIsRunning, BotHoldsPosition."""
    bot = own_bot(session, user_id, bot_id)
    if bot.is_running:
        raise BotIsRunning("delete it")
    if holds_position:
        raise BotHoldsPosition
    bot.is_active = False
    session.flush()
    _tell(session, clock, bot, "bot.deleted")


def start_bot(session: Session, clock: Clock, checker: BotChecker, bot_id: UUID) -> TradingBot:
    """Have the engine look at the bot from its next closed candle on. Starting a running bot changes nothing.

    Raises NoSuchBot, and UnusableConfiguration when market, strategy or key can no longer be used.
    """
    bot = own_bot(session, checker.user_id, bot_id)
    if bot.is_running:
        return bot
    checker.checked({name: getattr(bot, name) for name in _CONFIGURATION})
    bot.status, bot.status_reason, bot.started_at = "running", None, clock.now()
    _flush(session, bot)
    _tell(session, clock, bot, "bot.started")
    return bot


def stop_bot(session: Session, clock: Clock, user_id: UUID, bot_id: UUID, holds_position: bool) -> TradingBot:
    """Have the engine leave the bot alone. Stopping a stopped bot changes nothing. Raises NoSuchBot."""
    bot = own_bot(session, user_id, bot_id)
    if not bot.is_running:
        return bot
    bot.status = "stopped"
    bot.status_reason = (
        "Stopped by you. It still holds its position, which nobody watches until you start it again."
        if holds_position
        else "Stopped by you."
    )
    _flush(session, bot)
    _tell(session, clock, bot, "bot.stopped")
    return bot


def stop_by_risk(session: Session, clock: Clock, bot: TradingBot, reason: str) -> None:
    """Stop a bot that breached one of its own limits; `reason` says which, and what became of its position."""
    bot.status, bot.status_reason = "stopped_by_risk", reason
    session.flush()
    _tell(session, clock, bot, "bot.stopped")


def _flush(session: Session, bot: TradingBot) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        if "uq_trading_bots_user_id_name" in str(error.orig):
            raise NameTaken from None
        raise
    session.refresh(bot)


def _tell(session: Session, clock: Clock, bot: TradingBot, event_type: str) -> None:
    publish(
        session,
        clock,
        bot.user_id,
        event_type,
        {
            "id": str(bot.id),
            "name": bot.name,
            "status": bot.status,
            "status_reason": bot.status_reason,
            "is_running": bot.is_running,
        },
    )
