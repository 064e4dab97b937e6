"""Letters to users: written with what they tell about, sent by a worker, tried again when that fails."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from backend.accounts.letter_texts import LINK_KINDS, compose, purpose_of
from backend.accounts.links import end_links, make_link
from backend.accounts.models import Letter, User
from backend.foundation.clock import Clock
from backend.foundation.events import Event, Subscribers, publish
from backend.foundation.ids import new_id
from backend.foundation.mail import AddressRefused, MailNotSent, MailServerDown, send_mail
from backend.foundation.platform import Platform, TaskQueue

log = structlog.get_logger(__name__)

_TOLD_AT_ALL = timedelta(days=1)
"""What could not be sent for so long is not news any more."""
_FIRST_PAUSE = timedelta(seconds=30)
_LONGEST_PAUSE = timedelta(hours=2)
_TAKEN_FOR = timedelta(minutes=5)
"""Longer than a slow mail server may take over one letter: nobody else sends it meanwhile."""
_KEPT = timedelta(days=30)


def write_letter(
    session: Session, clock: Clock, user: User, kind: str, address: str | None = None, **details: Any
) -> None:
    """Have a letter sent to the user after the commit, to another address than the account's where one is given."""
    letter = Letter(
        id=new_id(),
        user_id=user.id,
        kind=kind,
        address=address or user.email,
        details={"username": user.username, "moment": moment_words(clock.now()), **details},
        written_at=clock.now(),
        next_attempt_at=clock.now(),
    )
    session.add(letter)
    publish(session, clock, user.id, "letter.written", {"id": str(letter.id)})


def moment_words(moment: datetime) -> str:
    """A moment as letters say it."""
    return moment.strftime("%Y-%m-%d %H:%M UTC")


def subscribe(subscribers: Subscribers, tasks: TaskQueue) -> None:
    """Have a worker send each letter as soon as it is written."""

    def send(event: Event) -> None:
        tasks.send("accounts.send_letter", event.payload["id"])

    subscribers.add("letter.written", send)


def send_letter(platform: Platform, letter_id: UUID) -> bool:
    """Send the letter, if it is due. A failure is noted; the sweep tries again. Returns whether the server answers.

    A letter with a link gets a token of its own with every attempt, which ends that of the attempt before: no token is
    ever kept, and the one that arrives last is good. Two commits: the link before the mail goes out, the outcome after.
    """
    if not platform.settings.sends_mail:
        return False
    taken = _take(platform, letter_id)
    if taken is None:
        return True
    letter, token = taken
    outcome: dict[str, Any] = {"problem": None, "sent_at": platform.clock.now(), "next_attempt_at": None}
    now, is_answering = platform.clock.now(), True
    mail = compose(letter.kind, letter.address, letter.details, platform.settings.page_url, token)
    try:
        send_mail(platform.settings, mail)
    except MailNotSent as error:
        is_over, is_answering = isinstance(error, AddressRefused), not isinstance(error, MailServerDown)
        outcome = {"problem": str(error), "next_attempt_at": None if is_over else _next_attempt(letter, now)}
        log.warning("letter_not_sent", letter_id=str(letter_id), kind=letter.kind, problem=str(error))
    with platform.database.across_tenants("note what became of a letter") as session:
        session.execute(update(Letter).where(Letter.id == letter_id).values(outcome))
    return outcome["problem"] is None or is_answering


def _take(platform: Platform, letter_id: UUID) -> tuple[Letter, str | None] | None:
    """The letter with its link's token, and its next attempt put off, so that nobody else sends it meanwhile."""
    now = platform.clock.now()
    with platform.database.across_tenants("send a letter") as session:
        letter = session.scalar(select(Letter).where(Letter.id == letter_id).with_for_update(skip_locked=True))
        if letter is None or letter.next_attempt_at is None or letter.next_attempt_at > now:
            return None
        purpose = purpose_of(letter.kind)
        if purpose and not session.scalar(select(User.is_active).where(User.id == letter.user_id)):
            letter.next_attempt_at = None
            return None
        letter.attempts += 1
        letter.next_attempt_at = now + _TAKEN_FOR
        token = make_link(session, platform.clock, letter.user_id, purpose, letter.address) if purpose else None
    return letter, token


def _next_attempt(letter: Letter, now: datetime) -> datetime | None:
    wanted = now + min(_FIRST_PAUSE * 2 ** (letter.attempts - 1), _LONGEST_PAUSE)
    return wanted if wanted < letter.written_at + _TOLD_AT_ALL else None


def withdraw_links(session: Session, user_id: UUID) -> None:
    """Let no link of the user's be good any more, those of letters that are still to be sent among them."""
    end_links(session, user_id)
    session.execute(
        update(Letter)
        .where(Letter.user_id == user_id, Letter.kind.in_(LINK_KINDS), Letter.next_attempt_at.is_not(None))
        .values(next_attempt_at=None)
    )


def letters_lately(session: Session, clock: Clock, user_id: UUID, kind: str) -> int:
    """How many letters of a kind were written to the user within the last hour."""
    lately = Letter.written_at > clock.now() - timedelta(hours=1)
    statement = select(func.count()).where(Letter.user_id == user_id, Letter.kind == kind, lately)
    return session.scalar(statement) or 0


def send_waiting(platform: Platform) -> None:
    """Send what is due: what could not be sent before, and what nobody was told of."""
    with platform.database.across_tenants("letters that are due") as session:
        due = session.scalars(
            select(Letter.id).where(Letter.next_attempt_at <= platform.clock.now()).order_by(Letter.id).limit(100)
        ).all()
    for letter_id in due:
        if not send_letter(platform, letter_id):
            # A server that does not take this one would keep all others waiting as long.
            break


def has_waiting_letters(session: Session, user_id: UUID) -> bool:
    """Whether a letter to the user is still to be sent."""
    waiting = select(Letter.id).where(Letter.user_id == user_id, Letter.next_attempt_at.is_not(None)).limit(1)
    return session.scalar(waiting) is not None


def forget_old_letters(platform: Platform) -> int:
    """Delete letters that were sent or given up a month ago; returns how many."""
    with platform.database.across_tenants("forget old letters") as session:
        old = (Letter.written_at < platform.clock.now() - _KEPT) & Letter.next_attempt_at.is_(None)
        return len(session.execute(delete(Letter).where(old).returning(Letter.id)).all())
