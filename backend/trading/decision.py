"""What a bot does at the close of a candle: one decision code for backtest, paper and live."""

import numpy as np
from numba import njit

from backend.trading.matching import floor_to_step
from backend.trading.records import ACTED, ALREADY_LONG, HOLD, NOTHING_TO_SELL
from backend.trading.sizing import entry_quantity


@njit(cache=True)
def decide(state: np.void, rules: np.void, action: int, price: float) -> tuple[int, float]:
    """The outcome for a long-only bot and the signed quantity to trade (+ buy, - sell), in base.

    `action` is the strategy's signal at this close (+1, -1, 0), `price` the close. Checks never block an exit.
    """
    if action > 0:
        if state["quantity"] > 0.0:
            return ALREADY_LONG, 0.0
        return entry_quantity(state, rules, price)
    if action < 0:
        quantity = floor_to_step(state["quantity"], rules["quantity_step"])
        if quantity <= 0.0:
            return NOTHING_TO_SELL, 0.0
        return ACTED, -quantity
    return HOLD, 0.0


@njit(cache=True)
def decide_all(
    states: np.ndarray, rules: np.ndarray, actions: np.ndarray, prices: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """`decide` for many records in one call: outcomes int8[n], quantities float64[n]."""
    count = len(states)
    outcomes = np.zeros(count, dtype=np.int8)
    quantities = np.zeros(count, dtype=np.float64)
    for index in range(count):
        outcomes[index], quantities[index] = decide(states[index], rules[index], actions[index], prices[index])
    return outcomes, quantities
