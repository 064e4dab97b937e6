"""Coinbase's public endpoints: time, currencies, products, candles, tickers and books."""

from typing import Any, Final

from backend.sandbox.coinbase.errors import invalid_argument
from backend.sandbox.coinbase.parameters import Query
from backend.sandbox.coinbase.shapes import Json, decimal_text, is_fiat, product_id, product_shape
from backend.sandbox.day_figures import book_of
from backend.sandbox.markets import Market
from backend.sandbox.matching import Exchange
from backend.sandbox.numbers import book_sizes, plain_text, time_text
from backend.sandbox.prices.levels import TICK
from backend.sandbox.prices.timeframes import close_of, count_between, open_of

_GRANULARITIES: Final = {
    "ONE_MINUTE": "1m",
    "FIVE_MINUTE": "5m",
    "FIFTEEN_MINUTE": "15m",
    "THIRTY_MINUTE": "30m",
    "ONE_HOUR": "1h",
    "TWO_HOUR": "2h",
    "FOUR_HOUR": "4h",
    "SIX_HOUR": "6h",
    "ONE_DAY": "1d",
}
_MOST_CANDLES: Final = 350
_MOST_TRADES: Final = 1000
_MOST_LEVELS: Final = 500
_TRADE_SEARCH_TICKS: Final = 20_000


def server_time(now: int) -> Json:
    """The venue's clock."""
    return {"iso": time_text(now), "epochSeconds": str(now // 1000), "epochMillis": str(now)}


def old_server_time(now: int) -> Json:
    """The venue's clock at the older address."""
    return {"data": {"iso": time_text(now), "epoch": now // 1000}}


def currencies(exchange: Exchange, _query: Query) -> Json:
    """The currencies of states."""
    rows = [{"id": asset, "name": asset, "min_size": "0.01"} for asset in _assets(exchange) if is_fiat(asset)]
    return {"data": rows}


def crypto_currencies(exchange: Exchange, _query: Query) -> Json:
    """The other currencies."""
    return {
        "data": [
            {"asset_id": asset, "code": asset, "name": asset, "color": "#808080", "sort_index": 100, "exponent": 8}
            for asset in _assets(exchange)
            if not is_fiat(asset)
        ]
    }


def exchange_rates(exchange: Exchange, _query: Query) -> Json:
    """What a dollar is worth in each asset that is traded against dollars."""
    now = exchange.clock.milliseconds()
    rates = {"USD": "1", "USDT": "1", "USDC": "1"}
    for market in exchange.markets.values():
        if market.quote in {"USD", "USDT"}:
            rates[market.base] = plain_text(round(1 / market.last(now), 12))
    return {"data": {"currency": "USD", "rates": rates}}


def products(exchange: Exchange, query: Query) -> Json:
    """Every product, or those of `product_ids`; there are no futures."""
    now = exchange.clock.milliseconds()
    wanted = query.listed("product_ids")
    markets = [] if query.optional("product_type") not in {None, "SPOT"} else list(exchange.markets.values())
    rows = [product_shape(market, now) for market in markets if not wanted or product_id(market) in wanted]
    return {"products": rows, "num_products": len(rows), "pagination": None}


def product(exchange: Exchange, _query: Query, market: Market) -> Json:
    """One product."""
    return product_shape(market, exchange.clock.milliseconds())


def candles(exchange: Exchange, query: Query, market: Market) -> Json:
    """Candles that open from `start` to `end` (in seconds), newest first."""
    now = exchange.clock.milliseconds()
    timeframe = _GRANULARITIES.get(query.optional("granularity") or "")
    start, end = query.integer("start"), query.integer("end")
    if timeframe is None or start is None or end is None:
        raise invalid_argument("granularity, start and end are required")
    first = open_of(timeframe, start * 1000)
    if first < start * 1000:
        first = close_of(timeframe, first)
    count = count_between(timeframe, first, open_of(timeframe, min(end * 1000, now)))
    if count > _MOST_CANDLES:
        raise invalid_argument(f"number of candles requested should be less than {_MOST_CANDLES}")
    if count == 0:
        return {"candles": []}
    return {"candles": _candle_rows(market, timeframe, first, count, now)[::-1]}


def ticker(exchange: Exchange, query: Query, market: Market) -> Json:
    """The newest trades, newest first, with the best prices."""
    now = exchange.clock.milliseconds()
    limit = query.limit(100, _MOST_TRADES)
    newest = now // TICK
    rows = trades_between(market, newest - limit, newest)
    # A quiet market has ticks without a trade: look further back, but not for ever.
    if len(rows) < limit:
        rows = trades_between(market, newest - _TRADE_SEARCH_TICKS, newest)
    book = book_of(market, now)
    shown = [{**row, "bid": "", "ask": "", "exchange": "coinbase"} for row in rows[::-1][:limit]]
    return {"trades": shown, "best_bid": plain_text(book.bid), "best_ask": plain_text(book.ask)}


def product_book(exchange: Exchange, query: Query) -> Json:
    """The order book; only its best prices come from the path, the depth behind them is made up."""
    market = query.market(query.optional("product_id"))
    return {"pricebook": _book(market, exchange.clock.milliseconds(), query.limit(100, _MOST_LEVELS))}


def best_bid_ask(exchange: Exchange, query: Query) -> Json:
    """The best prices of some products, or of all."""
    now = exchange.clock.milliseconds()
    wanted = query.listed("product_ids")
    markets = [market for name, market in query.markets.items() if not wanted or name in wanted]
    return {"pricebooks": [_book(market, now, 1) for market in markets]}


def trades_between(market: Market, told: int, newest: int) -> list[Json]:
    """The trades of the ticks after `told` and up to `newest`, oldest first."""
    ticks = market.path.ticks(told + 1, newest - told)
    return [
        {
            "trade_id": str(number),
            "product_id": product_id(market),
            "price": decimal_text(price, market.price_decimals),
            "size": decimal_text(volume, market.volume_decimals),
            "time": time_text(number * TICK),
            "side": "SELL" if number % 2 == 0 else "BUY",
        }
        for number, price, volume in zip(
            range(told + 1, newest + 1), ticks.close.tolist(), ticks.volume.tolist(), strict=True
        )
        if volume
    ]


def _assets(exchange: Exchange) -> list[str]:
    return sorted({asset for market in exchange.markets.values() for asset in (market.base, market.quote)})


def _candle_rows(market: Market, timeframe: str, first: int, count: int, now: int) -> list[Json]:
    candles = market.path.candles(timeframe, first, count, now)
    opened = first
    rows: list[dict[str, Any]] = []
    for place in range(count):
        prices = {
            name: decimal_text(int(side[place]), market.price_decimals)
            for name, side in (
                ("low", candles.low),
                ("high", candles.high),
                ("open", candles.open),
                ("close", candles.close),
            )
        }
        volume = decimal_text(int(candles.volume[place]), market.volume_decimals)
        rows.append({"start": str(opened // 1000), **prices, "volume": volume})
        opened = close_of(timeframe, opened)
    return rows


def _book(market: Market, now: int, levels: int) -> Json:
    bid, ask = (market.ticks(price) for price in market.told_book(now))
    number = now // TICK

    def rows(size: int, prices: range) -> list[Json]:
        return [
            {
                "price": plain_text(market.price(price)),
                "size": plain_text(book_sizes(market, number + level)[size]),
            }
            for level, price in enumerate(prices)
        ]

    return {
        "product_id": product_id(market),
        "bids": rows(0, range(bid, max(0, bid - levels), -1)),
        "asks": rows(1, range(ask, ask + levels)),
        "time": time_text(now),
    }
