"""The limit orders that a record wants to rest at an exchange: safety orders of a DCA bot, lines of a grid."""

import numpy as np

from backend.trading.compiled import compiled
from backend.trading.dca import safety_amount, safety_price
from backend.trading.grid import grid_line, lot_size
from backend.trading.position import stop_in_force
from backend.trading.prices import floor_to_step
from backend.trading.records import DCA, GRID, GRID_LINE, MOST_GRID_INTERVALS, SAFETY_ORDER, STOP_LOSS

RESTING = np.dtype(
    [("side", np.int8), ("purpose", np.int8), ("part", np.int32), ("price", np.float64), ("quantity", np.float64)]
)
"""One order that is to rest. `part`: the number of the safety order or of the grid's interval."""


@compiled
def resting_orders(state: np.void, rules: np.void) -> np.ndarray:
    """Every order that should rest now, as RESTING records; what cash and holdings do not cover is left out."""
    orders = np.zeros(MOST_GRID_INTERVALS, dtype=RESTING)
    count = 0
    if rules["kind"] == DCA:
        count = _safety_orders(state, rules, orders)
    elif rules["kind"] == GRID and state["grid_armed"] != 0:
        count = _grid_orders(state, rules, orders)
    return orders[:count]


@compiled
def _safety_orders(state: np.void, rules: np.void, orders: np.ndarray) -> int:
    if state["quantity"] <= 0.0 or state["halted"] != 0 or state["paused"] != 0:
        return 0
    _, stop = stop_in_force(state, rules, STOP_LOSS)
    cash, held, count = state["cash"], state["quantity"], 0
    for number in range(state["safeties_filled"], min(rules["safety_orders"], MOST_GRID_INTERVALS)):
        price = safety_price(rules, state["first_price"], number)
        if price <= 0.0 or price <= stop:
            break
        amount = safety_amount(rules, number)
        if rules["position_limit"] > 0.0:
            amount = min(amount, rules["position_limit"] - held * price)
        quantity = floor_to_step(max(amount, 0.0) / price, rules["quantity_step"])
        cost = quantity * price * (1.0 + rules["maker_fee"])
        if quantity <= 0.0 or quantity * price < rules["minimum_notional"] or cost > cash:
            break
        _note(orders[count], 1, SAFETY_ORDER, number, price, quantity)
        cash -= cost
        held += quantity
        count += 1
    return count


@compiled
def _grid_orders(state: np.void, rules: np.void, orders: np.ndarray) -> int:
    cash, held, count = state["cash"], state["quantity"], 0
    for interval in range(rules["grid_intervals"]):
        lot, armed = lot_size(rules, interval), state["grid"][interval]
        if armed > 0 and state["paused"] == 0:
            price = grid_line(rules, interval)
            cost = lot * price * (1.0 + rules["maker_fee"])
            if cost <= cash and lot * price >= rules["minimum_notional"]:
                _note(orders[count], 1, GRID_LINE, interval, price, lot)
                cash -= cost
                count += 1
        elif armed < 0:
            # An exchange that takes its fee from what was bought leaves a little less than was ordered.
            price, lot = grid_line(rules, interval + 1), floor_to_step(min(lot, held), rules["quantity_step"])
            if lot > 0.0 and lot * price >= rules["minimum_notional"]:
                _note(orders[count], -1, GRID_LINE, interval, price, lot)
                held -= lot
                count += 1
    return count


@compiled
def _note(order: np.void, side: int, purpose: int, part: int, price: float, quantity: float) -> None:
    order["side"] = side
    order["purpose"] = purpose
    order["part"] = part
    order["price"] = price
    order["quantity"] = quantity
