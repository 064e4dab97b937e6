"""Makes candles for tests."""

from datetime import UTC, datetime

import numpy as np

from backend.trading.candles import CANDLE, Candles, interval

FOREVER = 2**62
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def made(first: int, count: int, timeframe: str = "1m", seed: int = 1) -> Candles:
    """Candles of a random walk, the first one opening at `first` (ms)."""
    numbers = np.random.default_rng(seed)
    candles = np.empty(count, dtype=CANDLE)
    candles["opened_at"] = first + np.arange(count) * interval(timeframe)
    close = 100 * np.exp(np.cumsum(numbers.normal(0, 0.001, count)))
    candles["close"] = close
    candles["open"] = np.concatenate(([100], close[:-1]))
    candles["high"] = np.maximum(candles["open"], close) * 1.001
    candles["low"] = np.minimum(candles["open"], close) * 0.999
    candles["volume"] = numbers.exponential(5, count)
    return candles


def moment(text: str) -> int:
    """A moment in UTC as milliseconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def csv_of(candles: Candles) -> bytes:
    """The candles as this platform's own CSV, written without its code."""
    rows = (",".join(map(str, (int(candle[0]), *map(repr, candle[1:])))) for candle in candles.tolist())
    return ("timestamp,open,high,low,close,volume\n" + "\n".join(rows) + "\n").encode()
