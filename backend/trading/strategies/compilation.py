"""Compiles what the strategies compute before anybody waits for it."""

import numpy as np

from backend.trading.candles import CANDLE, TIMEFRAMES
from backend.trading.indicators import simple_moving_average
from backend.trading.series import Series
from backend.trading.strategies import BUILT_IN, STRATEGIES, VOTERS
from backend.trading.strategies.catalogue import INDICATORS
from backend.trading.strategies.declaration import with_defaults
from backend.trading.strategies.evaluation import first_unusable


def warm_strategies() -> None:
    """Call every compiled function of strategies and indicators once, with the types that engine and backtests use."""
    candles = np.ones(100, dtype=CANDLE)
    candles["opened_at"] = np.arange(len(candles)) * TIMEFRAMES["1m"]
    series = Series(candles)
    for strategy in BUILT_IN:
        first_unusable(*strategy.signals(series, with_defaults(strategy, {})))
    rsi = STRATEGIES["rsi"]
    rsi.signals(series, {**with_defaults(rsi, {}), "act_on": "entering"})
    for indicator in INDICATORS.values():
        indicator.compute(series, indicator.complete({}))
    simple_moving_average(series, 20, "volume")
    for voter in VOTERS:
        voter.stances(series, with_defaults(voter, {}))
