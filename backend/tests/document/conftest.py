"""Tests here ask every route; where a route asks an exchange, the sandbox stands in, and for Alpaca a server."""

from collections.abc import Iterator

import pytest

from backend.config import Settings
from backend.tests.exchanges.conformance.test_alpaca import ASSET
from backend.tests.exchanges.recording_server import RecordingServer, recording_server


@pytest.fixture(scope="session")
def alpaca() -> Iterator[RecordingServer]:
    """A stand-in for Alpaca, which the sandbox does not speak like."""
    with recording_server() as served:
        served.on("GET /v2/assets", [ASSET])
        served.on("GET /v2/account", {"trading_blocked": False, "account_blocked": False})
        yield served


@pytest.fixture(scope="session")
def settings(plain_settings: Settings, sandbox_url: str, alpaca: RecordingServer) -> Settings:
    """The settings of this worker, with the exchanges' addresses overridden to the stand-ins', and mail switched on."""
    addresses = {venue: f"{sandbox_url}/{venue}" for venue in ("binance", "kraken", "coinbase")}
    addresses["alpaca"] = alpaca.url
    # Letters are queued, and the queue of a test only notes them.
    changes = {"sandbox_url": sandbox_url, "exchange_urls": addresses, "mail_server": "127.0.0.1"}
    return plain_settings.model_copy(update=changes)
