"""A forgotten password: a letter's link sets a new one, ends every login, and freezes what real money hangs on."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.accounts import passwords
from backend.accounts.commands import end_other_logins
from backend.accounts.errors import LinkNotGood
from backend.accounts.letters import letters_lately, withdraw_links, write_letter
from backend.accounts.links import spend_link
from backend.accounts.models import User
from backend.foundation.audit import note
from backend.foundation.clock import Clock
from backend.foundation.errors import NotFound
from backend.foundation.events import publish

_MOST_AN_HOUR = 3

AfterReset = Callable[[Session, Clock, UUID], datetime | None]
"""What an upper feature does when a password was reset; returns until when it froze something. In `app.py`."""


def ask_for_reset(session: Session, clock: Clock, email: str) -> None:
    """Send a link, if there is such an account; the answer is the same if there is none."""
    user = session.scalar(select(User).where(func.lower(User.email) == email.lower(), User.is_active))
    # Each letter ends the link of the one before: whoever asks again and again would keep the owner out.
    if user is not None and letters_lately(session, clock, user.id, "reset_password") < _MOST_AN_HOUR:
        write_letter(session, clock, user, "reset_password")
        note(session, clock, user.id, "password.reset_asked")


def reset_password(
    session: Session, clock: Clock, token: str, new_password: str, after: Sequence[AfterReset]
) -> list[UUID]:
    """Set the password; returns the logins that ended. Raises LinkNotGood, and ValidationFailed for a weak password."""
    passwords.require_strong(new_password, "new_password")
    link = spend_link(session, clock, token, ("reset_password",))
    user = session.get_one(User, link.user_id, with_for_update={"key_share": True})
    if not user.is_active or user.email != link.email:
        raise LinkNotGood
    # Whoever reads the letter owns the address.
    user.email_verified = True
    return _set_anew(session, clock, user, new_password, after)


def set_by_operator(
    session: Session, clock: Clock, email: str, new_password: str, after: Sequence[AfterReset]
) -> list[UUID]:
    """What a letter's link does, for a server that sends no mail. Raises NotFound, and ValidationFailed."""
    passwords.require_strong(new_password, "new_password")
    by_email = select(User).where(func.lower(User.email) == email.lower(), User.is_active)
    user = session.scalar(by_email.with_for_update(key_share=True))
    if user is None:
        raise NotFound(f"There is no account with the e-mail address {email}.")
    return _set_anew(session, clock, user, new_password, after)


def _set_anew(session: Session, clock: Clock, user: User, new_password: str, after: Sequence[AfterReset]) -> list[UUID]:
    user.password_hash = passwords.hash_password(new_password)
    ended = end_other_logins(session, clock, user.id, None)
    withdraw_links(session, user.id)
    frozen = [until for until in (freeze(session, clock, user.id) for freeze in after) if until is not None]
    write_letter(session, clock, user, "password_reset", keys=_words_of_freeze(max(frozen, default=None)))
    note(session, clock, user.id, "password.reset")
    publish(session, clock, user.id, "user.password_reset", {})
    return ended


def _words_of_freeze(until: datetime | None) -> str:
    if until is None:
        return ""
    return (
        f"Your exchange keys are frozen until {until:%Y-%m-%d %H:%M} UTC: bots that trade with them stopped buying,"
        " what they hold stays watched. A code of your authenticator ends this earlier, on the page of your keys."
    )
