"""Access tokens (JWT, minutes) and refresh tokens (opaque, days): made, read and revoked."""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
import redis
import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.models import User, UserSession
from backend.accounts.roles import SCOPES_OF_ROLE
from backend.foundation.errors import TokenExpired, Unauthorized
from backend.foundation.ids import new_id
from backend.foundation.platform import Platform

log = structlog.get_logger(__name__)

_ALGORITHM = "HS256"
REMEMBERED_SINCE = "accounts:revoked-since"
"""Where Redis holds since when it knows every login that ended; it is missing after Redis was started anew."""

ClaimsProvider = Callable[[Session, UUID], Mapping[str, Any]]
"""Adds an upper feature's claims, such as the plan of billing; registered in `app.py`."""


@dataclass(frozen=True)
class Identity:
    """Who is asking, as their access token says."""

    user_id: UUID
    email: str
    subscription_plan: str
    permissions: tuple[str, ...]
    family: UUID


class AccessTokens:
    """Makes and reads access tokens."""

    def __init__(self, platform: Platform, claims_providers: tuple[ClaimsProvider, ...]) -> None:
        self._platform = platform
        self._providers = claims_providers
        self._secret = platform.settings.jwt_secret_key.get_secret_value()
        self._lifetime = timedelta(minutes=platform.settings.access_token_minutes)

    @property
    def lifetime_seconds(self) -> int:
        """How long a token is good for, in seconds."""
        return int(self._lifetime.total_seconds())

    def issue(self, session: Session, user: User, family: UUID) -> str:
        """A signed token for the user; `family` names the login, so that its logout ends the token too."""
        now = self._platform.clock.now()
        claims: dict[str, Any] = {
            "user_id": str(user.id),
            "email": user.email,
            "permissions": ["trade", *sorted(SCOPES_OF_ROLE[user.role])],
            "iat": now,
            "exp": now + self._lifetime,
            "jti": str(new_id()),
            "family": str(family),
        }
        claims.update(self.added_claims(session, user.id))
        return jwt.encode(claims, self._secret, algorithm=_ALGORITHM)

    def added_claims(self, session: Session, user_id: UUID) -> dict[str, Any]:
        """What upper features say of the user, such as `subscription_plan`."""
        return {name: value for provider in self._providers for name, value in provider(session, user_id).items()}

    def read(self, token: str) -> Identity:
        """Who the token speaks for. Raises TokenExpired or Unauthorized."""
        try:
            # Expiry is checked below, against the given clock.
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=[_ALGORITHM],
                options={"require": ["exp", "iat", "jti"], "verify_exp": False, "verify_iat": False},
            )
            identity = Identity(
                user_id=UUID(claims["user_id"]),
                email=claims["email"],
                subscription_plan=claims["subscription_plan"],
                permissions=tuple(claims["permissions"]),
                family=UUID(claims["family"]),
            )
        except (jwt.InvalidTokenError, KeyError, ValueError, TypeError, AttributeError):
            raise Unauthorized("This access token is not valid. Log in again.") from None
        if claims["exp"] <= self._platform.clock.now().timestamp():
            raise TokenExpired("This access token has expired. Refresh it, or log in again.")
        if self._is_revoked(identity):
            raise Unauthorized("This login was ended. Log in again.")
        return identity

    def revoke_family(self, family: UUID) -> None:
        """Refuse the access tokens of a login from now on; the sessions table holds it for good."""
        try:
            self._platform.redis.set(_revoked_key(family), b"1", ex=self.lifetime_seconds)
        except redis.RedisError:
            log.warning("revocation_not_cached", family=str(family))

    def _is_revoked(self, identity: Identity) -> bool:
        try:
            revoked, since = self._platform.redis.mget(_revoked_key(identity.family), REMEMBERED_SINCE)
            if revoked:
                return True
            if self._remembers_all(since):
                return False
        except redis.RedisError as error:
            log.warning("revocations_not_cached", error=type(error).__name__)
        return self._has_ended(identity)

    def _remembers_all(self, since: bytes | str | None) -> bool:
        """Whether Redis has been up for as long as a token lives; one that was started anew has forgotten all."""
        now = self._platform.clock.now().timestamp()
        if since is None:
            self._platform.redis.set(REMEMBERED_SINCE, now, nx=True)
            return False
        return float(since) + self.lifetime_seconds <= now

    def _has_ended(self, identity: Identity) -> bool:
        # Redis is only the fast copy of what the sessions table says.
        with self._platform.database.as_tenant(identity.user_id) as session:
            living = session.scalar(
                select(User.id)
                .outerjoin(UserSession, UserSession.family == identity.family)
                .where(User.id == identity.user_id, User.is_active, UserSession.revoked_at.is_(None))
                .limit(1)
            )
        return living is None


def _revoked_key(family: UUID) -> str:
    return f"accounts:revoked:{family}"


def new_refresh_token() -> str:
    """A fresh refresh token: 256 random bits."""
    return secrets.token_urlsafe(32)


def refresh_token_hash(token: str) -> str:
    """What is stored of a refresh token; it has enough entropy for a plain hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def refresh_expiry(now: datetime, days: int) -> datetime:
    """When a refresh token made now ends."""
    return now + timedelta(days=days)
