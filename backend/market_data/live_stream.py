"""Candles of a market as they move and close: by websocket, or by polling where the exchange streams none."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import ccxt.pro
import numpy as np

from backend.exchanges.access import ExchangeAccess
from backend.exchanges.gateway import Gateway
from backend.exchanges.venues import venue_of
from backend.trading.candles import CANDLE, Candles, interval

_POLL_SECONDS = 2.0
_SILENCE_SECONDS = 60.0


@dataclass(frozen=True)
class StreamedCandle:
    """The candle of now, or one that just closed; `opened_at` in milliseconds."""

    opened_at: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    closed: bool

    def as_candles(self) -> Candles:
        """As an array of one record."""
        row = (self.opened_at, self.open, self.high, self.low, self.close, self.volume)
        return np.array([row], dtype=CANDLE)


class StreamSilent(Exception):
    """Nothing came for so long that the connection is taken for dead."""


class StreamClient:
    """One connection to an exchange, shared by all its markets."""

    def __init__(self, access: ExchangeAccess, exchange: str) -> None:
        self._access = access
        self._exchange = exchange
        self._connecting: asyncio.Task[Any] | None = None
        self._announced: set[tuple[str, str, int]] = set()

    async def candles(self, symbol: str, timeframe: str) -> AsyncGenerator[StreamedCandle, None]:
        """Endless; every closed candle exactly once, in order. Raises ccxt's errors, ExchangeProblem, StreamSilent."""
        client = await self._connected()
        streams = venue_of(self._exchange).has_streams and client.has.get("watchOHLCV")
        fetch = partial(_watch, client) if streams else partial(_poll, self._access.public(self._exchange))
        closing = _ClosingOrder()
        market_id = client.market(symbol)["id"]
        limit = _SILENCE_SECONDS + interval(timeframe) / 1000
        while True:
            try:
                rows = await asyncio.wait_for(fetch(symbol, timeframe), limit)
            except TimeoutError:
                raise StreamSilent(symbol) from None
            for row in rows:
                name = (market_id, timeframe, int(row[0]))
                for candle in closing.advance(row, announced=name in self._announced):
                    yield candle
                self._announced.discard(name)

    async def close(self) -> None:
        """Close the connection."""
        with contextlib.suppress(Exception):
            if self._connecting is not None and self._connecting.done():
                await self._connecting.result().close()

    async def _connected(self) -> Any:
        # Streams that start together wait for one client and its markets; a failed one is tried anew by the next.
        if self._connecting is None or (self._connecting.done() and self._connecting.exception()):
            self._connecting = asyncio.ensure_future(self._connect())
        return await asyncio.shield(self._connecting)

    async def _connect(self) -> Any:
        # The markets may have to be fetched, which takes its time.
        await asyncio.to_thread(self._access.public(self._exchange).markets)
        client = self._access.stream_client(ccxt.pro, self._exchange)
        self._listen_for_closes(client)
        return client

    def _listen_for_closes(self, stream: Any) -> None:
        # Binance says in the message that a candle is closed; ccxt drops that, and waiting for the next candle's
        # first trade would cost up to a second and more.
        pass_on = getattr(stream, "handle_ohlcv", None)
        if pass_on is None:
            return

        def note(client: Any, message: Any) -> None:
            kline = message.get("k") if isinstance(message, dict) else None
            if isinstance(kline, dict) and kline.get("x") is True:
                self._announced.add((kline["s"], kline["i"], int(kline["t"])))
            pass_on(client, message)

        stream.handle_ohlcv = note


async def _watch(client: Any, symbol: str, timeframe: str) -> list[Any]:
    rows: list[Any] = await client.watch_ohlcv(symbol, timeframe)
    return rows[-3:]


async def _poll(gateway: Gateway, symbol: str, timeframe: str) -> list[Any]:
    await asyncio.sleep(_POLL_SECONDS)
    candles = await asyncio.to_thread(gateway.candles, symbol, timeframe, None, 3)
    return [tuple(candle) for candle in candles]


class _ClosingOrder:
    """Decides for one market which candle is closed: announced by the exchange, or followed by a newer one."""

    def __init__(self) -> None:
        self._moving: StreamedCandle | None = None
        self._newest_closed = 0

    def advance(self, row: list[Any], announced: bool) -> list[StreamedCandle]:
        """What one row of the exchange tells, oldest first."""
        open_, high, low, close, volume = (float(value) for value in row[1:6])
        candle = StreamedCandle(int(row[0]), open_, high, low, close, volume, announced)
        if candle.opened_at <= self._newest_closed:
            return []
        told = []
        moving = self._moving
        if moving is not None and moving.opened_at > candle.opened_at:
            return []
        if moving is not None and moving.opened_at < candle.opened_at and moving.opened_at > self._newest_closed:
            told.append(replace(moving, closed=True))
        self._moving = candle
        told.append(candle)
        self._newest_closed = max([self._newest_closed, *(one.opened_at for one in told if one.closed)])
        return told
