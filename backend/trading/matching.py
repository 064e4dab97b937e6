"""What a candle (or a tick, a candle with o=h=l=c) does to orders and positions. Never better than reality."""

import numpy as np

from backend.trading.compiled import compiled, inlined
from backend.trading.dca import match_dca
from backend.trading.grid import arm_grid, match_grid
from backend.trading.position import buy, protect, sell, stop_in_force
from backend.trading.prices import market_price
from backend.trading.records import DCA, GRID, NO_EXIT, STOP_LOSS, TAKE_PROFIT


@inlined
def match_candle(
    state: np.void,
    rules: np.void,
    fills: np.ndarray,
    count: int,
    at: int,
    open_: float,
    high: float,
    low: float,
    close: float,
) -> int:
    """Fill what the candle that opened `at` (ms) reaches, into `fills` from `count` on; returns the new count.

    In this order: the waiting market order at the open, then resting orders and protective exits along the candle.
    `fills` must have room for MOST_FILLS_PER_CANDLE more.
    """
    entered = False
    if state["pending_quantity"] != 0.0:
        entered = state["pending_quantity"] > 0.0
        count += _fill_waiting(state, rules, fills[count], at, open_)
    if rules["kind"] == GRID:
        if state["grid_armed"] != 0:
            return match_grid(state, rules, fills, count, at, open_, high, low, close)
        return count
    if state["quantity"] <= 0.0:
        return count
    if rules["kind"] == DCA:
        count = match_dca(state, rules, fills, count, at, open_, high, low, close, entered)
    else:
        reason, price = protective_exit(state, rules, open_, high, low)
        if reason != NO_EXIT:
            paid = market_price(price, -1, rules["slippage"], rules["price_tick"])
            count += sell(state, rules, fills[count], at, reason, paid, price, state["quantity"], rules["taker_fee"])
    if rules["trailing_stop"] > 0.0 and state["quantity"] > 0.0 and high > state["peak_price"]:
        state["peak_price"] = high
    return count


@compiled
def protective_exit(state: np.void, rules: np.void, open_: float, high: float, low: float) -> tuple[int, float]:
    """Whether stop, trailing stop or target of the position lies in the candle: (reason, price before slippage).

    A candle that opens beyond either fills at the open; where both lie inside, the stop wins.
    """
    if state["quantity"] <= 0.0:
        return NO_EXIT, 0.0
    reason, stop = stop_in_force(state, rules, STOP_LOSS)
    target = state["target_price"]
    if stop > 0.0 and open_ <= stop:
        return reason, open_
    if target > 0.0 and open_ >= target:
        return TAKE_PROFIT, open_
    if stop > 0.0 and low <= stop:
        return reason, stop
    if target > 0.0 and high >= target:
        return TAKE_PROFIT, target
    return NO_EXIT, 0.0


@compiled
def exits(
    states: np.ndarray, rules: np.ndarray, opens: np.ndarray, highs: np.ndarray, lows: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """`protective_exit` for many records at once: reasons int8[n], prices float64[n]."""
    count = len(states)
    reasons = np.zeros(count, dtype=np.int8)
    prices = np.zeros(count, dtype=np.float64)
    for index in range(count):
        reasons[index], prices[index] = protective_exit(
            states[index], rules[index], opens[index], highs[index], lows[index]
        )
    return reasons, prices


@compiled
def _fill_waiting(state: np.void, rules: np.void, fill: np.void, at: int, open_: float) -> int:
    """The market order that was decided at the last close fills at the open, worsened by slippage; returns 1 or 0."""
    quantity, purpose = state["pending_quantity"], state["pending_purpose"]
    state["pending_quantity"] = 0.0
    state["pending_purpose"] = 0
    if quantity < 0.0:
        price = market_price(open_, -1, rules["slippage"], rules["price_tick"])
        return sell(state, rules, fill, at, purpose, price, open_, -quantity, rules["taker_fee"])
    price = market_price(open_, 1, rules["slippage"], rules["price_tick"])
    bought = buy(state, rules, fill, at, purpose, price, open_, quantity, rules["taker_fee"])
    if rules["kind"] == GRID:
        arm_grid(state, rules)
    elif bought > 0:
        protect(state, rules)
        state["first_price"] = price
        state["safeties_filled"] = 0
    return bought
