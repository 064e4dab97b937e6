"""What a download's owner is told of its progress."""

from sqlalchemy.orm import Session

from backend.foundation.clock import Clock
from backend.foundation.events import publish
from backend.market_data.models import CandleDownload
from backend.market_data.schemas import DownloadSchema


def tell_progress(session: Session, clock: Clock, download: CandleDownload) -> None:
    """Publish how far the download is."""
    download.updated_at = clock.now()
    publish(session, clock, download.user_id, "candles.download_progress", dict(DownloadSchema().dump(download)))
