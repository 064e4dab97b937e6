"""Real PostgreSQL and Redis for every test: one cluster a run, one database a worker, one transaction a test."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, create_engine, text

from backend.app import create_app
from backend.config import PROJECT_ROOT, Settings
from backend.foundation.clock import FixedClock
from backend.foundation.database import Database
from backend.foundation.embedded import EmbeddedServices, postgres_url, redis_url
from backend.foundation.key_vault import KeyVault
from backend.foundation.migration import migrate
from backend.foundation.platform import Platform
from backend.tests.factories import Factory
from backend.tests.recording_queue import RecordingQueue
from backend.tests.sandbox_process import running_sandbox

_TEMPLATE = "tradefleet"
_VAR = "TRADEFLEET_TEST_VAR"
_services: EmbeddedServices | None = None

RATE_LIMITS = ("rate_limit_page", "rate_limit_auth", "rate_limit_trading", "rate_limit_backtests")
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def pytest_configure(config: pytest.Config) -> None:
    """Start the services once, in the process that hands out the tests."""
    global _services  # noqa: PLW0603
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    var = Path(tempfile.mkdtemp(prefix="tradefleet-test-"))
    # PostgreSQL runs as nobody when the tests run as root, and has to pass through this folder.
    var.chmod(0o755)
    os.environ[_VAR] = str(var)
    _services = EmbeddedServices(var)
    _services.start()
    migrate(make_settings(_TEMPLATE, 0), postgres_url(var, _TEMPLATE))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop them and leave nothing behind."""
    if _services is not None:
        _services.stop()
        shutil.rmtree(os.environ[_VAR], ignore_errors=True)


def make_settings(database: str, redis_index: int, **changes: Any) -> Settings:
    """Settings of a test process; nothing is read from the developer's own environment."""
    var = Path(os.environ[_VAR])
    values = {
        "environment": "test",
        "var_directory": var,
        "candle_store_url": str(var / f"candles-{database}"),
        "database_url": postgres_url(var, database),
        "redis_url": redis_url(var).replace("db=0", f"db={redis_index}"),
        "secret_key": "test-secret-key-of-at-least-32-characters",
        "jwt_secret_key": "test-jwt-key-of-at-least-32-characters-too",
        "pwned_passwords_url": "off",
        # A test asks as often as it likes, unless it is about that.
        **dict.fromkeys(RATE_LIMITS, 1_000_000),
        **changes,
    }
    return Settings.model_validate(values)


@pytest.fixture(scope="session")
def worker_index(request: pytest.FixtureRequest) -> int:
    """The number of this xdist worker, from 0."""
    name = getattr(request.config, "workerinput", {}).get("workerid", "gw0")
    return int(name.removeprefix("gw"))


@pytest.fixture(scope="session")
def database_name(worker_index: int) -> str:
    """This worker's own database, a copy of the migrated one."""
    name = f"tradefleet_{worker_index}"
    engine = create_engine(postgres_url(Path(os.environ[_VAR]), "postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        # Copies of one template wait for each other.
        connection.execute(text("SELECT pg_advisory_lock(1)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}"))
        connection.execute(text("SELECT pg_advisory_unlock(1)"))
    engine.dispose()
    return name


@pytest.fixture(scope="session")
def sandbox_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A sandbox exchange of this worker's own, started when the first test asks for it."""
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as url:
        yield url


@pytest.fixture(scope="session")
def plain_settings(database_name: str, worker_index: int) -> Settings:
    """The settings of this worker, without an exchange."""
    return make_settings(database_name, worker_index + 1)


@pytest.fixture(scope="session")
def settings(plain_settings: Settings) -> Settings:
    """The settings that the test's plugs are built from; a folder's conftest may point them at the sandbox."""
    return plain_settings


@pytest.fixture(scope="session")
def owner_engine(settings: Settings) -> Iterator[Any]:
    """Connections as the database's owner."""
    assert settings.database_url
    engine = create_engine(settings.database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(owner_engine: Any) -> Iterator[Connection]:
    """The one connection of a test; whatever happens on it is undone."""
    with owner_engine.connect() as opened:
        transaction = opened.begin()
        yield opened
        transaction.rollback()


@pytest.fixture
def clock() -> FixedClock:
    """A clock that the test moves."""
    return FixedClock(NOW)


@pytest.fixture
def redis_client(settings: Settings) -> Iterator[redis.Redis]:
    """This worker's Redis database, empty."""
    assert settings.redis_url
    client = redis.Redis.from_url(settings.redis_url)
    client.flushdb()
    yield client
    client.close()


@pytest.fixture
def platform(settings: Settings, connection: Connection, clock: FixedClock, redis_client: redis.Redis) -> Platform:
    """The plugs of a test: real database and Redis, its own clock, and a queue that only notes what it is given."""
    return Platform(
        settings=settings,
        clock=clock,
        database=Database(connection, connection),
        redis=redis_client,
        vault=KeyVault([key.get_secret_value() for key in settings.encryption_keys]),
        tasks=RecordingQueue(),
    )


@pytest.fixture
def app(settings: Settings, platform: Platform) -> Flask:
    """The application over the test's plugs."""
    return create_app(settings, platform)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a page."""
    return app.test_client()


@pytest.fixture
def make(platform: Platform) -> Factory:
    """Makes users, keys and bots."""
    return Factory(platform)


@pytest.fixture(scope="session")
def recorded_candles() -> Path:
    """The folder of recorded candles beside the project, where it is present."""
    folder = PROJECT_ROOT.parent / "shared" / "data" / "candles"
    if not folder.is_dir():
        pytest.skip("the recorded candles are not beside the project (../shared/data/candles)")
    return folder
