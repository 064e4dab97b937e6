"""Coinbase answers for a window of 300 candles only: a quiet stretch longer than that hides nothing behind it."""

from typing import Any

from backend.config import Settings
from backend.foundation.clock import FixedClock
from backend.foundation.platform import Platform
from backend.market_data.archive import MarketFrame
from backend.market_data.downloads.fetching import fetch_missing
from backend.market_data.store import CandleStore
from backend.tests.exchanges.recording_server import Asked, RecordingServer

MINUTE = 60_000
PRODUCT = {
    "product_id": "QUIET-USD",
    "price": "10",
    "base_increment": "0.01",
    "quote_increment": "0.01",
    "price_increment": "0.01",
    "quote_min_size": "1",
    "quote_max_size": "100000",
    "base_min_size": "0.01",
    "base_max_size": "100000",
    "base_currency_id": "QUIET",
    "quote_currency_id": "USD",
    "product_type": "SPOT",
    "status": "online",
    "trading_disabled": False,
}


def test_candles_after_a_long_silence_are_fetched(
    platform: Platform, settings: Settings, clock: FixedClock, server: RecordingServer
) -> None:
    now = round(clock.now().timestamp() * 1000) // MINUTE * MINUTE
    start = now - 2000 * MINUTE
    traded = [start, start + 5 * MINUTE, start + 1900 * MINUTE]

    def candles(asked: Asked) -> tuple[int, Any]:
        first, last = (int(asked.query[name]) * 1000 for name in ("start", "end"))
        rows = [
            {"start": str(opened // 1000), "low": "9", "high": "11", "open": "10", "close": "10", "volume": "1"}
            for opened in reversed(traded)
            if first <= opened <= last
        ]
        return 200, {"candles": rows}

    server.on(
        "GET /api/v3/brokerage/market/products", lambda asked: (200, {"products": [] if asked.query else [PRODUCT]})
    )
    server.on("GET /api/v3/brokerage/market/products/QUIET-USD/candles", candles)
    changed = settings.model_copy(update={"exchange_urls": {"coinbase": server.url}})
    quiet = Platform(
        settings=changed,
        clock=clock,
        database=platform.database,
        redis=platform.redis,
        vault=platform.vault,
        tasks=platform.tasks,
    )
    frame = MarketFrame("coinbase", "QUIET/USD", "1m")
    steps = list(fetch_missing(quiet, frame, start, now))
    assert sum(step.new for step in steps) == 3
    with platform.database.across_tenants("test") as session:
        stored = CandleStore(session, changed).read("coinbase", "QUIET/USD", "1m", start, now)
    assert stored["opened_at"].tolist() == traded
