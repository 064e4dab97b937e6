"""Between password and second factor: a signed note that the password was right, good for a few minutes."""

import hashlib
from datetime import timedelta
from uuid import UUID

import jwt
from sqlalchemy.orm import Session

from backend.accounts.models import User
from backend.foundation.errors import Unauthorized
from backend.foundation.platform import Platform

LIFETIME = timedelta(minutes=5)
_ALGORITHM = "HS256"
_AUDIENCE = "second-factor"


def make_challenge(platform: Platform, user: User) -> str:
    """The note for a user whose password was right; it is no access token, and no access token is one."""
    claims = {
        "aud": _AUDIENCE,
        "sub": str(user.id),
        "password": _mark_of(user),
        "exp": platform.clock.now() + LIFETIME,
    }
    return jwt.encode(claims, platform.settings.jwt_secret_key.get_secret_value(), algorithm=_ALGORITHM)


def read_challenge(session: Session, platform: Platform, token: str) -> User:
    """Whom the note is for, locked. Raises Unauthorized: forged, too old, or the password has changed since."""
    try:
        claims = jwt.decode(
            token,
            platform.settings.jwt_secret_key.get_secret_value(),
            algorithms=[_ALGORITHM],
            audience=_AUDIENCE,
            # Expiry is checked below, against the given clock.
            options={"require": ["exp", "sub", "aud"], "verify_exp": False},
        )
        user = session.get(User, UUID(claims["sub"]), with_for_update={"key_share": True}, populate_existing=True)
        is_good = claims["exp"] > platform.clock.now().timestamp()
        is_good = is_good and user is not None and user.is_active and claims.get("password") == _mark_of(user)
    except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError):
        raise _too_late() from None
    if not is_good or user is None:
        raise _too_late()
    return user


def _mark_of(user: User) -> str:
    return hashlib.sha256(user.password_hash.encode()).hexdigest()[:16]


def _too_late() -> Unauthorized:
    return Unauthorized("Your password was checked too long ago. Log in again.")
