"""What changes bots: creating, changing, deleting, starting, stopping."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.accounts.emails import require_verified
from backend.accounts.queries import require_active
from backend.bots.configuration import BotChecker
from backend.bots.errors import (
    BotHoldsPosition,
    BotIsNotWatched,
    BotIsRunning,
    NameTaken,
    OrderUnderWay,
    PositionBindsSettings,
)
from backend.bots.models import TradingBot
from backend.bots.queries import locked_bot, own_bot, own_bots
from backend.bots.trading_rules import RULE_FIELDS
from backend.exchanges.freezing import freeze_keys, require_thawed
from backend.foundation.clock import Clock
from backend.foundation.events import publish
from backend.foundation.ids import new_id

_FROZEN = "Your password was reset, so your exchange keys are frozen for a day."
_FREE_TO_CHANGE = {"name", "description"}
_BOUND = {"exchange", "symbols", "is_paper_trading", "api_key_id", "kind", "dca", "grid"}
"""What may not change under an open position or an order under way: orders and state are made of these."""
_CONFIGURATION = (
    "exchange",
    "symbols",
    "strategy",
    "strategy_config",
    "timeframe",
    "is_paper_trading",
    "api_key_id",
    "paper_balance",
    "stop_on_exchange",
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
    session: Session,
    clock: Clock,
    checker: BotChecker,
    bot_id: UUID,
    changes: dict[str, Any],
    holds_position: bool,
    order_under_way: bool,
) -> TradingBot:
    """Change a bot; how it trades only while it is stopped.

    Raises NoSuchBot, BotIsRunning, PositionBindsSettings, OrderUnderWay, UnusableConfiguration.
    """
    bot = own_bot(session, checker.user_id, bot_id)
    if changes.keys() - _FREE_TO_CHANGE:
        if bot.is_watched:
            raise BotIsRunning("change how it trades")
        before = {name: getattr(bot, name) for name in _CONFIGURATION}
        changes = checker.checked({**before, **changes})
        bound = [name for name in sorted(_BOUND) if changes[name] != before[name]]
        if bound and holds_position:
            raise PositionBindsSettings(bound)
        if bound and order_under_way:
            raise OrderUnderWay("change this", bound)
    for name, value in changes.items():
        setattr(bot, name, value)
    _flush(session, bot)
    _tell(session, clock, bot, "bot.changed")
    return bot


def delete_bot(
    session: Session, clock: Clock, user_id: UUID, bot_id: UUID, holds_position: bool, order_under_way: bool
) -> None:
    """Delete a stopped bot; its trades stay. Raises NoSuchBot, BotIsRunning, BotHoldsPosition, OrderUnderWay."""
    bot = own_bot(session, user_id, bot_id)
    if bot.is_watched:
        raise BotIsRunning("delete it")
    if holds_position:
        raise BotHoldsPosition
    if order_under_way:
        raise OrderUnderWay("delete the bot")
    bot.is_active = False
    session.flush()
    _tell(session, clock, bot, "bot.deleted")


def start_bot(session: Session, clock: Clock, checker: BotChecker, bot_id: UUID) -> TradingBot:
    """Have the engine look at the bot from its next closed candle on. Starting a running bot changes nothing.

    Raises NoSuchBot, UnusableConfiguration when market, strategy or key can no longer be used, and for a live bot
    EmailNotVerified and KeyFrozen.
    """
    bot = locked_bot(session, checker.user_id, bot_id)
    if bot.is_watched:
        return bot
    require_active(session, checker.user_id)
    if bot.api_key_id is not None:
        require_verified(session, checker.settings, checker.user_id)
        require_thawed(session, clock, bot.api_key_id)
    checker.checked({name: getattr(bot, name) for name in _CONFIGURATION})
    bot.status, bot.status_reason, bot.started_at = "running", None, clock.now()
    _flush(session, bot)
    _tell(session, clock, bot, "bot.started")
    return bot


def stop_bot(
    session: Session,
    clock: Clock,
    user_id: UUID,
    bot_id: UUID,
    holds_position: bool,
    reason: str = "Stopped by you.",
) -> TradingBot:
    """Have the engine leave the bot alone. Stopping a stopped bot changes nothing. Raises NoSuchBot."""
    bot = own_bot(session, user_id, bot_id)
    if not bot.is_watched:
        return bot
    bot.status = "stopped"
    bot.status_reason = (
        f"{reason} It still holds its position, which nobody watches until you start it again."
        if holds_position
        else reason
    )
    _flush(session, bot)
    _tell(session, clock, bot, "bot.stopped")
    return bot


def pause_bot(
    session: Session, clock: Clock, user_id: UUID, bot_id: UUID, reason: str = "Paused by you."
) -> TradingBot:
    """Have the bot buy nothing, while what it holds stays watched. Pausing a paused bot changes nothing.

    Raises NoSuchBot and BotIsNotWatched.
    """
    bot = own_bot(session, user_id, bot_id)
    if bot.status == "paused":
        return bot
    if not bot.is_running:
        raise BotIsNotWatched
    bot.status, bot.status_reason = "paused", f"{reason} It buys nothing; what it holds is still watched."
    _flush(session, bot)
    _tell(session, clock, bot, "bot.paused")
    return bot


def resume_bot(session: Session, clock: Clock, user_id: UUID, bot_id: UUID) -> TradingBot:
    """Let a paused bot buy again. Resuming a running bot changes nothing.

    Raises NoSuchBot, BotIsNotWatched, and KeyFrozen.
    """
    bot = locked_bot(session, user_id, bot_id)
    if bot.is_running:
        return bot
    if bot.status != "paused":
        raise BotIsNotWatched
    require_active(session, user_id)
    if bot.api_key_id is not None:
        require_thawed(session, clock, bot.api_key_id)
    bot.status, bot.status_reason = "running", None
    _flush(session, bot)
    _tell(session, clock, bot, "bot.resumed")
    return bot


def pause_by_engine(session: Session, clock: Clock, bot: TradingBot, reason: str) -> None:
    """Have a running bot buy nothing until its owner has looked; `reason` says at what."""
    if not bot.is_running:
        return
    bot.status, bot.status_reason = "paused", reason
    session.flush()
    _tell(session, clock, bot, "bot.paused")


def stop_by_risk(session: Session, clock: Clock, bot: TradingBot, reason: str) -> None:
    """Stop a bot that breached one of its own limits; `reason` says which, and what became of its position."""
    bot.status, bot.status_reason = "stopped_by_risk", reason
    session.flush()
    _tell(session, clock, bot, "bot.stopped")


def stop_by_grid(session: Session, clock: Clock, bot: TradingBot) -> None:
    """Stop a grid bot whose range the price has left for good."""
    bot.status = "stopped"
    bot.status_reason = "The price left the grid's range by more than you allow; everything was sold. Start a new grid."
    session.flush()
    _tell(session, clock, bot, "bot.stopped")


def fail_bot(session: Session, clock: Clock, bot: TradingBot, reason: str) -> None:
    """Stop a bot that cannot go on; `reason` says why and what its owner can do."""
    bot.status, bot.status_reason = "error", reason
    session.flush()
    _tell(session, clock, bot, "bot.failed")


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


def freeze_live_trading(session: Session, clock: Clock, user_id: UUID) -> datetime | None:
    """After a password reset: freeze the exchange keys and pause the bots that trade with them.

    Returns until when; None for a user without keys.
    """
    until = freeze_keys(session, clock, user_id)
    if until is None:
        return None
    # All of them, by id as the engine does: one that is being started at this moment is waited for, and paused.
    live = own_bots(user_id).where(TradingBot.api_key_id.is_not(None)).order_by(TradingBot.id)
    locked = live.with_for_update(key_share=True, of=TradingBot).execution_options(populate_existing=True)
    for bot in session.scalars(locked).all():
        if bot.is_running:
            pause_bot(session, clock, user_id, bot.id, _FROZEN)
    return until
