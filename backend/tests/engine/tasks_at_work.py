"""Carries out the engine's tasks as a worker does, over a test's own plugs."""

from typing import Any

from backend.engine import tasks
from backend.foundation.celery import make_celery
from backend.foundation.platform import Platform


def run_task(platform: Platform, name: str, *arguments: Any) -> None:
    """Carry the task out; what it raises is raised."""
    application = make_celery(platform.settings)
    application.platform = lambda: platform
    # Naming one of them has them all registered.
    assert tasks.sweep.name in application.tasks
    application.tasks[name].apply(args=arguments, throw=True)
