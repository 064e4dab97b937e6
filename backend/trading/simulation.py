"""The one course of a candle, and a run over many: match, mark, decide."""

import numpy as np

from backend.trading.compiled import compiled, inlined
from backend.trading.dca import safety_price
from backend.trading.decision import decide, place
from backend.trading.grid import grid_line
from backend.trading.matching import match_candle
from backend.trading.records import ACTED, DCA, FILL, GRID, HOLD, MOST_FILLS_PER_CANDLE, OUTCOMES, RANGE_LEFT
from backend.trading.risk import mark

_OUTCOME_COUNT = len(OUTCOMES)


@inlined
def advance(
    state: np.void,
    rules: np.void,
    fills: np.ndarray,
    count: int,
    at: int,
    open_: float,
    high: float,
    low: float,
    close: float,
    action: int,
    gates: int,
) -> tuple[int, int]:
    """Take one record through one closed candle; returns the new count of fills and the decision's outcome."""
    count = match_candle(state, rules, fills, count, at, open_, high, low, close)
    mark(state, rules, at, close)
    outcome, quantity = decide(state, rules, action, close, at, gates)
    if outcome == ACTED:
        place(state, rules, quantity)
    return count, outcome


@compiled
def advance_all(
    states: np.ndarray,
    rules: np.ndarray,
    fills: np.ndarray,
    candle: np.void,
    actions: np.ndarray,
    gates: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`advance` for many records of one market in one call.

    Returns outcomes int8[n], the fills (FILL; `record` is the index of its state), and the buffer `fills` again,
    grown where it was too small for the next call.
    """
    outcomes = np.zeros(len(states), dtype=np.int8)
    count = 0
    for index in range(len(states)):
        if count + MOST_FILLS_PER_CANDLE > len(fills):
            fills = _enlarged(fills, count)
        before = count
        count, outcomes[index] = advance(
            states[index],
            rules[index],
            fills,
            count,
            candle["opened_at"],
            candle["open"],
            candle["high"],
            candle["low"],
            candle["close"],
            actions[index],
            gates[index],
        )
        for fill in range(before, count):
            fills[fill]["record"] = index
    return outcomes, fills[:count], fills


@compiled
def simulate(
    state: np.void,
    rules: np.void,
    opened_at: np.ndarray,
    open_: np.ndarray,
    high: np.ndarray,
    low: np.ndarray,
    close: np.ndarray,
    actions: np.ndarray,
    gates: np.ndarray,
    equity: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Take one record through all candles: the fills (FILL) and how often each outcome occurred (int64[OUTCOMES]).

    `equity` (float64[n]) receives the value at each close. Candles in which nothing can happen are stepped over: the
    result is that of `advance` for every candle in turn, to the last digit.
    """
    fills = np.empty(MOST_FILLS_PER_CANDLE + 256 + _signal_count(actions), dtype=FILL)
    outcomes = np.zeros(_OUTCOME_COUNT, dtype=np.int64)
    count, index, total = 0, 0, len(opened_at)
    watched = rules["trailing_stop"] > 0.0 or rules["daily_loss_limit"] > 0.0 or rules["max_drawdown"] > 0.0
    while index < total:
        begin = index
        lower, upper = quiet_band(state, rules)
        cash, quantity = state["cash"], state["quantity"]
        if watched and quantity > 0.0:
            index = _step_watchfully(state, rules, opened_at, high, low, close, actions, equity, index, lower, upper)
        else:
            # Written out here: a call that takes so many arrays costs more than the few candles it steps over.
            while 0 <= index < total and actions[index] == 0 and low[index] > lower and high[index] < upper:
                equity[index] = cash + quantity * close[index]
                index += 1
        if index > begin:
            outcomes[HOLD] += index - begin
            state["equity"] = equity[index - 1]
            if index == total:
                break
        if count + MOST_FILLS_PER_CANDLE > len(fills):
            fills = _enlarged(fills, count)
        count, outcome = advance(
            state,
            rules,
            fills,
            count,
            opened_at[index],
            open_[index],
            high[index],
            low[index],
            close[index],
            actions[index],
            gates[index],
        )
        outcomes[outcome] += 1
        equity[index] = state["equity"]
        index += 1
    if total > 0:
        mark(state, rules, opened_at[total - 1], close[total - 1])
    return fills[:count], outcomes


@compiled
def _signal_count(actions: np.ndarray) -> int:
    """How many signals there are: about as many fills as there will be."""
    count = 0
    for action in actions:
        count += action != 0
    return count


@compiled
def quiet_band(state: np.void, rules: np.void) -> tuple[float, float]:
    """Prices between which a candle without a signal changes nothing but the mark; an empty band where any might.

    Trailing stops move and are not in it.
    """
    if state["pending_quantity"] != 0.0:
        return np.inf, -np.inf
    if rules["kind"] == GRID:
        return _quiet_band_of_grid(state, rules)
    if state["quantity"] <= 0.0:
        if rules["kind"] == DCA and rules["dca_at_once"] != 0:
            return np.inf, -np.inf
        return -np.inf, np.inf
    lower = state["stop_price"]
    if rules["kind"] == DCA and state["safeties_filled"] < rules["safety_orders"]:
        lower = max(lower, safety_price(rules, state["first_price"], state["safeties_filled"]))
    return lower, state["target_price"] if state["target_price"] > 0.0 else np.inf


@compiled
def _quiet_band_of_grid(state: np.void, rules: np.void) -> tuple[float, float]:
    if state["grid_armed"] == 0:
        return (-np.inf, np.inf) if state["halted"] not in (0, RANGE_LEFT) else (np.inf, -np.inf)
    lower = state["stop_price"]
    upper = state["target_price"] if state["target_price"] > 0.0 else np.inf
    for interval in range(rules["grid_intervals"]):
        armed = state["grid"][interval]
        if armed == 1:
            lower = max(lower, grid_line(rules, interval))
        elif armed == -1:
            upper = min(upper, grid_line(rules, interval + 1))
        else:
            return np.inf, -np.inf
    return lower, upper


@compiled
def _step_watchfully(
    state: np.void,
    rules: np.void,
    opened_at: np.ndarray,
    high: np.ndarray,
    low: np.ndarray,
    close: np.ndarray,
    actions: np.ndarray,
    equity: np.ndarray,
    start: int,
    lower: float,
    upper: float,
) -> int:
    """The first candle from `start` on in which something may happen; the equity before it is written.

    For a position under a trailing stop or a limit on losses, which move with price and equity.
    """
    total, index = len(actions), start
    cash, quantity = state["cash"], state["quantity"]
    kept = 1.0 - rules["trailing_stop"] if rules["trailing_stop"] > 0.0 else 0.0
    tolerated = 1.0 - rules["max_drawdown"] if rules["max_drawdown"] > 0.0 else 0.0
    peak, peak_equity = state["peak_price"], state["peak_equity"]
    day_floor, day_ends_at = 0.0, np.iinfo(np.int64).max
    if rules["daily_loss_limit"] > 0.0:
        day_floor = state["day_equity"] * (1.0 - rules["daily_loss_limit"])
        day_ends_at = state["day_ends_at"]
    while index < total and actions[index] == 0 and opened_at[index] < day_ends_at:
        if low[index] <= max(lower, peak * kept) or high[index] >= upper:
            break
        value = cash + quantity * close[index]
        highest_value = max(peak_equity, value)
        if state["halted"] == 0 and (value <= day_floor or value <= highest_value * tolerated):
            break
        equity[index] = value
        peak = max(peak, high[index])
        if tolerated > 0.0:
            peak_equity = highest_value
        index += 1
    if kept > 0.0:
        state["peak_price"] = peak
    state["peak_equity"] = peak_equity
    return index


@compiled
def _enlarged(fills: np.ndarray, count: int) -> np.ndarray:
    """A larger copy, with room for all that one candle can bring."""
    larger = np.empty(2 * len(fills) + MOST_FILLS_PER_CANDLE, dtype=FILL)
    larger[:count] = fills[:count]
    return larger
