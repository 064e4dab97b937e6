"""Personal access tokens: made once for a script, held as hashes, with scopes and an end."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from backend.accounts.models import AccessToken, User
from backend.accounts.scopes import LOGIN_ONLY
from backend.foundation.clock import Clock
from backend.foundation.errors import Conflict, Forbidden, NotFound, TokenExpired, Unauthorized
from backend.foundation.events import publish
from backend.foundation.ids import new_id
from backend.foundation.platform import Platform

TOKEN_PREFIX = "tf_"  # noqa: S105 - what every token begins with, so that scanners find those that leak
MOST_TOKENS = 50
_SHOWN = len(TOKEN_PREFIX) + 6
_SECRET_BYTES = 32
_NOTED_AT_MOST_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class TokenBearer:
    """Whom a personal access token speaks for, and what it may do."""

    token_id: UUID
    user_id: UUID
    scopes: frozenset[str]


def create_token(session: Session, clock: Clock, user_id: UUID, data: dict[str, Any]) -> tuple[AccessToken, str]:
    """A new token, and its text, which is told this once. Raises Conflict."""
    living = select(func.count()).where(AccessToken.user_id == user_id, AccessToken.revoked_at.is_(None))
    if (session.scalar(living) or 0) >= MOST_TOKENS:
        raise Conflict(f"You have {MOST_TOKENS} tokens, which is the most. Revoke one that you do not use.")
    text = TOKEN_PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
    token = AccessToken(
        id=new_id(),
        user_id=user_id,
        name=data["name"],
        prefix=text[:_SHOWN],
        token_hash=_hash(text),
        scopes=sorted(set(data["scopes"])),
        expires_at=clock.now() + timedelta(days=data["expires_in_days"]) if data["expires_in_days"] else None,
    )
    session.add(token)
    session.flush()
    session.refresh(token)
    publish(session, clock, user_id, "access_token.created", {"id": str(token.id), "name": token.name})
    return token, text


def own_tokens(session: Session, user_id: UUID) -> list[AccessToken]:
    """The user's tokens that are not revoked, newest first."""
    statement = select(AccessToken).where(AccessToken.user_id == user_id, AccessToken.revoked_at.is_(None))
    return list(session.scalars(statement.order_by(AccessToken.created_at.desc(), AccessToken.id)))


def revoke_token(session: Session, clock: Clock, user_id: UUID, token_id: UUID) -> None:
    """End the token for good. Raises NotFound."""
    token = session.scalar(
        select(AccessToken).where(
            AccessToken.user_id == user_id, AccessToken.id == token_id, AccessToken.revoked_at.is_(None)
        )
    )
    if token is None:
        raise NotFound("You have no access token with this id.")
    token.revoked_at = clock.now()
    publish(session, clock, user_id, "access_token.revoked", {"id": str(token.id), "name": token.name})


def bearer_of(platform: Platform, text: str) -> TokenBearer:
    """Whom the token speaks for; its use is noted once a minute. Raises TokenExpired or Unauthorized."""
    now = platform.clock.now()
    with platform.database.across_tenants("access token: whose it is") as session:
        row = session.execute(
            select(AccessToken, User.is_active)
            .join(User, User.id == AccessToken.user_id)
            .where(AccessToken.token_hash == _hash(text))
        ).one_or_none()
        if row is None or row.AccessToken.revoked_at is not None or not row.is_active:
            raise Unauthorized("This access token is not valid, or it was revoked. Make a new one in your profile.")
        token = row.AccessToken
        if token.expires_at is not None and token.expires_at <= now:
            raise TokenExpired("This access token has expired. Make a new one in your profile.")
        if _is_worth_noting(token.last_used_at, now):
            session.execute(update(AccessToken).where(AccessToken.id == token.id).values(last_used_at=now))
        return TokenBearer(token.id, token.user_id, frozenset(token.scopes))


def check_scope(bearer: TokenBearer, scope: str) -> None:
    """Raises Forbidden unless the token holds the scope; none holds LOGIN_ONLY."""
    if scope == LOGIN_ONLY:
        raise Forbidden("Only a login with your password may do this, not an access token.")
    if scope not in bearer.scopes:
        raise Forbidden(f"This access token does not hold the scope {scope}. Make one that does in your profile.")


def _is_worth_noting(last: datetime | None, now: datetime) -> bool:
    return last is None or now - last >= _NOTED_AT_MOST_EVERY


def _hash(text: str) -> str:
    # 256 random bits need no slow hash.
    return hashlib.sha256(text.encode()).hexdigest()
