"""Walk-forward: parameters chosen on each train part alone, and the report made of the test parts alone."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.backtests.execution import NoCandles
from backend.backtests.optimizations.measuring import measure, moment_of, part_of
from backend.backtests.optimizations.search import OBJECTIVES, Search
from backend.backtests.optimizations.warming import actions_of
from backend.trading.backtester import Market, Run, run
from backend.trading.measuring import MEASURES, day_ends
from backend.trading.measuring import measure as measure_curve
from backend.trading.records import FILL
from backend.trading.validation import Fold, walk_forward_folds


@dataclass(frozen=True)
class Walk:
    """The test parts as one course. `folds`: what each step chose and what came of it."""

    folds: list[dict[str, Any]]
    at: NDArray[np.int64]
    equity: NDArray[np.float64]
    close: NDArray[np.float64]
    fills: NDArray[np.void]
    measures: np.void


def folds_of(market: Market, wanted: Mapping[str, Any]) -> list[Fold]:
    """The folds over the market's run. Raises NoCandles where it is too short for them."""
    try:
        return folds_over(len(market.opened_at), wanted)
    except ValueError as error:
        raise NoCandles(f"{error} Use fewer folds, or a longer period.") from error


def folds_over(candles: int, wanted: Mapping[str, Any]) -> list[Fold]:
    """The folds over as many candles. Raises ValueError where they are too few."""
    return walk_forward_folds(candles, wanted["folds"], wanted["train_percentage"] / 100, wanted["window"])


def search_fold(search: Search, market: Market, wanted: Mapping[str, Any], number: int, threads: int = 1) -> bytes:
    """Choose the combination of one fold on its train part; nothing of the test part is looked at."""
    fold = folds_of(market, wanted)[number]
    combinations = search.combinations()
    measures = measure(search, part_of(market, fold.train_start, fold.train_end), combinations, threads)
    scores = search.scores(measures)
    best = int(np.argmax(scores))
    chosen: dict[str, Any] = {"combination": None, "score": None, "train_return": None}
    if np.isfinite(scores[best]):
        chosen = {
            "combination": combinations[best],
            "score": float(scores[best]) * OBJECTIVES[search.objective],
            "train_return": float(measures["total_return"][best]),
            "train_days": float(measures["days"][best]),
        }
    return json.dumps({**chosen, "trials": len(combinations)}).encode()


def walk(search: Search, market: Market, wanted: Mapping[str, Any], chosen: Sequence[bytes]) -> Walk:
    """Run every test part with what its train part chose, and chain the returns.

    Each test part begins anew with the whole balance; a fold that found nothing usable stays out of the market.
    """
    folds = []
    ats, equities, closes, fills = [], [], [], []
    balance = search.settings.balance
    for fold, content in zip(folds_of(market, wanted), chosen, strict=True):
        choice = json.loads(content)
        part = part_of(market, fold.test_start, fold.test_end)
        tested = _test(search, part, choice["combination"])
        growth = balance / search.settings.balance
        ats.append(part.opened_at)
        closes.append(part.series.close[part.start :])
        idle = np.full(len(part.opened_at), search.settings.balance)
        equities.append((idle if tested is None else tested.equity) * growth)
        if tested is not None:
            fills.append(tested.fills)
        balance = float(equities[-1][-1])
        folds.append(_told(market, fold, choice, tested))
    at, equity, close = np.concatenate(ats), np.concatenate(equities), np.concatenate(closes)
    together = np.concatenate(fills) if fills else np.zeros(0, dtype=FILL)
    measures = np.zeros(1, dtype=MEASURES)
    measure_curve(equity, day_ends(at), together, at, close, market.length, search.settings.balance, measures[0])
    return Walk(folds, at, equity, close, together, measures[0])


def efficiency(walked: Walk) -> float | None:
    """The test parts' daily growth over the train parts' mean; None where the latter is no gain."""
    usable = [fold for fold in walked.folds if fold["train_return"] is not None]
    promised = [math.log1p(fold["train_return"]) / fold["train_days"] for fold in usable]
    if not promised or sum(promised) <= 0:
        return None
    growth = max(float(walked.measures["final_equity"] / walked.measures["initial_equity"]), 1e-9)
    mean = sum(promised) / len(promised)
    return float(math.log(growth) / float(walked.measures["days"]) / mean)


def _test(search: Search, part: Market, combination: Mapping[str, Any] | None) -> Run | None:
    if combination is None:
        return None
    parameters, rules = search.settle(combination)
    return run(part, rules, actions_of(search, part, parameters), search.settings.balance)


def _told(market: Market, fold: Fold, choice: Mapping[str, Any], tested: Run | None) -> dict[str, Any]:
    return {
        "train_start": moment_of(market, fold.train_start).isoformat(),
        "train_end": moment_of(market, fold.train_end).isoformat(),
        "test_start": moment_of(market, fold.test_start).isoformat(),
        "test_end": moment_of(market, fold.test_end).isoformat(),
        "combination": choice["combination"],
        "train_score": choice["score"],
        "train_return": choice["train_return"],
        "train_days": choice.get("train_days"),
        "test_return": 0.0 if tested is None else float(tested.measures["total_return"]),
        "test_max_drawdown": 0.0 if tested is None else float(tested.measures["max_drawdown"]),
        "test_trades": 0 if tested is None else int(tested.measures["trades"]),
    }
