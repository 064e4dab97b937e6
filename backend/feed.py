"""The feed process: follows every market that running bots trade on, and tells engine and browsers."""

import asyncio
import signal
from datetime import UTC, datetime

import structlog

from backend.config import load_settings
from backend.engine.signals import longest_warmups
from backend.foundation.celery import CeleryTaskQueue, make_celery
from backend.foundation.platform import Platform, assemble, redis_url
from backend.market_data.feed import BACKFILL, Feed, FeedCallbacks, Market
from backend.market_data.live_stream import StreamedCandle
from backend.market_data.numbers import number_text
from backend.operations.logging import configure_logging
from backend.realtime.messages import Announcer, candle_room, ticker_room
from backend.tables import metadata

log = structlog.get_logger(__name__)


class Wiring:
    """Connects the feed below with bots, engine and realtime above it."""

    def __init__(self, platform: Platform, announcer: Announcer) -> None:
        self._platform = platform
        self._announcer = announcer

    def markets_in_use(self) -> set[Market]:
        """Every market of a running bot, with the past that its strategies warm up on."""
        with self._platform.database.across_tenants("feed: markets in use") as session:
            return {
                Market(key.exchange, key.symbol, key.timeframe, _rounded_up(longest))
                for key, longest in longest_warmups(session).items()
            }

    def candle_closed(self, market: Market, opened_at: int) -> None:
        """Have the engine decide on it."""
        self._platform.tasks.send("engine.run_cycle", market.exchange, market.symbol, market.timeframe, opened_at)

    def candle_moved(self, market: Market, candle: StreamedCandle) -> None:
        """Show it to whoever looks at the market."""
        price = number_text(candle.close)
        now = self._platform.clock.now()
        self._announcer.tell_room(
            ticker_room(market.exchange, market.symbol),
            "price_update",
            {"exchange": market.exchange, "symbol": market.symbol, "price": price, "at": _iso(now)},
        )
        self._announcer.tell_room(
            candle_room(market.exchange, market.symbol, market.timeframe),
            "candle",
            {
                "exchange": market.exchange,
                "symbol": market.symbol,
                "timeframe": market.timeframe,
                "opened_at": _iso(datetime.fromtimestamp(candle.opened_at / 1000, UTC)),
                "open": number_text(candle.open),
                "high": number_text(candle.high),
                "low": number_text(candle.low),
                "close": price,
                "volume": number_text(candle.volume),
                "closed": candle.closed,
            },
        )


def _rounded_up(candles: int) -> int:
    """A history for that warm-up: in large steps, so that another bot seldom has its market followed anew."""
    return BACKFILL * -(-(candles + 1) // BACKFILL)


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


async def run() -> None:
    """Run until told to stop."""
    settings = load_settings()
    configure_logging(settings, "feed")
    assert metadata.tables, "every table is known before the first query"
    platform = assemble(settings, CeleryTaskQueue(make_celery(settings)))
    wiring = Wiring(platform, Announcer(redis_url(settings)))
    feed = Feed(platform, FeedCallbacks(wiring.markets_in_use, wiring.candle_closed, wiring.candle_moved))
    running = asyncio.create_task(feed.run())
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, running.cancel)
    log.info("feed_started")
    try:
        await running
    except asyncio.CancelledError:
        log.info("feed_stopped")
    finally:
        platform.database.dispose()


if __name__ == "__main__":
    asyncio.run(run())
