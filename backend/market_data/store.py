"""The candle store: every stored candle behind one door, whether it lies in PostgreSQL or in the archive."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from backend.config import Settings
from backend.market_data.archive import CandleArchive, MarketFrame, split_months
from backend.market_data.commands import copy_candles
from backend.market_data.completeness import Gap, GapReport, content_hash, gap_report
from backend.market_data.holdings import Holding, row_holdings
from backend.market_data.queries import candles_between, milliseconds
from backend.market_data.uploads import is_upload
from backend.trading.candles import CANDLE, TIMEFRAMES, Candles, interval
from backend.trading.resampling import bucket_starts, resample

_RECENT = timedelta(days=35)
# Seconds are sixty times as many rows as minutes.
_RECENT_SECONDS = timedelta(days=3)
# Bots warm up on rows alone, so rows reach back this many candles whatever their length.
_RECENT_CANDLES = 2_000
_LATEST_MOMENT = 253_370_764_800_000

__all__ = ["CandleStore", "Gap", "GapReport", "Holding", "content_hash", "gap_report", "lock_market", "recent_since"]


class CandleStore:
    """Reads and writes candles. Months that are long past lie in the archive, recent ones are rows.

    A candle that lies in both is the same candle; should they differ, the archive's counts, now and after compaction.
    """

    def __init__(self, session: Session, settings: Settings) -> None:
        """`session`: any tenant's, for reading; the engine's, for writing candles that all tenants share."""
        self._session = session
        self._archive = CandleArchive(settings.candle_store)

    def read(self, exchange: str, symbol: str, timeframe: str, start_ms: int, end_ms: int) -> Candles:
        """The candles that open from `start_ms` to before `end_ms`, oldest first, each once.

        Where the time frame itself is not stored, or not all of it, the missing ones are resampled from the finest
        stored that divides it; a first or last one that would be unfinished is left out. What nobody stored is missing.
        Raises KeyError for an unknown time frame and ArchiveDamaged.
        """
        length = interval(timeframe)
        start, end = max(start_ms, 0), min(end_ms, _LATEST_MOMENT)
        if start >= end:
            return np.empty(0, dtype=CANDLE)
        frame = MarketFrame(exchange, symbol, timeframe)
        candles = self._stored(frame, start, end)
        slots = _slots(timeframe, start, end)
        for finer in self._finer(frame):
            if len(candles) >= slots:
                break
            candles = _filled(candles, self._resampled(finer, frame, start, end), length)
        return candles

    def available(self, exchange: str | None = None, symbol: str | None = None) -> list[Holding]:
        """What is stored of one exchange or one of its markets, in the order of names; of all without users' uploads.

        A candle that lies in both places counts twice until the next compaction.
        """
        parts: dict[MarketFrame, list[Holding]] = defaultdict(list)
        shared = (name for name in self._archive.exchanges() if not is_upload(name))
        for name in shared if exchange is None else (exchange,):
            for month in self._archive.months(name, symbol):
                frame = month.frame
                parts[frame].append(
                    Holding(frame.exchange, frame.symbol, frame.timeframe, month.first, month.last, month.count)
                )
        for held in row_holdings(self._session, exchange, symbol):
            parts[MarketFrame(held.exchange, held.symbol, held.timeframe)].append(held)
        return [_sum_of(held) for _, held in sorted(parts.items(), key=lambda item: _reading_order(item[0]))]

    def extent(self, frame: MarketFrame) -> tuple[int, int] | None:
        """First and last open time (ms) of what `read` can make its candles of, or None when there is nothing."""
        sources = {frame.timeframe, *(source.timeframe for source in self._finer(frame))}
        held = [one for one in self.available(frame.exchange, frame.symbol) if one.timeframe in sources]
        return (min(one.first for one in held), max(one.last for one in held)) if held else None

    def gaps(
        self, exchange: str, symbol: str, timeframe: str, start_ms: int = 0, end_ms: int = _LATEST_MOMENT
    ) -> GapReport:
        """What `read` of the same range leaves open between its first and its last candle."""
        return gap_report(self.read(exchange, symbol, timeframe, start_ms, end_ms), timeframe)

    def missing(self, frame: MarketFrame, start_ms: int, end_ms: int) -> list[tuple[int, int]]:
        """The spans (from, to before; ms) of the range in which not a single candle of the time frame is stored."""
        length = interval(frame.timeframe)
        first = int(bucket_starts(np.array([start_ms + length - 1]), frame.timeframe)[0])
        opened_at = self._stored(frame, start_ms, end_ms)["opened_at"]
        bounds = np.concatenate(([first - length], opened_at, [end_ms]))
        return [
            (int(bounds[index]) + length, int(bounds[index + 1])) for index in np.flatnonzero(np.diff(bounds) > length)
        ]

    def write(self, exchange: str, symbol: str, timeframe: str, candles: Candles, now: datetime) -> int:
        """Store closed candles, in order: past months in the archive, recent ones as rows. Returns how many were new.

        Candles already stored stay as they are. An upload goes to the archive whole, since rows are shared.
        """
        frame = MarketFrame(exchange, symbol, timeframe)
        first_row = _LATEST_MOMENT if is_upload(exchange) else recent_since(timeframe, now)
        split = int(np.searchsorted(candles["opened_at"], first_row))
        new = 0
        if split:
            lock_market(self._session, frame)
        for month, part in split_months(candles[:split]):
            new += self._archive.merge_month(frame, month, part)
        if split < len(candles):
            new += copy_candles(self._session, exchange, symbol, timeframe, [candles[split:]])
        return new

    def remove(self, frame: MarketFrame) -> bool:
        """Delete the archived candles of a market at one time frame, such as an upload's; returns whether any were."""
        lock_market(self._session, frame)
        return self._archive.remove(frame) > 0

    def usage(self, exchange: str) -> tuple[int, int]:
        """How many files an exchange's candles take in the archive, and how many bytes."""
        return self._archive.usage(exchange)

    def _stored(self, frame: MarketFrame, start: int, end: int) -> Candles:
        # Rows first: compaction deletes them only after the archive has them, so nothing falls between the two.
        rows = candles_between(self._session, frame.exchange, frame.symbol, frame.timeframe, start, end)
        return _united(self._archive.read(frame, start, end), rows)

    def _finer(self, frame: MarketFrame) -> list[MarketFrame]:
        length, offset = interval(frame.timeframe), _grid_offset(frame.timeframe)
        fitting = [
            name
            for name, finer in TIMEFRAMES.items()
            if finer < length and length % finer == 0 and (offset - _grid_offset(name)) % finer == 0
        ]
        # Seconds are many and kept for days only: they are asked last.
        fitting.sort(key=lambda name: (name == "1s", TIMEFRAMES[name]))
        return [MarketFrame(frame.exchange, frame.symbol, name) for name in fitting]

    def _resampled(self, finer: MarketFrame, frame: MarketFrame, start: int, end: int) -> Candles:
        length, step = interval(frame.timeframe), interval(finer.timeframe)
        first, last = (int(one) for one in bucket_starts(np.array([start, end - 1]), frame.timeframe))
        # One candle more at either side tells whether the series goes on there.
        source = self._stored(finer, first - length, last + 2 * length)
        if not len(source):
            return np.empty(0, dtype=CANDLE)
        longer = resample(source, frame.timeframe)
        opened_at = longer["opened_at"]
        sound = (opened_at >= start) & (opened_at < end)
        sound[0] &= source["opened_at"][0] == opened_at[0]
        sound[-1] &= source["opened_at"][-1] == opened_at[-1] + length - step
        return longer[sound]


