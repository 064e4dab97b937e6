"""The Celery application: queues, schedule, and what a worker process is given."""

import sys
import threading
import warnings
from typing import Any

import structlog
from celery import Celery
from celery.platforms import SecurityWarning
from celery.schedules import crontab
from celery.signals import setup_logging, worker_init, worker_process_init, worker_process_shutdown, worker_ready

from backend.accounts import letters
from backend.backtests import subscribers as backtests_subscribers
from backend.config import load_settings
from backend.engine import subscribers as engine_subscribers
from backend.exchanges import extra_exchanges
from backend.foundation import stop_deadline
from backend.foundation.celery import CeleryTaskQueue, make_celery
from backend.foundation.platform import Platform, assemble, redis_url
from backend.market_data import subscribers as market_data_subscribers
from backend.operations import erasure
from backend.operations.logging import configure_logging
from backend.realtime import subscribers as realtime_subscribers
from backend.realtime.messages import Announcer
from backend.tables import metadata
from backend.trading import compilation

log = structlog.get_logger(__name__)

# In a container or on a trial machine root is all there is; what Celery warns of, pickle, is not accepted anyway.
warnings.filterwarnings("ignore", category=SecurityWarning)

settings = load_settings()
extra_exchanges.register(settings)
_platform: Platform | None = None
_assembling = threading.Lock()


def _give_platform() -> Platform:
    # One per process: connections do not survive a fork. Threads of one process share it.
    global _platform  # noqa: PLW0603
    with _assembling:
        if _platform is None:
            _platform = _assembled()
        return _platform


def _assembled() -> Platform:
    # Every table is known by now; one that is missing would only show when a foreign key is followed.
    assert metadata.tables
    tasks = CeleryTaskQueue(app)
    platform = assemble(settings, tasks)
    letters.subscribe(platform.subscribers, tasks)
    erasure.subscribe(platform.subscribers, tasks)
    engine_subscribers.subscribe(platform.subscribers, tasks)
    market_data_subscribers.subscribe(platform.subscribers, tasks)
    backtests_subscribers.subscribe(platform.subscribers, tasks)
    realtime_subscribers.subscribe(platform.subscribers, Announcer(redis_url(settings)))
    return platform


def _make_app() -> Celery:
    application = make_celery(settings)
    application.platform = _give_platform
    application.conf.update(
        include=[
            "backend.foundation.tasks",
            "backend.accounts.tasks",
            "backend.operations.tasks",
            "backend.engine.tasks",
            "backend.market_data.tasks",
            "backend.backtests.tasks",
        ],
        beat_schedule={
            "sweep-engine": {"task": "engine.sweep", "schedule": 5.0, "options": {"expires": 10}},
            "compare-accounts": {"task": "engine.compare_accounts", "schedule": 60.0, "options": {"expires": 55}},
            "sweep-outbox": {
                "task": "foundation.dispatch_events",
                "schedule": 10.0,
                "options": {"expires": 20},
            },
            "send-waiting-letters": {
                "task": "accounts.send_waiting_letters",
                "schedule": 30.0,
                "options": {"expires": 30},
            },
            "erase-accounts": {"task": "operations.erase_accounts", "schedule": 300.0, "options": {"expires": 300}},
            "forget-old-letters": {"task": "accounts.forget_old_letters", "schedule": 24 * 3600.0},
            "forget-old-answers": {"task": "foundation.forget_old_answers", "schedule": 3600.0},
            "prepare-partitions": {"task": "engine.prepare_partitions", "schedule": 24 * 3600.0},
            "compact-candles": {"task": "market_data.compact_candles", "schedule": crontab(hour=2, minute=10)},
            "sweep-backtests": {"task": "backtests.sweep", "schedule": 30.0, "options": {"expires": 30}},
            "survey-holdings": {
                "task": "market_data.survey_holdings",
                "schedule": 600.0,
                "options": {"expires": 600},
            },
            "sweep-downloads": {
                "task": "market_data.sweep_downloads",
                "schedule": 60.0,
                "options": {"expires": 60},
            },
        },
    )
    return application


app = _make_app()
stop_deadline.install(app)


@setup_logging.connect
def _configure_logging(**_: Any) -> None:
    configure_logging(settings, "beat" if "beat" in sys.argv else "worker")


@worker_init.connect
def _compile(**_: Any) -> None:
    # Before the children are forked, so that each has the compiled functions without loading them again.
    compilation.warm()


@worker_ready.connect
def _recover(**_: Any) -> None:
    # Start-up is recovery: whatever was left lying is found now, not at the next sweep.
    for name in ("engine.sweep", "engine.rearm", "engine.compare_accounts"):
        app.send_task(name, retry=False)


@worker_process_init.connect
def _start(**_: Any) -> None:
    _give_platform()


@worker_process_shutdown.connect
def _stop(**_: Any) -> None:
    if _platform is not None:
        _platform.database.dispose()
