"""What a bot does at the close of a candle: one decision code for backtest, paper and live."""

import numpy as np

from backend.trading.compiled import compiled
from backend.trading.grid import arm_grid, choose_sides, grid_purchase, settle_lines
from backend.trading.prices import floor_to_step
from backend.trading.records import (
    ACTED,
    ALREADY_LONG,
    DCA,
    ENTRY,
    EXIT_SIGNAL,
    GRID,
    HOLD,
    NOTHING_TO_SELL,
    RANGE_LEFT,
)
from backend.trading.risk import first_refusal, last_refusal
from backend.trading.sizing import entry_quantity


@compiled
def decide(state: np.void, rules: np.void, action: int, price: float, at: int, gates: int) -> tuple[int, float]:
    """The outcome for a long-only bot and the signed quantity to trade at the market (+ buy, - sell), in base.

    `action` is the strategy's signal at this close (+1, -1, 0), `price` the close, `at` the candle's open time (ms),
    `gates` what forbids entries from outside (bits of records.WINDOW_CLOSED and its neighbours).
    """
    if state["pending_quantity"] != 0.0:
        # A breached limit on losses has everything sold already.
        return HOLD, 0.0
    if rules["kind"] == GRID:
        return _decide_grid(state, rules, price, at, gates)
    return _decide_by_signal(state, rules, action, price, at, gates)


@compiled
def _decide_by_signal(
    state: np.void, rules: np.void, action: int, price: float, at: int, gates: int
) -> tuple[int, float]:
    kind = rules["kind"]
    if state["quantity"] > 0.0 and action > 0:
        return ALREADY_LONG, 0.0
    if action > 0 or (kind == DCA and rules["dca_at_once"] != 0 and state["quantity"] <= 0.0):
        return _decide_entry(state, rules, price, at, gates)
    if action < 0 and kind != DCA:
        quantity = floor_to_step(state["quantity"], rules["quantity_step"])
        if quantity <= 0.0:
            return NOTHING_TO_SELL, 0.0
        return ACTED, -quantity
    return HOLD, 0.0


@compiled
def place(state: np.void, rules: np.void, quantity: float) -> None:
    """Note what was decided: the market order waits for the next candle, and the entry counts for its day."""
    if quantity >= 0.0:
        state["entries_today"] += 1
    if rules["kind"] == GRID and quantity == 0.0:
        # Nothing has to be bought first: the lines rest from the coming candle on.
        arm_grid(state, rules)
        settle_lines(state, rules)
        return
    state["pending_quantity"] = quantity
    state["pending_purpose"] = ENTRY if quantity > 0.0 else EXIT_SIGNAL


@compiled
def _decide_entry(state: np.void, rules: np.void, price: float, at: int, gates: int) -> tuple[int, float]:
    refusal = first_refusal(state, rules, at, gates)
    if refusal != ACTED:
        return refusal, 0.0
    outcome, quantity = entry_quantity(state, rules, price)
    if outcome != ACTED:
        return outcome, 0.0
    refusal = last_refusal(gates)
    if refusal != ACTED:
        return refusal, 0.0
    return ACTED, quantity


@compiled
def _decide_grid(state: np.void, rules: np.void, price: float, at: int, gates: int) -> tuple[int, float]:
    """A grid decides once: to start. Afterwards its resting orders do the work."""
    if state["halted"] == RANGE_LEFT:
        return RANGE_LEFT, 0.0
    if state["grid_armed"] != 0 or state["halted"] != 0:
        return HOLD, 0.0
    refusal = first_refusal(state, rules, at, gates)
    if refusal != ACTED:
        return refusal, 0.0
    outcome, quantity = grid_purchase(state, rules, price)
    if outcome == ACTED:
        outcome = last_refusal(gates)
    if outcome != ACTED:
        return outcome, 0.0
    choose_sides(state, rules, price)
    return ACTED, quantity
