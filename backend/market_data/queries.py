"""What reads market data."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.market_data.models import CandleRow
from backend.market_data.packed_rows import PACKED, from_packed
from backend.trading.candles import Candles

_BETWEEN = f"""
SELECT {PACKED} FROM candles
WHERE exchange = %s AND symbol = %s AND timeframe = %s AND opened_at >= %s AND opened_at < %s
"""  # noqa: S608 - nothing of it comes from outside
_NEWEST = f"""
SELECT {PACKED} FROM (
    SELECT opened_at, open, high, low, close, volume FROM candles
    WHERE exchange = %s AND symbol = %s AND timeframe = %s AND opened_at <= %s
    ORDER BY opened_at DESC LIMIT %s
) AS newest
"""  # noqa: S608 - nothing of it comes from outside


def newest_candles(
    session: Session, exchange: str, symbol: str, timeframe: str, count: int, until: int | None = None
) -> Candles:
    """The newest closed candles that are stored, oldest first; `until` (ms) is the last open time wanted."""
    last = datetime.max.replace(tzinfo=UTC) if until is None else datetime.fromtimestamp(until / 1000, UTC)
    return _packed_candles(session, _NEWEST, exchange, symbol, timeframe, last, count)


def candles_between(session: Session, exchange: str, symbol: str, timeframe: str, start: int, end: int) -> Candles:
    """The stored rows that open from `start` to before `end` (ms), oldest first."""
    bounds = (datetime.fromtimestamp(moment / 1000, UTC) for moment in (start, end))
    return _packed_candles(session, _BETWEEN, exchange, symbol, timeframe, *bounds)


def _packed_candles(session: Session, statement: str, *values: object) -> Candles:
    # Past SQLAlchemy, for only a binary cursor gives the packed value as it is.
    driver = session.connection().connection.driver_connection
    assert driver is not None
    with driver.cursor(binary=True) as cursor:
        [value] = cursor.execute(statement, values).fetchone()
    return from_packed(value)


def newest_opened_at(session: Session, exchange: str, symbol: str, timeframe: str) -> int | None:
    """When the newest stored candle opened, in milliseconds."""
    moment = session.scalar(
        select(CandleRow.opened_at)
        .where(CandleRow.exchange == exchange, CandleRow.symbol == symbol, CandleRow.timeframe == timeframe)
        .order_by(CandleRow.opened_at.desc())
        .limit(1)
    )
    return None if moment is None else milliseconds(moment)


def milliseconds(moment: datetime) -> int:
    """A moment as milliseconds since 1970 UTC."""
    return round(moment.timestamp() * 1000)
