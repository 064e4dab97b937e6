"""Signals before the warm-up, which a backtest leaves out, left out of an optimisation too."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.backtests.optimizations.search import Search
from backend.trading.backtester import Market
from backend.trading.optimizer import Options
from backend.trading.series import Series
from backend.trading.strategies import Strategy
from backend.trading.strategies.declaration import Parameters, Signals
from backend.trading.strategies.evaluation import evaluate, warmup_of


class FromWarmupOn(Strategy):
    """A strategy that holds until its warm-up is over: before, a signal depends on where the recording begins."""

    def __init__(self, strategy: Strategy, length: int) -> None:
        """`length`: of a candle, in milliseconds."""
        self.name, self.title, self.summary = strategy.name, strategy.title, strategy.summary
        self.parameters = strategy.parameters
        self._strategy, self._length = strategy, length

    def warmup(self, parameters: Parameters, interval_ms: int, /) -> int:
        """That of the strategy."""
        return self._strategy.warmup(parameters, interval_ms)

    def signals(self, series: Series, parameters: Parameters, /) -> Signals:
        """Those of the strategy, from its warm-up on."""
        actions, confidences = self._strategy.signals(series, parameters)
        warmed = np.array(actions)
        warmed[: warmup_of(self._strategy, parameters, self._length)] = 0
        return warmed, confidences


def strategy_for(search: Search, market: Market) -> Strategy:
    """The strategy, silent before its warm-up where fewer candles than that are stored before the run."""
    strategy = search.settings.strategy
    return strategy if market.start >= longest_warmup(search) else FromWarmupOn(strategy, market.length)


def actions_of(search: Search, market: Market, parameters: Mapping[str, Any]) -> NDArray[np.int8]:
    """The signals of one set of parameters. Raises StrategyError."""
    strategy = search.settings.strategy
    warmup = warmup_of(strategy, parameters, market.length)
    chosen = strategy if market.start >= warmup else FromWarmupOn(strategy, market.length)
    actions, _ = evaluate(chosen, market.series, parameters)
    return actions


def longest_warmup(search: Search) -> int:
    """The warm-up of the corners of the space, in candles: warm-ups grow with periods. Raises StrategyError."""
    corners: list[dict[str, Any]] = [{}]
    for name, axis in search.space.items():
        values = axis.values()
        # Of a choice any value may be the largest.
        ends = values if isinstance(axis, Options) else [values[0], values[-1]]
        corners = [{**corner, name: value} for corner in corners for value in ends][:512]
    settings = search.settings
    return max(warmup_of(settings.strategy, search.settle(corner)[0], settings.length) for corner in corners)
