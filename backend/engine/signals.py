"""What the strategies say at a close, each distinct one asked once for all the bots that share it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import structlog

from backend.bots.models import TradingBot
from backend.trading.candles import Candles, interval
from backend.trading.series import Series
from backend.trading.strategies import strategy_of
from backend.trading.strategies.evaluation import StrategyError, evaluate, lines_of, warmup_of

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Signal:
    """What a bot's strategy says: action (+1, -1, 0), confidence (0..1), and what it looked at."""

    action: int
    confidence: float
    inputs: dict[str, Any]


def signals_for(bots: Sequence[TradingBot], candles: Candles) -> list[Signal]:
    """Each bot's signal at the last of the candles, in the bots' order."""
    known: dict[str, Signal] = {}
    windows: dict[int, Series] = {}
    signals = []
    for bot in bots:
        name = f"{bot.strategy} {sorted(bot.strategy_config.items())}"
        if name not in known:
            # Strategies see their own warm-up and no more, so a bot acts the same whoever else trades the market.
            count = warmup_of_bot(bot) + 1
            known[name] = _signal(bot, windows.setdefault(count, Series(candles[-count:])))
        signals.append(known[name])
    return signals


def warmup_of_bot(bot: TradingBot) -> int:
    """How many candles the bot's strategy warms up on; none where it is not there any more."""
    try:
        return warmup_of(strategy_of(bot.strategy), bot.strategy_config, interval(bot.timeframe))
    except StrategyError:
        return 0


def _signal(bot: TradingBot, window: Series) -> Signal:
    inputs: dict[str, Any] = {"price": float(window.close[-1])}
    try:
        strategy = strategy_of(bot.strategy)
        actions, confidences = evaluate(strategy, window, bot.strategy_config)
        lines = lines_of(strategy, window, bot.strategy_config)
    except StrategyError as error:
        # One tenant's broken plug-in must not keep the others from deciding.
        log.exception("strategy_failed", bot_id=str(bot.id), strategy=bot.strategy)
        return Signal(0, 0.0, {**inputs, "problem": str(error)})
    inputs |= {line.name: float(line.values[-1]) for line in lines if np.isfinite(line.values[-1])}
    return Signal(int(actions[-1]), float(confidences[-1]), inputs)
