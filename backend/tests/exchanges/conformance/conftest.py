"""Every case runs for every venue, against the sandbox; a fresh account each, and nothing left spoilt."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
import redis

from backend.config import Settings
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.markets import HeldTables
from backend.tests.exchanges.conformance.desk import Sandbox, Trader

VENUES = ("binance", "kraken", "coinbase")


@pytest.fixture
def sandbox(sandbox_url: str) -> Iterator[Sandbox]:
    """The sandbox, as it was before the test when the test is over."""
    sandbox = Sandbox(sandbox_url)
    sandbox.reset()
    yield sandbox
    sandbox.reset()


@pytest.fixture(params=VENUES)
def venue(request: pytest.FixtureRequest) -> str:
    """Each venue in turn."""
    return str(request.param)


@pytest.fixture
def access(settings: Settings, redis_client: redis.Redis) -> ExchangeAccess:
    """The access of this process, which holds no markets yet."""
    return ExchangeAccess(settings, redis_client, HeldTables())


@pytest.fixture
def open_trader(sandbox: Sandbox, access: ExchangeAccess, venue: str) -> Callable[..., Trader]:
    """Opens accounts at the venue."""

    def opened(**wish: Any) -> Trader:
        credentials = sandbox.key(venue, **wish)
        return Trader(venue, sandbox, credentials, access.account(venue, uuid4(), credentials), access)

    return opened


@pytest.fixture
def trader(open_trader: Callable[..., Trader]) -> Trader:
    """An account with 100,000 USDT and 1 BTC."""
    return open_trader()
