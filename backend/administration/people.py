"""What reads accounts across tenants: lists of them, and one with all that belongs to it but its secrets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from backend.accounts.models import AccessToken, User, UserSession
from backend.administration.errors import NoSuchUser
from backend.billing.queries import plan_of
from backend.bots.models import WATCHED, TradingBot
from backend.engine.guards.models import TradingSwitch
from backend.engine.messages import columns
from backend.exchanges.models import ApiKey
from backend.foundation.pagination import Page, in_order, paginate

_MOST_BOTS = 100
_KEY_FIELDS = ("id", "exchange", "label", "is_testnet", "status", "problem", "permissions", "trades_live")


def users_page(session: Session, arguments: dict[str, Any]) -> Page[dict[str, Any]]:
    """Accounts by words, role and state, each with its plan, its bots and its newest visit."""
    statement = select(User)
    if arguments.get("search"):
        words = arguments["search"]
        statement = statement.where(
            or_(User.email.icontains(words, autoescape=True), User.username.icontains(words, autoescape=True))
        )
    for name in ("role", "is_active"):
        if name in arguments:
            statement = statement.where(getattr(User, name) == arguments[name])
    names = {"email": func.lower(User.email), "username": func.lower(User.username)}
    ordered = in_order(statement, User, arguments["sort"], **names)
    return paginate(
        session, ordered, arguments["limit"], arguments["offset"], shown=lambda users: described(session, users)
    )


def described(session: Session, users: Sequence[User]) -> list[dict[str, Any]]:
    """Accounts as administrators see them in lists."""
    ids = [user.id for user in users]
    visits = {
        row.user_id: row.newest
        for row in session.execute(
            select(UserSession.user_id, func.max(UserSession.created_at).label("newest"))
            .where(UserSession.user_id.in_(ids))
            .group_by(UserSession.user_id)
        )
    }
    counts = {
        row.user_id: row
        for row in session.execute(
            select(
                TradingBot.user_id,
                func.count().label("all"),
                func.count().filter(TradingBot.status.in_(WATCHED)).label("watched"),
            )
            .where(TradingBot.user_id.in_(ids), TradingBot.is_active)
            .group_by(TradingBot.user_id)
        )
    }
    return [
        {
            **{name: getattr(user, name) for name in ("id", "email", "username", "role", "is_active")},
            "email_verified": user.email_verified,
            "created_at": user.created_at,
            "deleted_at": user.deleted_at,
            "subscription_plan": plan_of(session, user.id),
            "bots_count": counts[user.id].all if user.id in counts else 0,
            "watched_bots": counts[user.id].watched if user.id in counts else 0,
            "last_seen_at": visits.get(user.id),
        }
        for user in users
    ]


def user_or_refuse(session: Session, user_id: UUID) -> User:
    """The account. Raises NoSuchUser."""
    user = session.get(User, user_id)
    if user is None:
        raise NoSuchUser
    return user


def user_details(session: Session, now: datetime, user_id: UUID) -> dict[str, Any]:
    """One account with its logins, tokens, keys (never what is in them) and bots. Raises NoSuchUser."""
    user = user_or_refuse(session, user_id)
    logins = select(func.count(UserSession.family.distinct())).where(
        UserSession.user_id == user_id, UserSession.revoked_at.is_(None), UserSession.expires_at > now
    )
    tokens = select(func.count()).where(
        AccessToken.user_id == user_id,
        AccessToken.revoked_at.is_(None),
        or_(AccessToken.expires_at.is_(None), AccessToken.expires_at > now),
    )
    keys = session.scalars(
        select(ApiKey).where(ApiKey.user_id == user_id, ApiKey.status != "deleted").order_by(ApiKey.created_at)
    )
    bots = session.scalars(
        select(TradingBot)
        .where(TradingBot.user_id == user_id, TradingBot.is_active)
        .order_by(TradingBot.created_at.desc(), TradingBot.id)
        .limit(_MOST_BOTS)
    )
    return {
        **described(session, [user])[0],
        "locale": user.locale,
        "timezone": user.timezone,
        "logins_count": session.scalar(logins) or 0,
        "access_tokens_count": session.scalar(tokens) or 0,
        "halted_because": session.scalar(select(TradingSwitch.reason).where(TradingSwitch.user_id == user_id)),
        "api_keys": [{name: getattr(key, name) for name in _KEY_FIELDS} for key in keys],
        "bots": [bot_row(bot) for bot in bots],
    }


def bot_row(bot: TradingBot) -> dict[str, Any]:
    """A bot as administrators see it."""
    return {**columns(bot), "last_run_at": bot.last_run_at, "next_look_by": bot.next_look_by}


def email_addresses(session: Session, user_ids: set[UUID]) -> dict[UUID, str]:
    """Whose accounts these are."""
    rows = session.execute(select(User.id, User.email).where(User.id.in_(user_ids)))
    return {row.id: row.email for row in rows}


def users_by_plan(session: Session) -> dict[str, int]:
    """How many accounts are on each plan that has any."""
    counts: dict[str, int] = {}
    for user_id in session.scalars(select(User.id).where(User.deleted_at.is_(None))):
        plan = plan_of(session, user_id)
        counts[plan] = counts.get(plan, 0) + 1
    return counts
