"""A user's e-mail address: verified by a letter's link, changed by one, and asked for before real money."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.accounts.errors import EmailNotVerified, LinkNotGood, SendsNoMail
from backend.accounts.letters import letters_lately, withdraw_links, write_letter
from backend.accounts.links import spend_link
from backend.accounts.models import User
from backend.accounts.passwords import require_password
from backend.config import Settings
from backend.foundation.audit import note
from backend.foundation.clock import Clock
from backend.foundation.errors import Conflict

_MOST_AN_HOUR = 5


def require_verified(session: Session, settings: Settings, user_id: UUID) -> None:
    """Raises EmailNotVerified; where no mail can be sent, nobody is asked to verify."""
    if settings.sends_mail and not session.scalar(select(User.email_verified).where(User.id == user_id)):
        raise EmailNotVerified


def send_verification(session: Session, clock: Clock, settings: Settings, user: User) -> None:
    """Send the link once more. Raises SendsNoMail, and Conflict for an address that is verified."""
    if not settings.sends_mail:
        raise SendsNoMail
    if user.email_verified:
        raise Conflict("Your e-mail address is verified already.")
    if letters_lately(session, clock, user.id, "verify_email") >= _MOST_AN_HOUR:
        raise Conflict("We sent several letters within the last hour. Look among the spam, or try again later.")
    write_letter(session, clock, user, "verify_email")


def ask_for_change(
    session: Session, clock: Clock, settings: Settings, user_id: UUID, new_email: str, password: str
) -> None:
    """Send a link to the new address; it takes over once the link is followed.

    Nobody learns here whether an address belongs to another account. Raises WrongPassword, SendsNoMail, Conflict.
    """
    user = session.get_one(User, user_id)
    require_password(password, user.password_hash, "current_password")
    if not settings.sends_mail:
        raise SendsNoMail
    if new_email.lower() == user.email.lower():
        raise Conflict("This is your e-mail address already.")
    write_letter(session, clock, user, "change_email", new_email)
    write_letter(session, clock, user, "email_changing", new_email=new_email)
    note(session, clock, user_id, "email.change_asked")


def follow_link(session: Session, clock: Clock, token: str) -> User:
    """Verify the address that the link was sent to, and take it over where it is a new one. Raises LinkNotGood."""
    link = spend_link(session, clock, token, ("verify_email", "change_email"))
    user = session.get_one(User, link.user_id, with_for_update={"key_share": True})
    if not user.is_active:
        raise LinkNotGood
    if link.purpose == "verify_email":
        if user.email != link.email:
            raise LinkNotGood
        user.email_verified = True
        note(session, clock, user.id, "email.verified")
        return user
    _take_over(session, clock, user, link.email)
    return user


def _take_over(session: Session, clock: Clock, user: User, email: str) -> None:
    if session.scalar(select(User.id).where(func.lower(User.email) == email.lower())):
        raise LinkNotGood
    before = user.email
    write_letter(session, clock, user, "email_changed", before, new_email=email)
    user.email, user.email_verified = email, True
    try:
        session.flush()
    except IntegrityError:
        # Somebody signed up with it at the same instant.
        raise LinkNotGood from None
    withdraw_links(session, user.id)
    note(session, clock, user.id, "email.changed")
