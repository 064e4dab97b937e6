"""What Kraken's answers look like: assets, pairs, tickers, candles, orders, trades and balances."""

from decimal import Decimal
from typing import Any, Final

from backend.sandbox.accounts import Account, Order
from backend.sandbox.day_figures import day_figures
from backend.sandbox.events import OrderFilled
from backend.sandbox.kraken.names import asset_id, asset_short, pair_id, pair_short, pair_wsname
from backend.sandbox.markets import Market
from backend.sandbox.numbers import amount_text, trade_count
from backend.sandbox.prices.candles import Candles
from backend.sandbox.prices.timeframes import DAY, IntArray
from backend.sandbox.venues import VENUES

Json = dict[str, Any]

ORDER_TYPES: Final = {
    "market": "MARKET",
    "limit": "LIMIT",
    "stop-loss": "STOP_LOSS",
    "stop-loss-limit": "STOP_LOSS_LIMIT",
    "take-profit": "TAKE_PROFIT",
    "take-profit-limit": "TAKE_PROFIT_LIMIT",
}
_TYPE_OF_KIND: Final = {kind: name for name, kind in ORDER_TYPES.items()} | {"LIMIT_MAKER": "limit"}
_STATUSES: Final = {
    "NEW": "open",
    "PARTIALLY_FILLED": "open",
    "FILLED": "closed",
    "CANCELED": "canceled",
    # What an immediate order leaves unfilled is canceled by the venue.
    "EXPIRED": "canceled",
}
_FEES: Final = VENUES["kraken"].fees


def price_text(market: Market, price: Decimal) -> str:
    """A price with the pair's decimals."""
    return f"{price:.{market.price_decimals}f}"


def asset_shape(asset: str) -> Json:
    """One asset of /Assets."""
    return {
        "aclass": "currency",
        "altname": asset_short(asset),
        "decimals": 8,
        "display_decimals": 8,
        "status": "enabled",
    }


def pair_shape(market: Market) -> Json:
    """One pair of /AssetPairs."""
    step_decimals = -int(market.quantity_step.as_tuple().exponent)
    return {
        "altname": pair_short(market),
        "wsname": pair_wsname(market),
        "aclass_base": "currency",
        "base": asset_id(market.base),
        "aclass_quote": "currency",
        "quote": asset_id(market.quote),
        "lot": "unit",
        "cost_decimals": 8,
        "pair_decimals": market.price_decimals,
        "lot_decimals": step_decimals,
        "lot_multiplier": 1,
        "leverage_buy": [],
        "leverage_sell": [],
        "fees": [[0, float(_FEES.taker * 100)]],
        "fees_maker": [[0, float(_FEES.maker * 100)]],
        "fee_volume_currency": "ZUSD",
        "margin_call": 80,
        "margin_stop": 40,
        "ordermin": f"{market.quantity_step:f}",
        "costmin": f"{market.minimum_notional:f}",
        "tick_size": f"{market.price_tick:f}",
        "status": "online" if market.is_open else "cancel_only",
    }


def ticker_shape(market: Market, now: int) -> Json:
    """One market of /Ticker; the figures of today are those from midnight UTC on."""
    day, book = day_figures(market, now), day_figures(market, now).book
    midnight = now // DAY * DAY
    today = market.path.so_far(midnight, now)
    volume = Decimal(int(today.volume[0])).scaleb(-market.volume_decimals)
    turnover = Decimal(int(today.quote[0])).scaleb(-market.quote_decimals)
    low, high = market.price(int(today.low[0])), market.price(int(today.high[0]))
    return {
        "a": [price_text(market, book.ask), "1", f"{book.ask_size:.3f}"],
        "b": [price_text(market, book.bid), "1", f"{book.bid_size:.3f}"],
        "c": [price_text(market, day.last), amount_text(day.last_size)],
        "v": [amount_text(volume), amount_text(day.volume)],
        "p": [
            price_text(market, turnover / volume if volume else day.last),
            price_text(market, day.average),
        ],
        "t": [trade_count(midnight, midnight + DAY, int(today.volume[0]), now), day.trades],
        "l": [price_text(market, low), price_text(market, day.low)],
        "h": [price_text(market, high), price_text(market, day.high)],
        "o": price_text(market, market.price(int(today.open[0]))),
    }


