"""Kraken's public channels: what a subscriber is told at first, and what each tick brings."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from backend.sandbox.day_figures import day_figures
from backend.sandbox.kraken.market_data import INTERVALS
from backend.sandbox.kraken.shapes import Json, average_price
from backend.sandbox.markets import Market
from backend.sandbox.numbers import time_text, trade_count
from backend.sandbox.prices.candles import Candles
from backend.sandbox.prices.levels import TICK
from backend.sandbox.prices.timeframes import SECOND, close_of, open_before, open_of

PUBLIC_CHANNELS = ("ticker", "ohlc", "trade")

_TICKS_A_SECOND = SECOND // TICK
_SNAPSHOT_CANDLES = 10
_SNAPSHOT_TRADES = 50


@dataclass(frozen=True)
class Channel:
    """A public channel of one market; `interval` in minutes for candles, 0 otherwise."""

    name: str
    symbol: str
    interval: int = 0

    def message(self, kind: str, rows: list[Json], now: int) -> Json:
        """The rows as the venue sends them; `kind` is snapshot or update."""
        return {"channel": self.name, "type": kind, "timestamp": time_text(now), "data": rows}


def snapshot(channel: Channel, market: Market, now: int) -> Json:
    """What a new subscriber is told."""
    newest = now // TICK
    if channel.name == "ticker":
        return channel.message("snapshot", [_ticker(market, now)], now)
    if channel.name == "trade":
        return channel.message("snapshot", _trades(market, newest - 4 * _SNAPSHOT_TRADES, newest)[-50:], now)
    timeframe = INTERVALS[channel.interval]
    last = open_of(timeframe, now)
    opens = [open_before(timeframe, last, steps) for steps in range(_SNAPSHOT_CANDLES - 1, -1, -1)]
    return channel.message("snapshot", [_candle(market, channel.interval, opened, now) for opened in opens], now)


def updates(channel: Channel, market: Market, told: int, newest: int) -> list[Json]:
    """What the ticks after `told` and up to `newest` bring."""
    now = newest * TICK
    rows: list[Json] = []
    if not market.is_open:
        return []
    if channel.name == "trade":
        rows = _trades(market, told, newest)
        return [channel.message("update", rows, now)] if rows else []
    if channel.name == "ticker":
        return [channel.message("update", [_ticker(market, now)], now)] if market.path.tick(now).volume else []
    timeframe = INTERVALS[channel.interval]
    opened = open_of(timeframe, told * TICK)
    while (closed := close_of(timeframe, opened)) <= now:
        rows.append(_candle(market, channel.interval, opened, now))
        opened = closed
    if rows or newest % _TICKS_A_SECOND == 0:
        rows.append(_candle(market, channel.interval, opened, now))
    return [channel.message("update", [row], now) for row in rows]


def _ticker(market: Market, now: int) -> Json:
    day = day_figures(market, now)
    return {
        "symbol": market.symbol,
        "bid": float(day.book.bid),
        "bid_qty": float(day.book.bid_size),
        "ask": float(day.book.ask),
        "ask_qty": float(day.book.ask_size),
        "last": float(day.last),
        "volume": float(day.volume),
        "vwap": float(round(day.average, market.price_decimals)),
        "low": float(day.low),
        "high": float(day.high),
        "change": float(day.change),
        "change_pct": float(round(day.change_percent, 2)),
        "timestamp": time_text(now),
    }


def _candle(market: Market, interval: int, opened: int, now: int) -> Json:
    timeframe = INTERVALS[interval]
    candle: Candles = market.path.candles(timeframe, opened, 1, now)
    closed = close_of(timeframe, opened)
    volume, quote, last = int(candle.volume[0]), int(candle.quote[0]), int(candle.close[0])
    prices: dict[str, Any] = {
        name: float(market.price(int(side[0])))
        for name, side in (
            ("open", candle.open),
            ("high", candle.high),
            ("low", candle.low),
            ("close", candle.close),
        )
    }
    return {
        "symbol": market.symbol,
        **prices,
        "trades": trade_count(opened, closed, volume, now),
        "volume": float(Decimal(volume).scaleb(-market.volume_decimals)),
        "vwap": float(round(average_price(market, volume, quote, last), market.price_decimals)),
        "interval_begin": time_text(opened).replace("Z", "000Z"),
        "interval": interval,
        "timestamp": time_text(closed),
    }


def _trades(market: Market, told: int, newest: int) -> list[Json]:
    ticks = market.path.ticks(told + 1, newest - told)
    return [
        {
            "symbol": market.symbol,
            "side": "sell" if number % 2 == 0 else "buy",
            "price": float(market.price(price)),
            "qty": float(Decimal(volume).scaleb(-market.volume_decimals)),
            "ord_type": "limit",
            "trade_id": number,
            "timestamp": time_text(number * TICK),
        }
        for number, price, volume in zip(
            range(told + 1, newest + 1), ticks.close.tolist(), ticks.volume.tolist(), strict=True
        )
        if volume
    ]
