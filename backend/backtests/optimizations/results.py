"""What an optimisation came to: the best combinations, the heat map, how far the best is luck, and a grade."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.backtests.grading import Grade, grade
from backend.backtests.optimizations.measuring import unpack_trials
from backend.backtests.optimizations.search import OBJECTIVES, Search
from backend.backtests.optimizations.walk_forward import efficiency, walk
from backend.backtests.optimizations.warming import actions_of
from backend.backtests.results import figure, metric_json, monte_carlo_of
from backend.trading.backtester import Market, Run, run
from backend.trading.metrics import describe
from backend.trading.strategies.checks import lookahead_check, warmup_check
from backend.trading.validation import deflated_sharpe_ratio, monte_carlo, probability_of_overfitting

TOP = 20
_SETS_FOR_OVERFITTING = 100
_SHOWN = (
    "total_return",
    "cagr",
    "sharpe",
    "sortino",
    "calmar",
    "max_drawdown",
    "profit_factor",
    "expectancy",
    "win_rate",
    "ulcer_index",
    "exposure",
)
_MONTE_CARLO_RUNS, _SEED = 1_000, 20_240_101
_MOST_POINTS = 1_000


def sum_up(
    search: Search, market: Market, wanted: Mapping[str, Any], chunks: Sequence[bytes]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The result and the few figures of it that lists show."""
    if search.method == "walk_forward":
        return _sum_up_walk(search, market, wanted, chunks)
    combinations, measures = trials_of(chunks)
    scores = search.scores(measures)
    order = np.argsort(-scores, kind="stable")
    best = int(order[0]) if len(order) and np.isfinite(scores[order[0]]) else None
    top = [_trial(combinations[index], measures[index], search) for index in order[:TOP] if np.isfinite(scores[index])]
    result: dict[str, Any] = {
        "top": top,
        "tried": len(combinations),
        "usable": int(np.isfinite(scores).sum()),
        "best": None,
        "deflated_sharpe": None,
        "overfitting": None,
        "grade": asdict(_no_grade(search, len(combinations))),
    }
    if best is not None:
        tested = _run(search, market, combinations[best])
        overfitting = _overfitting(search, market, combinations, best)
        result |= {
            "best": [metric_json(metric) for metric in describe(tested.measures)],
            "deflated_sharpe": _deflated(measures, best),
            "overfitting": overfitting,
            "grade": asdict(_grade(search, market, combinations[best], tested, overfitting)),
        }
    return result, _summary(result, None if best is None else top[0])


def trials_of(chunks: Sequence[bytes]) -> tuple[list[dict[str, Any]], NDArray[np.void]]:
    """Every trial of the chunks: combinations and their MEASURES."""
    parts = [unpack_trials(content) for content in chunks]
    return [one for combinations, _ in parts for one in combinations], np.concatenate([part for _, part in parts])


def heat_map(
    search: Search, combinations: Sequence[Mapping[str, Any]], measures: NDArray[np.void], x: str, y: str
) -> dict[str, Any]:
    """The best objective for each pair of values of two varied parameters; null where nothing usable was tried."""
    scores = search.scores(measures)
    xs = sorted({one[x] for one in combinations}, key=_sortable)
    ys = sorted({one[y] for one in combinations}, key=_sortable)
    cells = np.full((len(ys), len(xs)), -np.inf)
    columns, rows = {value: place for place, value in enumerate(xs)}, {value: place for place, value in enumerate(ys)}
    for one, score in zip(combinations, scores, strict=True):
        row, column = rows[one[y]], columns[one[x]]
        cells[row, column] = max(cells[row, column], score)
    sign = OBJECTIVES[search.objective]
    values = [[float(cell) * sign if np.isfinite(cell) else None for cell in row] for row in cells]
    return {"x": x, "y": y, "x_values": xs, "y_values": ys, "values": values, "objective": search.objective}


def _sortable(value: Any) -> tuple[int, Any]:
    return (1, str(value)) if isinstance(value, str) else (0, value)


