"""What changes market data: storing closed candles, noting the newest price."""

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.market_data.models import CandleRow
from backend.trading.candles import Candles

_BATCH = 5_000


def store_candles(session: Session, exchange: str, symbol: str, timeframe: str, candles: Candles) -> int:
    """Store closed candles; those already there stay as they are. Returns how many were new."""
    stored = 0
    for start in range(0, len(candles), _BATCH):
        rows = [_row(exchange, symbol, timeframe, candle) for candle in candles[start : start + _BATCH]]
        statement = insert(CandleRow).values(rows).on_conflict_do_nothing().returning(CandleRow.opened_at)
        stored += len(session.execute(statement).all())
    return stored


def copy_candles(session: Session, exchange: str, symbol: str, timeframe: str, batches: Iterable[Candles]) -> int:
    """Store a whole recording at COPY's speed; candles already there stay. Returns how many were new."""
    session.execute(text("CREATE TEMPORARY TABLE IF NOT EXISTS staged_candles (LIKE candles) ON COMMIT DROP"))
    driver = session.connection().connection.driver_connection
    assert driver is not None
    for batch in batches:
        with driver.cursor().copy("COPY staged_candles FROM STDIN") as copy:
            for candle in batch:
                copy.write_row(tuple(_row(exchange, symbol, timeframe, candle).values()))
    inserted = session.execute(text("INSERT INTO candles SELECT * FROM staged_candles ON CONFLICT DO NOTHING"))
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
