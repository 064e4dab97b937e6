"""Binance's streams: what each of them sends when the price has moved on by some ticks."""

from collections.abc import Callable
from typing import Any, Final

from backend.sandbox.binance.shapes import Json, book_ticker, day_ticker, venue_id
from backend.sandbox.clock import Clock
from backend.sandbox.markets import Market
from backend.sandbox.numbers import trade_count, units_text
from backend.sandbox.prices.candles import Candles
from backend.sandbox.prices.levels import TICK
from backend.sandbox.prices.timeframes import SECOND, TIMEFRAMES, close_of, open_of

_TICKS_A_SECOND: Final = SECOND // TICK

# Given the last tick told and the newest one: the messages in between.
Source = Callable[[int, int], list[Any]]


class UnknownStream(Exception):
    """No stream has this name."""


class StreamCatalogue:
    """Finds the source of a stream by its name, such as btcusdt@kline_1m."""

    def __init__(self, markets: dict[str, Market], clock: Clock) -> None:
        self._markets = markets
        self._clock = clock

    def source(self, name: str) -> Source:
        """Raises UnknownStream."""
        symbol, _, channel = name.partition("@")
        if symbol in {"!miniTicker", "!ticker"} and channel == "arr":
            return self._every_market(self._mini_ticker if symbol == "!miniTicker" else self._ticker)
        market = self._markets.get(symbol.upper())
        if market is None:
            raise UnknownStream(name)
        source = self._market_source(name, market, channel)
        return lambda told, newest: source(told, newest) if market.is_open else []

    def _market_source(self, name: str, market: Market, channel: str) -> Source:
        timeframe = channel.removeprefix("kline_")
        if channel.startswith("kline_") and timeframe in TIMEFRAMES:
            return lambda told, newest: self._klines(market, timeframe, told, newest)
        single = {"miniTicker": self._mini_ticker, "ticker": self._ticker}.get(channel)
        if single is not None:
            return lambda _told, newest: [single(market, newest)] if newest % _TICKS_A_SECOND == 0 else []
        if channel == "bookTicker":
            return lambda _told, newest: [_book(market, newest)]
        if channel == "trade":
            return lambda told, newest: self._trades(market, told, newest)
        raise UnknownStream(name)

    def _every_market(self, shape: Callable[[Market, int], Json]) -> Source:
        def source(_told: int, newest: int) -> list[Any]:
            if newest % _TICKS_A_SECOND:
                return []
            return [[shape(market, newest) for market in self._markets.values()]]

        return source

    def _klines(self, market: Market, timeframe: str, told: int, newest: int) -> list[Any]:
        now = newest * TICK
        messages = []
        opened = open_of(timeframe, told * TICK)
        while (closed := close_of(timeframe, opened)) <= now:
            candle = market.path.candles(timeframe, opened, 1, now)
            messages.append(self._kline(market, timeframe, opened, closed, candle, now))
            opened = closed
        if timeframe == "1s" or messages or newest % _TICKS_A_SECOND == 0:
            candle = market.path.candles(timeframe, opened, 1, now)
            messages.append(self._kline(market, timeframe, opened, closed, candle, now))
        return messages

    def _kline(self, market: Market, timeframe: str, opened: int, closed: int, candle: Candles, now: int) -> Json:
        prices, volumes, quotes = market.price_decimals, market.volume_decimals, market.quote_decimals
        volume, quote = int(candle.volume[0]), int(candle.quote[0])
        count = trade_count(opened, closed, volume, now)
        return {
            "e": "kline",
            "E": self._clock.milliseconds(),
            "s": venue_id(market),
            "k": {
                "t": opened,
                "T": closed - 1,
                "s": venue_id(market),
                "i": timeframe,
                "f": opened // TICK if count else -1,
                "L": opened // TICK + count - 1 if count else -1,
                "o": units_text(int(candle.open[0]), prices),
                "c": units_text(int(candle.close[0]), prices),
                "h": units_text(int(candle.high[0]), prices),
                "l": units_text(int(candle.low[0]), prices),
                "v": units_text(volume, volumes),
                "n": count,
                "x": closed <= now,
                "q": units_text(quote, quotes),
                "V": units_text(volume // 2, volumes),
                "Q": units_text(quote // 2, quotes),
                "B": "0",
            },
        }

    def _mini_ticker(self, market: Market, newest: int) -> Json:
        day = day_ticker(market, newest * TICK)
        return {
            "e": "24hrMiniTicker",
            "E": self._clock.milliseconds(),
            "s": day["symbol"],
            "c": day["lastPrice"],
            "o": day["openPrice"],
            "h": day["highPrice"],
            "l": day["lowPrice"],
            "v": day["volume"],
            "q": day["quoteVolume"],
        }

    def _ticker(self, market: Market, newest: int) -> Json:
        day = day_ticker(market, newest * TICK)
        return {
            **self._mini_ticker(market, newest),
            "e": "24hrTicker",
            "p": day["priceChange"],
            "P": day["priceChangePercent"],
            "w": day["weightedAvgPrice"],
            "x": day["prevClosePrice"],
            "Q": day["lastQty"],
            "b": day["bidPrice"],
            "B": day["bidQty"],
            "a": day["askPrice"],
            "A": day["askQty"],
            "O": day["openTime"],
            "C": day["closeTime"],
            "F": day["firstId"],
            "L": day["lastId"],
            "n": day["count"],
        }

    def _trades(self, market: Market, told: int, newest: int) -> list[Any]:
        ticks = market.path.ticks(told + 1, newest - told)
        return [
            {
                "e": "trade",
                "E": self._clock.milliseconds(),
                "s": venue_id(market),
                "t": number,
                "p": units_text(price, market.price_decimals),
                "q": units_text(volume, market.volume_decimals),
                "T": number * TICK,
                "m": number % 2 == 0,
                "M": True,
            }
            for number, price, volume in zip(
                range(told + 1, newest + 1), ticks.close.tolist(), ticks.volume.tolist(), strict=True
            )
            if volume
        ]


def _book(market: Market, newest: int) -> Json:
    book = book_ticker(market, newest * TICK)
    return {
        "u": newest,
        "s": book["symbol"],
        "b": book["bidPrice"],
        "B": book["bidQty"],
        "a": book["askPrice"],
        "A": book["askQty"],
    }
