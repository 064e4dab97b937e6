"""What Binance's answers look like: numbers as text with eight decimals, candles, tickers, orders and fills."""

from typing import Any

from backend.sandbox.accounts import Order
from backend.sandbox.day_figures import book_of, day_figures
from backend.sandbox.events import OrderFilled
from backend.sandbox.markets import Market
from backend.sandbox.numbers import amount_text, trade_count, units_text
from backend.sandbox.prices.candles import Candles
from backend.sandbox.prices.levels import TICK
from backend.sandbox.prices.timeframes import IntArray

Json = dict[str, Any]


def venue_id(market: Market) -> str:
    """Such as BTCUSDT."""
    return market.base + market.quote


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


def book_ticker(market: Market, now: int) -> Json:
    """One row of /ticker/bookTicker."""
    book = book_of(market, now)
    return {
        "symbol": venue_id(market),
        "bidPrice": amount_text(book.bid),
        "bidQty": amount_text(book.bid_size),
        "askPrice": amount_text(book.ask),
        "askQty": amount_text(book.ask_size),
    }


def day_ticker(market: Market, now: int) -> Json:
    """One row of /ticker/24hr."""
    day = day_figures(market, now)
    book = day.book
    return {
        "symbol": venue_id(market),
        "priceChange": amount_text(day.change),
        "priceChangePercent": f"{day.change_percent:.3f}",
        "weightedAvgPrice": amount_text(day.average),
        "prevClosePrice": amount_text(day.before),
        "lastPrice": amount_text(day.last),
        "lastQty": amount_text(day.last_size),
        "bidPrice": amount_text(book.bid),
        "bidQty": amount_text(book.bid_size),
        "askPrice": amount_text(book.ask),
        "askQty": amount_text(book.ask_size),
        "openPrice": amount_text(day.open),
        "highPrice": amount_text(day.high),
        "lowPrice": amount_text(day.low),
        "volume": amount_text(day.volume),
        "quoteVolume": amount_text(day.turnover),
        "openTime": day.opened_at,
        "closeTime": now,
        "firstId": day.opened_at // TICK,
        "lastId": now // TICK,
        "count": day.trades,
    }


def order_shape(order: Order) -> Json:
    """An order as GET /order, /openOrders and /allOrders give it."""
    accepted = order.accepted
    return {
        **_order_head(order),
        "clientOrderId": accepted.client_order_id,
        **_order_body(order),
        "stopPrice": amount_text(accepted.trigger_price),
        "icebergQty": "0.00000000",
        "time": accepted.at,
        "updateTime": order.updated_at,
        "isWorking": not order.waits_for_trigger,
        "workingTime": _working_time(order),
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
        "workingTime": _working_time(order),
        "selfTradePreventionMode": "NONE",
        **_stop(order),
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
        **_stop(order),
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


def _working_time(order: Order) -> int:
    if order.waits_for_trigger:
        return -1
    return order.accepted.at if order.triggered_at is None else order.triggered_at


def _stop(order: Order) -> Json:
    return {"stopPrice": amount_text(order.accepted.trigger_price)} if order.is_stop else {}


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
