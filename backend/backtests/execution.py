"""Carries a run out: candles from the store, signals, the course of the core, and what was noticed on the way."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from backend.backtests.configuration import RunSettings
from backend.market_data.completeness import gap_report
from backend.market_data.store import CandleStore, content_hash
from backend.trading.backtester import Market, Run, run
from backend.trading.candles import Candles
from backend.trading.records import OUTCOMES
from backend.trading.series import Series
from backend.trading.strategies.evaluation import evaluate, warmup_of

_TOLERATED_GAP = 10
_MOST_GAPS_TOLD = 5
_REFUSALS = {
    "balance": "the balance did not cover the amount",
    "below_minimum": "the order would have been below the market's minimum",
    "position_size": "the position limit left no room",
}

Progress = Callable[[float, str], None]
"""Told the share that is done (0 to 1) and what is being done; may raise to stop the run."""


class NoCandles(Exception):
    """The period holds no candle; the message says it to the user."""


@dataclass(frozen=True)
class Notice:
    """Something that the reader of a result should know."""

    code: str
    message: str


@dataclass(frozen=True)
class Loaded:
    """The candles of a run with their hash and what was noticed about them."""

    market: Market
    data_hash: str
    notices: list[Notice]


@dataclass(frozen=True)
class Executed:
    """A run with its signals."""

    run: Run
    actions: NDArray[np.int8]


def load_market(store: CandleStore, settings: RunSettings, start: int, end: int, warmup: int | None = None) -> Loaded:
    """The candles from `start` to before `end` (ms), with as many before as `warmup`, else the strategy, wants.

    Raises NoCandles, StrategyError and what the store raises.
    """
    if warmup is None:
        warmup = warmup_of(settings.strategy, settings.parameters, settings.length)
    first = start - warmup * settings.length
    candles = store.read(settings.exchange, settings.symbol, settings.timeframe, first, end)
    market, notices = market_from(candles, settings, start, end)
    return Loaded(market, content_hash(candles), notices)


def market_from(candles: Candles, settings: RunSettings, start: int, end: int) -> tuple[Market, list[Notice]]:
    """Candles from the warm-up on, as a run over start to end (ms) takes them, and what is to be said of them.

    Raises NoCandles.
    """
    begin = int(candles["opened_at"].searchsorted(start))
    if begin == len(candles):
        raise NoCandles(
            f"No candles of {settings.symbol} at {settings.timeframe} are stored from {_moment(start)} to"
            f" {_moment(end)}. Download them first, or choose another period."
        )
    notices = _gap_notices(candles[begin:], settings.timeframe)
    first, last = int(candles["opened_at"][begin]), int(candles["opened_at"][-1])
    if first >= start + settings.length or last + settings.length < end:
        span = f"{_moment(first)} to {_moment(last + settings.length)}"
        notices.append(Notice("shorter_period", f"Candles are stored from {span} only; that was run."))
    warmup = warmup_of(settings.strategy, settings.parameters, settings.length)
    if begin < warmup:
        notices.append(
            Notice(
                "short_warmup",
                f"The strategy warms up on {warmup} candles, and {begin} are stored before the period:"
                f" it gives no signal on the first {warmup - begin} candles.",
            )
        )
    return Market(Series(candles), settings.length, begin), notices


def execute(settings: RunSettings, market: Market, progress: Progress = lambda _share, _step: None) -> Executed:
    """Signals, then the run. Raises StrategyError."""
    progress(0.3, "signals")
    actions, _ = evaluate(settings.strategy, market.series, settings.parameters)
    warmup = warmup_of(settings.strategy, settings.parameters, settings.length)
    if market.start < warmup:
        # Before its warm-up a signal depends on where the recording happens to begin.
        actions = actions.copy()
        actions[:warmup] = 0
    progress(0.5, "simulation")
    return Executed(run(market, settings.rules, actions, settings.balance), actions)


def run_notices(settings: RunSettings, run: Run) -> list[Notice]:
    """What the reader of a run's result should know about its course."""
    notices = []
    halted = int(run.state["halted"])
    if halted:
        name = OUTCOMES[halted].replace("_", " ")
        notices.append(Notice("halted", f"The bot was stopped on the way: {name}. It stayed out of the market after."))
    outcomes = run.outcome_counts()
    for name, words in _REFUSALS.items():
        if outcomes.get(name):
            notices.append(Notice(name, f"{outcomes[name]} signals to buy came to nothing: {words}."))
    if settings.rules.filters.quantity_step == 0.0:
        notices.append(
            Notice("no_filters", "The market's filters are not known: quantities and prices were not rounded.")
        )
    return notices


def _gap_notices(candles: Candles, timeframe: str) -> list[Notice]:
    gaps = [gap for gap in gap_report(candles, timeframe).gaps if gap.missing > _TOLERATED_GAP]
    if not gaps:
        return []
    told = ", ".join(f"{gap.missing} after {_moment(gap.after_ms)}" for gap in gaps[:_MOST_GAPS_TOLD])
    more = f" and {len(gaps) - _MOST_GAPS_TOLD} more gaps" if len(gaps) > _MOST_GAPS_TOLD else ""
    return [
        Notice(
            "gaps",
            f"Candles are missing: {told}{more}. Orders that fell into a gap filled at the first price after it.",
        )
    ]


def _moment(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1000, UTC).strftime("%Y-%m-%d %H:%M") + " UTC"
