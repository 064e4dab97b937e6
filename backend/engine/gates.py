"""What forbids entries from outside, as the core's gates: switches, halted exchanges, thin markets."""

import numpy as np
from numpy.typing import NDArray

from backend.engine.guards.conditions import Conditions
from backend.engine.roster import Table
from backend.trading.records import SWITCHED_OFF


def outer_gates(table: Table, conditions: Conditions) -> NDArray[np.int8]:
    """For each bot of the table the bits of what forbids it to buy; an exchange's state concerns live bots only."""
    # Whom a switch concerns the roster has paused. Who is paused itself is refused for that first.
    switched_off = (table.states["paused"] != 0) & ~table.paused
    gates = np.where(switched_off, SWITCHED_OFF, 0).astype(np.int8)
    live = np.array([not seat.is_paper for seat in table.seats], dtype=np.bool_)
    gates[live] |= np.int8(conditions.bits)
    return gates
