"""Tests here speak to an exchange: the sandbox stands in for Binance."""

import pytest

from backend.config import Settings


@pytest.fixture(scope="session")
def settings(plain_settings: Settings, sandbox_url: str) -> Settings:
    """The settings of this worker, with Binance's address overridden to the sandbox's."""
    changes = {"sandbox_url": sandbox_url, "exchange_urls": {"binance": f"{sandbox_url}/binance"}}
    return plain_settings.model_copy(update=changes)
