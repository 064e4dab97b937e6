"""Logging in with an OpenID Connect provider: which account its word is about."""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.accounts import passwords
from backend.accounts.models import Identity, User
from backend.foundation.audit import note
from backend.foundation.clock import Clock
from backend.foundation.errors import Forbidden
from backend.foundation.events import publish
from backend.foundation.ids import new_id

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_NAME = 24


class ProviderRefused(Forbidden):
    """The provider's word is not enough; `code` is what the login page has a sentence for."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Logging in with the provider is not possible: {code}.")
        self.code = code


def account_of(session: Session, clock: Clock, claims: Mapping[str, Any]) -> User:
    """The account of whom the provider names, made at the first time. Raises ProviderRefused.

    An account that has the address already is taken only where the address is verified on both sides: else whoever
    signed up with somebody else's address, here or there, would share the account.
    """
    issuer, subject = str(claims["iss"]), str(claims["sub"])
    known = session.scalar(
        select(User)
        .join(Identity, Identity.user_id == User.id)
        .where(Identity.issuer == issuer, Identity.subject == subject)
    )
    user = known or _account_by_address(session, clock, claims)
    if not user.is_active:
        raise ProviderRefused("inactive")
    if known is None:
        session.add(Identity(user_id=user.id, issuer=issuer, subject=subject))
        _write(session)
        note(session, clock, user.id, "identity.linked", issuer)
    return user


def _account_by_address(session: Session, clock: Clock, claims: Mapping[str, Any]) -> User:
    email = str(claims.get("email") or "").strip()
    if not email or claims.get("email_verified") is not True:
        raise ProviderRefused("unverified-there")
    user = session.scalar(select(User).where(func.lower(User.email) == email.lower()))
    if user is None:
        return _new_account(session, clock, email, claims)
    if not user.email_verified:
        raise ProviderRefused("unverified-here")
    return user


def _new_account(session: Session, clock: Clock, email: str, claims: Mapping[str, Any]) -> User:
    user = User(
        id=new_id(),
        email=email,
        username=_free_name(session, str(claims.get("preferred_username") or email.partition("@")[0])),
        # Nobody knows it; a forgotten password sets one.
        password_hash=passwords.hash_password(secrets.token_urlsafe(32)),
        first_name=str(claims["given_name"])[:80] if claims.get("given_name") else None,
        last_name=str(claims["family_name"])[:80] if claims.get("family_name") else None,
        email_verified=True,
    )
    session.add(user)
    _write(session)
    session.refresh(user)
    publish(session, clock, user.id, "user.registered", {"username": user.username})
    return user


def _write(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError:
        # Two first log-ins at the same instant: the other one made it.
        raise ProviderRefused("again") from None


def _free_name(session: Session, wanted: str) -> str:
    name = _NOT_IN_NAMES.sub("-", wanted).strip("-")[:_LONGEST_NAME]
    if len(name) >= 3 and session.scalar(select(User.id).where(func.lower(User.username) == name.lower())) is None:
        return name
    return f"{name or 'trader'}-{secrets.token_hex(2)}"
