"""Candles, signals and rules that the core's tests share."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.market_data.importers import read_recording
from backend.trading.backtester import Market
from backend.trading.candles import CANDLE, TIMEFRAMES, Candles
from backend.trading.rules import Costs, Dca, Filters, Grid, Rules
from backend.trading.series import Series
from backend.trading.window import TradingWindow

FILES = (
    "ftx_BTC-USD-PERP_1m.csv.gz",
    "binance_BTC-USDT_1h.csv.gz",
    "bittrex_ETC-BTC_5m.csv.gz",
    "binance_ADA-USDT_15m.csv.gz",
)
FREE = Costs(0.0, 0.0, 0.0)


def recorded(folder: Path, name: str) -> Candles:
    """The candles of a recorded file."""
    return read_recording(folder / name).candles


def timeframe_of(name: str) -> str:
    """The time frame in a recorded file's name."""
    return name.split(".", maxsplit=1)[0].split("_")[2]


def market(candles: Candles, timeframe: str = "1m") -> Market:
    """A run over all the candles."""
    return Market(Series(candles), TIMEFRAMES[timeframe])


def candle_table(rows: list[tuple[float, float, float, float]], minute: int = 0) -> Candles:
    """One-minute candles of (open, high, low, close)."""
    candles = np.zeros(len(rows), dtype=CANDLE)
    for index, (open_, high, low, close) in enumerate(rows):
        candles[index] = ((minute + index) * 60_000, open_, high, low, close, 1.0)
    return candles


def random_candles(count: int, seed: int) -> Candles:
    """Wild candles: gaps, long wicks, flat stretches; prices on a tick of 0.01."""
    generator = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(generator.normal(0, 0.01, count) * generator.integers(0, 2, count)))
    open_ = np.concatenate(([100.0], close[:-1])) * (
        1 + generator.normal(0, 0.002, count) * generator.integers(0, 2, count)
    )
    candles = np.zeros(count, dtype=CANDLE)
    candles["opened_at"] = 1_700_000_000_000 // 60_000 * 60_000 + np.arange(count) * 60_000
    candles["open"], candles["close"] = open_.round(2), close.round(2)
    top, bottom = np.maximum(candles["open"], candles["close"]), np.minimum(candles["open"], candles["close"])
    candles["high"] = (top * (1 + np.abs(generator.normal(0, 0.004, count)))).round(2)
    candles["low"] = (bottom * (1 - np.abs(generator.normal(0, 0.004, count)))).round(2)
    return candles


def random_actions(count: int, seed: int, often: float = 0.05) -> NDArray[np.int8]:
    """Signals at random."""
    generator = np.random.default_rng(seed)
    return generator.choice([-1, 0, 1], count, p=[often, 1 - 2 * often, often]).astype(np.int8)


def rules_of_every_kind(price: float) -> dict[str, Rules]:
    """One set of rules for every kind, exit, sizing and check, for markets around that price."""
    costs, filters = Costs(0.0008, 0.001, 0.0004, 0.0002), Filters(price * 1e-5, 1e-5 / price * 100, 5.0)
    shared: dict[str, Any] = {"costs": costs, "filters": filters}
    dca = Dca("signal", 4, 80.0, 0.004, 1.3, 1.5)
    return {
        "signal": Rules(base_amount=100.0, **shared),
        "stop and target": Rules(base_amount=100.0, stop_loss=0.01, take_profit=0.015, **shared),
        "trailing": Rules(base_amount=100.0, stop_loss=0.02, trailing_stop=0.008, **shared),
        "percent": Rules(sizing="percent", equity_share=0.5, stop_loss=0.01, take_profit=0.02, **shared),
        "risk": Rules(sizing="risk", risk_per_trade=0.01, stop_loss=0.02, position_limit=700.0, **shared),
        "limits": Rules(
            base_amount=100.0,
            stop_loss=0.01,
            take_profit=0.01,
            cooldown_minutes=30,
            max_daily_trades=3,
            window=TradingWindow(frozenset({0, 1, 2, 3, 4}), 8 * 60, 20 * 60, "Europe/Berlin"),
            **shared,
        ),
        "daily loss": Rules(sizing="percent", equity_share=0.9, daily_loss_limit=0.01, **shared),
        "drawdown": Rules(sizing="percent", equity_share=0.9, max_drawdown=0.03, close_on_breach=False, **shared),
        "dca": Rules(kind="dca", base_amount=100.0, take_profit=0.01, dca=dca, **shared),
        "dca with stop": Rules(
            kind="dca",
            base_amount=100.0,
            take_profit=0.008,
            stop_loss=0.03,
            trailing_stop=0.02,
            dca=Dca("at_once", 3, 50.0, 0.005, 1.0, 2.0),
            **shared,
        ),
        "grid": Rules(kind="grid", base_amount=60.0, grid=Grid(price * 0.97, price * 1.03, 8, "arithmetic"), **shared),
        "grid with stops": Rules(
            kind="grid",
            base_amount=60.0,
            stop_loss=0.01,
            take_profit=0.01,
            grid=Grid(price * 0.98, price * 1.02, 6, "geometric"),
            **shared,
        ),
    }
