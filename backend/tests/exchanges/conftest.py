"""Tests here speak to an exchange: the sandbox stands in for Binance, Kraken and Coinbase."""

from collections.abc import Iterator

import pytest

from backend.config import Settings
from backend.tests.exchanges.recording_server import RecordingServer, recording_server


@pytest.fixture(scope="session")
def alpaca() -> Iterator[RecordingServer]:
    """A stand-in for Alpaca, which tells nobody what a key may do."""
    with recording_server() as served:
        served.on("GET /v2/assets", [])
        served.on("GET /v2/account", {"trading_blocked": False, "account_blocked": False})
        yield served


@pytest.fixture(scope="session")
def settings(plain_settings: Settings, sandbox_url: str, alpaca: RecordingServer) -> Settings:
    """The settings of this worker, with the exchanges' addresses overridden to the stand-ins'."""
    addresses = {venue: f"{sandbox_url}/{venue}" for venue in ("binance", "kraken", "coinbase")}
    addresses["alpaca"] = alpaca.url
    return plain_settings.model_copy(update={"sandbox_url": sandbox_url, "exchange_urls": addresses})


@pytest.fixture
def server() -> Iterator[RecordingServer]:
    """A server that answers as the test tells it, and notes what it was asked."""
    with recording_server() as served:
        yield served
