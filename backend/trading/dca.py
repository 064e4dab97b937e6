"""Dollar-cost averaging: safety orders below the first buy, one target on the average price."""

import numpy as np

from backend.trading.compiled import compiled
from backend.trading.position import buy, protect, sell, stop_in_force
from backend.trading.prices import floor_to_step, market_price
from backend.trading.records import SAFETY_ORDER, STOP_LOSS, TAKE_PROFIT


@compiled
def safety_price(rules: np.void, first_price: float, number: int) -> float:
    """Where safety order `number` (0 is the first) rests: each step down is the last one times the step scale."""
    deviation, step = 0.0, rules["safety_deviation"]
    for _ in range(number + 1):
        deviation += step
        step *= rules["safety_step_scale"]
    return floor_to_step(first_price * (1.0 - deviation), rules["price_tick"])


@compiled
def safety_amount(rules: np.void, number: int) -> float:
    """What safety order `number` spends, in quote: each is the last one times the volume scale."""
    amount = rules["safety_amount"]
    for _ in range(number):
        amount *= rules["safety_volume_scale"]
    return amount


@compiled
def match_dca(
    state: np.void,
    rules: np.void,
    fills: np.ndarray,
    count: int,
    at: int,
    open_: float,
    high: float,
    low: float,
    close: float,
    entered: bool,
) -> int:
    """Safety orders, stop and target of an open position along one candle; returns the new count of fills.

    Stop and target of an entry are in force at once, as for every bot. Safety orders that were placed in this candle,
    and a target that one of them moved, do not fill in it.
    """
    target = state["target_price"]
    reason, stop = stop_in_force(state, rules, STOP_LOSS)
    if stop > 0.0 and open_ <= stop:
        return count + _leave(state, rules, fills[count], at, reason, open_)
    if target > 0.0 and open_ >= target:
        return count + _leave(state, rules, fills[count], at, TAKE_PROFIT, open_)
    high_first = close < open_
    if high_first and target > 0.0 and high >= target and not (stop > 0.0 and low <= stop):
        return count + _leave(state, rules, fills[count], at, TAKE_PROFIT, target)
    before = count
    if not entered and state["halted"] == 0 and state["paused"] == 0:
        count = _fill_safeties(state, rules, fills, count, at, open_, low)
    averaged = count > before
    reason, stop = stop_in_force(state, rules, STOP_LOSS)
    if stop > 0.0 and low <= stop:
        return count + _leave(state, rules, fills[count], at, reason, stop)
    if not averaged and target > 0.0 and high >= target:
        return count + _leave(state, rules, fills[count], at, TAKE_PROFIT, target)
    return count


@compiled
def _fill_safeties(
    state: np.void, rules: np.void, fills: np.ndarray, count: int, at: int, open_: float, low: float
) -> int:
    """Every safety order that the price traded through before it came to the stop; at the open where that is below."""
    while state["safeties_filled"] < rules["safety_orders"]:
        number = state["safeties_filled"]
        price = safety_price(rules, state["first_price"], number)
        _, stop = stop_in_force(state, rules, STOP_LOSS)
        if price <= 0.0 or low >= price or price <= stop:
            return count
        amount = safety_amount(rules, number)
        if rules["position_limit"] > 0.0:
            amount = min(amount, rules["position_limit"] - state["quantity"] * price)
        quantity = floor_to_step(max(amount, 0.0) / price, rules["quantity_step"])
        paid = min(price, open_)
        if not buy(state, rules, fills[count], at, SAFETY_ORDER, paid, paid, quantity, rules["maker_fee"]):
            # Cash, position limit or the smallest order leave no room. What rests below it comes later or never.
            return count
        count += 1
        state["safeties_filled"] = number + 1
        protect(state, rules)
    return count


@compiled
def _leave(state: np.void, rules: np.void, fill: np.void, at: int, reason: int, price: float) -> int:
    paid = market_price(price, -1, rules["slippage"], rules["price_tick"])
    return sell(state, rules, fill, at, reason, paid, price, state["quantity"], rules["taker_fee"])
