"""Tests here create bots, for which an exchange is asked: the sandbox stands in for Binance, and Kraken is down."""

import pytest

from backend.config import Settings


@pytest.fixture(scope="session")
def settings(plain_settings: Settings, sandbox_url: str) -> Settings:
    """The settings of this worker, with the exchanges' addresses overridden."""
    addresses = {"binance": f"{sandbox_url}/binance", "kraken": "http://127.0.0.1:1"}
    return plain_settings.model_copy(update={"sandbox_url": sandbox_url, "exchange_urls": addresses})
