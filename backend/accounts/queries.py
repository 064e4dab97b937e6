"""What reads accounts and their logins."""

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.devices import device_words
from backend.accounts.errors import NoSession
from backend.accounts.models import User, UserSession
from backend.foundation.audit import AuditEntry
from backend.foundation.pagination import Page, in_order, paginate


def require_active(session: Session, user_id: UUID) -> None:
    """Raises NoSession for an account that was deactivated or deleted since the request began."""
    if not session.scalar(select(User.is_active).where(User.id == user_id)):
        raise NoSession("This account is switched off.")


def own_account(session: Session, user_id: UUID) -> User:
    """The tenant's account. Raises NoSession when it no longer exists."""
    user = session.scalar(select(User).where(User.id == user_id))
    if user is None:
        raise NoSession("This account no longer exists.")
    return user


def audit_page(session: Session, user_id: UUID, arguments: dict[str, Any]) -> Page[AuditEntry]:
    """One page of what was changed in the user's name."""
    statement = select(AuditEntry).where(AuditEntry.user_id == user_id)
    if "action" in arguments:
        statement = statement.where(AuditEntry.action == arguments["action"])
    if "since" in arguments:
        statement = statement.where(AuditEntry.created_at >= arguments["since"])
    if "until" in arguments:
        statement = statement.where(AuditEntry.created_at < arguments["until"])
    ordered = in_order(statement, AuditEntry, arguments["sort"])
    return paginate(session, ordered, arguments["limit"], arguments["offset"])


def living_logins(session: Session, now: datetime, user_id: UUID, current: UUID) -> list[dict[str, Any]]:
    """The user's logins that have not ended, the one of the newest visit first."""
    rows = session.scalars(
        select(UserSession).where(UserSession.user_id == user_id).order_by(UserSession.created_at, UserSession.id)
    )
    families: dict[UUID, list[UserSession]] = defaultdict(list)
    for row in rows:
        families[row.family].append(row)
    living = [turns for turns in families.values() if turns[-1].revoked_at is None and turns[-1].expires_at > now]
    return [
        {
            "id": turns[-1].family,
            "device": device_words(turns[-1].user_agent),
            "ip_address": turns[-1].ip_address,
            "began_at": turns[0].created_at,
            "last_seen_at": turns[-1].created_at,
            "is_current": turns[-1].family == current,
        }
        for turns in sorted(living, key=lambda turns: turns[-1].created_at, reverse=True)
    ]
