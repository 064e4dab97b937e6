"""Tasks of the foundation: the outbox's dispatcher, and what is kept for a while only."""

from celery import shared_task

from backend.foundation.celery import PlatformTask
from backend.foundation.events import dispatch_waiting
from backend.foundation.idempotency import forget_old_answers
from backend.foundation.platform import acknowledge_nudge


@shared_task(bind=True, name="foundation.dispatch_events")
def dispatch_events(self: PlatformTask) -> None:
    """Deliver what waits in the outbox; nudged after commits and swept by beat."""
    platform = self.platform
    acknowledge_nudge(platform)
    dispatch_waiting(platform.database, platform.subscribers, platform.clock)


@shared_task(bind=True, name="foundation.forget_old_answers")
def forget_answers(self: PlatformTask) -> None:
    """Delete the answers to repeated requests that are past their time; asked by beat."""
    forget_old_answers(self.platform)
