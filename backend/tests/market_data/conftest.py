"""Tests here speak to an exchange, which the sandbox stands in for, and find an empty archive."""

import shutil
from collections.abc import Iterator

import pytest

from backend.config import Settings


@pytest.fixture(scope="session")
def settings(plain_settings: Settings, sandbox_url: str) -> Settings:
    """The settings of this worker, with Binance's address overridden to the sandbox's."""
    changes = {"sandbox_url": sandbox_url, "exchange_urls": {"binance": f"{sandbox_url}/binance"}}
    return plain_settings.model_copy(update=changes)


@pytest.fixture(autouse=True)
def empty_archive(settings: Settings) -> Iterator[None]:
    """Files are not undone with the test's transaction, so they are deleted."""
    yield
    shutil.rmtree(settings.candle_store, ignore_errors=True)
