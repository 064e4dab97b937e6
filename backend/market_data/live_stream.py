"""Candles of a market as they move and close: by websocket, or by polling where the exchange streams none."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import ccxt.pro
import numpy as np

from backend.config import Settings
from backend.exchanges.gateway import make_client
from backend.trading.candles import CANDLE, Candles, interval

_POLL_SECONDS = 1.0
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

    def __init__(self, settings: Settings, exchange: str) -> None:
        self._client = make_client(ccxt.pro, settings, exchange)
        self._loading: asyncio.Task[Any] | None = None
        self._announced: set[tuple[str, str, int]] = set()
        self._listen_for_closes()

    async def candles(self, symbol: str, timeframe: str) -> AsyncIterator[StreamedCandle]:
        """Endless; every closed candle exactly once and in order. Raises ccxt's errors and StreamSilent."""
        await self._load_markets()
        fetch = self._watch if self._client.has.get("watchOHLCV") else self._poll
        closing = _ClosingOrder()
        market_id = self._client.market(symbol)["id"]
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
            await self._client.close()

    async def _load_markets(self) -> None:
        # Streams that start together wait for one loading; a failed one is tried anew by the next.
        if self._loading is None or (self._loading.done() and self._loading.exception()):
            self._loading = asyncio.ensure_future(self._client.load_markets())
        await asyncio.shield(self._loading)

    async def _watch(self, symbol: str, timeframe: str) -> list[Any]:
        rows: list[Any] = await self._client.watch_ohlcv(symbol, timeframe)
        return rows[-3:]

    async def _poll(self, symbol: str, timeframe: str) -> list[Any]:
        await asyncio.sleep(_POLL_SECONDS)
        rows: list[Any] = await self._client.fetch_ohlcv(symbol, timeframe, None, 3)
        return rows

    def _listen_for_closes(self) -> None:
        # Binance says in the message that a candle is closed; ccxt drops that, and waiting for the next candle's
        # first trade would cost up to a second and more.
        pass_on = getattr(self._client, "handle_ohlcv", None)
        if pass_on is None:
            return

        def note(client: Any, message: Any) -> None:
            kline = message.get("k") if isinstance(message, dict) else None
            if isinstance(kline, dict) and kline.get("x") is True:
                self._announced.add((kline["s"], kline["i"], int(kline["t"])))
            pass_on(client, message)

        self._client.handle_ohlcv = note


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
