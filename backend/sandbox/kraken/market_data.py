"""Kraken's public endpoints: time, assets, pairs, candles, tickers, book and recent trades."""

from datetime import UTC, datetime
from typing import Any, Final

from backend.sandbox.kraken.errors import invalid_argument
from backend.sandbox.kraken.names import asset_id, asset_short, pair_id
from backend.sandbox.kraken.parameters import Parameters
from backend.sandbox.kraken.shapes import Json, asset_shape, candle_rows, pair_shape, price_text, ticker_shape
from backend.sandbox.matching import Exchange
from backend.sandbox.numbers import book_sizes, units_text
from backend.sandbox.prices.levels import TICK
from backend.sandbox.prices.timeframes import close_of, count_between, edges, open_before, open_of

# Minutes of a candle: the venue's number, and the sandbox's time frame.
INTERVALS: Final = {
    1: "1m",
    5: "5m",
    15: "15m",
    30: "30m",
    60: "1h",
    240: "4h",
    1440: "1d",
    10080: "1w",
}
_MOST_CANDLES: Final = 720
_MOST_LEVELS: Final = 500
_MOST_TRADES: Final = 1000


def server_time(now: int) -> Json:
    """The venue's clock."""
    words = datetime.fromtimestamp(now // 1000, UTC).strftime("%a, %d %b %y %H:%M:%S +0000")
    return {"unixtime": now // 1000, "rfc1123": words}


def system_status(exchange: Exchange, _parameters: Parameters) -> Json:
    """That the venue works."""
    moment = datetime.fromtimestamp(exchange.clock.milliseconds() // 1000, UTC)
    return {"status": "online", "timestamp": moment.strftime("%Y-%m-%dT%H:%M:%SZ")}


def assets(exchange: Exchange, parameters: Parameters) -> Json:
    """Every asset, or those of `asset`."""
    known = sorted({asset for market in exchange.markets.values() for asset in (market.base, market.quote)})
    wanted = parameters.listed("asset")
    return {
        asset_id(asset): asset_shape(asset)
        for asset in known
        if not wanted or {asset, asset_id(asset), asset_short(asset)} & set(wanted)
    }


def pairs(_exchange: Exchange, parameters: Parameters) -> Json:
    """Every pair, or those of `pair`."""
    return {pair_id(market): pair_shape(market) for market in parameters.chosen_markets()}


def ticker(exchange: Exchange, parameters: Parameters) -> Json:
    """The day of one pair, of several or of all."""
    now = exchange.clock.milliseconds()
    return {pair_id(market): ticker_shape(market, now) for market in parameters.chosen_markets()}


def candles(exchange: Exchange, parameters: Parameters) -> Json:
    """At most the newest 720 candles that open after `since`, oldest first; the last one is unfinished."""
    now = exchange.clock.milliseconds()
    market = parameters.market()
    interval = parameters.integer("interval")
    timeframe = INTERVALS.get(1 if interval is None else interval)
    if timeframe is None:
        raise invalid_argument("interval")
    last = open_of(timeframe, now)
    first = open_before(timeframe, last, _MOST_CANDLES - 1)
    since = parameters.moment("since")
    if since is not None:
        first = max(first, close_of(timeframe, open_of(timeframe, min(since, now))))
    count = count_between(timeframe, first, last)
    rows = []
    if count:
        bounds = edges(timeframe, first, count)
        rows = candle_rows(market, market.path.candles(timeframe, first, count, now), bounds, now)
    return {pair_id(market): rows, "last": open_before(timeframe, last, 1) // 1000}


def depth(exchange: Exchange, parameters: Parameters) -> Json:
    """The order book; only its best prices come from the path, the depth behind them is made up."""
    now = exchange.clock.milliseconds()
    market = parameters.market()
    levels = min(_MOST_LEVELS, max(1, parameters.integer("count") or 100))
    number = now // TICK
    bid, ask = (market.ticks(price) for price in market.told_book(now))
    sides = {"asks": (1, range(ask, ask + levels)), "bids": (0, range(bid, max(0, bid - levels), -1))}

    def rows(size: int, prices: range) -> list[list[Any]]:
        sizes = (book_sizes(market, number + level)[size] for level in range(len(prices)))
        return [
            [price_text(market, market.price(price)), f"{offered:.3f}", now // 1000]
            for price, offered in zip(prices, sizes, strict=True)
        ]

    return {pair_id(market): {side: rows(*what) for side, what in sides.items()}}


def trades(exchange: Exchange, parameters: Parameters) -> Json:
    """The newest trades, oldest first, or those since a time in nanoseconds."""
    now = exchange.clock.milliseconds()
    market = parameters.market()
    newest = now // TICK
    since = parameters.integer("since")
    first = newest - _MOST_TRADES + 1
    if since is not None:
        first = max(first, min(since // 1_000_000, now) // TICK + 1)
    ticks = market.path.ticks(first, max(0, newest - first + 1)) if first <= newest else None
    columns = zip(range(first, newest + 1), ticks.close.tolist(), ticks.volume.tolist(), strict=True) if ticks else ()
    rows = [
        [
            price_text(market, market.price(price)),
            units_text(volume, market.volume_decimals),
            number * TICK / 1000,
            "s" if number % 2 == 0 else "b",
            "l",
            "",
            number,
        ]
        for number, price, volume in columns
        if volume
    ]
    return {pair_id(market): rows, "last": str(newest * TICK * 1_000_000)}
