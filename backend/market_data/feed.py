"""The feed: one stream per market in use; closed candles are stored and told, prices noted as they come."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from backend.exchanges.access import ExchangeAccess
from backend.foundation.platform import Platform
from backend.market_data.commands import store_candles
from backend.market_data.live_stream import StreamClient, StreamedCandle
from backend.market_data.queries import newest_opened_at
from backend.market_data.store import CandleStore
from backend.market_data.tickers import Ticker, TickerBoard
from backend.trading.candles import Candles, interval

log = structlog.get_logger(__name__)

BACKFILL = 1500
"""Candles of history that a market starts with, where no strategy wants more."""
_REFRESH_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 30.0


@dataclass(frozen=True)
class Market:
    """One stream of candles; `history`: how many candles of the past it starts with."""

    exchange: str
    symbol: str
    timeframe: str
    history: int = BACKFILL


@dataclass(frozen=True)
class FeedCallbacks:
    """What the process that runs the feed does with what it hears."""

    markets_in_use: Callable[[], set[Market]]
    candle_closed: Callable[[Market, int], None]
    """Told after the candle is committed, with its open time in milliseconds."""
    candle_moved: Callable[[Market, StreamedCandle], None]


class Feed:
    """Keeps one task per market in use; a task that fails starts again after a pause that grows."""

    def __init__(self, platform: Platform, callbacks: FeedCallbacks) -> None:
        self._platform = platform
        self._callbacks = callbacks
        self._tickers = TickerBoard(platform.redis)
        self._tasks: dict[Market, asyncio.Task[None]] = {}
        self._clients: dict[str, StreamClient] = {}

    async def run(self) -> None:
        """Follow the markets in use until cancelled."""
        try:
            while True:
                try:
                    self._follow(await asyncio.to_thread(self._callbacks.markets_in_use))
                except SQLAlchemyError as error:
                    log.warning("markets_in_use_unknown", error=type(error).__name__)
                await asyncio.sleep(_REFRESH_SECONDS)
        finally:
            self._follow(set())
            for client in self._clients.values():
                await client.close()

    def _follow(self, wanted: set[Market]) -> None:
        for market in self._tasks.keys() - wanted:
            log.info("market_left", market=str(market))
            self._tasks.pop(market).cancel()
        for market in wanted - self._tasks.keys():
            log.info("market_followed", market=str(market))
            self._tasks[market] = asyncio.create_task(self._keep_following(market))

    async def _keep_following(self, market: Market) -> None:
        pause = 1.0
        while True:
            try:
                await asyncio.to_thread(self._catch_up, market)
                async for candle in self._client(market.exchange).candles(market.symbol, market.timeframe):
                    pause = 1.0
                    await self._take(market, candle)
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever broke, the market must come back
                log.warning("stream_broken", market=str(market), error=type(error).__name__, pause=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    def _client(self, exchange: str) -> StreamClient:
        if exchange not in self._clients:
            self._clients[exchange] = StreamClient(ExchangeAccess.of(self._platform), exchange)
        return self._clients[exchange]

    async def _take(self, market: Market, candle: StreamedCandle) -> None:
        if candle.closed:
            await asyncio.to_thread(self._store_closed, market, candle)
        await asyncio.to_thread(self._note_price, market, candle)

    def _store_closed(self, market: Market, candle: StreamedCandle) -> None:
        newest = self._newest(market)
        if newest is not None and candle.opened_at > newest + interval(market.timeframe):
            # Closed candles were missed: fetch them before this one is decided on.
            self._catch_up(market)
        self._store(market, candle.as_candles())
        self._callbacks.candle_closed(market, candle.opened_at)

    def _note_price(self, market: Market, candle: StreamedCandle) -> None:
        now = round(self._platform.clock.now().timestamp() * 1000)
        self._tickers.note(Ticker(market.exchange, market.symbol, candle.close, now))
        self._callbacks.candle_moved(market, candle)

    def _catch_up(self, market: Market) -> None:
        """Fetch by REST what closed since the newest stored candle, or a whole warm-up for a new market."""
        length = interval(market.timeframe)
        now = round(self._platform.clock.now().timestamp() * 1000)
        since = self._first_missing(market, (now // length - market.history) * length)
        gateway = ExchangeAccess.of(self._platform).public(market.exchange)
        last_closed: int | None = None
        while since + length <= now:
            candles = gateway.candles(market.symbol, market.timeframe, since)
            closed = candles[candles["opened_at"] + length <= now]
            if not len(closed):
                break
            self._store(market, closed)
            last_closed = int(closed["opened_at"][-1])
            since = last_closed + length
        if last_closed is not None:
            log.info("history_fetched", market=str(market), until=last_closed)
            self._callbacks.candle_closed(market, last_closed)

    def _first_missing(self, market: Market, start: int) -> int:
        """From when on to fetch (ms): after the newest candle, or from the start where the past is not all there."""
        length = interval(market.timeframe)
        name = (market.exchange, market.symbol, market.timeframe)
        with self._platform.database.across_tenants("feed: what is stored") as session:
            newest = newest_opened_at(session, *name)
            if newest is None or newest < start:
                return start
            stored = CandleStore(session, self._platform.settings).read(*name, start, newest + length)
        # A few missing candles are the market's own pauses; fetching them again would find none.
        complete = len(stored) >= 0.95 * ((newest - start) // length)
        return newest + length if complete else start

    def _newest(self, market: Market) -> int | None:
        with self._platform.database.across_tenants("feed: newest candle") as session:
            return newest_opened_at(session, market.exchange, market.symbol, market.timeframe)

    def _store(self, market: Market, candles: Candles) -> None:
        with self._platform.database.across_tenants("feed: store candles") as session:
            store_candles(session, market.exchange, market.symbol, market.timeframe, candles)
