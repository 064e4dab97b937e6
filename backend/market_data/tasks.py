"""Celery entry points of market data."""

from uuid import UUID

from celery import shared_task

from backend.foundation.celery import PlatformTask
from backend.market_data.compaction import compact_candles
from backend.market_data.downloads.running import abandoned_downloads, run_slice


@shared_task(bind=True, name="market_data.compact_candles")
def compact(self: PlatformTask) -> None:
    """Move past months from PostgreSQL to the archive."""
    compact_candles(self.platform)


@shared_task(bind=True, name="market_data.download_candles")
def download_candles(self: PlatformTask, download_id: str) -> None:
    """Carry a download on; the rest of a long one is queued behind what others wait for."""
    if run_slice(self.platform, UUID(download_id)):
        self.platform.tasks.send("market_data.download_candles", download_id)


@shared_task(bind=True, name="market_data.sweep_downloads")
def sweep_downloads(self: PlatformTask) -> None:
    """Take up downloads whose worker died."""
    for download_id in abandoned_downloads(self.platform):
        self.platform.tasks.send("market_data.download_candles", str(download_id))
