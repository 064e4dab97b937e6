"""PostgreSQL, Redis, the sandbox and Celery workers of their own, for programs that replay or measure the engine."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from backend.accounts.models import User
from backend.accounts.passwords import hash_password
from backend.bots.models import TradingBot
from backend.config import PROJECT_ROOT, load_settings
from backend.foundation.celery import CeleryTaskQueue, make_celery
from backend.foundation.embedded import EmbeddedServices, postgres_url, redis_url
from backend.foundation.ids import new_id
from backend.foundation.migration import migrate
from backend.foundation.platform import Platform, assemble, owner_url
from backend.foundation.waiting import wait_until
from backend.tables import metadata
from backend.tests.sandbox_process import running_sandbox
from scripts.run import SANDBOX_VENUES

_WORKER_SECONDS = 180.0
_ROWS_A_STATEMENT = 2_000
_SAMPLE = {
    "kind": "signal",
    "exchange": "binance",
    "symbols": ["BTC/USDT"],
    "timeframe": "1m",
    "base_amount": Decimal(200),
    "is_paper_trading": True,
    "paper_balance": Decimal(10_000),
    "status": "running",
}


@dataclass(frozen=True)
class Workshop:
    """What runs: the plugs of this program, the worker whose children do the tasks, and the database."""

    platform: Platform
    worker: "subprocess.Popen[bytes]"
    log: Path
    database: "subprocess.Popen[bytes]"

    def owner(self) -> UUID:
        """A new user."""
        user_id = new_id()
        with self.platform.database.across_tenants("workshop: an owner of bots") as session:
            session.execute(
                insert(User).values(
                    id=user_id,
                    email=f"{user_id}@example.com",
                    username=f"owner{user_id.hex}",
                    # The least cost: nobody logs in here.
                    password_hash=hash_password(str(user_id), cost=4),
                    email_verified=True,
                    role="user",
                )
            )
        return user_id

    def add_bots(self, rows: Sequence[dict[str, Any]]) -> list[UUID]:
        """Running paper bots with these values each, `user_id`, `strategy` and `started_at` among them."""
        complete = [{**_SAMPLE, "id": new_id(), **row} for row in rows]
        with self.platform.database.across_tenants("workshop: bots") as session:
            for first in range(0, len(complete), _ROWS_A_STATEMENT):
                session.execute(insert(TradingBot), complete[first : first + _ROWS_A_STATEMENT])
        return [row["id"] for row in complete]


@contextmanager
def open_workshop(**settings: str) -> Iterator[Workshop]:
    """Everything, started, for the length of the block, under a temporary folder; `settings` are environment variables.

    The worker has two processes for the queues of the engine; nothing sweeps, for there is no beat.
    """
    var = Path(tempfile.mkdtemp(prefix="tradefleet-workshop-"))
    # PostgreSQL runs as nobody when this runs as root, and has to pass through.
    var.chmod(0o755)
    services = EmbeddedServices(var)
    try:
        services.start()
        with running_sandbox(var / "sandbox") as address:
            os.environ.update(_environment(var, address), **settings)
            loaded = load_settings()
            assert metadata.tables
            platform = assemble(loaded, CeleryTaskQueue(make_celery(loaded)))
            migrate(loaded, owner_url(loaded))
            with _worker(platform, var / "worker.log", services.processes["postgres"]) as workshop:
                yield workshop
            platform.database.dispose()
    finally:
        services.stop()
        shutil.rmtree(var, ignore_errors=True)


def _environment(var: Path, sandbox: str) -> dict[str, str]:
    addresses = ", ".join(f'"{venue}": "{sandbox}/{venue}"' for venue in SANDBOX_VENUES)
    return {
        "ENVIRONMENT": "test",
        "VAR_DIRECTORY": str(var),
        "DATABASE_URL": postgres_url(var),
        "REDIS_URL": redis_url(var),
        "CANDLE_STORE_URL": str(var / "candles"),
        "SANDBOX_URL": sandbox,
        "EXCHANGE_URLS": f"{{{addresses}}}",
        "PYTHONPATH": str(PROJECT_ROOT),
    }


@contextmanager
def _worker(platform: Platform, log: Path, database: "subprocess.Popen[bytes]") -> Iterator[Workshop]:
    command = [
        sys.executable, "-m", "celery", "--quiet", "--app", "backend.worker", "worker",
        "--queues", "engine,default", "--concurrency", "2", "--without-gossip", "--without-mingle",
        "--loglevel", "WARNING",
    ]  # fmt: skip
    with log.open("wb") as output:
        worker = subprocess.Popen(command, cwd=PROJECT_ROOT, stdout=output, stderr=output)
    try:
        control = make_celery(platform.settings).control
        # It answers as soon as it takes tasks.
        ready = wait_until(lambda: worker.poll() is not None or bool(control.ping(timeout=0.5)), _WORKER_SECONDS, 0.1)
        if not ready or worker.poll() is not None:
            raise WorkerDidNotStart(log.read_text(errors="replace")[-2000:])
        yield Workshop(platform, worker, log, database)
    finally:
        worker.terminate()
        try:
            worker.wait(timeout=30)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()


class WorkerDidNotStart(Exception):
    """The Celery worker did not take its first task; the message is the end of its log."""
