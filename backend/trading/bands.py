"""Between which prices nothing happens to a record: what backtests step over and running bots are watched by."""

import numpy as np

from backend.trading.compiled import compiled
from backend.trading.dca import safety_price
from backend.trading.grid import grid_line
from backend.trading.position import stop_in_force
from backend.trading.records import DCA, GRID, RANGE_LEFT, STOP_LOSS


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
def exit_band(state: np.void, rules: np.void) -> tuple[float, float]:
    """Prices between which neither stop, trailing stop nor target of the position is reached."""
    if state["quantity"] <= 0.0 and state["grid_armed"] == 0:
        return -np.inf, np.inf
    lower = state["stop_price"]
    if rules["kind"] != GRID:
        _, lower = stop_in_force(state, rules, STOP_LOSS)
    return lower if lower > 0.0 else -np.inf, state["target_price"] if state["target_price"] > 0.0 else np.inf


@compiled
def watch_band(state: np.void, rules: np.void) -> tuple[float, float]:
    """Prices between which neither a protective exit nor an order that rests is reached.

    Resting orders fill where the price trades through them: they are reached half a tick beyond.
    """
    lower, upper = exit_band(state, rules)
    if rules["kind"] == DCA:
        open_safety = state["safeties_filled"] < rules["safety_orders"] and state["halted"] == 0
        if state["quantity"] > 0.0 and open_safety and state["paused"] == 0:
            price = safety_price(rules, state["first_price"], state["safeties_filled"])
            if price > 0.0:
                lower = max(lower, price - rules["price_tick"] / 2.0)
        return lower, upper
    if rules["kind"] != GRID or state["grid_armed"] == 0:
        return lower, upper
    for interval in range(rules["grid_intervals"]):
        armed = state["grid"][interval]
        if armed > 0 and state["paused"] == 0:
            lower = max(lower, grid_line(rules, interval) - rules["price_tick"] / 2.0)
        elif armed < 0:
            upper = min(upper, grid_line(rules, interval + 1) + rules["price_tick"] / 2.0)
    return lower, upper


@compiled
def watch_bands(states: np.ndarray, rules: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`watch_band` for many records: lower and upper prices, float64[n] each."""
    lower, upper = np.empty(len(states)), np.empty(len(states))
    for index in range(len(states)):
        lower[index], upper[index] = watch_band(states[index], rules[index])
    return lower, upper
