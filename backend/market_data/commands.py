"""What changes market data: storing closed candles, noting the newest price."""

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.market_data.models import CandleRow
from backend.market_data.packed_rows import to_copy
from backend.trading.candles import Candles

_BATCH = 5_000
_STAGE = """
CREATE TEMPORARY TABLE IF NOT EXISTS staged_candles (
    opened_at timestamptz, open float8, high float8, low float8, close float8, volume float8
) ON COMMIT DROP
"""
_TAKE_STAGED = """
INSERT INTO candles (exchange, symbol, timeframe, opened_at, open, high, low, close, volume)
SELECT :exchange, :symbol, :timeframe, staged_candles.* FROM staged_candles
ON CONFLICT DO NOTHING
"""


def store_candles(session: Session, exchange: str, symbol: str, timeframe: str, candles: Candles) -> int:
    """Store closed candles; those already there stay as they are. Returns how many were new."""
    stored = 0
    for start in range(0, len(candles), _BATCH):
        rows = [_row(exchange, symbol, timeframe, candle) for candle in candles[start : start + _BATCH]]
        statement = insert(CandleRow).values(rows).on_conflict_do_nothing().returning(CandleRow.opened_at)
        stored += len(session.execute(statement).all())
    return stored


def copy_candles(session: Session, exchange: str, symbol: str, timeframe: str, batches: Iterable[Candles]) -> int:
    """Store many closed candles at COPY's speed; those already there stay. Returns how many were new."""
    session.execute(text(_STAGE))
    driver = session.connection().connection.driver_connection
    assert driver is not None
    for batch in batches:
        with driver.cursor().copy("COPY staged_candles FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(to_copy(batch))
    market = {"exchange": exchange, "symbol": symbol, "timeframe": timeframe}
    inserted = session.execute(text(_TAKE_STAGED), market)
    session.execute(text("TRUNCATE staged_candles"))
    return int(inserted.rowcount)  # type: ignore[attr-defined]


def _row(exchange: str, symbol: str, timeframe: str, candle: object) -> dict[str, object]:
    opened_at, *prices = candle.tolist()  # type: ignore[attr-defined]
    return {
        "exchange": exchange,
        "symbol": symbol,
        "timeframe": timeframe,
        "opened_at": datetime.fromtimestamp(opened_at / 1000, UTC),
        **dict(zip(("open", "high", "low", "close", "volume"), prices, strict=True)),
    }
