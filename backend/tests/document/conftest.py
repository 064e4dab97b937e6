"""Tests here ask every route; where a route asks an exchange, the sandbox stands in for it."""

import pytest

from backend.config import Settings


@pytest.fixture(scope="session")
def settings(plain_settings: Settings, sandbox_url: str) -> Settings:
    """The settings of this worker, with the exchanges' addresses overridden to the sandbox's, and mail switched on."""
    addresses = {venue: f"{sandbox_url}/{venue}" for venue in ("binance", "kraken", "coinbase")}
    # Letters are queued, and the queue of a test only notes them.
    changes = {"sandbox_url": sandbox_url, "exchange_urls": addresses, "mail_server": "127.0.0.1"}
    return plain_settings.model_copy(update=changes)
