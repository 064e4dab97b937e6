"""What is stored: per market and time frame, from when to when, and how many candles."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from backend.market_data.queries import milliseconds


@dataclass(frozen=True)
class Holding:
    """What is stored of one market at one time frame; `first` and `last` are open times in milliseconds."""

    exchange: str
    symbol: str
    timeframe: str
    first: int
    last: int
    count: int


# Walks the primary key from market to market instead of through every candle; only the counts read more of it.
# The walk begins at the names that were asked for and ends at the first one beyond; empty names stand for all.
_HOLDINGS = text("""
WITH RECURSIVE markets AS (
    (SELECT exchange, symbol, timeframe FROM candles
     WHERE (exchange, symbol, timeframe) > (:exchange, :symbol, '')
     ORDER BY exchange, symbol, timeframe LIMIT 1)
    UNION ALL
    SELECT following.* FROM markets CROSS JOIN LATERAL (
        SELECT exchange, symbol, timeframe FROM candles
        WHERE (exchange, symbol, timeframe) > (markets.exchange, markets.symbol, markets.timeframe)
        ORDER BY exchange, symbol, timeframe LIMIT 1
    ) following
    WHERE :exchange IN ('', markets.exchange) AND :symbol IN ('', markets.symbol)
)
SELECT markets.*, rows.first, rows.last, rows.count FROM markets CROSS JOIN LATERAL (
    SELECT min(opened_at) AS first, max(opened_at) AS last, count(*) AS count FROM candles
    WHERE exchange = markets.exchange AND symbol = markets.symbol AND timeframe = markets.timeframe
) rows
WHERE :exchange IN ('', markets.exchange) AND :symbol IN ('', markets.symbol)
""")


def row_holdings(session: Session, exchange: str | None = None, symbol: str | None = None) -> list[Holding]:
    """What lies in PostgreSQL, of one exchange or one of its markets if so asked."""
    wanted = {"exchange": exchange or "", "symbol": (exchange and symbol) or ""}
    return [
        Holding(exchange_name, symbol_name, timeframe, milliseconds(first), milliseconds(last), count)
        for exchange_name, symbol_name, timeframe, first, last, count in session.execute(_HOLDINGS, wanted)
    ]
