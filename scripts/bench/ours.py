"""The platform's own core."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.trading.backtester import Market, Run, run
from backend.trading.metrics import describe
from backend.trading.optimizer import Sweep
from backend.trading.series import Series
from backend.trading.strategies import strategy_of
from backend.trading.strategies.evaluation import evaluate
from scripts.bench.workload import BALANCE, LONG, MINUTE, PAIRS, SHORT, rules

_STRATEGY = strategy_of("sma_crossover")


def backtest(series: Series, stops: bool) -> Run:
    """From columns of candles to trades, equity and every figure; nothing is remembered from before."""
    market = Market(series.afresh(), MINUTE)
    actions, _ = evaluate(_STRATEGY, market.series, {"short_period": SHORT, "long_period": LONG})
    result = run(market, rules(stops), actions, BALANCE)
    describe(result.measures)
    return result


def of_signals(series: Series, stops: bool) -> Callable[[], Run]:
    """The run and every figure of finished signals: what is left when averages and crossings are there already."""
    actions, _ = evaluate(_STRATEGY, series, {"short_period": SHORT, "long_period": LONG})
    return lambda: run(Market(series.afresh(), MINUTE), rules(stops), actions, BALANCE)


def sweep(series: Series, threads: int) -> NDArray[np.void]:
    """Every pair with every figure; averages are remembered among pairs, not from before."""
    market = Market(series.afresh(), MINUTE)
    chosen = rules(stops=True)

    def settle(combination: Any) -> Any:
        return combination, chosen

    combinations = [{"short_period": pair.short, "long_period": pair.long} for pair in PAIRS]
    return Sweep(market, _STRATEGY, BALANCE, settle).measure(combinations, threads)
