"""Supertrend: a stop line that follows the price at some average ranges' distance and changes sides when it is crossed.

The upper band only falls and the lower one only rises until a close is beyond it, so the state (both bands and the
side) can stem from any candle in the past, and a running bot sees the last ones only. Therefore a state is given where
it follows from the last `supertrend_window` candles, whatever came before them, and is unknown elsewhere. To tell,
everything that the past could have left is carried along, as the interval that each band may be in and the sides that
the line may be on; the state follows once a single possibility is left. A state that follows from some candle on
follows from every earlier one on too, so that a few beginnings answer for all.
"""

import numpy as np

from backend.trading.compiled import compiled, inlined
from backend.trading.crossings import EQUAL_WITHIN
from backend.trading.indicators.memory import supertrend_window
from backend.trading.indicators.ranges import average_true_range
from backend.trading.series import Column, Series


def supertrend(series: Series, period: int, multiplier: float) -> tuple[Column, np.ndarray]:
    """The line, in quote, and the direction (int8: +1 below the price, -1 above it); NaN and 0 where unknown."""
    return series.remember(("supertrend", period, multiplier), lambda: _supertrend(series, period, multiplier))


def _supertrend(series: Series, period: int, multiplier: float) -> tuple[Column, np.ndarray]:
    if len(series) <= period + 1:
        return np.full(len(series), np.nan), np.zeros(len(series), dtype=np.int8)
    distance = multiplier * average_true_range(series, period)
    middle = (series.high + series.low) / 2
    upper, lower, close = middle + distance, middle - distance, series.close
    line, direction = _course(upper, lower, close, period)
    # Before `period` there is no average range, and the candle before the first has its part in every state.
    known = follows_from_window(upper, lower, close, period, supertrend_window(multiplier))
    line[~known] = np.nan
    direction[~known] = 0
    return line, direction


@compiled
def _course(upper: np.ndarray, lower: np.ndarray, close: np.ndarray, first: int) -> tuple[np.ndarray, np.ndarray]:
    """Line and direction from any beginning; `upper`, `lower`: the bands as each candle alone would have them."""
    count = len(close)
    line, direction = np.full(count, np.nan), np.zeros(count, dtype=np.int8)
    top, bottom, side = upper[first], lower[first], np.int8(1)
    line[first], direction[first] = bottom, side
    for index in range(first + 1, count):
        before, now = close[index - 1], close[index]
        equal_before, equal = EQUAL_WITHIN * before, EQUAL_WITHIN * now
        if upper[index] < top or before > top + equal_before:
            top = upper[index]
        if lower[index] > bottom or before < bottom - equal_before:
            bottom = lower[index]
        if side > 0 and now < bottom - equal:
            side = np.int8(-1)
        elif side < 0 and now > top + equal:
            side = np.int8(1)
        line[index], direction[index] = bottom if side > 0 else top, side
    return line, direction


@inlined
def _narrowed(low: float, high: float, band: float, before: float, equal: float) -> tuple[float, float]:
    """The interval that the upper band may be in after a candle, from that before it.

    It stays where it was if that is at most `band` and at least the close `before`; else it is `band`.
    """
    least = max(low, before - equal)
    if least > min(high, band):
        return band, band
    moved = before > low + equal or band < high
    most = band if moved else high
    return (most, most) if most - least <= equal else (least, most)


@compiled
def follows_at(upper: np.ndarray, lower: np.ndarray, close: np.ndarray, start: int, last: int) -> int:
    """The first candle at which the state follows from those since `start`; last + 1 where it does not up to `last`."""
    top_low, top_high, bottom_low, bottom_high = -np.inf, np.inf, -np.inf, np.inf
    up, down = True, True
    for index in range(start, last + 1):
        before, now = close[index - 1], close[index]
        equal_before, equal = EQUAL_WITHIN * before, EQUAL_WITHIN * now
        top_low, top_high = _narrowed(top_low, top_high, upper[index], before, equal_before)
        # The lower band is an upper one upside down.
        mirrored_low, mirrored_high = _narrowed(-bottom_high, -bottom_low, -lower[index], -before, equal_before)
        bottom_low, bottom_high = -mirrored_high, -mirrored_low
        may_turn_up, must_turn_up = now > top_low + equal, now > top_high + equal
        may_turn_down, must_turn_down = now < bottom_high - equal, now < bottom_low - equal
        was_up, was_down = up, down
        up = (was_up and not must_turn_down) or (was_down and may_turn_up)
        down = (was_down and not must_turn_up) or (was_up and may_turn_down)
        if top_low == top_high and bottom_low == bottom_high and up != down:
            return index
    return last + 1


@compiled
def follows_from_window(upper: np.ndarray, lower: np.ndarray, close: np.ndarray, first: int, window: int) -> np.ndarray:
    """Where the state follows from the last `window` candles (or from all, where there are fewer)."""
    count = len(close)
    known = np.zeros(count, dtype=np.bool_)
    full = min(first + window - 1, count)
    known[follows_at(upper, lower, close, first, full - 1) : full] = True
    # Spans of beginnings, each judged by its ends where these agree, else halved.
    spans = np.empty((128, 2), dtype=np.int64)
    for begin in range(first, count - window + 1, max(window // 2, 1)):
        spans[0] = begin, min(begin + max(window // 2, 1), count - window + 1) - 1
        waiting = 1
        while waiting:
            waiting -= 1
            left, right = spans[waiting]
            if follows_at(upper, lower, close, right, left + window - 1) < left + window:
                known[left + window - 1 : right + window] = True
            elif left < right and follows_at(upper, lower, close, left, right + window - 1) < right + window:
                middle = (left + right) // 2
                spans[waiting] = left, middle
                spans[waiting + 1] = middle + 1, right
                waiting += 2
    return known
