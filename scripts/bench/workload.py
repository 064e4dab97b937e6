"""What all engines are given: candles, signals, rules."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.trading.candles import CANDLE, Candles
from backend.trading.rules import Costs, Filters, Rules

MINUTE = 60_000
YEAR = 525_600
MONTH = 44_640
BALANCE = 10_000_000.0
AMOUNT = 100_000.0
FEE, STOP, TARGET = 0.001, 0.01, 0.015
SHORT, LONG = 10, 30
_BEGIN = 1_704_067_200_000


@dataclass(frozen=True)
class Pair:
    """Periods of the two averages."""

    short: int
    long: int


PAIRS = [Pair(short, long) for short in range(5, 45, 2) for long in range(50, 250, 10)]
"""400 of them."""


def candles_of(count: int, seed: int = 7) -> Candles:
    """A seeded random walk of one-minute candles with wicks, prices on a tick of 0.01."""
    generator = np.random.default_rng(seed)
    close = 4_000 * np.exp(np.cumsum(generator.normal(0, 0.0006, count)))
    candles = np.zeros(count, dtype=CANDLE)
    candles["opened_at"] = _BEGIN + np.arange(count) * MINUTE
    candles["close"] = close.round(2)
    candles["open"] = np.concatenate(([4_000.0], candles["close"][:-1]))
    top, bottom = np.maximum(candles["open"], candles["close"]), np.minimum(candles["open"], candles["close"])
    wick = np.abs(generator.normal(0, 0.0003, (2, count)))
    candles["high"], candles["low"] = (top * (1 + wick[0])).round(2), (bottom * (1 - wick[1])).round(2)
    candles["volume"] = 1.0
    return candles


def rules(stops: bool) -> Rules:
    """A fixed amount for each entry, in whole units, fees, and stop and target where wanted; no slippage."""
    return Rules(
        base_amount=AMOUNT,
        stop_loss=STOP if stops else None,
        take_profit=TARGET if stops else None,
        costs=Costs(FEE, FEE, 0.0),
        # backtesting.py trades whole units only.
        filters=Filters(quantity_step=1.0),
    )


def crossings_in_numpy(candles: Candles, pair: Pair) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where the short average crosses the long one, upwards and downwards; for engines that take finished signals."""
    sums = np.concatenate(([0.0], np.cumsum(candles["close"])))
    averages = []
    for period in (pair.short, pair.long):
        average = np.full(len(candles), np.nan)
        average[period - 1 :] = (sums[period:] - sums[:-period]) / period
        averages.append(average)
    difference = averages[0] - averages[1]
    # What rounding left of equal averages is no crossing.
    difference[np.abs(difference) <= 1e-9 * candles["close"]] = 0.0
    before, now = difference[:-1], difference[1:]
    up, down = np.zeros(len(candles), dtype=bool), np.zeros(len(candles), dtype=bool)
    up[1:], down[1:] = (before <= 0) & (now > 0), (before >= 0) & (now < 0)
    return up, down
