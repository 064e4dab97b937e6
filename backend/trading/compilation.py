"""Compiles the hot functions before anybody waits for them; later processes load them from the cache on disk."""

import numpy as np

from backend.trading.decision import decide_all
from backend.trading.matching import ceil_to_step, exits, floor_to_step, market_price
from backend.trading.records import RULES, STATE


def warm() -> None:
    """Call every compiled function once with the types that the engine uses."""
    states = np.zeros(1, dtype=STATE)
    rules = np.zeros(1, dtype=RULES)
    one = np.ones(1, dtype=np.float64)
    decide_all(states, rules, np.zeros(1, dtype=np.int8), one)
    exits(states, one, one, one)
    market_price(1.0, 1, 0.0, 0.01)
    floor_to_step(1.0, 0.1)
    ceil_to_step(1.0, 0.1)
