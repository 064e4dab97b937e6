"""Carries a download out in slices, so that a worker is never taken for long and a dead one is replaced."""

import time
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend.exchanges.errors import ExchangeBusy, ExchangeProblem
from backend.exchanges.venues import venue_of
from backend.foundation.errors import ApplicationError
from backend.foundation.locks import try_lock
from backend.foundation.platform import Platform
from backend.market_data.archive import MarketFrame
from backend.market_data.downloads.fetching import Pause, Step, fetch_missing, moment
from backend.market_data.downloads.progress import tell_progress
from backend.market_data.downloads.requests import UNFINISHED
from backend.market_data.models import CandleDownload
from backend.market_data.queries import milliseconds

log = structlog.get_logger(__name__)

_STEPS_A_SLICE = 10
_ABANDONED_AFTER = timedelta(minutes=3)


def run_slice(platform: Platform, download_id: UUID, pause: Pause = time.sleep, steps: int = _STEPS_A_SLICE) -> bool:
    """Carry the download on for some steps, each committed; returns whether there is more to do.

    Nothing happens when another process is at it, or when it is over.
    """
    with try_lock(platform.database, f"candle download {download_id}") as mine:
        download = _begin(platform, download_id) if mine else None
        if download is None:
            return False
        frame = MarketFrame(download.exchange, download.symbol, download.timeframe)
        start, end = milliseconds(download.start_at), milliseconds(download.end_at)
        try:
            for count, step in enumerate(fetch_missing(platform, frame, start, end, pause), start=1):
                if not _note(platform, download_id, step):
                    return False
                if count >= steps:
                    return True
        except ExchangeProblem as error:
            _finish(platform, download_id, "failed", _sentence(download.exchange, error))
            return False
        except ApplicationError as error:
            # The store itself is in trouble, which trying again every minute would not mend.
            log.exception("download_failed", download_id=str(download_id))
            _finish(platform, download_id, "failed", error.message)
            return False
        _finish(platform, download_id, "done")
        return False


def take_up_abandoned(platform: Platform) -> list[UUID]:
    """Unfinished downloads of which nothing was heard for minutes: lost with their worker, or with the queue.

    They count as heard of from now on, so that a full queue is not filled further with the same ones.
    """
    now = platform.clock.now()
    with platform.database.across_tenants("downloads that stand still") as session:
        statement = (
            update(CandleDownload)
            .where(CandleDownload.status.in_(UNFINISHED), CandleDownload.updated_at < now - _ABANDONED_AFTER)
            .values(updated_at=now)
            .returning(CandleDownload.id)
        )
        return list(session.scalars(statement))


def _begin(platform: Platform, download_id: UUID) -> CandleDownload | None:
    with platform.database.across_tenants("download: begin") as session:
        download = _unfinished(session, download_id)
        if download is not None and download.status == "queued":
            download.status = "running"
            tell_progress(session, platform.clock, download)
        return download


def _note(platform: Platform, download_id: UUID, step: Step) -> bool:
    with platform.database.across_tenants("download: progress") as session:
        download = _unfinished(session, download_id)
        if download is None:
            return False
        download.position = min(moment(step.position), download.end_at)
        download.new_candles += step.new
        tell_progress(session, platform.clock, download)
        return True


def _finish(platform: Platform, download_id: UUID, status: str, error: str | None = None) -> None:
    with platform.database.across_tenants("download: finish") as session:
        download = _unfinished(session, download_id)
        if download is None:
            return
        download.status = status
        download.error = error
        download.finished_at = platform.clock.now()
        if status == "done":
            download.position = download.end_at
        tell_progress(session, platform.clock, download)
        log.info("download_finished", download_id=str(download_id), status=status, new=download.new_candles)


def _unfinished(session: Session, download_id: UUID) -> CandleDownload | None:
    # Locked: the user may cancel it at the same moment.
    statement = select(CandleDownload).where(CandleDownload.id == download_id, CandleDownload.status.in_(UNFINISHED))
    return session.scalar(statement.with_for_update())


def _sentence(exchange: str, error: ExchangeProblem) -> str:
    name = venue_of(exchange).name
    if isinstance(error, ExchangeBusy):
        return f"{name} does not answer. Start the download again later; it goes on where it stopped."
    return f"{name} refused: {error.reason}"
