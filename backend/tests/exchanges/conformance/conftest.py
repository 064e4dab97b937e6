"""Every case runs for every venue, against the sandbox; a fresh account each, and nothing left spoilt."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
import redis

from backend.config import Settings
from backend.exchanges import clock_offset
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.markets import HeldTables
from backend.tests.exchanges.conformance.desk import SYMBOL, VENUES, Sandbox, Trader


@pytest.fixture
def sandbox(sandbox_url: str) -> Iterator[Sandbox]:
    """The sandbox, as it was before the test when the test is over."""
    sandbox = Sandbox(sandbox_url)
    sandbox.reset()
    yield sandbox
    sandbox.reset()


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine even the sandbox may take its time to tell it."""
    monkeypatch.setattr(clock_offset, "_LONGEST_ROUND_TRIP_MILLISECONDS", 60_000)


@pytest.fixture(params=[(venue, SYMBOL) for venue in VENUES], ids=VENUES)
def market(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Venue and symbol: each venue in turn; `every_market` of the desk adds one whose names differ."""
    venue, symbol = request.param
    return venue, symbol


@pytest.fixture
def venue(market: tuple[str, str]) -> str:
    """The venue's id."""
    return market[0]


@pytest.fixture
def access(settings: Settings, redis_client: redis.Redis) -> ExchangeAccess:
    """The access of this process, which holds no markets yet."""
    return ExchangeAccess(settings, redis_client, HeldTables())


@pytest.fixture
def open_trader(sandbox: Sandbox, access: ExchangeAccess, venue: str) -> Callable[..., Trader]:
    """Opens accounts at the venue."""

    def opened(symbol: str = SYMBOL, **wish: Any) -> Trader:
        credentials = sandbox.key(venue, **wish)
        gateway = access.account(venue, uuid4(), credentials)
        # As every sender does: on a busy machine the markets alone may take longer than an order may wait.
        gateway.prepare()
        return Trader(venue, sandbox, credentials, gateway, access, symbol)

    return opened


@pytest.fixture
def trader(open_trader: Callable[..., Trader], market: tuple[str, str]) -> Trader:
    """An account with 100,000 of the market's quote currency and 1 BTC."""
    symbol = market[1]
    return open_trader(symbol, balances={symbol.split("/")[1]: "100000", "BTC": "1"})
