"""A user's downloads: wanted, listed, canceled."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from backend.config import Settings
from backend.exchanges.queries import market_of
from backend.exchanges.venues import venue_of
from backend.foundation.clock import Clock
from backend.foundation.events import publish
from backend.market_data.archive import MarketFrame
from backend.market_data.downloads.progress import tell_progress
from backend.market_data.errors import DownloadFinished, InputRefused, NoSuchDownload, TooManyDownloads
from backend.market_data.models import CandleDownload
from backend.trading.candles import interval

UNFINISHED = ("queued", "running")
_MOST_UNFINISHED = 3
_MOST_CANDLES = 5_000_000


@dataclass(frozen=True)
class WantedPeriod:
    """What is to be fetched: the candles that open from `start` to before `end`."""

    frame: MarketFrame
    start: datetime
    end: datetime


def check_period(settings: Settings, clock: Clock, data: dict[str, Any]) -> WantedPeriod:
    """What is wanted (exchange, symbol, timeframe, start, end), if the exchange has it.

    Raises InputRefused, UnknownExchange, ExchangeUnreachable.
    """
    venue = venue_of(data["exchange"])
    if data["timeframe"] not in venue.timeframes:
        choice = ", ".join(venue.timeframes)
        raise InputRefused("timeframe", f"{venue.name} has no candles of that length. Choose one of: {choice}.")
    now = clock.now()
    start, end = data["start"], min(data.get("end") or now, now)
    if start >= end:
        raise InputRefused("from", "The period must begin before it ends, and in the past.")
    if (end - start).total_seconds() * 1000 / interval(data["timeframe"]) > _MOST_CANDLES:
        raise InputRefused("from", "That is more than five million candles. Ask for a shorter period.")
    if market_of(settings, venue.id, data["symbol"]) is None:
        raise InputRefused("symbol", f"{venue.name} has no market {data['symbol']}. Write it like BTC/USDT.")
    return WantedPeriod(MarketFrame(venue.id, data["symbol"], data["timeframe"]), start, end)


def request_download(
    session: Session, clock: Clock, settings: Settings, user_id: UUID, data: dict[str, Any]
) -> CandleDownload:
    """Have a period's candles fetched. Raises what `check_period` does, and TooManyDownloads."""
    wanted, now = check_period(settings, clock, data), clock.now()
    # One user's requests wait for each other, so that two at once cannot both be the last that fits.
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"downloads {user_id}", 3))))
    unfinished = select(func.count()).where(CandleDownload.user_id == user_id, CandleDownload.status.in_(UNFINISHED))
    if (session.scalar(unfinished) or 0) >= _MOST_UNFINISHED:
        raise TooManyDownloads(_MOST_UNFINISHED)
    download = CandleDownload(
        user_id=user_id,
        exchange=wanted.frame.exchange,
        symbol=wanted.frame.symbol,
        timeframe=wanted.frame.timeframe,
        start_at=wanted.start,
        end_at=wanted.end,
        status="queued",
        position=wanted.start,
        new_candles=0,
        created_at=now,
        updated_at=now,
    )
    session.add(download)
    session.flush()
    publish(session, clock, user_id, "candles.download_requested", {"download_id": str(download.id)})
    return download


def own_downloads(user_id: UUID) -> Select[CandleDownload]:
    """The user's downloads, newest first."""
    return select(CandleDownload).where(CandleDownload.user_id == user_id).order_by(CandleDownload.id.desc())


def own_download(session: Session, user_id: UUID, download_id: UUID) -> CandleDownload:
    """The user's download. Raises NoSuchDownload, also for somebody else's."""
    download = session.scalar(own_downloads(user_id).where(CandleDownload.id == download_id))
    if download is None:
        raise NoSuchDownload
    return download


def latest_download(
    session: Session, user_id: UUID, exchange: str, symbol: str, timeframe: str
) -> CandleDownload | None:
    """The user's newest download of the market, in whatever state."""
    same = own_downloads(user_id).where(
        CandleDownload.exchange == exchange, CandleDownload.symbol == symbol, CandleDownload.timeframe == timeframe
    )
    return session.scalar(same.limit(1))


def cancel_download(session: Session, clock: Clock, user_id: UUID, download_id: UUID) -> CandleDownload:
    """Stop the download after its present step; what is stored stays. Raises NoSuchDownload, DownloadFinished."""
    statement = own_downloads(user_id).where(CandleDownload.id == download_id).with_for_update()
    download = session.scalar(statement.execution_options(populate_existing=True))
    if download is None:
        raise NoSuchDownload
    if download.status not in UNFINISHED:
        raise DownloadFinished
    download.status = "canceled"
    download.finished_at = clock.now()
    tell_progress(session, clock, download)
    return download
