"""The strategies there are, by name."""

from backend.trading.strategies.declaration import Strategy
from backend.trading.strategies.sma_crossover import SmaCrossover

STRATEGIES: dict[str, Strategy] = {strategy.name: strategy for strategy in (SmaCrossover(),)}

__all__ = ["STRATEGIES", "Strategy"]
