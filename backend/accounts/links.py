"""Links of letters: their tokens are made when the letter goes out, kept as hashes, and good once."""

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backend.accounts.errors import LinkNotGood
from backend.accounts.models import OneTimeLink
from backend.foundation.clock import Clock

LIFETIMES: dict[str, timedelta] = {
    "verify_email": timedelta(days=3),
    "change_email": timedelta(hours=24),
    "reset_password": timedelta(hours=1),
}
"""How long a link of each purpose is good for."""


def make_link(session: Session, clock: Clock, user_id: UUID, purpose: str, email: str) -> str:
    """A new token for the purpose; those sent before for the same purpose end with it."""
    session.execute(delete(OneTimeLink).where(OneTimeLink.user_id == user_id, OneTimeLink.purpose == purpose))
    token = secrets.token_urlsafe(32)
    session.add(
        OneTimeLink(
            user_id=user_id,
            purpose=purpose,
            email=email,
            token_hash=_hash(token),
            expires_at=clock.now() + LIFETIMES[purpose],
        )
    )
    return token


def spend_link(session: Session, clock: Clock, token: str, purposes: tuple[str, ...]) -> OneTimeLink:
    """Use the token up; returns whose it is and for which address. Raises LinkNotGood."""
    link = session.scalar(
        select(OneTimeLink)
        .where(OneTimeLink.token_hash == _hash(token), OneTimeLink.purpose.in_(purposes))
        .with_for_update()
    )
    if link is None or link.used_at is not None or link.expires_at <= clock.now():
        raise LinkNotGood
    link.used_at = clock.now()
    session.flush()
    return link


def end_links(session: Session, user_id: UUID) -> None:
    """Let none of the user's links be good any more."""
    session.execute(delete(OneTimeLink).where(OneTimeLink.user_id == user_id, OneTimeLink.used_at.is_(None)))


def _hash(token: str) -> str:
    # 256 random bits need no slow hash.
    return hashlib.sha256(token.encode()).hexdigest()
