"""Freezes exchange keys after a password reset, and thaws them by a code of an authenticator set up before it."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.models import User
from backend.accounts.second_factor import require_code
from backend.exchanges.errors import KeyFrozen, NothingFrozen
from backend.exchanges.models import ApiKey
from backend.exchanges.queries import own_keys
from backend.foundation.audit import note
from backend.foundation.clock import Clock
from backend.foundation.errors import Forbidden
from backend.foundation.events import publish
from backend.foundation.key_vault import KeyVault

FROZEN_FOR = timedelta(hours=24)


def freeze_keys(session: Session, clock: Clock, user_id: UUID) -> datetime | None:
    """Let no bot begin to trade with the user's keys for a day; returns until when, None where there is no key."""
    keys = session.scalars(own_keys(user_id)).all()
    if not keys:
        return None
    until = clock.now() + FROZEN_FOR
    for key in keys:
        key.frozen_at, key.frozen_until = clock.now(), until
    session.flush()
    note(session, clock, user_id, "api_keys.frozen")
    publish(session, clock, user_id, "api_keys.frozen", {"until": until.isoformat()})
    return until


def thaw_keys(session: Session, clock: Clock, vault: KeyVault, user_id: UUID, code: str) -> None:
    """End the freeze. Raises NothingFrozen, WrongCode, and Forbidden for an authenticator that came after the reset."""
    frozen = session.scalars(own_keys(user_id).where(ApiKey.frozen_until > clock.now())).all()
    if not frozen:
        raise NothingFrozen
    user = session.get_one(User, user_id, with_for_update={"key_share": True}, populate_existing=True)
    since = min(key.frozen_at for key in frozen if key.frozen_at is not None)
    if user.mfa_confirmed_at is None or user.mfa_confirmed_at >= since:
        raise Forbidden(
            "Only an authenticator that was set up before the password was reset ends the freeze. Wait until it is"
            " over."
        )
    require_code(session, clock, vault, user, code)
    for key in frozen:
        key.frozen_at = key.frozen_until = None
    session.flush()
    note(session, clock, user_id, "api_keys.thawed")
    publish(session, clock, user_id, "api_keys.thawed", {})


def require_thawed(session: Session, clock: Clock, key_id: UUID) -> None:
    """Raises KeyFrozen while the key is frozen."""
    until = session.scalar(select(ApiKey.frozen_until).where(ApiKey.id == key_id))
    if until is not None and until > clock.now():
        raise KeyFrozen(until)
