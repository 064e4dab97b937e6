"""Erases what a deleted account held: every tenant table says here, by being left out or named, what becomes of it."""

from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import MetaData, Table, delete, func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from backend.accounts.deletion import accounts_to_erase, lock_deleted
from backend.accounts.letters import has_waiting_letters
from backend.foundation.audit import AuditEntry
from backend.foundation.events import Event, EventRow, Subscribers
from backend.foundation.platform import Platform, TaskQueue
from backend.market_data.importing import delete_uploads
from backend.market_data.store import CandleStore

log = structlog.get_logger(__name__)

ANONYMISED = frozenset({"audit_log"})
"""What is kept without a word about the person: when which kind of thing was done. All other tables are emptied."""
_STRAGGLERS = timedelta(hours=1)
_LEFT_FOR = timedelta(minutes=10)
"""So long events of the account may take to be delivered before they are erased with the rest."""


def subscribe(subscribers: Subscribers, tasks: TaskQueue) -> None:
    """Have a worker erase an account as soon as it is deleted."""

    def erase(_event: Event) -> None:
        tasks.send("operations.erase_accounts")

    subscribers.add("user.deleted", erase)


def erase_accounts(platform: Platform, metadata: MetaData) -> int:
    """Erase every deleted account that is due, each in a transaction, again until an hour is over; returns how many."""
    with platform.database.across_tenants("deleted accounts that are not erased") as session:
        due = accounts_to_erase(session)
    return sum(_erased(platform, metadata, user_id) for user_id in due)


def _erased(platform: Platform, metadata: MetaData, user_id: UUID) -> bool:
    try:
        return _erase(platform, metadata, user_id)
    except (SQLAlchemyError, OSError):
        # The next sweep tries again; those behind it do not wait.
        log.exception("account_not_erased", user_id=str(user_id))
        return False


def _erase(platform: Platform, metadata: MetaData, user_id: UUID) -> bool:
    now = platform.clock.now()
    with platform.database.across_tenants("erase a deleted account") as session:
        user = lock_deleted(session, user_id)
        if user is None or user.deleted_at is None:
            return False
        if now < user.deleted_at + _LEFT_FOR and _is_waited_for(session, user_id):
            return False
        delete_uploads(session, CandleStore(session, platform.settings), user_id)
        for table in erased_tables(metadata):
            session.execute(delete(table).where(table.c.user_id == user_id))
        session.execute(
            update(AuditEntry).where(AuditEntry.user_id == user_id).values(changes={}, ip_address=None, user_agent=None)
        )
        # What a request wrote that began before the deletion is found by a later pass.
        if now >= user.deleted_at + _STRAGGLERS:
            user.erased_at = now
    log.info("account_erased", user_id=str(user_id))
    return True


def erased_tables(metadata: MetaData) -> list[Table]:
    """The tables that are emptied, those that refer to others first."""
    return [
        table for table in reversed(metadata.sorted_tables) if "user_id" in table.c and table.name not in ANONYMISED
    ]


def _is_waited_for(session: Session, user_id: UUID) -> bool:
    """Whether somebody has still to hear what happened: triggers to be taken out, a letter to be sent."""
    events = select(func.count()).where(EventRow.user_id == user_id, EventRow.dispatched_at.is_(None))
    return bool(session.scalar(events)) or has_waiting_letters(session, user_id)
