"""What administrators change: roles, who may log in, bots, and the switches over everybody."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.commands import end_family
from backend.accounts.models import User, UserSession
from backend.administration.errors import DeletedAccount, LastAdministrator, NoSuchUser, OwnAccount
from backend.administration.trail import note_action
from backend.bots.commands import pause_by_engine, stop_bot
from backend.bots.errors import NoSuchBot
from backend.bots.models import TradingBot
from backend.engine.guards.models import TradingSwitch
from backend.engine.guards.switches import halt_exchange, halt_platform, resume_exchange, resume_platform
from backend.engine.queries import holds_position
from backend.exchanges.venues import venue_of
from backend.foundation.clock import Clock

_DEACTIVATED = "Your account was deactivated by the operator. It buys nothing; what it holds is still watched."


@dataclass(frozen=True)
class ChangedUser:
    """An account after its change; the logins that ended with it have to be refused from now on."""

    user: User
    ended_logins: tuple[UUID, ...]


def change_user(
    session: Session, clock: Clock, administrator_id: UUID, user_id: UUID, wanted: dict[str, Any]
) -> ChangedUser:
    """Set role and activity. Deactivating ends every login and pauses every running bot.

    Raises NoSuchUser, OwnAccount, DeletedAccount and LastAdministrator.
    """
    if user_id == administrator_id:
        raise OwnAccount
    user = _locked_user(session, user_id)
    if user.deleted_at is not None:
        raise DeletedAccount
    before = {name: getattr(user, name) for name in wanted}
    changes = {name: [before[name], value] for name, value in wanted.items() if before[name] != value}
    for name, (_, value) in changes.items():
        setattr(user, name, value)
    if "is_active" in changes and not user.is_active:
        ended = _end_logins(session, clock, user_id)
        changes["paused_bots"] = [None, _pause_bots(session, clock, user_id)]
    else:
        ended = ()
    session.flush()
    _refuse_losing_everybody(session)
    if changes:
        note_action(session, clock, administrator_id, user_id, "changed_user", user_id, changes)
    return ChangedUser(user, ended)


def _locked_user(session: Session, user_id: UUID) -> User:
    """The account, locked with every active administrator, so that two cannot take the role from each other at once."""
    administrators = (User.role == "admin") & User.is_active
    locked = session.scalars(
        select(User)
        .where(administrators | (User.id == user_id))
        .order_by(User.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    user = next((one for one in locked if one.id == user_id), None)
    if user is None:
        raise NoSuchUser
    return user


def _refuse_losing_everybody(session: Session) -> None:
    """Raises LastAdministrator where a change has left nobody who could undo it."""
    if session.scalar(select(User.id).where(User.role == "admin", User.is_active).limit(1)) is None:
        raise LastAdministrator


def _end_logins(session: Session, clock: Clock, user_id: UUID) -> tuple[UUID, ...]:
    families = session.scalars(
        select(UserSession.family).where(UserSession.user_id == user_id, UserSession.revoked_at.is_(None)).distinct()
    ).all()
    for family in families:
        end_family(session, clock, family)
    return tuple(families)


def _pause_bots(session: Session, clock: Clock, user_id: UUID) -> int:
    # All of them, by id as the engine does: one that is being started at this moment is waited for, and paused.
    bots = session.scalars(
        select(TradingBot)
        .where(TradingBot.user_id == user_id, TradingBot.is_active)
        .order_by(TradingBot.id)
        .with_for_update(key_share=True, of=TradingBot)
        .execution_options(populate_existing=True)
    ).all()
    running = [bot for bot in bots if bot.is_running]
    for bot in running:
        pause_by_engine(session, clock, bot, _DEACTIVATED)
    return len(running)


def stop_users_bot(session: Session, clock: Clock, administrator_id: UUID, bot_id: UUID, reason: str) -> TradingBot:
    """Have the engine leave somebody's bot alone; its owner is told why. Raises NoSuchBot."""
    bot = session.scalar(select(TradingBot).where(TradingBot.id == bot_id, TradingBot.is_active))
    if bot is None:
        raise NoSuchBot
    before, was_watched = bot.status, bot.is_watched
    bot = stop_bot(
        session, clock, bot.user_id, bot_id, holds_position(session, bot_id), f"Stopped by the operator: {reason}"
    )
    if was_watched:
        changes = {"status": [before, bot.status], "reason": [None, reason]}
        note_action(session, clock, administrator_id, bot.user_id, "stopped_bot", bot_id, changes)
    return bot


def set_switch(
    session: Session, clock: Clock, administrator_id: UUID, exchange: str | None, is_halted: bool, reason: str
) -> None:
    """Switch trading off or on, at one exchange or everywhere (None). Raises UnknownExchange."""
    if exchange is not None:
        venue_of(exchange)
    before = session.scalar(
        select(TradingSwitch.reason).where(
            TradingSwitch.user_id.is_(None), TradingSwitch.exchange.is_not_distinct_from(exchange)
        )
    )
    after = reason if is_halted else None
    if before == after:
        return
    if exchange is None:
        resume_platform(session)
    else:
        resume_exchange(session, exchange)
    if is_halted and exchange is None:
        halt_platform(session, reason)
    elif is_halted and exchange is not None:
        halt_exchange(session, exchange, reason)
    action = "halted_trading" if is_halted else "resumed_trading"
    changes = {"reason": [before, after]}
    note_action(session, clock, administrator_id, None, action, exchange or "platform", changes)
