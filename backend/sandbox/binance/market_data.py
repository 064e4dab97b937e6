"""Binance's public endpoints: time, markets, candles, tickers, order book and recent trades."""

from decimal import Decimal
from typing import Any, Final

from backend.sandbox.binance.errors import BinanceError
from backend.sandbox.binance.parameters import Parameters
from backend.sandbox.binance.shapes import (
    Json,
    book_ticker,
    day_ticker,
    kline_rows,
    venue_id,
)
from backend.sandbox.markets import Market
from backend.sandbox.matching import Exchange
from backend.sandbox.numbers import amount_text, book_sizes, units_text
from backend.sandbox.prices.levels import TICK
from backend.sandbox.prices.timeframes import (
    MINUTE,
    TIMEFRAMES,
    close_of,
    count_between,
    edges,
    open_before,
    open_of,
)
from backend.sandbox.venues import MOST_OPEN_ORDERS, VENUES

# The markets' first day: earlier candles are not offered.
_FIRST_LISTED: Final = 1_483_228_800_000
_TRADE_SEARCH_TICKS: Final = 20_000


def ping(_exchange: Exchange, _parameters: Parameters) -> Json:
    """Whether the venue is there."""
    return {}


def server_time(now: int) -> Json:
    """The venue's clock."""
    return {"serverTime": now}


def exchange_info(exchange: Exchange, parameters: Parameters) -> Json:
    """The markets and their filters."""
    markets = parameters.chosen_markets()
    return {
        "timezone": "UTC",
        "serverTime": exchange.clock.milliseconds(),
        "rateLimits": [
            {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6000},
            {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 100},
            {"rateLimitType": "ORDERS", "interval": "DAY", "intervalNum": 1, "limit": 200000},
        ],
        "exchangeFilters": [],
        "symbols": [_market_shape(market) for market in markets or exchange.markets.values()],
    }


def klines(exchange: Exchange, parameters: Parameters) -> list[list[Any]]:
    """Candles, oldest first; the unfinished one is the last."""
    now = exchange.clock.milliseconds()
    market = parameters.market()
    timeframe = parameters.choice("interval", TIMEFRAMES, BinanceError(-1120, "Invalid interval."))
    limit = parameters.limit(500, 1000)
    start, end = parameters.optional_integer("startTime"), parameters.optional_integer("endTime")
    last = open_of(timeframe, now if end is None else min(end, now))
    earliest = _first_open_from(timeframe, _FIRST_LISTED)
    if start is None:
        first = max(earliest, open_before(timeframe, last, limit - 1))
    else:
        first = max(earliest, _first_open_from(timeframe, min(start, now + MINUTE)))
    count = min(limit, count_between(timeframe, first, last))
    if count <= 0:
        return []
    candles = market.path.candles(timeframe, first, count, now)
    return kline_rows(market, candles, edges(timeframe, first, count), now)


def ticker_24hr(exchange: Exchange, parameters: Parameters) -> Json | list[Json]:
    """The last 24 hours of one market, of several or of all."""
    now = exchange.clock.milliseconds()
    return _one_or_many(exchange, parameters, lambda market: day_ticker(market, now))


def ticker_price(exchange: Exchange, parameters: Parameters) -> Json | list[Json]:
    """The newest price of one market, of several or of all."""
    now = exchange.clock.milliseconds()
    return _one_or_many(
        exchange,
        parameters,
        lambda market: {"symbol": venue_id(market), "price": amount_text(market.last(now))},
    )


def ticker_book(exchange: Exchange, parameters: Parameters) -> Json | list[Json]:
    """Best bid and ask of one market, of several or of all."""
    now = exchange.clock.milliseconds()
    return _one_or_many(exchange, parameters, lambda market: book_ticker(market, now))


def depth(exchange: Exchange, parameters: Parameters) -> Json:
    """The order book; only its best prices come from the path, the depth behind them is made up."""
    now = exchange.clock.milliseconds()
    market = parameters.market()
    limit = parameters.limit(100, 5000)
    number = now // TICK
    bid, ask = (market.ticks(price) for price in market.told_book(now))
    return {
        "lastUpdateId": number,
        "bids": [
            [amount_text(market.price(bid - level)), amount_text(book_sizes(market, number + level)[0])]
            for level in range(min(limit, bid - 1))
        ],
        "asks": [
            [amount_text(market.price(ask + level)), amount_text(book_sizes(market, number + level)[1])]
            for level in range(limit)
        ],
    }


