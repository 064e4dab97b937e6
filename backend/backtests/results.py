"""What is kept of a run: figures with their definitions, curve, fills, and the hash that a repetition must meet."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.backtests.configuration import RunSettings
from backend.backtests.execution import Notice, run_notices
from backend.backtests.grading import Grade, grade
from backend.backtests.packing import CURVE
from backend.market_data.numbers import number_text
from backend.trading.backtester import Run
from backend.trading.metrics import Metric, by_exit_reason, describe, monthly_returns
from backend.trading.strategies.checks import lookahead_check, warmup_check
from backend.trading.validation import MonteCarlo, monte_carlo

MOST_CURVE_POINTS = 1_500
_MONTE_CARLO_RUNS = 1_000
_SEED = 20_240_101


def result_of(settings: RunSettings, run: Run, noticed: list[Notice]) -> dict[str, Any]:
    """Everything but curve and fills, as JSON; `noticed`: what is to be said of the candles."""
    checks = [
        {"name": name, "passed": check.passed, "message": check.message}
        for name, check in (
            ("lookahead", lookahead_check(settings.strategy, run.market.series, settings.parameters)),
            ("warmup", warmup_check(settings.strategy, run.market.series, settings.parameters)),
        )
    ]
    courses = monte_carlo_of(run, settings.balance)
    return {
        "metrics": [metric_json(metric) for metric in describe(run.measures)],
        "months": [
            {"year": year, "month": month, "value": figure(value)} for year, month, value in monthly_returns(run)
        ],
        "exit_reasons": [{**asdict(total), "profit": figure(total.profit)} for total in by_exit_reason(run.fills)],
        "outcomes": run.outcome_counts(),
        "open_position": open_position(run),
        "notices": [asdict(notice) for notice in noticed + run_notices(settings, run)],
        "checks": checks,
        "monte_carlo": [asdict(course) for course in courses],
        "grade": asdict(_grade(run, checks, courses)),
        "candles": len(run.equity),
        "quote": settings.quote,
    }


def summary_of(result: dict[str, Any]) -> dict[str, Any]:
    """The few figures that lists show."""
    values = {metric["name"]: metric["value"] for metric in result["metrics"]}
    names = ("total_return", "benchmark_return", "final_equity", "max_drawdown", "sharpe", "win_rate")
    return {
        **{name: values[name] for name in names},
        "trades": int(values["trades"]),
        "grade": result["grade"]["grade"],
    }


def result_hash(run: Run, result: dict[str, Any]) -> str:
    """SHA-256 over fills, equity and figures: the same for the same settings, candles and code."""
    digest = hashlib.sha256()
    for name in run.fills.dtype.names or ():
        # Column by column: the padding between fields, should there ever be any, is nobody's content.
        digest.update(np.ascontiguousarray(run.fills[name]).tobytes())
    digest.update(run.equity.tobytes())
    digest.update(json.dumps(result, sort_keys=True).encode())
    return digest.hexdigest()


def curve_of(run: Run, points: int = MOST_CURVE_POINTS) -> NDArray[np.void]:
    """CURVE records: the last value of each of at most `points` equal spans, and each span's deepest drawdown."""
    equity, opened_at = run.equity, run.market.opened_at
    count = min(points, len(equity))
    begins = np.linspace(0, len(equity), count, endpoint=False).astype(np.int64)
    lasts = np.concatenate((begins[1:], [len(equity)])) - 1
    peaks = np.maximum.accumulate(np.maximum(equity, run.measures["initial_equity"]))
    curve = np.empty(count, dtype=CURVE)
    curve["at"] = opened_at[lasts] + run.market.length
    curve["equity"] = equity[lasts]
    close = run.market.series.close[run.market.start :]
    curve["benchmark"] = run.measures["initial_equity"] * close[lasts] / close[0]
    curve["drawdown"] = np.minimum.reduceat(equity / peaks, begins) - 1.0
    return curve


def curve_json(curve: NDArray[np.void]) -> dict[str, list[Any]]:
    """CURVE records as the columns that a chart takes; times in seconds."""
    return {
        "times": (curve["at"] // 1000).tolist(),
        **{name: curve[name].round(10).tolist() for name in ("equity", "benchmark", "drawdown")},
    }


def metric_json(metric: Metric) -> dict[str, Any]:
    """A figure as the API tells it."""
    definition = metric.definition
    return {
        "name": definition.name,
        "title": definition.title,
        "unit": definition.unit,
        "value": None if metric.value is None else figure(metric.value),
        "definition": definition.text,
        "reason": metric.reason,
    }


def figure(value: float | int) -> str:
    """A number as text, without the digits that are nobody's."""
    return str(value) if isinstance(value, int) else number_text(round(value, 10) + 0.0)


def monte_carlo_of(run: Run, balance: float) -> list[MonteCarlo]:
    """Other courses of the run's trades, by shuffling and by drawing; none with fewer than two trades."""
    profits = run.fills["profit"][run.fills["side"] < 0]
    if len(profits) < 2:
        return []
    return [
        monte_carlo(profits, balance, "shuffle", _MONTE_CARLO_RUNS, _SEED),
        monte_carlo(profits, balance, "bootstrap", _MONTE_CARLO_RUNS, _SEED),
    ]


def open_position(run: Run) -> dict[str, str] | None:
    """What is still held at the end, valued at the last close."""
    state = run.state
    if state["quantity"] <= 0:
        return None
    price = float(run.market.series.close[-1])
    held = float(state["quantity"])
    return {
        "quantity": figure(held),
        "entry_price": figure(float(state["entry_price"])),
        "price": figure(price),
        "profit": figure((price - float(state["entry_price"])) * held - float(state["entry_fees"])),
    }


def _grade(run: Run, checks: list[dict[str, Any]], courses: list[MonteCarlo]) -> Grade:
    failed = [check["message"] for check in checks if not check["passed"]]
    return grade(run.measures, failed, courses[1] if courses else None)
