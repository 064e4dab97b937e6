"""What the strategies say at a close, each distinct one asked once for all the bots that share it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import structlog
from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.bots.queries import MarketKey, watched_strategies
from backend.engine.roster import Seat
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


def signals_for(seats: Sequence[Seat], candles: Candles) -> list[Signal]:
    """Each bot's signal at the last of the candles, in the seats' order; bots that ask for none share one object."""
    known: dict[str, Signal] = {"": Signal(0, 1.0, {"price": float(candles["close"][-1])})}
    windows: dict[int, Series] = {}
    signals = []
    for seat in seats:
        if seat.signal_name not in known:
            # Strategies see their own warm-up and no more, so a bot acts the same whoever else trades the market.
            count = warmup_of_seat(seat) + 1
            known[seat.signal_name] = _signal(seat, windows.setdefault(count, Series(candles[-count:])), count)
        signals.append(known[seat.signal_name])
    return signals


def warmup_of_seat(seat: Seat) -> int:
    """How many candles the bot's strategy warms up on; none where it is not asked or not there any more."""
    return _warmup(seat.strategy, seat.strategy_config, seat.timeframe) if seat.signal_name else 0


def warmup_of_bot(bot: TradingBot) -> int:
    """How many candles the bot's strategy warms up on; none where it is not there any more."""
    return _warmup(bot.strategy, bot.strategy_config, bot.timeframe)


def longest_warmups(session: Session) -> dict[MarketKey, int]:
    """Every market that a watched bot of any tenant trades on, with the longest warm-up there; asked across tenants."""
    longest: dict[MarketKey, int] = {}
    for bot in watched_strategies(session):
        for symbol in bot.symbols:
            market = MarketKey(bot.exchange, symbol, bot.timeframe)
            longest[market] = max(longest.get(market, 0), _warmup(bot.strategy, bot.strategy_config, bot.timeframe))
    return longest


def _warmup(strategy: str, config: Mapping[str, Any], timeframe: str) -> int:
    try:
        return warmup_of(strategy_of(strategy), config, interval(timeframe))
    except StrategyError:
        return 0


def _signal(seat: Seat, window: Series, needed: int) -> Signal:
    inputs: dict[str, Any] = {"price": float(window.close[-1])}
    silence = None
    if len(window) < needed:
        silence = (
            f"The strategy needs {needed:,} candles to speak, and {len(window):,} are there so far; the bot waits."
        )
    try:
        strategy = strategy_of(seat.strategy)
        actions, confidences = evaluate(strategy, window, seat.strategy_config)
        lines = lines_of(strategy, window, seat.strategy_config)
    except StrategyError as error:
        # One tenant's broken plug-in must not keep the others from deciding.
        log.exception("strategy_failed", bot_id=str(seat.bot_id), strategy=seat.strategy)
        return Signal(0, 0.0, inputs, f"{error} The bot cannot decide until this is mended.")
    inputs |= {line.name: float(line.values[-1]) for line in lines if np.isfinite(line.values[-1])}
    action = int(actions[-1])
    return Signal(action, float(confidences[-1]), inputs, None if action else silence)