def trades(exchange: Exchange, parameters: Parameters) -> list[Json]:
    """The newest trades, oldest first."""
    now = exchange.clock.milliseconds()
    market = parameters.market()
    return [
        {
            "id": number,
            "price": units_text(price, market.price_decimals),
            "qty": units_text(volume, market.volume_decimals),
            "quoteQty": units_text(quote, market.quote_decimals),
            "time": number * TICK,
            "isBuyerMaker": number % 2 == 0,
            "isBestMatch": True,
        }
        for number, price, volume, quote in recent_trades(market, parameters.limit(500, 1000), now)
    ]


def aggregate_trades(exchange: Exchange, parameters: Parameters) -> list[Json]:
    """The newest trades, oldest first, in the compressed shape; or those from `startTime` or `fromId` on."""
    now = exchange.clock.milliseconds()
    market = parameters.market()
    limit = parameters.limit(500, 1000)
    start, first = parameters.optional_integer("startTime"), parameters.optional_integer("fromId")
    if start is not None:
        first = -(-start // TICK)
    if first is None:
        rows = recent_trades(market, limit, now)
    else:
        first = max(first, _FIRST_LISTED // TICK)
        rows = _trades_between(market, first, min(now // TICK, first + limit - 1))
    return [
        {
            "a": number,
            "p": units_text(price, market.price_decimals),
            "q": units_text(volume, market.volume_decimals),
            "f": number,
            "l": number,
            "T": number * TICK,
            "m": number % 2 == 0,
            "M": True,
        }
        for number, price, volume, _ in rows
    ]


def recent_trades(market: Market, limit: int, now: int) -> list[tuple[int, int, int, int]]:
    """Number, price, volume and quote volume of the newest ticks that had volume, oldest first."""
    last = now // TICK
    rows = _trades_between(market, last - limit + 1, last)
    # A quiet market has ticks without a trade: look further back, but not for ever.
    if len(rows) < limit:
        rows = _trades_between(market, last - _TRADE_SEARCH_TICKS + 1, last)
    return rows[-limit:]


def _trades_between(market: Market, first: int, last: int) -> list[tuple[int, int, int, int]]:
    if last < first:
        return []
    ticks = market.path.ticks(first, last - first + 1)
    columns = zip(
        range(first, last + 1), ticks.close.tolist(), ticks.volume.tolist(), ticks.quote.tolist(), strict=True
    )
    return [row for row in columns if row[2] > 0]


def _first_open_from(timeframe: str, moment: int) -> int:
    opened = open_of(timeframe, moment)
    return opened if opened >= moment else close_of(timeframe, opened)


def _one_or_many(exchange: Exchange, parameters: Parameters, shape: Any) -> Json | list[Json]:
    markets = parameters.chosen_markets()
    if markets is None:
        return [shape(market) for market in exchange.markets.values()]
    rows: list[Json] = [shape(market) for market in markets]
    return rows[0] if parameters.has("symbol") else rows


def _market_shape(market: Market) -> Json:
    step = amount_text(market.quantity_step)
    largest = amount_text(market.maximum_quantity)
    return {
        "symbol": venue_id(market),
        "status": "TRADING" if market.is_open else "BREAK",
        "baseAsset": market.base,
        "baseAssetPrecision": 8,
        "quoteAsset": market.quote,
        "quotePrecision": 8,
        "quoteAssetPrecision": 8,
        "baseCommissionPrecision": 8,
        "quoteCommissionPrecision": 8,
        "orderTypes": ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"],
        "icebergAllowed": False,
        "ocoAllowed": False,
        "otoAllowed": False,
        "opoAllowed": False,
        "quoteOrderQtyMarketAllowed": True,
        "allowTrailingStop": False,
        "cancelReplaceAllowed": False,
        "amendAllowed": False,
        "pegInstructionsAllowed": False,
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
        "filters": [
            {
                "filterType": "PRICE_FILTER",
                "minPrice": amount_text(market.price_tick),
                "maxPrice": amount_text(market.maximum_price),
                "tickSize": amount_text(market.price_tick),
            },
            {"filterType": "LOT_SIZE", "minQty": step, "maxQty": largest, "stepSize": step},
            {
                "filterType": "MARKET_LOT_SIZE",
                "minQty": step,
                "maxQty": amount_text(market.maximum_market_quantity),
                "stepSize": step,
            },
            {
                "filterType": "NOTIONAL",
                "minNotional": amount_text(market.minimum_notional),
                "applyMinToMarket": True,
                "maxNotional": amount_text(Decimal(10**12)),
                "applyMaxToMarket": False,
                "avgPriceMins": 5,
            },
            {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": MOST_OPEN_ORDERS},
            {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": VENUES["binance"].most_stop_orders},
        ],
        "permissions": [],
        "permissionSets": [["SPOT"]],
        "defaultSelfTradePreventionMode": "NONE",
        "allowedSelfTradePreventionModes": ["NONE"],
    }