def candle_rows(market: Market, candles: Candles, bounds: IntArray, now: int) -> list[list[Any]]:
    """Rows of /OHLC; `bounds` are the opening times and the last close."""
    opens = bounds.tolist()
    rows = zip(
        opens[:-1], opens[1:], candles.open.tolist(), candles.high.tolist(), candles.low.tolist(),
        candles.close.tolist(), candles.volume.tolist(), candles.quote.tolist(), strict=True,
    )  # fmt: skip
    return [
        [
            opened // 1000,
            *(price_text(market, market.price(price)) for price in (first, high, low, last)),
            price_text(market, average_price(market, volume, quote, last)),
            amount_text(Decimal(volume).scaleb(-market.volume_decimals)),
            trade_count(opened, closed, volume, now),
        ]
        for opened, closed, first, high, low, last, volume, quote in rows
    ]


def average_price(market: Market, volume: int, quote: int, last: int) -> Decimal:
    """The price weighted by volume of a candle in the market's units; the last one when nobody traded."""
    if not volume:
        return market.price(last)
    return Decimal(quote).scaleb(-market.quote_decimals) / Decimal(volume).scaleb(-market.volume_decimals)


def description(order: Order, market: Market) -> Json:
    """An order in words, as `descr` tells it."""
    accepted = order.accepted
    kind = order_type(order)
    limit, trigger = price_text(market, accepted.price), price_text(market, accepted.trigger_price)
    price, price2 = "0", "0"
    words = "market"
    if order.is_stop:
        price, price2 = trigger, limit if order.has_limit else "0"
        words = f"{'stop loss' if kind.startswith('stop') else 'take profit'} {trigger}"
        words += f" -> limit {limit}" if order.has_limit else ""
    elif order.has_limit:
        price, words = limit, f"limit {limit}"
    volume = accepted.quote_quantity or accepted.quantity
    return {
        "pair": pair_short(market),
        "type": accepted.side,
        "ordertype": kind,
        "price": price,
        "price2": price2,
        "leverage": "none",
        "order": f"{accepted.side} {amount_text(volume)} {pair_short(market)} @ {words}",
        "close": "",
    }


def order_type(order: Order) -> str:
    """Such as stop-loss-limit."""
    return _TYPE_OF_KIND[order.accepted.kind]


def order_flags(order: Order) -> str:
    """Such as fciq,post: the fee is always in the quote asset."""
    accepted = order.accepted
    flags = ["fciq"]
    if accepted.kind == "LIMIT_MAKER":
        flags.append("post")
    if accepted.quote_quantity:
        flags.append("viqc")
    return ",".join(flags)


def order_shape(order: Order, market: Market, *, with_trades: bool) -> Json:
    """One order of /OpenOrders, /ClosedOrders and /QueryOrders; volumes in the base asset."""
    accepted = order.accepted
    triggered = order.is_stop and order.triggered_at is not None
    shape: Json = {
        "refid": None,
        "userref": accepted.user_reference or None,
        **({"cl_ord_id": accepted.client_order_id} if accepted.client_order_id else {}),
        "status": _STATUSES[order.status],
        "opentm": accepted.at / 1000,
        "starttm": 0,
        "expiretm": 0,
        "descr": description(order, market),
        "vol": amount_text(accepted.quantity),
        "vol_exec": amount_text(order.executed),
        "cost": amount_text(order.executed_quote),
        "fee": amount_text(order.fees),
        "price": amount_text(order.average_price),
        "stopprice": amount_text(accepted.trigger_price if order.is_stop else Decimal(0)),
        "limitprice": amount_text(accepted.price if triggered and order.has_limit else Decimal(0)),
        "misc": "",
        "oflags": order_flags(order),
        "time_in_force": accepted.time_in_force,
    }
    if order.is_stop:
        shape["trigger"] = "last"
    if not order.is_open:
        shape |= {
            "closetm": order.updated_at / 1000,
            "reason": "User requested" if order.status == "CANCELED" else None,
        }
    if with_trades:
        shape["trades"] = [fill.trade_id for fill in order.fills]
    return shape


def trade_shape(fill: OrderFilled, order: Order, market: Market) -> Json:
    """One trade of /TradesHistory and /QueryTrades."""
    return {
        "ordertxid": fill.exchange_order_id,
        "postxid": fill.trade_id,
        "pair": pair_id(market),
        "time": fill.at / 1000,
        "type": fill.side,
        "ordertype": order_type(order),
        "price": amount_text(fill.price),
        "cost": amount_text(fill.quote_amount),
        "fee": amount_text(fill.commission),
        "vol": amount_text(fill.quantity),
        "margin": "0.00000000",
        "leverage": "0",
        "misc": "",
        "trade_id": fill.fill_id,
        "maker": fill.maker,
    }


def balances_shape(account: Account) -> Json:
    """What /BalanceEx tells; `balance` holds what is locked too."""
    return {
        asset_id(asset): {
            "balance": amount_text(balance.free + balance.locked),
            "hold_trade": amount_text(balance.locked),
        }
        for asset, balance in sorted(account.balances.items())
        if balance.free or balance.locked
    }
