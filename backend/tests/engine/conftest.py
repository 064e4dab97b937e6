"""Tests here speak to exchanges: the sandbox stands in for all of them."""

from collections.abc import Callable, Iterator

import pytest

from backend.config import Settings
from backend.foundation.clock import FixedClock
from backend.foundation.platform import Platform
from backend.tests.engine.closing_market import Market
from backend.tests.engine.live_account import LiveAccount
from backend.tests.factories import Factory


@pytest.fixture(scope="session")
def settings(plain_settings: Settings, sandbox_url: str) -> Settings:
    """The settings of this worker, with the exchanges' addresses overridden to the sandbox's."""
    addresses = {venue: f"{sandbox_url}/{venue}" for venue in ("binance", "kraken", "coinbase")}
    return plain_settings.model_copy(update={"sandbox_url": sandbox_url, "exchange_urls": addresses})


@pytest.fixture
def market(platform: Platform, clock: FixedClock) -> Market:
    """Candles that close one after the other."""
    return Market(platform, clock)


@pytest.fixture
def open_account(platform: Platform, make: Factory, clock: FixedClock) -> Iterator[Callable[..., LiveAccount]]:
    """Opens accounts at the sandbox with a live bot on each; faults and moved prices end with the test."""
    made: list[LiveAccount] = []

    def open_one(venue: str = "binance", balances: dict[str, str] | None = None, **bot: object) -> LiveAccount:
        made.append(LiveAccount(platform, make, clock, venue, balances or {"USDT": "10000"}, bot))
        return made[-1]

    yield open_one
    for account in made[:1]:
        account.calm_down()


@pytest.fixture
def account(open_account: Callable[..., LiveAccount]) -> LiveAccount:
    """An account at Binance with a running signal bot."""
    return open_account()
