"""The task queue: one Celery application, shared by those who send and those who work."""

from typing import Any

from celery import Celery, Task
from kombu import Queue  # type: ignore[attr-defined]

from backend.config import Settings
from backend.foundation.platform import Platform, redis_url

QUEUES = ("engine", "orders", "backtests", "letters", "default")


class PlatformTask(Task):  # type: ignore[misc]
    """Base of every task: hands it the worker's plugs."""

    @property
    def platform(self) -> Platform:
        """The plugs of this worker process."""
        platform: Platform = self.app.platform()
        return platform


class CeleryTaskQueue:
    """Sends tasks by name over Celery."""

    def __init__(self, application: Celery) -> None:
        self._application = application

    def send(self, name: str, *arguments: Any) -> None:
        """Queue the task of this name; its feature's prefix names the queue (`routes`)."""
        self._application.send_task(name, args=arguments, retry=False)


def broker_address(settings: Settings) -> str:
    """The Redis address in Celery's spelling (unix sockets are `redis+socket://` there)."""
    return redis_url(settings).replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)


def make_celery(settings: Settings) -> Celery:
    """A configured Celery application: late acknowledgement, one task taken at a time, JSON only."""
    application = Celery("tradefleet", task_cls=PlatformTask)
    application.conf.update(
        broker_url=broker_address(settings),
        broker_connection_retry_on_startup=True,
        broker_transport_options={"visibility_timeout": 3600, "socket_timeout": 10},
        result_backend=None,
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        task_serializer="json",
        accept_content=["json"],
        timezone="UTC",
        task_default_queue="default",
        task_queues=[Queue(name) for name in QUEUES],  # type: ignore[no-untyped-call]
        task_routes={
            "engine.submit_*": {"queue": "orders"},
            "engine.*": {"queue": "engine"},
            "backtests.*": {"queue": "backtests"},
            # A mail server may take its time; no trade waits behind it.
            "accounts.*": {"queue": "letters"},
            # Long as well, and nobody waits for them as for an order.
            "market_data.*": {"queue": "backtests"},
            "operations.*": {"queue": "backtests"},
        },
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
    )
    return application
