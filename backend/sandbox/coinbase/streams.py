"""Coinbase's public channels: what a subscriber is told at first, and what each tick brings."""

from typing import Final

from backend.sandbox.coinbase.market_data import trades_between
from backend.sandbox.coinbase.parameters import Json
from backend.sandbox.coinbase.shapes import product_id
from backend.sandbox.day_figures import day_figures
from backend.sandbox.markets import Market
from backend.sandbox.numbers import plain_text
from backend.sandbox.prices.levels import TICK
from backend.sandbox.prices.timeframes import SECOND

PUBLIC_CHANNELS: Final = ("ticker", "ticker_batch", "market_trades")

_BATCH_TICKS: Final = 5 * SECOND // TICK
_SNAPSHOT_TICKS: Final = 100


def snapshot(channel: str, market: Market, now: int) -> Json:
    """The event with which a subscription begins."""
    newest = now // TICK
    if channel == "market_trades":
        return {"type": "snapshot", "trades": trades_between(market, newest - _SNAPSHOT_TICKS, newest)[::-1]}
    return {"type": "snapshot", "tickers": [_ticker(market, now)]}


def updates(channel: str, market: Market, told: int, newest: int) -> list[Json]:
    """The events of the ticks after `told` and up to `newest`."""
    now = newest * TICK
    if not market.is_open:
        return []
    if channel == "market_trades":
        trades = trades_between(market, told, newest)
        return [{"type": "update", "trades": trades[::-1]}] if trades else []
    if channel == "ticker_batch":
        is_due = newest // _BATCH_TICKS > told // _BATCH_TICKS
    else:
        is_due = market.path.tick(now).volume > 0
    return [{"type": "update", "tickers": [_ticker(market, now)]}] if is_due else []


def _ticker(market: Market, now: int) -> Json:
    day = day_figures(market, now)
    return {
        "type": "ticker",
        "product_id": product_id(market),
        "price": plain_text(day.last),
        "volume_24_h": plain_text(day.volume),
        "low_24_h": plain_text(day.low),
        "high_24_h": plain_text(day.high),
        "low_52_w": plain_text(day.low),
        "high_52_w": plain_text(day.high),
        "price_percent_chg_24_h": plain_text(round(day.change_percent, 8)),
        "best_bid": plain_text(day.book.bid),
        "best_bid_quantity": plain_text(day.book.bid_size),
        "best_ask": plain_text(day.book.ask),
        "best_ask_quantity": plain_text(day.book.ask_size),
    }
