"""The strategies there are, by name."""

from backend.trading.strategies.declaration import Strategy
from backend.trading.strategies.registry import Registry
from backend.trading.strategies.sma_crossover import SmaCrossover

STRATEGIES = Registry((SmaCrossover(),))

PLUGIN_PROBLEMS = STRATEGIES.problems
"""Why plug-ins were left out, by entry-point name; filled when they are first needed."""

strategy_of = STRATEGIES.strategy_of

__all__ = ["PLUGIN_PROBLEMS", "STRATEGIES", "Strategy", "strategy_of"]
