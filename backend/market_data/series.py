"""The series of candles that a request asks for, found in the store and kept to a sensible length."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from backend.config import Settings
from backend.exchanges.venues import VENUES
from backend.market_data.archive import MarketFrame
from backend.market_data.completeness import GapReport
from backend.market_data.errors import InputRefused, NothingStored
from backend.market_data.queries import milliseconds
from backend.market_data.store import CandleStore
from backend.market_data.uploads import is_upload
from backend.trading.candles import Candles, interval

_MOST_EXAMINED = 3_000_000
_CANDLES_A_PART = 50_000

OpenSession = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True)
class StoredSeries:
    """A market at one time frame, from `start` to before `end` (ms), of which something may be stored."""

    frame: MarketFrame
    start: int
    end: int


def find_series(
    store: CandleStore, frame: MarketFrame, start_at: datetime | None = None, end_at: datetime | None = None
) -> StoredSeries:
    """The wanted period within what is stored, or all of that. Raises InputRefused, NothingStored."""
    start, end = _moment(start_at), _moment(end_at)
    if start is not None and end is not None and start >= end:
        raise InputRefused("from", "The period must begin before it ends.")
    extent = store.extent(frame)
    if extent is None:
        if frame.exchange not in VENUES and not is_upload(frame.exchange):
            raise InputRefused("exchange", f"Nothing of this market at an exchange “{frame.exchange}” is stored here.")
        raise NothingStored
    # A longer candle opens before the first shorter one that it is made of.
    first, after = extent[0] - interval(frame.timeframe) + 1, extent[1] + 1
    first = first if start is None else max(first, start)
    after = after if end is None else min(after, end)
    if first >= after:
        raise NothingStored
    return StoredSeries(frame, first, after)


def examine(store: CandleStore, series: StoredSeries) -> GapReport:
    """What is missing of the series. Raises InputRefused where it is too long, NothingStored where it is empty."""
    frame = series.frame
    if (series.end - series.start) // interval(frame.timeframe) > _MOST_EXAMINED:
        raise InputRefused("from", f"The period is longer than {_MOST_EXAMINED:,} candles. Ask for a shorter one.")
    report = store.gaps(frame.exchange, frame.symbol, frame.timeframe, series.start, series.end)
    if not report.count:
        raise NothingStored
    return report


def parts_of(open_session: OpenSession, settings: Settings, series: StoredSeries) -> Iterator[Candles]:
    """The series in parts that fit into memory, each read in a transaction of its own; empty ones are left out."""
    frame, length = series.frame, interval(series.frame.timeframe)
    for start in range(series.start, series.end, _CANDLES_A_PART * length):
        end = min(start + _CANDLES_A_PART * length, series.end)
        with open_session() as session:
            part = CandleStore(session, settings).read(frame.exchange, frame.symbol, frame.timeframe, start, end)
        if len(part):
            yield part


def _moment(given: datetime | None) -> int | None:
    return None if given is None else milliseconds(given)
