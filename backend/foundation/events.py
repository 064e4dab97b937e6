"""The outbox: a use case writes its event with its rows; after the commit the dispatcher hands it to subscribers."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ForeignKey, Index, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend.foundation.clock import Clock
from backend.foundation.database import Base, Database, insert_rows
from backend.foundation.ids import new_id

log = structlog.get_logger(__name__)

_DISPATCHER_LOCK = 7217002
_BATCH = 500
MAXIMUM_ATTEMPTS = 20
"""After this many failures an event is left for an operator, so that it cannot hold up its user's others."""


class EventRow(Base):
    """One event of the outbox."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_waiting", "id", postgresql_where=text("dispatched_at IS NULL")),
        Index("ix_events_user_id_id", "user_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    type: Mapped[str]
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    dispatched_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]


@dataclass(frozen=True)
class Event:
    """What happened, past tense: `type` such as `bot.started`; `payload` is JSON without any secret."""

    id: UUID
    user_id: UUID
    type: str
    payload: Mapping[str, Any]
    created_at: datetime


Handler = Callable[[Event], None]
Message = tuple[UUID, str, Mapping[str, Any]]
"""An event to be published: whose, its type, its payload."""


def publish(session: Session, clock: Clock, user_id: UUID, event_type: str, payload: Mapping[str, Any]) -> None:
    """Write the event into the transaction of what it tells about."""
    session.add(EventRow(user_id=user_id, type=event_type, payload=dict(payload), created_at=clock.now()))
    session.info["has_events"] = True


def publish_all(session: Session, clock: Clock, messages: Sequence[Message]) -> None:
    """Write many events at once, in this order."""
    now = clock.now()
    insert_rows(
        session,
        [
            EventRow(id=new_id(), user_id=user_id, type=event_type, payload=dict(payload), attempts=0, created_at=now)
            for user_id, event_type, payload in messages
        ],
    )
    session.info["has_events"] = bool(messages) or session.info.get("has_events", False)


class Subscribers:
    """Who wants to hear of which event; filled where a process is assembled."""

    def __init__(self) -> None:
        self._handlers: dict[str, list[Handler]] = defaultdict(list)

    def add(self, event_type: str, handler: Handler) -> None:
        """Have `handler` called for every event of this type. It must be idempotent by event id."""
        self._handlers[event_type].append(handler)

    def deliver(self, event: Event) -> None:
        """Call every handler of the event's type, in the order of their subscription."""
        for handler in self._handlers[event.type]:
            handler(event)


def dispatch_waiting(database: Database, subscribers: Subscribers, clock: Clock) -> int:
    """Deliver every waiting event, at least once and in order per user; returns how many were delivered."""
    delivered = 0
    while True:
        with database.across_tenants("deliver events of the outbox") as session:
            # One dispatcher at a time keeps the order; a second one waits and then finds what is left.
            session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _DISPATCHER_LOCK})
            rows = session.scalars(
                select(EventRow)
                .where(EventRow.dispatched_at.is_(None), EventRow.attempts < MAXIMUM_ATTEMPTS)
                .order_by(EventRow.id)
                .limit(_BATCH)
            ).all()
            count = _deliver_batch(rows, subscribers, clock)
        delivered += count
        if len(rows) < _BATCH or count == 0:
            return delivered


def _deliver_batch(rows: "list[EventRow] | Any", subscribers: Subscribers, clock: Clock) -> int:
    held_up: set[UUID] = set()
    delivered = 0
    for row in rows:
        if row.user_id in held_up:
            continue
        try:
            subscribers.deliver(Event(row.id, row.user_id, row.type, row.payload, row.created_at))
        except Exception as error:
            row.attempts += 1
            row.error = type(error).__name__
            held_up.add(row.user_id)
            log.exception("event_delivery_failed", event_id=str(row.id), event_type=row.type)
        else:
            row.dispatched_at = clock.now()
            delivered += 1
    return delivered
