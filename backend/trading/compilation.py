"""Compiles the hot functions before anybody waits for them; later processes load them from the cache on disk."""

import numpy as np

from backend.trading.backtester import Market, run
from backend.trading.candles import CANDLE, TIMEFRAMES
from backend.trading.decision import decide_all
from backend.trading.matching import exits
from backend.trading.prices import ceil_to_step, floor_to_step, market_price
from backend.trading.records import FILL, STATE
from backend.trading.risk import mark_all
from backend.trading.rules import Rules
from backend.trading.series import Series
from backend.trading.simulation import advance_all
from backend.trading.strategies.compilation import warm_strategies


def warm() -> None:
    """Call every compiled function once with the types that engine and backtests use."""
    minute = TIMEFRAMES["1m"]
    states = np.zeros(1, dtype=STATE)
    rules = Rules(base_amount=1.0).record(minute)
    one, none = np.ones(1, dtype=np.float64), np.zeros(1, dtype=np.int8)
    candles = np.ones(2, dtype=CANDLE)
    candles["opened_at"] = (0, minute)
    decide_all(states, rules, none, one, 0, none)
    exits(states, rules, one, one, one)
    advance_all(states, rules, np.zeros(0, dtype=FILL), candles[0], none, none)
    market_price(1.0, 1, 0.0, 0.01)
    floor_to_step(1.0, 0.1)
    ceil_to_step(1.0, 0.1)
    run(Market(Series(candles), minute), Rules(base_amount=1.0), np.zeros(2, dtype=np.int8), 10.0)
    mark_all(states, rules, 0, 1.0)
    warm_strategies()
