"""What a fill does to cash and position: average cost, fees in quote, profit on every sale."""

import numpy as np

from backend.trading.compiled import compiled
from backend.trading.prices import floor_to_step
from backend.trading.records import TRAILING_STOP

# Of a position, less than this share of a step is a rounding error and no holding. Where a market has no step, a
# thousandth of the position stands in for it.
_NOTHING = 1e-6
_ROUNDING = 1e-3


@compiled
def affordable(cash: float, price: float, fee_rate: float, step: float) -> float:
    """The largest quantity that the cash pays for at that price, fee included."""
    return max(0.0, floor_to_step(cash / (price * (1.0 + fee_rate)), step))


@compiled
def buy(
    state: np.void,
    rules: np.void,
    fill: np.void,
    at: int,
    purpose: int,
    price: float,
    reference: float,
    quantity: float,
    fee_rate: float,
) -> int:
    """Add to the position and note the fill; returns how many fills that made, 1 or 0.

    `reference` is the price undisturbed.
    What the cash does not cover is not bought, and nothing below the smallest order is.
    """
    notional = quantity * price
    if notional * (1.0 + fee_rate) > state["cash"]:
        quantity = affordable(state["cash"], price, fee_rate, rules["quantity_step"])
        notional = quantity * price
    if quantity <= 0.0 or notional < rules["minimum_notional"]:
        return 0
    fee = notional * fee_rate
    held = state["quantity"] + quantity
    state["cash"] -= notional + fee
    if state["quantity"] <= 0.0:
        state["entered_at"] = at
        state["entries"] = 0
        state["entry_fees"] = 0.0
        state["peak_price"] = price
        state["entry_price"] = price
    else:
        state["entry_price"] = (state["entry_price"] * state["quantity"] + notional) / held
    state["quantity"] = held
    state["entry_fees"] += fee
    state["entries"] += 1
    _note(state, fill, at, 1, purpose, price, quantity, fee, (price - reference) * quantity, 0.0)
    fill["closed"] = 0
    return 1


@compiled
def sell(
    state: np.void,
    rules: np.void,
    fill: np.void,
    at: int,
    purpose: int,
    price: float,
    reference: float,
    quantity: float,
    fee_rate: float,
) -> int:
    """Take from the position and note the fill with its profit; returns how many fills that made, 1 or 0."""
    if quantity <= 0.0 or state["quantity"] <= 0.0:
        return 0
    held = state["quantity"]
    # What rounding would leave is no holding: it goes with the rest.
    closes = held - quantity <= max(rules["quantity_step"], held * _ROUNDING) * _NOTHING
    quantity = held if closes else quantity
    notional = quantity * price
    fee = notional * fee_rate
    entry_fees = state["entry_fees"] if closes else state["entry_fees"] * (quantity / held)
    profit = (price - state["entry_price"]) * quantity - fee - entry_fees
    state["cash"] += notional - fee
    state["entry_fees"] -= entry_fees
    _note(state, fill, at, -1, purpose, price, quantity, fee, (reference - price) * quantity, profit)
    if closes:
        _close(state)
        state["last_exit_at"] = at + rules["candle_length"]
        fill["closed"] = 1
    else:
        state["quantity"] = held - quantity
        fill["closed"] = 0
    return 1


@compiled
def protect(state: np.void, rules: np.void) -> None:
    """Set stop and target of the position by its average entry price."""
    entry = state["entry_price"]
    state["stop_price"] = entry * (1.0 - rules["stop_loss"]) if rules["stop_loss"] > 0.0 else 0.0
    state["target_price"] = entry * (1.0 + rules["take_profit"]) if rules["take_profit"] > 0.0 else 0.0


@compiled
def stop_in_force(state: np.void, rules: np.void, own_reason: int) -> tuple[int, float]:
    """The higher of the stop and the trailing stop: (reason, price); price 0 where there is neither."""
    stop = state["stop_price"]
    if rules["trailing_stop"] > 0.0:
        trailing = state["peak_price"] * (1.0 - rules["trailing_stop"])
        if trailing > stop:
            return TRAILING_STOP, trailing
    return own_reason, stop


@compiled
def _close(state: np.void) -> None:
    state["quantity"] = 0.0
    state["entry_price"] = 0.0
    state["entry_fees"] = 0.0
    state["peak_price"] = 0.0
    state["stop_price"] = 0.0
    state["target_price"] = 0.0
    state["first_price"] = 0.0
    state["safeties_filled"] = 0


@compiled
def _note(
    state: np.void,
    fill: np.void,
    at: int,
    side: int,
    purpose: int,
    price: float,
    quantity: float,
    fee: float,
    slippage: float,
    profit: float,
) -> None:
    fill["record"] = 0
    fill["at"] = at
    fill["side"] = side
    fill["purpose"] = purpose
    fill["price"] = price
    fill["quantity"] = quantity
    fill["fee"] = fee
    fill["slippage"] = slippage
    fill["profit"] = profit
    fill["entry_price"] = state["entry_price"]
    fill["entered_at"] = state["entered_at"]
    fill["entries"] = state["entries"]
