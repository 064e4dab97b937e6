"""Tests here speak to an exchange: the sandbox stands in for Binance."""

import pytest

from backend.config import Settings
from backend.foundation.clock import FixedClock
from backend.foundation.platform import Platform
from backend.tests.engine.closing_market import Market


@pytest.fixture(scope="session")
def settings(plain_settings: Settings, sandbox_url: str) -> Settings:
    """The settings of this worker, with Binance's address overridden to the sandbox's."""
    changes = {"sandbox_url": sandbox_url, "exchange_urls": {"binance": f"{sandbox_url}/binance"}}
    return plain_settings.model_copy(update=changes)


@pytest.fixture
def market(platform: Platform, clock: FixedClock) -> Market:
    """Candles that close one after the other."""
    return Market(platform, clock)
