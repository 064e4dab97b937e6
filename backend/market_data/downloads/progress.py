"""What a download's owner is told of its progress."""

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from backend.foundation.clock import Clock
from backend.foundation.events import publish
from backend.market_data.models import CandleDownload
from backend.market_data.schemas import DownloadSchema


def tell_progress(session: Session, clock: Clock, download: CandleDownload) -> None:
    """Publish how far the download is."""
    download.updated_at = clock.now()
    # Left unchanged, it would be filled in by the database's clock, and abandoned downloads are told by this one.
    flag_modified(download, "updated_at")
    publish(session, clock, download.user_id, "candles.download_progress", dict(DownloadSchema().dump(download)))
