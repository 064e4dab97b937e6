"""How much an entry buys."""

import numpy as np
from numba import njit

from backend.trading.matching import floor_to_step
from backend.trading.records import ACTED, BALANCE, BELOW_MINIMUM


@njit(cache=True)
def entry_quantity(state: np.void, rules: np.void, price: float) -> tuple[int, float]:
    """Fixed sizing: the quantity in base that `base_amount` buys at `price`, and ACTED or the check that refused."""
    if state["cash"] < rules["base_amount"] * (1.0 + rules["fee_rate"]):
        return BALANCE, 0.0
    quantity = floor_to_step(rules["base_amount"] / price, rules["quantity_step"])
    if quantity <= 0.0 or quantity * price < rules["minimum_notional"]:
        return BELOW_MINIMUM, 0.0
    return ACTED, quantity
