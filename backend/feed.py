"""The feed process: follows every market that running bots trade on, and tells engine and browsers."""

import asyncio
import contextlib
import signal
from datetime import UTC, datetime, timedelta

import structlog
from redis.exceptions import RedisError

from backend.config import load_settings
from backend.engine.signals import longest_warmups
from backend.engine.triggers import TriggerBoard
from backend.engine.unfinished import SeenCandle, SeenCandles
from backend.exchanges import extra_exchanges
from backend.foundation.celery import CeleryTaskQueue, make_celery
from backend.foundation.lease import Lease
from backend.foundation.platform import Platform, assemble, redis_url
from backend.market_data.feed import BACKFILL, Feed, FeedCallbacks, Market
from backend.market_data.live_stream import StreamedCandle
from backend.market_data.numbers import number_text
from backend.operations.logging import configure_logging
from backend.realtime.messages import Announcer, candle_room, ticker_room
from backend.tables import metadata
from backend.trading.candles import interval

_LEASE_SECONDS = 6.0
_RENEW_SECONDS = 2.0
_SILENCE = timedelta(seconds=10)
_MOST_WOKEN = 1000
"""Bots that one task wakes."""

log = structlog.get_logger(__name__)


class Wiring:
    """Connects the feed below with bots, engine and realtime above it."""

    def __init__(self, platform: Platform, announcer: Announcer) -> None:
        self._platform = platform
        self._announcer = announcer
        self._board = TriggerBoard(platform.redis)
        self._seen = SeenCandles(platform.redis)
        self._last: dict[Market, StreamedCandle] = {}
        self._leading: dict[tuple[str, str], tuple[int, datetime]] = {}

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
        """Wake the bots that wait for this price, and show it to whoever looks at the market.

        How a candle ended is matched by the cycle that decides on it.
        """
        last, self._last[market] = self._last.get(market), candle
        if not candle.closed:
            if self._leads(market):
                self._wake(market, candle, last)
            seen = SeenCandle(candle.opened_at, candle.high, candle.low, candle.close)
            self._seen.note(market.exchange, market.symbol, market.timeframe, seen)
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

    def _leads(self, market: Market) -> bool:
        """Whether this stream tells the bots of the symbol its price: the finest one that is not silent.

        Two that tell the same way, each from a last price of its own, would have it taken twice.
        """
        now, length = self._platform.clock.now(), interval(market.timeframe)
        finest, told_at = self._leading.get((market.exchange, market.symbol), (length, now))
        if length > finest and now - told_at < _SILENCE:
            return False
        self._leading[(market.exchange, market.symbol)] = (length, now)
        return True

    def _wake(self, market: Market, candle: StreamedCandle, last: StreamedCandle | None) -> None:
        before, high, low, price = _way(candle, last, interval(market.timeframe))
        woken = self._board.pop_crossed(market.exchange, market.symbol, price, candle.opened_at, high, low)
        now = round(self._platform.clock.now().timestamp() * 1000)
        at = min(now, candle.opened_at + interval(market.timeframe) - 1)
        for first in range(0, len(woken), _MOST_WOKEN):
            names = [str(bot_id) for bot_id in woken[first : first + _MOST_WOKEN]]
            way = (before, high, low, price)
            self._platform.tasks.send("engine.touch", market.exchange, market.symbol, way, at, names)


def _way(candle: StreamedCandle, last: StreamedCandle | None, length: int) -> tuple[float, float, float, float]:
    """Where the price came from since the last candle told, the highest and lowest that is new, and where it is.

    The way begins at the last price of the same candle; at the open, where the last one told was the candle before;
    where nothing is known of what came before, the price of now is all there is. `length`: of a candle (ms).
    """
    if last is None or candle.opened_at not in {last.opened_at, last.opened_at + length}:
        return candle.close, candle.close, candle.close, candle.close
    if candle.opened_at > last.opened_at:
        return candle.open, candle.high, candle.low, candle.close
    seen = SeenCandle(last.opened_at, last.high, last.low, last.close)
    return seen.way_to(candle.high, candle.low, candle.close)


def _rounded_up(candles: int) -> int:
    """A history for that warm-up: in large steps, so that another bot seldom has its market followed anew."""
    return BACKFILL * -(-(candles + 1) // BACKFILL)


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


async def run() -> None:
    """Run until told to stop."""
    settings = load_settings()
    extra_exchanges.register(settings)
    configure_logging(settings, "feed")
    assert metadata.tables, "every table is known before the first query"
    platform = assemble(settings, CeleryTaskQueue(make_celery(settings)))
    running = asyncio.create_task(take_turns(platform, Announcer(redis_url(settings))))
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, running.cancel)
    try:
        await running
    except asyncio.CancelledError:
        log.info("feed_stopped")
    finally:
        platform.database.dispose()


async def take_turns(platform: Platform, announcer: Announcer) -> None:
    """Follow the markets while this process holds the lease; wait for it while another one does."""
    lease = Lease(platform.redis, "feed", _LEASE_SECONDS)
    following: asyncio.Task[None] | None = None
    try:
        while True:
            is_ours = await asyncio.to_thread(_held, lease)
            if is_ours and following is None:
                log.info("feed_started")
                wiring = Wiring(platform, announcer)
                callbacks = FeedCallbacks(wiring.markets_in_use, wiring.candle_closed, wiring.candle_moved)
                following = asyncio.create_task(Feed(platform, callbacks).run())
            elif following is not None and (not is_ours or following.done()):
                log.warning("feed_yields")
                await _ended(following)
                following = None
            await asyncio.sleep(_RENEW_SECONDS)
    finally:
        if following is not None:
            await _ended(following)
            with contextlib.suppress(RedisError):
                lease.release()


def _held(lease: Lease) -> bool:
    try:
        return lease.hold()
    except RedisError:
        # Who cannot tell whether another one follows the markets must not; candles missed meanwhile are repaired.
        return False


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


if __name__ == "__main__":
    asyncio.run(run())