def _trial(combination: Mapping[str, Any], measures: np.void, search: Search) -> dict[str, Any]:
    return {
        "combination": dict(combination),
        "objective": figure(float(measures[search.objective])),
        "trades": int(measures["trades"]),
        "metrics": {
            name: None if math.isnan(float(measures[name])) else figure(float(measures[name])) for name in _SHOWN
        },
    }


def _run(search: Search, market: Market, combination: Mapping[str, Any]) -> Run:
    parameters, rules = search.settle(combination)
    return run(market, rules, actions_of(search, market, parameters), search.settings.balance)


def _deflated(measures: NDArray[np.void], best: int) -> float | None:
    """The deflated Sharpe ratio of the best, by the spread of all trials' ratios."""
    daily = measures["sharpe"] / math.sqrt(365)
    one = measures[best]
    return deflated_sharpe_ratio(
        float(daily[best]),
        int(one["daily_returns"]),
        float(one["daily_skew"]),
        float(one["daily_kurtosis"]),
        daily.tolist(),
    )


def _overfitting(search: Search, market: Market, combinations: Sequence[Mapping[str, Any]], best: int) -> float | None:
    """The probability of overfitting, from the daily returns of the best and of a spread of the others."""
    spread = np.linspace(0, len(combinations) - 1, min(_SETS_FOR_OVERFITTING, len(combinations))).round().astype(int)
    columns = []
    for index in np.unique(np.append(spread, best)):
        equity = _run(search, market, combinations[index]).equity[market.ends()]
        columns.append(
            np.diff(equity, prepend=search.settings.balance) / np.concatenate(([search.settings.balance], equity[:-1]))
        )
    return probability_of_overfitting(np.column_stack(columns))


def _grade(
    search: Search, market: Market, combination: Mapping[str, Any], tested: Run, overfitting: float | None
) -> Grade:
    parameters, _ = search.settle(combination)
    checks = (
        lookahead_check(search.settings.strategy, market.series, parameters),
        warmup_check(search.settings.strategy, market.series, parameters),
    )
    courses = monte_carlo_of(tested, search.settings.balance)
    failed = [check.message for check in checks if not check.passed]
    return grade(tested.measures, failed, courses[1] if courses else None, overfitting)


def _no_grade(search: Search, tried: int) -> Grade:
    return Grade(
        "too_few_trades",
        "Nothing usable found",
        [f"None of the {tried} combinations made the {search.minimum_trades} trades that a comparison takes."],
    )


def _sum_up_walk(
    search: Search, market: Market, wanted: Mapping[str, Any], chunks: Sequence[bytes]
) -> tuple[dict[str, Any], dict[str, Any]]:
    walked = walk(search, market, wanted, chunks)
    profits = walked.fills["profit"][walked.fills["side"] < 0]
    drawn = (
        monte_carlo(profits, search.settings.balance, "bootstrap", _MONTE_CARLO_RUNS, _SEED)
        if len(profits) > 1
        else None
    )
    graded = grade(walked.measures, [], drawn)
    ratio = efficiency(walked)
    if ratio is not None:
        kept = f"The test parts kept {ratio:.0%} of what the train parts promised."
        graded.reasons.append(kept if ratio > 0 else "What the train parts promised, the test parts lost.")
    result = {
        "folds": walked.folds,
        "metrics": [metric_json(metric) for metric in describe(walked.measures)],
        "curve": _thinned(walked.at + market.length, walked.equity),
        "efficiency": ratio,
        "grade": asdict(graded),
    }
    return result, _summary(result, None, float(walked.measures["total_return"]))


def _summary(result: Mapping[str, Any], first: Mapping[str, Any] | None, total: float | None = None) -> dict[str, Any]:
    return {
        "grade": result["grade"]["grade"],
        "objective": None if first is None else first["objective"],
        "combination": None if first is None else first["combination"],
        "total_return": figure(total)
        if total is not None
        else None
        if first is None
        else first["metrics"]["total_return"],
    }


def _thinned(at: NDArray[np.int64], equity: NDArray[np.float64]) -> dict[str, list[Any]]:
    chosen = np.unique(np.linspace(0, len(at) - 1, min(_MOST_POINTS, len(at))).round().astype(int))
    return {"times": (at[chosen] // 1000).tolist(), "equity": equity[chosen].round(10).tolist()}
