"""Compiles the hot functions before anybody waits for them; later processes load them from the cache on disk."""

import numpy as np

from backend.trading.backtester import Market, run
from backend.trading.bands import exit_band, watch_band, watch_bands
from backend.trading.candles import CANDLE, TIMEFRAMES
from backend.trading.decision import decide, place
from backend.trading.grid import arm_grid, end_grid, settle_lines
from backend.trading.matching import exits
from backend.trading.position import protect, stop_in_force
from backend.trading.prices import ceil_to_step, floor_to_step, market_price
from backend.trading.records import FILL, STATE, STOP_LOSS
from backend.trading.resting import resting_orders
from backend.trading.risk import mark_all
from backend.trading.rules import Rules
from backend.trading.series import Series
from backend.trading.simulation import advance_all, judge_all, match_all, move_all, touch_all
from backend.trading.strategies.compilation import warm_strategies


def warm() -> None:
    """Call every compiled function once with the types that engine and backtests use."""
    minute = TIMEFRAMES["1m"]
    states = np.zeros(1, dtype=STATE)
    rules = Rules(base_amount=1.0).record(minute)
    one, none = np.ones(1, dtype=np.float64), np.zeros(1, dtype=np.int8)
    candles = np.ones(2, dtype=CANDLE)
    candles["opened_at"] = (0, minute)
    exits(states, rules, one, one, one)
    advance_all(states, rules, np.zeros(0, dtype=FILL), candles[0], none, none)
    judge_all(states, rules, candles[0], none, none)
    match_all(states, rules, np.zeros(0, dtype=FILL), candles[0])
    move_all(states, rules, np.zeros(0, dtype=FILL), candles["opened_at"][:1], 1.0, 1.0, 1.0, 1.0)
    touch_all(states, rules, np.zeros(0, dtype=FILL), candles["opened_at"][:1], 1.0, 1.0)
    watch_bands(states, rules)
    watch_band(states[0], rules[0])
    exit_band(states[0], rules[0])
    resting_orders(states[0], rules[0])
    decide(states[0], rules[0], 0, 1.0, 0, 0)
    place(states[0], rules[0], 0.0)
    protect(states[0], rules[0])
    stop_in_force(states[0], rules[0], STOP_LOSS)
    arm_grid(states[0], rules[0])
    settle_lines(states[0], rules[0])
    end_grid(states[0], rules[0])
    market_price(1.0, 1, 0.0, 0.01)
    floor_to_step(1.0, 0.1)
    ceil_to_step(1.0, 0.1)
    run(Market(Series(candles), minute), Rules(base_amount=1.0), np.zeros(2, dtype=np.int8), 10.0)
    mark_all(states, rules, 0, 1.0)
    warm_strategies()
