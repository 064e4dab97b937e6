"""Technical indicators over a series, each remembered by it; NaN where candles are missing.

TA-Lib computes them where its results depend on nothing but the last candles. Where it does not (a relative strength
index of a market that stands still, a standard deviation of prices near zero) they are our own, and say why.
"""

from backend.trading.indicators.averages import (
    convergence_divergence,
    exponential_moving_average,
    simple_moving_average,
)
from backend.trading.indicators.bands import atr_channel, bollinger_bands, donchian_channel
from backend.trading.indicators.memory import (
    channel_memory,
    convergence_memory,
    exponential_memory,
    strength_memory,
    supertrend_memory,
    wilder_memory,
)
from backend.trading.indicators.oscillators import rate_of_change, relative_strength, stochastic
from backend.trading.indicators.ranges import average_true_range, highest, lowest
from backend.trading.indicators.supertrend_state import supertrend

__all__ = [
    "atr_channel",
    "average_true_range",
    "bollinger_bands",
    "channel_memory",
    "convergence_divergence",
    "convergence_memory",
    "donchian_channel",
    "exponential_memory",
    "exponential_moving_average",
    "highest",
    "lowest",
    "rate_of_change",
    "relative_strength",
    "simple_moving_average",
    "stochastic",
    "strength_memory",
    "supertrend",
    "supertrend_memory",
    "wilder_memory",
]