def recent_since(timeframe: str, now: datetime) -> int:
    """From when on (ms) candles are rows; those before belong into the archive. But for seconds, a month's first."""
    if timeframe == "1s":
        return milliseconds(now - _RECENT_SECONDS)
    age = max(_RECENT, timedelta(milliseconds=_RECENT_CANDLES * interval(timeframe)))
    month = (now.astimezone(UTC) - age).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return max(milliseconds(month), 0)


def lock_market(session: Session, frame: MarketFrame) -> None:
    """Let one transaction at a time write a market's files at one time frame; held until the transaction ends."""
    statement = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 2))")
    session.execute(statement, {"name": f"candles {frame}"})


def _slots(timeframe: str, start: int, end: int) -> int:
    """How many candles open from `start` to before `end`, if none is missing."""
    before, last = bucket_starts(np.array([start - 1, end - 1]), timeframe)
    return int(last - before) // interval(timeframe)


def _filled(candles: Candles, others: Candles, length: int) -> Candles:
    """The candles with those of the others that overlap none of them: exchanges have opened candles off the grid."""
    opened_at = candles["opened_at"]
    after = np.searchsorted(opened_at, others["opened_at"] + length)
    return _united(candles, others[after == np.searchsorted(opened_at, others["opened_at"] - length, side="right")])


def _united(preferred: Candles, others: Candles) -> Candles:
    if not len(preferred) or not len(others):
        return others if not len(preferred) else preferred
    fresh = others[~np.isin(others["opened_at"], preferred["opened_at"])]
    if not len(fresh):
        return preferred
    united = np.concatenate((preferred, fresh))
    if fresh["opened_at"][0] < preferred["opened_at"][-1]:
        united = united[np.argsort(united["opened_at"], kind="stable")]
    return united


def _grid_offset(timeframe: str) -> int:
    return int(bucket_starts(np.array([0]), timeframe)[0])


def _sum_of(parts: list[Holding]) -> Holding:
    return replace(
        parts[0],
        first=min(part.first for part in parts),
        last=max(part.last for part in parts),
        count=sum(part.count for part in parts),
    )


def _reading_order(frame: MarketFrame) -> tuple[str, str, int]:
    return frame.exchange, frame.symbol, TIMEFRAMES.get(frame.timeframe, 0)
