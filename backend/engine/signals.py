"""What the strategies say at a close, each distinct one asked once for all the bots that share it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import structlog
from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.bots.queries import MarketKey, running_strategies
from backend.trading.candles import Candles, interval
from backend.trading.series import Series
from backend.trading.strategies import strategy_of
from backend.trading.strategies.evaluation import StrategyError, evaluate, lines_of, warmup_of

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Signal:
    """What a bot's strategy says: action (+1, -1, 0), confidence (0..1), and what it looked at.

    `silence`: why it cannot say anything, as a sentence, where that is so.
    """

    action: int
    confidence: float
    inputs: dict[str, Any]
    silence: str | None = None


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
            known[name] = _signal(bot, windows.setdefault(count, Series(candles[-count:])), count)
        signals.append(known[name])
    return signals


def warmup_of_bot(bot: TradingBot) -> int:
    """How many candles the bot's strategy warms up on; none where it is not there any more."""
    return _warmup(bot.strategy, bot.strategy_config, bot.timeframe)


def longest_warmups(session: Session) -> dict[MarketKey, int]:
    """Every market that a running bot of any tenant trades on, with the longest warm-up there; asked across tenants."""
    longest: dict[MarketKey, int] = {}
    for bot in running_strategies(session):
        for symbol in bot.symbols:
            market = MarketKey(bot.exchange, symbol, bot.timeframe)
            longest[market] = max(longest.get(market, 0), _warmup(bot.strategy, bot.strategy_config, bot.timeframe))
    return longest


def _warmup(strategy: str, config: Mapping[str, Any], timeframe: str) -> int:
    try:
        return warmup_of(strategy_of(strategy), config, interval(timeframe))
    except StrategyError:
        return 0


def _signal(bot: TradingBot, window: Series, needed: int) -> Signal:
    inputs: dict[str, Any] = {"price": float(window.close[-1])}
    silence = None
    if len(window) < needed:
        silence = (
            f"The strategy needs {needed:,} candles to speak, and {len(window):,} are there so far; the bot waits."
        )
    try:
        strategy = strategy_of(bot.strategy)
        actions, confidences = evaluate(strategy, window, bot.strategy_config)
        lines = lines_of(strategy, window, bot.strategy_config)
    except StrategyError as error:
        # One tenant's broken plug-in must not keep the others from deciding.
        log.exception("strategy_failed", bot_id=str(bot.id), strategy=bot.strategy)
        return Signal(0, 0.0, inputs, f"{error} The bot cannot decide until this is mended.")
    inputs |= {line.name: float(line.values[-1]) for line in lines if np.isfinite(line.values[-1])}
    action = int(actions[-1])
    return Signal(action, float(confidences[-1]), inputs, None if action else silence)
