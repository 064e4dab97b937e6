"""Where lines cross, compiled: each function goes once over its lines and gives the actions and their confidences.

Values closer than a tolerance are equal. Running sums and recursions carry rounding errors and remains that depend on
where the array began, and these must not decide a trade. Comparisons with NaN are false: no event where a line, or its
value one candle earlier, is unknown.
"""

import numpy as np

from backend.trading.compiled import compiled

EQUAL_WITHIN = 1e-9
"""Prices closer than this share of them are equal."""

EQUAL_PER_CENT = 1e-6
"""Percentages closer than this are equal."""


@compiled
def crossings(line: np.ndarray, other: np.ndarray, scale: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """+1 where `line` rises above `other`, -1 where it falls below; `scale`: the prices that make the tolerance."""
    count = len(line)
    actions = np.zeros(count, dtype=np.int8)
    confidences = np.zeros(count, dtype=np.float64)
    for index in range(1, count):
        before, equal_before = line[index - 1] - other[index - 1], EQUAL_WITHIN * scale[index - 1]
        now, equal = line[index] - other[index], EQUAL_WITHIN * scale[index]
        rises = (before <= equal_before) & (now > equal)
        falls = (before >= -equal_before) & (now < -equal)
        actions[index] = np.int8(rises) - np.int8(falls)
        confidences[index] = np.float64(rises | falls)
    return actions, confidences


@compiled
def channel_crossings(
    line: np.ndarray, buy_above: np.ndarray, sell_below: np.ndarray, scale: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """+1 where `line` rises above `buy_above`, -1 where it falls below `sell_below`; 0 where both."""
    count = len(line)
    actions = np.zeros(count, dtype=np.int8)
    confidences = np.zeros(count, dtype=np.float64)
    for index in range(1, count):
        equal_before, equal = EQUAL_WITHIN * scale[index - 1], EQUAL_WITHIN * scale[index]
        rises = (line[index - 1] - buy_above[index - 1] <= equal_before) & (line[index] - buy_above[index] > equal)
        falls = (line[index - 1] - sell_below[index - 1] >= -equal_before) & (line[index] - sell_below[index] < -equal)
        actions[index] = np.int8(rises) - np.int8(falls)
        confidences[index] = np.float64(rises ^ falls)
    return actions, confidences


@compiled
def level_crossings(
    line: np.ndarray, buy_above: float, sell_below: float, tolerance: float
) -> tuple[np.ndarray, np.ndarray]:
    """+1 where `line` rises above the level `buy_above`, -1 where it falls below `sell_below`; 0 where both."""
    count = len(line)
    actions = np.zeros(count, dtype=np.int8)
    confidences = np.zeros(count, dtype=np.float64)
    for index in range(1, count):
        before, now = line[index - 1], line[index]
        rises = (before <= buy_above + tolerance) & (now > buy_above + tolerance)
        falls = (before >= sell_below - tolerance) & (now < sell_below - tolerance)
        actions[index] = np.int8(rises) - np.int8(falls)
        confidences[index] = np.float64(rises ^ falls)
    return actions, confidences


@compiled
def opposite_level_crossings(
    line: np.ndarray, buy_below: float, sell_above: float, tolerance: float
) -> tuple[np.ndarray, np.ndarray]:
    """+1 where `line` falls below the level `buy_below`, -1 where it rises above `sell_above`; 0 where both."""
    count = len(line)
    actions = np.zeros(count, dtype=np.int8)
    confidences = np.zeros(count, dtype=np.float64)
    for index in range(1, count):
        before, now = line[index - 1], line[index]
        falls = (before >= buy_below - tolerance) & (now < buy_below - tolerance)
        rises = (before <= sell_above + tolerance) & (now > sell_above + tolerance)
        actions[index] = np.int8(falls) - np.int8(rises)
        confidences[index] = np.float64(rises ^ falls)
    return actions, confidences


@compiled
def zone_crossings(
    line: np.ndarray, other: np.ndarray, low: float, high: float, tolerance: float
) -> tuple[np.ndarray, np.ndarray]:
    """+1 where `line` rises above `other` coming from below the level `low`; -1 where it falls below it from `high`."""
    count = len(line)
    actions = np.zeros(count, dtype=np.int8)
    confidences = np.zeros(count, dtype=np.float64)
    for index in range(1, count):
        before, now = line[index - 1] - other[index - 1], line[index] - other[index]
        rises = (before <= tolerance) & (now > tolerance) & (line[index - 1] < low - tolerance)
        falls = (before >= -tolerance) & (now < -tolerance) & (line[index - 1] > high + tolerance)
        actions[index] = np.int8(rises) - np.int8(falls)
        confidences[index] = np.float64(rises | falls)
    return actions, confidences


@compiled
def turns(direction: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """+1 where a direction (int8: +1, -1, 0 for unknown) turns up, -1 where it turns down; not to or from unknown."""
    count = len(direction)
    actions = np.zeros(count, dtype=np.int8)
    confidences = np.zeros(count, dtype=np.float64)
    for index in range(1, count):
        turned = (direction[index] != direction[index - 1]) & (direction[index - 1] != 0) & (direction[index] != 0)
        actions[index] = direction[index] if turned else 0
        confidences[index] = 1.0 if turned else 0.0
    return actions, confidences


@compiled
def sides(line: np.ndarray, buy_above: np.ndarray, sell_below: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """+1 where `line` is above `buy_above`, -1 where it is below `sell_below` (int8); 0 where both or unknown."""
    count = len(line)
    stances = np.zeros(count, dtype=np.int8)
    for index in range(count):
        equal = EQUAL_WITHIN * scale[index]
        stances[index] = np.int8(line[index] - buy_above[index] > equal) - np.int8(
            line[index] - sell_below[index] < -equal
        )
    return stances


@compiled
def level_sides(line: np.ndarray, buy_above: float, sell_below: float, tolerance: float) -> np.ndarray:
    """The same for levels."""
    count = len(line)
    stances = np.zeros(count, dtype=np.int8)
    for index in range(count):
        stances[index] = np.int8(line[index] > buy_above + tolerance) - np.int8(line[index] < sell_below - tolerance)
    return stances
