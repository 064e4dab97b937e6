"""TA-Lib over arrays of any length: it refuses empty ones, and we want NaN for what it cannot compute."""

from collections.abc import Callable
from typing import Any

import numpy as np

from backend.trading.series import Column


def computed(function: Callable[..., Any], needed: int, *columns: Column, **settings: float) -> Column:
    """What the TA-Lib function gives; all NaN where there are fewer than `needed` candles."""
    if len(columns[0]) < needed:
        return unknown(len(columns[0]))
    result: Column = function(*columns, **settings)
    return result


def unknown(count: int) -> Column:
    """As many NaN."""
    return np.full(count, np.nan)


def delayed(values: Column, candles: int = 1) -> Column:
    """The values as they were so many candles before."""
    later = unknown(len(values))
    later[candles:] = values[: len(values) - candles]
    return later
