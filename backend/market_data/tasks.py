"""Celery entry points of market data."""

from uuid import UUID

from celery import shared_task

from backend.foundation.celery import PlatformTask
from backend.market_data.compaction import compact_candles
from backend.market_data.downloads.running import run_slice, take_up_abandoned
from backend.market_data.holdings_board import HoldingsBoard


@shared_task(bind=True, name="market_data.compact_candles")
def compact(self: PlatformTask) -> None:
    """Move past months from PostgreSQL to the archive."""
    compact_candles(self.platform)
    HoldingsBoard(self.platform).survey()


@shared_task(bind=True, name="market_data.download_candles")
def download_candles(self: PlatformTask, download_id: str) -> None:
    """Carry a download on; the rest of a long one is queued behind what others wait for."""
    if run_slice(self.platform, UUID(download_id)):
        self.platform.tasks.send("market_data.download_candles", download_id)
    else:
        HoldingsBoard(self.platform).survey()


@shared_task(bind=True, name="market_data.sweep_downloads")
def sweep_downloads(self: PlatformTask) -> None:
    """Take up downloads whose worker died."""
    for download_id in take_up_abandoned(self.platform):
        self.platform.tasks.send("market_data.download_candles", str(download_id))


@shared_task(bind=True, name="market_data.survey_holdings")
def survey_holdings(self: PlatformTask) -> None:
    """Count what is stored, for those who ask."""
    HoldingsBoard(self.platform).survey()
