"""A worker that stops comes to its end: one that waits for a child in vain would neither work nor be started again."""

import os
import signal
import threading
from typing import Any

import structlog
from billiard import active_children
from celery import Celery, bootsteps

log = structlog.get_logger(__name__)


class StopDeadline(bootsteps.StartStopStep):  # type: ignore[misc]
    """Ends the process with its children when its stop takes too long; what they had begun is delivered again.

    Seen with Redis gone at the wrong moment: the consumer fails, the worker gives up and joins its pool, and a child of
    that waits for ever to hand over a result that nobody reads any more.
    """

    asked_seconds = 60.0
    """For a stop that was asked for: running tasks may come to their end."""
    failed_seconds = 10.0
    """After an error: nobody hears of what the tasks do any more."""

    def close(self, worker: Any) -> None:
        """The worker begins to stop."""
        seconds = self.failed_seconds if worker.exitcode else self.asked_seconds
        deadline = threading.Timer(seconds, _end, (seconds,))
        deadline.daemon = True
        deadline.start()


def install(application: Celery) -> None:
    """Give the deadline to all workers of the application."""
    application.steps["worker"].add(StopDeadline)


def _end(seconds: float) -> None:
    log.critical("worker_did_not_stop", seconds=seconds)
    for child in active_children():
        os.kill(child.pid, signal.SIGKILL)
    os._exit(1)
