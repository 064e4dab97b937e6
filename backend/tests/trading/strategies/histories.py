"""Candles that the strategies are proven on: recorded ones, and made-up ones that are worse."""

from functools import lru_cache

import numpy as np

from backend.config import PROJECT_ROOT
from backend.market_data.importers import read_recording
from backend.tests.trading.markets import random_candles
from backend.trading.candles import CANDLE, Candles

RECORDED = (
    "ftx_BTC-USD-PERP_1m.csv.gz",
    "bittrex_ETC-BTC_1m.csv.gz",
    "bittrex_UNITTEST-BTC_1m.csv.gz",
    "bittrex_ETC-BTC_5m.csv.gz",
    "bittrex_XRP-BTC_1d.csv.gz",
)
MADE_UP = ("flat stretches", "prices near zero", "rare jumps", "most candles missing", "off the grid")

_FOLDER = PROJECT_ROOT.parent / "shared" / "data" / "candles"
_PRICES = ("open", "high", "low", "close")


def is_there(name: str) -> bool:
    """Whether these candles can be had here."""
    return name in MADE_UP or (_FOLDER / name).is_file()


@lru_cache
def history(name: str) -> Candles:
    """The candles of that name; at most the first 12,000."""
    candles = _made_up(name) if name in MADE_UP else read_recording(_FOLDER / name).candles[:12_000]
    candles.flags.writeable = False
    return candles


def candles_of(closes: list[float], interval_ms: int = 60_000) -> Candles:
    """Candles that open, trade and close at one price each."""
    candles = np.zeros(len(closes), dtype=CANDLE)
    candles["opened_at"] = np.arange(len(closes)) * interval_ms
    for name in _PRICES:
        candles[name] = closes
    return candles


def walk(count: int, seed: int = 7) -> list[float]:
    """Closes of a random walk."""
    generator = np.random.default_rng(seed)
    closes: list[float] = (100 * np.exp(np.cumsum(generator.normal(0, 0.01, count)))).tolist()
    return closes


def _made_up(name: str) -> Candles:
    count = 5_000
    generator = np.random.default_rng(count)
    candles = random_candles(count, seed=3)
    if name == "flat stretches":
        begins = np.cumsum(generator.integers(5, 1_200, 40))
        for begin, end in zip(begins[:-1:2], begins[1::2], strict=True):
            for price in _PRICES:
                candles[price][begin:end] = candles["close"][min(begin, count - 1)]
            candles["volume"][begin:end] = 0
    elif name == "prices near zero":
        for price in _PRICES:
            candles[price] = (candles[price] * 100).round() * 1e-10
    elif name == "rare jumps":
        jumps = np.where(generator.random(count) < 0.004, generator.normal(0, 0.3, count), 0)
        for price in _PRICES:
            candles[price] = 100 * np.exp(np.cumsum(jumps))
    elif name == "most candles missing":
        candles = candles[generator.random(count) < 0.35]
    else:
        candles["opened_at"][count // 3 :] += 17_000
        candles["opened_at"][2 * count // 3 :] += 13_000
    return candles
