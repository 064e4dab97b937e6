"""What changes accounts: registering, logging in, refreshing, logging out, changing the profile."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.accounts import passwords, tokens
from backend.accounts.devices import Caller, device_words, is_new_device
from backend.accounts.errors import AlreadyTaken, NoSession, WrongCredentials
from backend.accounts.letters import withdraw_links, write_letter
from backend.accounts.models import User, UserSession
from backend.foundation.audit import note
from backend.foundation.clock import Clock
from backend.foundation.errors import NotFound
from backend.foundation.events import publish
from backend.foundation.ids import new_id


@dataclass(frozen=True)
class Login:
    """A login that just began or was renewed; the token goes into the cookie and nowhere else."""

    user: User
    family: UUID
    refresh_token: str
    expires_at: datetime


def register(session: Session, clock: Clock, data: dict[str, Any]) -> User:
    """Create an account, and ask its owner to verify the address. Raises as `create_account`."""
    user = create_account(session, clock, data)
    write_letter(session, clock, user, "verify_email")
    return user


def create_account(session: Session, clock: Clock, data: dict[str, Any]) -> User:
    """Create an account. Raises ValidationFailed for a weak password, AlreadyTaken for e-mail or username."""
    passwords.require_strong(data["password"], "password")
    _refuse_taken(session, data["email"], data["username"])
    user = User(
        id=new_id(),
        email=data["email"],
        username=data["username"],
        password_hash=passwords.hash_password(data["password"]),
        first_name=data.get("first_name"),
        last_name=data.get("last_name"),
    )
    session.add(user)
    try:
        session.flush()
    except IntegrityError as error:
        # Two sign-ups at the same instant: the unique index decides.
        raise AlreadyTaken("username" if "username" in str(error.orig) else "email") from None
    session.refresh(user)
    publish(session, clock, user.id, "user.registered", {"username": user.username})
    return user


def _refuse_taken(session: Session, email: str, username: str) -> None:
    rows = session.execute(
        select(User.email, User.username).where(
            or_(func.lower(User.email) == email.lower(), func.lower(User.username) == username.lower())
        )
    ).all()
    if any(row.email.lower() == email.lower() for row in rows):
        raise AlreadyTaken("email")
    if rows:
        raise AlreadyTaken("username")


def check_credentials(session: Session, email: str, password: str) -> User:
    """Whose e-mail and password these are. Raises WrongCredentials without telling which part was wrong."""
    user = session.scalar(select(User).where(func.lower(User.email) == email.lower()))
    if not passwords.password_matches(password, user.password_hash if user else None):
        raise WrongCredentials
    assert user is not None
    if not user.is_active:
        raise WrongCredentials
    return user


def begin_login(session: Session, clock: Clock, user: User, caller: Caller, lifetime: timedelta) -> Login:
    """Begin a login of a user who has shown who they are; one from a new device is told to its owner."""
    # Written first, for reading anew forgets it: that the code of the second factor is spent.
    session.flush()
    # Whoever deactivates the account or changes its password at this moment is waited for, or ends this login as well.
    checked = user.password_hash
    session.refresh(user, with_for_update={"key_share": True})
    if not user.is_active or user.password_hash != checked:
        raise WrongCredentials
    if is_new_device(session, clock.now(), user.id, caller):
        device = device_words(caller.user_agent)
        write_letter(session, clock, user, "new_login", device=device, ip_address=caller.ip_address or "nowhere")
    login = _begin(session, clock, user, new_id(), caller, lifetime)
    note(session, clock, user.id, "login.began", login.family)
    return login


def refresh(session: Session, clock: Clock, token: str, caller: Caller, lifetime: timedelta) -> Login | UUID:
    """Renew a login, spending its token.

    A spent token that comes again was stolen: its whole family ends, and the family's id is returned instead of a
    login (returned, not raised, so that the revocation is committed). Raises NoSession for an unknown or ended one.
    """
    is_the_token = UserSession.refresh_token_hash == tokens.refresh_token_hash(token)
    user_id = session.scalar(select(UserSession.user_id).where(is_the_token))
    if user_id is None:
        raise NoSession
    _lock_logins(session, user_id)
    row = session.scalars(select(UserSession).where(is_the_token)).one()
    if row.revoked_at is not None:
        end_family(session, clock, row.family)
        return row.family
    if row.expires_at <= clock.now():
        raise NoSession("Your login has ended after a week without a visit. Log in again.")
    user = session.get_one(User, row.user_id)
    if not user.is_active:
        raise NoSession
    row.revoked_at = clock.now()
    return _begin(session, clock, user, row.family, caller, lifetime)


def _begin(session: Session, clock: Clock, user: User, family: UUID, caller: Caller, lifetime: timedelta) -> Login:
    token = tokens.new_refresh_token()
    expires_at = clock.now() + lifetime
    session.add(
        UserSession(
            user_id=user.id,
            refresh_token_hash=tokens.refresh_token_hash(token),
            family=family,
            ip_address=caller.ip_address,
            user_agent=caller.user_agent,
            device_hash=caller.device_hash,
            expires_at=expires_at,
        )
    )
    return Login(user, family, token, expires_at)


def _lock_logins(session: Session, user_id: UUID) -> None:
    """Let one transaction at a time renew or end the user's logins: a renewal adds a row that an ending must see."""
    session.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))


