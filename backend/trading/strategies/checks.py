"""Whether a strategy keeps its two promises on given candles: it does not look ahead, and it warms up long enough."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from backend.trading.candles import Candles
from backend.trading.series import Series
from backend.trading.strategies.declaration import Parameters, Signals, Strategy
from backend.trading.strategies.evaluation import StrategyError, evaluate, warmup_of
from backend.trading.strategies.spacing import grid_interval

MOST_PLACES = 64
"""Candles that a check looks at: those around signals first, the others evenly spread."""

_AROUND_SIGNALS = 45
_TOLERANCE = 1e-6
_SHORTEST_PAST = 256
_FUTURE = 96
_WHOLE_SERIES_CUTS = 3
_MOST_CANDLES = 1_500_000
"""Candles that all windows of one check have together, which bounds its duration."""


@dataclass(frozen=True)
class Check:
    """How a check came out; the message is a sentence for the user."""

    passed: bool
    message: str


def lookahead_check(strategy: Strategy, series: Series, parameters: Parameters) -> Check:
    """Change what comes after a candle, and see that nothing changes at it or before."""
    if len(series) < 2:
        return Check(True, "There are too few candles to see whether it looks ahead.")
    try:
        warmup = warmup_of(strategy, parameters, grid_interval(series))
        signals = evaluate(strategy, series, parameters)
        past = max(warmup + 1, _SHORTEST_PAST)
        places = _places(signals, 0, len(series) - 1, _affordable(2 * (past + _FUTURE)))
        for number, place in enumerate(places):
            candles = series.candles[max(place + 1 - past, 0) : place + 1 + _FUTURE]
            kept = min(place + 1, past)
            before = evaluate(strategy, Series(candles), parameters)
            changed = _first_change(strategy, candles, kept, before, parameters, number)
            if changed is not None:
                return _looks_ahead(series, place + 1 - kept + changed, place)
        for number in range(_WHOLE_SERIES_CUTS):
            place = (len(series) - 1) * (number + 1) // (_WHOLE_SERIES_CUTS + 1)
            changed = _first_change(strategy, series.candles, place + 1, signals, parameters, number, futures=1)
            if changed is not None:
                return _looks_ahead(series, changed, place)
    except StrategyError as error:
        return Check(False, f"It could not be checked for look-ahead: {error.sentence}")
    return Check(
        True, f"Changing what comes after a candle, at {len(places)} places, changed no signal at or before it."
    )


def warmup_check(strategy: Strategy, series: Series, parameters: Parameters) -> Check:
    """Compare signals over the whole history with those over as few candles as the strategy says it needs."""
    try:
        warmup = warmup_of(strategy, parameters, grid_interval(series))
        if len(series) <= warmup + 1:
            return Check(
                True,
                f"It warms up on {warmup:,} candles; the {len(series):,} there are cannot show whether they suffice.",
            )
        actions, confidences = evaluate(strategy, series, parameters)
        places = _places((actions, confidences), warmup + 1, len(series), _affordable(warmup + 1))
        for place in places:
            window = Series(series.candles[place - warmup : place + 1])
            action, confidence = (values[-1] for values in evaluate(strategy, window, parameters))
            if action != actions[place] or abs(confidence - confidences[place]) > _TOLERANCE:
                return Check(
                    False,
                    f"At {_moment(series, place)} its signal depends on candles from before its warm-up of {warmup:,}:"
                    " a running bot, which sees no more than these, would act differently from this backtest.",
                )
    except StrategyError as error:
        return Check(False, f"Its warm-up could not be checked: {error.sentence}")
    return Check(
        True, f"At {len(places)} places, its warm-up of {warmup:,} candles gave the same signal as the whole history."
    )


def _affordable(window: int) -> int:
    return max(min(MOST_PLACES, _MOST_CANDLES // max(window, 1)), 4)


def _places(signals: Signals, first: int, end: int, most: int) -> list[int]:
    """Indices from `first` to before `end`: around signals from all over the series, and evenly spread ones."""
    acting = np.flatnonzero(signals[0][first:end]) + first
    near = most * _AROUND_SIGNALS // MOST_PLACES
    chosen = (
        acting[np.unique(np.linspace(0, len(acting) - 1, max(near // 3, 1)).round().astype(int))]
        if len(acting)
        else acting
    )
    around = np.unique(np.concatenate((chosen - 1, chosen, chosen + 1)))
    around = around[(around >= first) & (around < end)]
    even = np.linspace(first, end - 1, max(most - len(around), 1)).round().astype(int)
    places: list[int] = np.unique(np.concatenate((around, even))).tolist()
    return places[:most] if len(places) > most else places


def _first_change(
    strategy: Strategy,
    candles: Candles,
    kept: int,
    before: Signals,
    parameters: Parameters,
    number: int,
    futures: int = 2,
) -> int | None:
    """The first of the `kept` candles at which another future changes the signal."""
    for changed in itertools.islice(_other_futures(candles, kept, number), futures):
        after = evaluate(strategy, Series(changed), parameters)
        differs = (before[0][:kept] != after[0][:kept]) | (np.abs(before[1][:kept] - after[1][:kept]) > _TOLERANCE)
        if differs.any():
            return int(np.argmax(differs))
    return None


def _other_futures(candles: Candles, kept: int, number: int) -> Iterator[Candles]:
    """The candles with everything after the first `kept` of them otherwise: in disorder, then all risen or fallen."""
    future = len(candles) - kept
    generator = np.random.default_rng(number)
    for factors in (generator.uniform(0.6, 1.6, future), (0.7, 1.4)[number % 2]):
        changed = candles.copy()
        for name in ("open", "high", "low", "close"):
            changed[name][kept:] *= factors
        changed["volume"][kept:] *= generator.uniform(0.1, 10.0, future)
        yield changed


def _looks_ahead(series: Series, at: int, place: int) -> Check:
    return Check(
        False,
        f"It looks ahead: its signal at {_moment(series, at)} changed when only candles after"
        f" {_moment(series, place)} were changed. No bot can trade what this backtest shows.",
    )


def _moment(series: Series, index: int) -> str:
    return datetime.fromtimestamp(int(series.opened_at[index]) / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S") + " UTC"
