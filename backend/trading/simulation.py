"""The one course of a candle, and a run over many: match, mark, decide."""

import numpy as np

from backend.trading.bands import quiet_band
from backend.trading.compiled import compiled, inlined
from backend.trading.decision import decide, place
from backend.trading.matching import match_candle
from backend.trading.records import ACTED, FILL, HOLD, MOST_FILLS_PER_CANDLE, OUTCOMES
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
    return count, _judge(state, rules, at, close, action, gates)


@inlined
def _judge(state: np.void, rules: np.void, at: int, close: float, action: int, gates: int) -> int:
    """Value the record at the close and decide; returns the decision's outcome."""
    mark(state, rules, at, close)
    outcome, quantity = decide(state, rules, action, close, at, gates)
    if outcome == ACTED:
        place(state, rules, quantity)
    return outcome


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

    A record that was touched by prices within this candle has been matched by them and is not matched again.
    Returns outcomes int8[n], the fills (FILL; `record` is the index of its state), and the buffer `fills` again,
    grown where it was too small for the next call.
    """
    outcomes = np.zeros(len(states), dtype=np.int8)
    at, open_, close = candle["opened_at"], candle["open"], candle["close"]
    high, low = candle["high"], candle["low"]
    count = 0
    for index in range(len(states)):
        if count + MOST_FILLS_PER_CANDLE > len(fills):
            fills = _enlarged(fills, count)
        before = count
        state = states[index]
        if state["touched_at"] < at:
            count = match_candle(state, rules[index], fills, count, at, open_, high, low, close)
        elif rules[index]["trailing_stop"] > 0.0 and state["quantity"] > 0.0 and close > state["peak_price"]:
            state["peak_price"] = close
        outcomes[index] = _judge(state, rules[index], at, close, actions[index], gates[index])
        for fill in range(before, count):
            fills[fill]["record"] = index
    return outcomes, fills[:count], fills


@compiled
def judge_all(
    states: np.ndarray, rules: np.ndarray, candle: np.void, actions: np.ndarray, gates: np.ndarray
) -> np.ndarray:
    """`advance_all` without matching, for records whose orders an exchange fills; returns outcomes int8[n]."""
    outcomes = np.zeros(len(states), dtype=np.int8)
    for index in range(len(states)):
        state, rule = states[index], rules[index]
        # What the candle did before the position was changed within it is none of the position's.
        peak = candle["close"] if state["touched_at"] >= candle["opened_at"] else candle["high"]
        if rule["trailing_stop"] > 0.0 and state["quantity"] > 0.0 and peak > state["peak_price"]:
            state["peak_price"] = peak
        outcomes[index] = _judge(state, rule, candle["opened_at"], candle["close"], actions[index], gates[index])
    return outcomes


@compiled
def match_all(
    states: np.ndarray, rules: np.ndarray, fills: np.ndarray, candle: np.void
) -> tuple[np.ndarray, np.ndarray]:
    """Match a candle with many records and decide nothing; returns the fills and the buffer as `advance_all`."""
    at, count = candle["opened_at"], 0
    for index in range(len(states)):
        if states[index]["touched_at"] >= at:
            continue
        if count + MOST_FILLS_PER_CANDLE > len(fills):
            fills = _enlarged(fills, count)
        start = count
        count = match_candle(
            states[index],
            rules[index],
            fills,
            count,
            at,
            candle["open"],
            candle["high"],
            candle["low"],
            candle["close"],
        )
        for fill in range(start, count):
            fills[fill]["record"] = index
    return fills[:count], fills


@compiled
def move_all(
    states: np.ndarray,
    rules: np.ndarray,
    fills: np.ndarray,
    opened_at: np.ndarray,
    before: float,
    high: float,
    low: float,
    price: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Match the way of the price from `before` by its extremes to `price` with many records of one market.

    `opened_at` (ms, int64[n]): of the candle that each record is in. Returns the fills and the buffer as `advance_all`.
    """
    count = 0
    for index in range(len(states)):
        if count + MOST_FILLS_PER_CANDLE > len(fills):
            fills = _enlarged(fills, count)
        start = count
        count = match_candle(states[index], rules[index], fills, count, opened_at[index], before, high, low, price)
        states[index]["touched_at"] = opened_at[index]
        for fill in range(start, count):
            fills[fill]["record"] = index
    return fills[:count], fills


@compiled
def touch_all(
    states: np.ndarray, rules: np.ndarray, fills: np.ndarray, opened_at: np.ndarray, before: float, price: float
) -> tuple[np.ndarray, np.ndarray]:
    """`move_all` for a price that went from `before` to `price` and nowhere else."""
    return move_all(states, rules, fills, opened_at, before, max(before, price), min(before, price), price)


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
