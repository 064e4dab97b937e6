"""Deleting an account: at once nobody can use it any more; what it held is erased afterwards, by a worker."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts import passwords
from backend.accounts.commands import end_other_logins
from backend.accounts.errors import WrongCode
from backend.accounts.letters import withdraw_links, write_letter
from backend.accounts.models import User
from backend.accounts.passwords import require_password
from backend.accounts.second_factor import require_code
from backend.foundation.audit import note
from backend.foundation.clock import Clock
from backend.foundation.errors import Conflict, FieldError, ValidationFailed
from backend.foundation.events import publish
from backend.foundation.key_vault import KeyVault


@dataclass(frozen=True)
class DeletionWish:
    """What somebody says who wants the account deleted."""

    username: str
    current_password: str
    code: str | None
    leave_positions: bool
    """Whether what bots hold at real exchanges may stay there, for the user to look after."""


CloseAccount = Callable[[Session, Clock, UUID, bool], None]
"""What an upper feature does first, given `leave_positions`; raises Conflict where it cannot. In `app.py`."""


def delete_account(
    session: Session,
    clock: Clock,
    vault: KeyVault,
    user_id: UUID,
    wish: DeletionWish,
    closers: Sequence[CloseAccount],
) -> list[UUID]:
    """Close the account for good and forget whose it was; returns the logins that ended.

    Raises WrongPassword, WrongCode, ValidationFailed for another username, Conflict for the last administrator, and
    what the closers raise.
    """
    user = _locked(session, user_id)
    require_password(wish.current_password, user.password_hash, "current_password")
    if user.mfa_enabled:
        if wish.code is None:
            raise WrongCode
        require_code(session, clock, vault, user, wish.code)
    if wish.username != user.username:
        message = f"Type your username, {user.username}, to confirm."
        raise ValidationFailed(message, [FieldError("username", message)])
    _require_another_administrator(session, user)
    for close in closers:
        close(session, clock, user_id, wish.leave_positions)
    ended = end_other_logins(session, clock, user_id, None)
    withdraw_links(session, user_id)
    note(session, clock, user_id, "account.deleted")
    write_letter(session, clock, user, "account_deleted")
    _forget_who(user)
    user.is_active, user.deleted_at = False, clock.now()
    publish(session, clock, user_id, "user.deleted", {})
    return ended


def _locked(session: Session, user_id: UUID) -> User:
    """The account, and of an administrator all of them with it, by id: two of them cannot leave nobody behind."""
    is_administrator = session.scalar(select(User.role).where(User.id == user_id)) == "admin"
    if is_administrator:
        administrators = select(User.id).where((User.role == "admin") | (User.id == user_id)).order_by(User.id)
        session.execute(administrators.with_for_update(key_share=True)).all()
    return session.get_one(User, user_id, with_for_update={"key_share": True}, populate_existing=True)


def _require_another_administrator(session: Session, user: User) -> None:
    others = select(User.id).where(User.role == "admin", User.is_active, User.id != user.id).limit(1)
    if user.role == "admin" and session.scalar(others) is None:
        raise Conflict("You are the last administrator. Make somebody else one first.")


def accounts_to_erase(session: Session) -> Sequence[UUID]:
    """Deleted accounts that still hold something."""
    return session.scalars(
        select(User.id).where(User.deleted_at.is_not(None), User.erased_at.is_(None)).order_by(User.id)
    ).all()


def lock_deleted(session: Session, user_id: UUID) -> User | None:
    """The deleted account, unless it is erased or somebody is erasing it."""
    return session.scalar(
        select(User)
        .where(User.id == user_id, User.deleted_at.is_not(None), User.erased_at.is_(None))
        .with_for_update(skip_locked=True)
    )


def _forget_who(user: User) -> None:
    # The row stays, for what has to be kept refers to it.
    user.email, user.username = f"deleted-{user.id}@deleted.invalid", f"deleted-{user.id.hex[-20:]}"
    user.first_name = user.last_name = None
    user.password_hash = passwords.hash_password(secrets.token_urlsafe(32))
    user.mfa_secret_enc = user.mfa_confirmed_at = user.mfa_last_step = None
    user.email_verified, user.role = False, "user"
