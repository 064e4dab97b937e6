"""What every process is given: settings, clock, database, Redis, key vault, subscribers, task queue."""

from dataclasses import dataclass, field
from typing import Any, Protocol

import redis

from backend.config import Settings
from backend.foundation import embedded
from backend.foundation.clock import Clock, SystemClock
from backend.foundation.database import Database
from backend.foundation.events import Subscribers
from backend.foundation.key_vault import KeyVault


class TaskQueue(Protocol):
    """Where work for the workers is put."""

    def send(self, name: str, *arguments: Any) -> None:
        """Queue the task of this name; its own declaration says on which queue."""


@dataclass(frozen=True)
class Platform:
    """The plugs of one process, assembled once and handed down."""

    settings: Settings
    clock: Clock
    database: Database
    redis: redis.Redis
    vault: KeyVault
    tasks: TaskQueue
    subscribers: Subscribers = field(default_factory=Subscribers)


def owner_url(settings: Settings) -> str:
    """The database's address for its owner: DATABASE_URL, else the embedded server's."""
    return settings.database_url or embedded.postgres_url(settings.var_directory)


def redis_url(settings: Settings) -> str:
    """REDIS_URL, else the embedded server's address."""
    return settings.redis_url or embedded.redis_url(settings.var_directory)


def assemble(settings: Settings, tasks: TaskQueue) -> Platform:
    """Build the plugs from the settings; nothing is connected before it is used."""
    platform = Platform(
        settings=settings,
        clock=SystemClock(),
        database=Database.connect(settings, owner_url(settings)),
        redis=redis.Redis.from_url(redis_url(settings), socket_timeout=5, socket_connect_timeout=5),
        vault=KeyVault([key.get_secret_value() for key in settings.encryption_keys]),
        tasks=tasks,
    )
    platform.database.when_events_commit(lambda: nudge_dispatcher(platform))
    return platform


_NUDGE_KEY = "outbox:nudged"


def nudge_dispatcher(platform: Platform) -> None:
    """Have the outbox dispatched now. Nudges in quick succession become one; beat sweeps what a lost nudge left."""
    try:
        if platform.redis.set(_NUDGE_KEY, b"1", nx=True, ex=2):
            platform.tasks.send("foundation.dispatch_events")
    except (redis.RedisError, OSError):
        return  # The rows are committed; the sweep of beat delivers them once Redis is back.


def acknowledge_nudge(platform: Platform) -> None:
    """Let commits from now on nudge again; called before the waiting events are read."""
    platform.redis.delete(_NUDGE_KEY)