def log_out(session: Session, clock: Clock, token: str) -> UUID | None:
    """End the login that the refresh token belongs to; returns its family, or None when there is no such login."""
    row = session.execute(
        select(UserSession.user_id, UserSession.family).where(
            UserSession.refresh_token_hash == tokens.refresh_token_hash(token)
        )
    ).one_or_none()
    if row is None:
        return None
    _lock_logins(session, row.user_id)
    end_family(session, clock, row.family)
    return cast(UUID, row.family)


def end_family(session: Session, clock: Clock, family: UUID) -> None:
    """Revoke every refresh token of one login; whoever calls it holds the user's row."""
    session.execute(
        update(UserSession)
        .where(UserSession.family == family, UserSession.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )


def change_profile(session: Session, user_id: UUID, changes: dict[str, Any]) -> User:
    """Change names, locale or time zone of the user's own account. Raises AlreadyTaken for the username."""
    user = session.get_one(User, user_id)
    for name, value in changes.items():
        setattr(user, name, value)
    try:
        session.flush()
    except IntegrityError:
        raise AlreadyTaken("username") from None
    session.refresh(user)
    return user


def change_password(
    session: Session, clock: Clock, user_id: UUID, current: str, new: str, login: UUID | None
) -> list[UUID]:
    """Set a new password and end every other login; returns the families that ended.

    Raises WrongPassword, and ValidationFailed for a weak one.
    """
    user = session.get_one(User, user_id, with_for_update={"key_share": True})
    passwords.require_password(current, user.password_hash, "current_password")
    passwords.require_strong(new, "new_password")
    user.password_hash = passwords.hash_password(new)
    withdraw_links(session, user_id)
    publish(session, clock, user_id, "user.password_changed", {})
    write_letter(session, clock, user, "password_changed")
    return end_other_logins(session, clock, user_id, login)


def end_other_logins(session: Session, clock: Clock, user_id: UUID, kept: UUID | None) -> list[UUID]:
    """Revoke the user's logins but the one that is kept; returns their families."""
    _lock_logins(session, user_id)
    families = session.scalars(
        select(UserSession.family)
        .where(UserSession.user_id == user_id, UserSession.revoked_at.is_(None), UserSession.family != kept)
        .distinct()
    ).all()
    for family in families:
        end_family(session, clock, family)
        note(session, clock, user_id, "login.ended", family)
    return list(families)


def end_own_login(session: Session, clock: Clock, user_id: UUID, family: UUID) -> None:
    """Revoke one of the user's logins. Raises NotFound."""
    _lock_logins(session, user_id)
    found = session.scalar(
        select(UserSession.id)
        .where(UserSession.user_id == user_id, UserSession.family == family, UserSession.revoked_at.is_(None))
        .limit(1)
    )
    if found is None:
        raise NotFound("You have no login with this id; it may have ended already.")
    end_family(session, clock, family)
    note(session, clock, user_id, "login.ended", family)
