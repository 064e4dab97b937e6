"""What Binance's answers look like: numbers as text with eight decimals, candles, tickers, orders and fills."""

import json
from decimal import Decimal
from typing import Any

import numpy as np

from backend.sandbox.accounts import Order
from backend.sandbox.events import OrderFilled
from backend.sandbox.markets import Market, ask_above, bid_below
from backend.sandbox.prices.candles import Candles
from backend.sandbox.prices.levels import TICK
from backend.sandbox.prices.noise import uniform
from backend.sandbox.prices.timeframes import DAY, IntArray

Json = dict[str, Any]
_ONE = 10**8


def compact(content: Any) -> str:
    """JSON without spaces, byte for byte like the venue's: clients pick words out of it."""
    return json.dumps(content, separators=(",", ":"))


def venue_id(market: Market) -> str:
    """Such as BTCUSDT."""
    return market.base + market.quote


def amount_text(value: Decimal) -> str:
    """Eight decimals."""
    return f"{value:.8f}"


def units_text(units: int, decimals: int) -> str:
    """Eight decimals of a whole number of 10^-decimals."""
    whole, part = divmod(units * 10 ** (8 - decimals), _ONE)
    return f"{whole}.{part:08d}"


def kline_rows(market: Market, candles: Candles, bounds: IntArray, now: int) -> list[list[Any]]:
    """Rows of /klines; `bounds` are the opening times and the last close."""
    opens = bounds.tolist()
    columns = zip(
        opens[:-1],
        opens[1:],
        candles.open.tolist(),
        candles.high.tolist(),
        candles.low.tolist(),
        candles.close.tolist(),
        candles.volume.tolist(),
        candles.quote.tolist(),
        strict=True,
    )
    prices, volumes, quotes = market.price_decimals, market.volume_decimals, market.quote_decimals
    return [
        [
            opened,
            units_text(first, prices),
            units_text(high, prices),
            units_text(low, prices),
            units_text(last, prices),
            units_text(volume, volumes),
            closed - 1,
            units_text(quote, quotes),
            trade_count(opened, closed, volume, now),
            units_text(volume // 2, volumes),
            units_text(quote // 2, quotes),
            "0",
        ]
        for opened, closed, first, high, low, last, volume, quote in columns
    ]


def trade_count(opened: int, closed: int, volume: int, now: int) -> int:
    """Every tick of a candle with volume is one trade."""
    return (min(closed, now // TICK * TICK + TICK) - opened) // TICK if volume else 0


def book_sizes(market: Market, number: int) -> tuple[str, str]:
    """How much is offered at the bid and at the ask; plausible, and orders of any size fill all the same."""
    noise = uniform(number, np.array([1, 2], dtype=np.int64))
    steps = [1 + int(value * 5 / max(0.01, float(market.quantity_step))) // 10 for value in noise]
    return amount_text(steps[0] * market.quantity_step), amount_text(steps[1] * market.quantity_step)


def book_ticker(market: Market, now: int) -> Json:
    """One row of /ticker/bookTicker."""
    tick = market.path.tick(now)
    bid_size, ask_size = book_sizes(market, tick.number)
    return {
        "symbol": venue_id(market),
        "bidPrice": amount_text(market.price(bid_below(tick.price))),
        "bidQty": bid_size,
        "askPrice": amount_text(market.price(ask_above(tick.price))),
        "askQty": ask_size,
    }


def day_ticker(market: Market, now: int) -> Json:
    """One row of /ticker/24hr."""
    opened, day = market.path.last_day(now)
    tick = market.path.tick(now)
    first, last = market.price(int(day.open[0])), market.price(tick.price)
    volume = Decimal(int(day.volume[0])).scaleb(-market.volume_decimals)
    turnover = Decimal(int(day.quote[0])).scaleb(-market.quote_decimals)
    before = market.price(market.path.tick(opened - 1).price)
    book = book_ticker(market, now)
    return {
        "symbol": venue_id(market),
        "priceChange": amount_text(last - first),
        "priceChangePercent": f"{(last - first) / first * 100:.3f}",
        "weightedAvgPrice": amount_text(turnover / volume if volume else last),
        "prevClosePrice": amount_text(before),
        "lastPrice": amount_text(last),
        "lastQty": units_text(tick.volume, market.volume_decimals),
        **{name: book[name] for name in ("bidPrice", "bidQty", "askPrice", "askQty")},
        "openPrice": amount_text(first),
        "highPrice": amount_text(market.price(int(day.high[0]))),
        "lowPrice": amount_text(market.price(int(day.low[0]))),
        "volume": amount_text(volume),
        "quoteVolume": amount_text(turnover),
        "openTime": opened,
        "closeTime": now,
        "firstId": opened // TICK,
        "lastId": tick.number,
        "count": trade_count(opened, opened + DAY, int(day.volume[0]), now),
    }


def order_shape(order: Order) -> Json:
    """An order as GET /order, /openOrders and /allOrders give it."""
    accepted = order.accepted
    return {
        **_order_head(order),
        "clientOrderId": accepted.client_order_id,
        **_order_body(order),
        "stopPrice": "0.00000000",
        "icebergQty": "0.00000000",
        "time": accepted.at,
        "updateTime": order.updated_at,
        "isWorking": True,
        "workingTime": accepted.at,
        "origQuoteOrderQty": amount_text(accepted.quote_quantity),
        "selfTradePreventionMode": "NONE",
    }


def placed_shape(order: Order, detail: str) -> Json:
    """The answer to POST /order; `detail` is ACK, RESULT or FULL."""
    accepted = order.accepted
    shape = {**_order_head(order), "clientOrderId": accepted.client_order_id, "transactTime": accepted.at}
    if detail == "ACK":
        return shape
    shape |= {
        **_order_body(order),
        "origQuoteOrderQty": amount_text(accepted.quote_quantity),
        "workingTime": accepted.at,
        "selfTradePreventionMode": "NONE",
    }
    if detail == "FULL":
        shape["fills"] = [
            {
                "price": amount_text(fill.price),
                "qty": amount_text(fill.quantity),
                "commission": amount_text(fill.commission),
                "commissionAsset": fill.commission_asset,
                "tradeId": fill.fill_id,
            }
            for fill in order.fills
        ]
    return shape


def canceled_shape(order: Order, cancel_id: str) -> Json:
    """The answer to DELETE /order, and a row of DELETE /openOrders."""
    return {
        **_order_head(order),
        "origClientOrderId": order.accepted.client_order_id,
        "clientOrderId": cancel_id,
        "transactTime": order.updated_at,
        **_order_body(order),
        "origQuoteOrderQty": amount_text(order.accepted.quote_quantity),
        "selfTradePreventionMode": "NONE",
    }


def fill_shape(fill: OrderFilled) -> Json:
    """One row of /myTrades."""
    return {
        "symbol": fill.symbol.replace("/", ""),
        "id": fill.fill_id,
        "orderId": fill.order_id,
        "orderListId": -1,
        "price": amount_text(fill.price),
        "qty": amount_text(fill.quantity),
        "quoteQty": amount_text(fill.quote_amount),
        "commission": amount_text(fill.commission),
        "commissionAsset": fill.commission_asset,
        "time": fill.at,
        "isBuyer": fill.side == "buy",
        "isMaker": fill.maker,
        "isBestMatch": True,
    }


def _order_head(order: Order) -> Json:
    return {
        "symbol": order.accepted.base + order.accepted.quote,
        "orderId": order.accepted.order_id,
        "orderListId": -1,
    }


def _order_body(order: Order) -> Json:
    accepted = order.accepted
    return {
        "price": amount_text(accepted.price),
        "origQty": amount_text(accepted.quantity),
        "executedQty": amount_text(order.executed),
        "cummulativeQuoteQty": amount_text(order.executed_quote),
        "status": order.status,
        "timeInForce": accepted.time_in_force,
        "type": accepted.kind,
        "side": accepted.side.upper(),
    }
