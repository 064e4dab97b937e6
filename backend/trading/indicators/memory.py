"""How far back each recursive indicator remembers: candles before i that its value at i depends on.

An average that keeps a share d of itself from candle to candle starts from some mean of the first candles, and what is
wrong with that start is d to the power of n of itself after n candles. It counts as forgotten below INFLUENCE. As the
start is wrong by a fraction of the price, so is then the indicator, by less than INFLUENCE of the price.
"""

import math

INFLUENCE = 1e-9
"""The share of the start that is left when it counts as forgotten."""

STILL = 1e-7
"""A market whose average move is less than this share of its price stands still: no ratio of its moves means much."""


def forgotten_after(kept: float, influence: float = INFLUENCE) -> int:
    """Candles after which less than `influence` is left, where the share `kept` of it survives each one."""
    return math.ceil(math.log(influence) / math.log(kept)) if kept > 0 else 0


def exponential_memory(period: int) -> int:
    """Of an exponential moving average: its first mean, then 1 - 2 / (period + 1) is kept each time."""
    return period - 1 + forgotten_after((period - 1) / (period + 1))


def wilder_memory(period: int) -> int:
    """Of an average true range: its first mean starts with the second candle, then 1 - 1 / period is kept each time."""
    return period + forgotten_after((period - 1) / period)


def strength_memory(period: int) -> int:
    """Of a relative strength index, a ratio of two of Wilder's averages.

    In a market that hardly moves both are small, and an old start is large beside them. They are looked at down to
    STILL, so the start must be that much better forgotten.
    """
    return period + forgotten_after((period - 1) / period, INFLUENCE * STILL)


def convergence_memory(slow: int, signal: int) -> int:
    """Of a MACD with its signal line: once the averages have forgotten their start, the average of them has to."""
    return exponential_memory(slow) + exponential_memory(signal)


def channel_memory(period: int, atr_period: int) -> int:
    """Of a channel of average true ranges around an exponential average."""
    return max(exponential_memory(period), wilder_memory(atr_period))


def supertrend_window(multiplier: float) -> int:
    """Candles that a Supertrend's state must follow from, or it is said to be unknown.

    The bands can be carried along for ever, while prices stay between them. A random walk leaves bands of m average
    ranges after about 2.6 m² candles, since a range is about 1.6 standard deviations; this is more than twenty times
    as many, so that a state is hardly ever unknown.
    """
    return math.ceil(100 + 60 * multiplier**2)


def supertrend_memory(period: int, multiplier: float) -> int:
    """Of a Supertrend: the window that its state must follow from, with the ranges at the window's beginning."""
    return supertrend_window(multiplier) + wilder_memory(period)
