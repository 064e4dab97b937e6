"""The strategies there are, by name."""

from backend.trading.strategies.atr_channel import AtrChannel
from backend.trading.strategies.bollinger import Bollinger
from backend.trading.strategies.declaration import Strategy, Voter
from backend.trading.strategies.donchian import Donchian
from backend.trading.strategies.ema_crossover import EmaCrossover
from backend.trading.strategies.macd import Macd
from backend.trading.strategies.momentum import Momentum
from backend.trading.strategies.registry import Registry
from backend.trading.strategies.rsi import Rsi
from backend.trading.strategies.rules import Rules
from backend.trading.strategies.score import Score
from backend.trading.strategies.sma_crossover import SmaCrossover
from backend.trading.strategies.stochastic import Stochastic
from backend.trading.strategies.supertrend import Supertrend
from backend.trading.strategies.webhook import Webhook

VOTERS: tuple[Voter, ...] = (
    SmaCrossover(),
    EmaCrossover(),
    Rsi(),
    Macd(),
    Bollinger(),
    Donchian(),
    Supertrend(),
    Stochastic(),
    Momentum(),
    AtrChannel(),
)

BUILT_IN: tuple[Strategy, ...] = (*VOTERS, Score(VOTERS), Rules(), Webhook())

STRATEGIES = Registry(BUILT_IN)
"""Built-in strategies and those of plug-ins."""

PLUGIN_PROBLEMS = STRATEGIES.problems
"""Why plug-ins were left out, by entry-point name; filled when they are first needed."""

strategy_of = STRATEGIES.strategy_of

__all__ = ["BUILT_IN", "PLUGIN_PROBLEMS", "STRATEGIES", "VOTERS", "Strategy", "strategy_of"]
