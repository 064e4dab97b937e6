"""Compaction: months that are past move from PostgreSQL to the archive; old candles of seconds are deleted."""

from datetime import UTC, datetime, timedelta

import numpy as np
import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from backend.config import Settings
from backend.foundation.locks import try_lock
from backend.foundation.platform import Platform
from backend.market_data.archive import CandleArchive, MarketFrame
from backend.market_data.models import CandleRow
from backend.market_data.queries import candles_between, milliseconds
from backend.market_data.store import lock_market, recent_since
from backend.trading.candles import TIMEFRAMES

log = structlog.get_logger(__name__)

_LONGEST_WRITE = timedelta(days=1)


class CompactionFailed(Exception):
    """What was written could not be read back as it was, or rows changed meanwhile; the rows are kept."""


def compact_candles(platform: Platform) -> int:
    """Move every month that is past, one transaction for each month of a market; returns how many candles moved.

    Safe to repeat after any interruption: the file is complete before its rows go, and a row found in the file is
    not added again. Of two processes one does it.
    """
    with try_lock(platform.database, "compact candles") as mine:
        if not mine:
            return 0
        with platform.database.across_tenants("compaction: months that are past") as session:
            months = _past_months(session, platform.clock.now())
            dropped = _drop_seconds(session, platform.clock.now())
        moved, archive = 0, CandleArchive(platform.settings.candle_store)
        for frame, first in months:
            try:
                with platform.database.across_tenants("compaction: move a month") as session:
                    moved += move_month(session, platform.settings, frame, first)
            except CompactionFailed as error:
                # Its rows are as they were; the next night tries again.
                log.error("compaction_failed", market=str(frame), month=f"{first:%Y-%m}", reason=str(error))  # noqa: TRY400
        leftovers = archive.remove_leftovers(platform.clock.now() - _LONGEST_WRITE)
        log.info("candles_compacted", candles=moved, seconds_dropped=dropped, leftovers=leftovers)
        return moved


def move_month(session: Session, settings: Settings, frame: MarketFrame, first: datetime) -> int:
    """Move one month's rows into its file and delete them once the file was read back. Raises CompactionFailed."""
    archive, month = CandleArchive(settings.candle_store), f"{first:%Y-%m}"
    start, end = milliseconds(first), milliseconds(_next_month(first))
    lock_market(session, frame)
    rows = candles_between(session, frame.exchange, frame.symbol, frame.timeframe, start, end)
    held = archive.read_month(frame, month)
    archive.merge_month(frame, month, rows)
    expected = np.concatenate((held, rows[~np.isin(rows["opened_at"], held["opened_at"])]))
    expected.sort(order="opened_at", kind="stable")
    if archive.read_month(frame, month).tobytes() != expected.tobytes():
        raise CompactionFailed("the file does not read back as it was written")
    statement = delete(CandleRow).where(
        CandleRow.exchange == frame.exchange,
        CandleRow.symbol == frame.symbol,
        CandleRow.timeframe == frame.timeframe,
        CandleRow.opened_at >= first,
        CandleRow.opened_at < _next_month(first),
    )
    deleted = int(session.execute(statement).rowcount)  # type: ignore[attr-defined]
    if deleted != len(rows):
        raise CompactionFailed("rows of the month changed meanwhile")
    return deleted


def _past_months(session: Session, now: datetime) -> list[tuple[MarketFrame, datetime]]:
    month = func.date_trunc("month", func.timezone("UTC", CandleRow.opened_at))
    found: list[tuple[MarketFrame, datetime]] = []
    for timeframe in TIMEFRAMES:
        if timeframe == "1s":
            continue
        before = datetime.fromtimestamp(recent_since(timeframe, now) / 1000, UTC)
        statement = (
            select(CandleRow.exchange, CandleRow.symbol, month)
            .where(CandleRow.timeframe == timeframe, CandleRow.opened_at < before)
            .group_by(CandleRow.exchange, CandleRow.symbol, month)
            .order_by(CandleRow.exchange, CandleRow.symbol, month)
        )
        for exchange, symbol, first in session.execute(statement):
            found.append((MarketFrame(exchange, symbol, timeframe), first.replace(tzinfo=UTC)))
    return found


def _drop_seconds(session: Session, now: datetime) -> int:
    # Seconds warm up the quickest bots and serve nobody later; who wants them kept imports or downloads them.
    before = datetime.fromtimestamp(recent_since("1s", now) / 1000, UTC)
    statement = delete(CandleRow).where(CandleRow.timeframe == "1s", CandleRow.opened_at < before)
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def _next_month(first: datetime) -> datetime:
    return first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
