"""How much an entry buys."""

import numpy as np

from backend.trading.compiled import compiled
from backend.trading.prices import floor_to_step
from backend.trading.records import ACTED, BALANCE, BELOW_MINIMUM, FIXED, PERCENT, POSITION_SIZE


@compiled
def entry_quantity(state: np.void, rules: np.void, price: float) -> tuple[int, float]:
    """The quantity in base to buy at `price`, and ACTED or the check that refused.

    A fixed amount is bought whole or not at all; a share of the equity and an amount by risk are cut to what the
    position limit and the cash allow.
    """
    amount = _wanted_amount(state, rules, price)
    smallest = max(rules["minimum_notional"], rules["quantity_step"] * price)
    limit = rules["position_limit"]
    if limit > 0.0:
        left = limit - state["quantity"] * price
        if left < min(amount, smallest):
            return POSITION_SIZE, 0.0
        amount = min(amount, left)
    cost = (1.0 + rules["slippage"]) * (1.0 + rules["taker_fee"])
    if state["cash"] < amount * cost:
        payable = state["cash"] / cost
        if rules["sizing"] == FIXED or payable < smallest:
            return BALANCE, 0.0
        amount = payable
    quantity = floor_to_step(amount / price, rules["quantity_step"])
    if quantity <= 0.0 or quantity * price < rules["minimum_notional"]:
        return BELOW_MINIMUM, 0.0
    return ACTED, quantity


@compiled
def _wanted_amount(state: np.void, rules: np.void, price: float) -> float:
    """What the entry spends, in quote, before any limit."""
    if rules["sizing"] == FIXED:
        return rules["base_amount"]
    equity = state["cash"] + state["quantity"] * price
    if rules["sizing"] == PERCENT:
        return equity * rules["equity_share"]
    distance = rules["stop_loss"]
    if distance <= 0.0 or 0.0 < rules["trailing_stop"] < distance:
        distance = rules["trailing_stop"]
    return equity * rules["risk_per_trade"] / distance if distance > 0.0 else 0.0
