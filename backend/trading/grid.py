"""Grid trading: in every interval between two lines either a buy rests at the lower or a sale at the upper one."""

import numpy as np

from backend.trading.compiled import compiled
from backend.trading.position import buy, sell
from backend.trading.prices import floor_to_step, market_price, nearest_step
from backend.trading.records import (
    ACTED,
    BALANCE,
    BELOW_MINIMUM,
    GEOMETRIC,
    GRID_LINE,
    OUTSIDE_RANGE,
    RANGE_LEFT,
    STOP_LOSS,
    TAKE_PROFIT,
)


@compiled
def grid_line(rules: np.void, number: int) -> float:
    """The price of line `number`, 0 the lowest and `grid_intervals` the highest, on the market's tick."""
    lower, upper, intervals = rules["grid_lower"], rules["grid_upper"], rules["grid_intervals"]
    if rules["grid_spacing"] == GEOMETRIC:
        price = lower * (upper / lower) ** (number / intervals)
    else:
        price = lower + (upper - lower) * number / intervals
    return nearest_step(price, rules["price_tick"])


@compiled
def lot_size(rules: np.void, interval: int) -> float:
    """What one interval buys and sells, in base: the amount per line at its lower line."""
    return floor_to_step(rules["base_amount"] / grid_line(rules, interval), rules["quantity_step"])


@compiled
def grid_purchase(state: np.void, rules: np.void, price: float) -> tuple[int, float]:
    """What starting the grid at `price` comes to: the outcome, and the quantity to buy for the sales above it."""
    if price <= rules["grid_lower"] or price >= rules["grid_upper"]:
        return OUTSIDE_RANGE, 0.0
    needed, quantity, too_small = 0.0, 0.0, False
    for interval in range(rules["grid_intervals"]):
        lot, line = lot_size(rules, interval), grid_line(rules, interval)
        too_small = too_small or lot <= 0.0 or lot * line < rules["minimum_notional"]
        if line >= price:
            quantity += lot
            needed += lot * price * (1.0 + rules["slippage"]) * (1.0 + rules["taker_fee"])
        else:
            needed += lot * line * (1.0 + rules["maker_fee"])
    if state["cash"] < needed:
        return BALANCE, 0.0
    return (BELOW_MINIMUM, 0.0) if too_small else (ACTED, quantity)


@compiled
def choose_sides(state: np.void, rules: np.void, price: float) -> None:
    """Above the price a sale is to rest in each interval, below it a buy."""
    for interval in range(rules["grid_intervals"]):
        state["grid"][interval] = -2 if grid_line(rules, interval) >= price else 2


@compiled
def settle_lines(state: np.void, rules: np.void) -> None:
    """What was armed in this candle rests from the next one on."""
    for interval in range(rules["grid_intervals"]):
        if state["grid"][interval] == 2:
            state["grid"][interval] = 1
        elif state["grid"][interval] == -2:
            state["grid"][interval] = -1


@compiled
def arm_grid(state: np.void, rules: np.void) -> None:
    """The lines rest from the coming candle on, with the stops outside the range."""
    state["grid_armed"] = 1
    state["stop_price"] = rules["grid_lower"] * (1.0 - rules["stop_loss"]) if rules["stop_loss"] > 0.0 else 0.0
    state["target_price"] = rules["grid_upper"] * (1.0 + rules["take_profit"]) if rules["take_profit"] > 0.0 else 0.0


@compiled
def match_grid(
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
    """Lines that the candle trades through, along open, extremes and close; returns the new count of fills."""
    stop, target = state["stop_price"], state["target_price"]
    count = _fill_buys(state, rules, fills, count, at, open_, open_)
    count = _fill_sales(state, rules, fills, count, at, open_, open_)
    if stop > 0.0 and open_ <= stop:
        return count + _leave(state, rules, fills[count], at, STOP_LOSS, open_)
    if target > 0.0 and open_ >= target:
        return count + _leave(state, rules, fills[count], at, TAKE_PROFIT, open_)
    stopped = stop > 0.0 and low <= stop
    if close < open_:
        count = _fill_sales(state, rules, fills, count, at, open_, high)
        if target > 0.0 and high >= target and not stopped:
            return count + _leave(state, rules, fills[count], at, TAKE_PROFIT, target)
        count = _fill_buys(state, rules, fills, count, at, open_, low)
    else:
        count = _fill_buys(state, rules, fills, count, at, open_, low)
        if not stopped:
            count = _fill_sales(state, rules, fills, count, at, open_, high)
            if target > 0.0 and high >= target:
                return count + _leave(state, rules, fills[count], at, TAKE_PROFIT, target)
    if stopped:
        return count + _leave(state, rules, fills[count], at, STOP_LOSS, stop)
    settle_lines(state, rules)
    return count


@compiled
def _fill_buys(
    state: np.void, rules: np.void, fills: np.ndarray, count: int, at: int, open_: float, reached: float
) -> int:
    """Resting buys above the price that was reached, at their lines, or at the open where that is better."""
    if state["paused"] != 0:
        return count
    for interval in range(rules["grid_intervals"] - 1, -1, -1):
        if state["grid"][interval] != 1:
            continue
        line = grid_line(rules, interval)
        if reached >= line:
            continue
        lot, paid = lot_size(rules, interval), min(line, open_)
        if buy(state, rules, fills[count], at, GRID_LINE, paid, paid, lot, rules["maker_fee"]):
            state["grid"][interval] = -2
            count += 1
    return count


@compiled
def _fill_sales(
    state: np.void, rules: np.void, fills: np.ndarray, count: int, at: int, open_: float, reached: float
) -> int:
    """Resting sales below the price that was reached, at their lines, or at the open where that is better."""
    for interval in range(rules["grid_intervals"]):
        if state["grid"][interval] != -1:
            continue
        line = grid_line(rules, interval + 1)
        if reached <= line:
            continue
        stop, target = state["stop_price"], state["target_price"]
        lot, got = lot_size(rules, interval), max(line, open_)
        count += sell(state, rules, fills[count], at, GRID_LINE, got, got, lot, rules["maker_fee"])
        # An empty position has forgotten its stops; the grid's are those of the range.
        state["stop_price"], state["target_price"] = stop, target
        state["grid"][interval] = 2
    return count


@compiled
def _leave(state: np.void, rules: np.void, fill: np.void, at: int, reason: int, price: float) -> int:
    """The price left the range by more than allowed: everything is sold, and the grid is over."""
    paid = market_price(price, -1, rules["slippage"], rules["price_tick"])
    sold = sell(state, rules, fill, at, reason, paid, price, state["quantity"], rules["taker_fee"])
    end_grid(state, rules)
    return sold


@compiled
def end_grid(state: np.void, rules: np.void) -> None:
    """No line rests any more, and none will."""
    state["grid_armed"] = 0
    state["halted"] = RANGE_LEFT
    for interval in range(rules["grid_intervals"]):
        state["grid"][interval] = 0
