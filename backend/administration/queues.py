"""How much work waits, and whether anybody does it: the task queues, the outbox, the workers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import redis
from kombu.exceptions import OperationalError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.config import Settings
from backend.engine.models import Evaluation
from backend.foundation.celery import QUEUES, make_celery
from backend.foundation.errors import DependencyUnavailable
from backend.foundation.events import MAXIMUM_ATTEMPTS, EventRow

_ANSWER_SECONDS = 1.0
_UNACKNOWLEDGED = "unacked"
"""Where Celery's Redis transport keeps what a worker has taken and not finished."""


@dataclass(frozen=True)
class Outbox:
    """Events that no subscriber has been told yet; `given_up` are those that failed too often."""

    waiting: int
    oldest_at: datetime | None
    given_up: int
    last_dispatched_at: datetime | None


def queue_lengths(client: redis.Redis) -> list[dict[str, Any]]:
    """How many tasks wait in each queue. Raises DependencyUnavailable."""
    with client.pipeline(transaction=False) as pipeline:
        for name in QUEUES:
            pipeline.llen(name)
        lengths = _asked(pipeline)
    return [{"name": name, "waiting": length} for name, length in zip(QUEUES, lengths, strict=True)]


def tasks_at_work(client: redis.Redis) -> int:
    """How many tasks were taken by workers and are not finished. Raises DependencyUnavailable."""
    with client.pipeline(transaction=False) as pipeline:
        pipeline.hlen(_UNACKNOWLEDGED)
        return _asked(pipeline)[0]


def _asked(pipeline: Any) -> list[int]:
    try:
        return cast(list[int], pipeline.execute())
    except redis.RedisError:
        raise DependencyUnavailable("Redis does not answer just now. Try again in a moment.") from None


def outbox(session: Session) -> Outbox:
    """What waits in the outbox."""
    waits = (EventRow.dispatched_at.is_(None), EventRow.attempts < MAXIMUM_ATTEMPTS)
    waiting, oldest_at = session.execute(select(func.count(), func.min(EventRow.created_at)).where(*waits)).one()
    given_up = session.scalar(
        select(func.count()).where(EventRow.dispatched_at.is_(None), EventRow.attempts >= MAXIMUM_ATTEMPTS)
    )
    # By the id, which is indexed and in the order of time; the moment itself has no index.
    newest = select(EventRow.dispatched_at).where(EventRow.dispatched_at.is_not(None)).order_by(EventRow.id.desc())
    return Outbox(waiting, oldest_at, given_up or 0, session.scalar(newest.limit(1)))


def last_look_at(session: Session) -> datetime | None:
    """When the engine looked at any bot for the last time."""
    return session.scalar(select(func.max(Evaluation.evaluated_at)))


@dataclass(frozen=True)
class Worker:
    """A worker program that answered, and the queues whose tasks it does."""

    name: str
    queues: list[str]


def answering_workers(settings: Settings) -> list[Worker]:
    """The worker programs that answer within a second. Raises DependencyUnavailable.

    Several on one machine may have one name; what they work on tells them apart.
    """
    application = make_celery(settings)
    try:
        with application.connection_for_write() as connection:
            answers = application.control.broadcast(
                "active_queues", reply=True, timeout=_ANSWER_SECONDS, connection=connection
            )
    except (OperationalError, redis.RedisError):
        raise DependencyUnavailable("Redis does not answer just now. Try again in a moment.") from None
    found = [
        Worker(name, sorted(queue["name"] for queue in queues))
        for answer in answers
        for name, queues in answer.items()
        # A worker that could not answer says so in an object.
        if isinstance(queues, list)
    ]
    return sorted(found, key=lambda worker: (worker.name, worker.queues))
