"""The figures of a run as a reader meets them: each with its unit, its convention, or the reason why it is missing."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from backend.trading.backtester import Run
from backend.trading.measuring import LEAST_DAYS_FOR_RATIOS
from backend.trading.records import PURPOSES

Unit = Literal["money", "fraction", "ratio", "count", "duration", "moment"]
Reason = Callable[[np.void], str]


@dataclass(frozen=True)
class Definition:
    """A figure's name in MEASURES, what it is called, its unit, how it is made, and why it may be missing."""

    name: str
    title: str
    unit: Unit
    text: str
    missing: Reason = lambda _: "It cannot be computed for this run."


@dataclass(frozen=True)
class Metric:
    """One figure. `value`: money in quote, fractions of 1, durations in seconds, moments in ms; None with a reason."""

    definition: Definition
    value: float | int | None
    reason: str | None


def _too_short(measures: np.void) -> str:
    days = int(measures["daily_returns"])
    if days < LEAST_DAYS_FOR_RATIOS:
        return f"{days} days are too few: it takes {LEAST_DAYS_FOR_RATIOS} to say anything."
    return "The daily equity did not move."


def _no_trades(_: np.void) -> str:
    return "No trades."


def _no_losing_days(measures: np.void) -> str:
    return _too_short(measures) if measures["daily_returns"] < LEAST_DAYS_FOR_RATIOS else "No losing day."


def _profit_factor(measures: np.void) -> str:
    return "No losses." if measures["trades"] else "No trades."


_DAYS = "From the equity at each UTC day's end, 365 days a year, no risk-free rate."

DEFINITIONS: tuple[Definition, ...] = (
    Definition("total_return", "Total return", "fraction", "Final equity over the initial balance, less one."),
    Definition(
        "benchmark_return", "Buy and hold", "fraction", "The last close over the first close, less one, without fees."
    ),
    Definition("final_equity", "Final equity", "money", "Cash and open position at the last close."),
    Definition(
        "cagr",
        "Yearly return (CAGR)",
        "fraction",
        "(final / initial equity) ^ (365 / days) - 1.",
        lambda _: "The run is shorter than a day.",
    ),
    Definition(
        "volatility",
        "Volatility",
        "fraction",
        f"Standard deviation of daily returns (one degree of freedom) times √365. {_DAYS}",
        _too_short,
    ),
    Definition(
        "sharpe",
        "Sharpe ratio",
        "ratio",
        f"Mean daily return over its standard deviation, times √365. {_DAYS}",
        _too_short,
    ),
    Definition(
        "sortino",
        "Sortino ratio",
        "ratio",
        f"Mean daily return over √(mean of squared losing days), times √365. {_DAYS}",
        _no_losing_days,
    ),
    Definition(
        "calmar",
        "Calmar ratio",
        "ratio",
        "Yearly return over the deepest drawdown.",
        lambda measures: "No drawdown." if measures["max_drawdown"] == 0 else "The run is shorter than a day.",
    ),
    Definition(
        "max_drawdown",
        "Deepest drawdown",
        "fraction",
        "The largest fall from a peak, on the equity of every candle with open profit and loss.",
    ),
    Definition(
        "longest_drawdown", "Longest drawdown", "duration", "The longest time between one peak of equity and the next."
    ),
    Definition(
        "recovery",
        "Recovery",
        "duration",
        "From the bottom of the deepest drawdown back to its peak.",
        lambda measures: "No drawdown." if measures["max_drawdown"] == 0 else "Not recovered by the end.",
    ),
    Definition(
        "ulcer_index",
        "Ulcer index",
        "fraction",
        "Root of the mean squared drawdown of daily equity: depth and length in one.",
    ),
    Definition(
        "value_at_risk",
        "Value at risk, 95 %",
        "fraction",
        "The 5 % quantile of the daily returns: only one day in twenty was worse.",
        _too_short,
    ),
    Definition(
        "expected_shortfall",
        "Expected shortfall, 95 %",
        "fraction",
        "The mean of the daily returns at or below the value at risk.",
        _too_short,
    ),
    Definition("best_day", "Best day", "fraction", "The largest daily return (UTC)."),
    Definition("worst_day", "Worst day", "fraction", "The smallest daily return (UTC)."),
    Definition("exposure", "Time in the market", "fraction", "The share of the time in which something was held."),
    Definition("fees", "Fees paid", "money", "Fees of all fills, in quote."),
    Definition(
        "slippage",
        "Slippage paid",
        "money",
        "What market orders paid beyond the undisturbed price, with half the spread.",
    ),
    Definition(
        "trades", "Trades", "count", "Sales: each ends a position, or a grid's lot. Open positions do not count."
    ),
    Definition("win_rate", "Win rate", "fraction", "Trades with a profit after fees, of all trades.", _no_trades),
    Definition(
        "profit_factor",
        "Profit factor",
        "ratio",
        "All profits over all losses, after fees.",
        _profit_factor,
    ),
    Definition("expectancy", "Expectancy", "money", "The mean result of a trade, after fees.", _no_trades),
    Definition(
        "average_return",
        "Average trade",
        "fraction",
        "The mean of each trade's result over what it had cost.",
        _no_trades,
    ),
    Definition(
        "average_win", "Average win", "money", "The mean of the profitable trades.", lambda _: "No winning trade."
    ),
    Definition("average_loss", "Average loss", "money", "The mean of the other trades.", lambda _: "No losing trade."),
    Definition("best_trade", "Best trade", "money", "The largest result of one trade, after fees.", _no_trades),
    Definition("worst_trade", "Worst trade", "money", "The smallest result of one trade, after fees.", _no_trades),
    Definition("longest_winning_streak", "Longest winning streak", "count", "Profitable trades in a row."),
    Definition("longest_losing_streak", "Longest losing streak", "count", "Other trades in a row."),
    Definition(
        "average_duration",
        "Average duration",
        "duration",
        "From the position's first fill to the sale, by the open times of their candles.",
        _no_trades,
    ),
)


def describe(measures: np.void) -> list[Metric]:
    """Every figure of DEFINITIONS with its value or the reason why there is none, in that order."""
    return [_metric(definition, measures) for definition in DEFINITIONS]


def monthly_returns(run: Run) -> list[tuple[int, int, float]]:
    """(year, month, return as a fraction) for each UTC month of the run; the first counts from the initial balance."""
    opened_at = run.market.opened_at
    months = opened_at.astype("datetime64[ms]").astype("datetime64[M]").astype(np.int64)
    last = np.flatnonzero(np.concatenate((months[1:] != months[:-1], [True])))
    values = run.equity[last]
    before = np.concatenate(([run.measures["initial_equity"]], values[:-1]))
    returns = np.divide(values, before, out=np.ones_like(values), where=before > 0) - 1.0
    return [
        (1970 + int(month) // 12, int(month) % 12 + 1, float(value))
        for month, value in zip(months[last], returns, strict=True)
    ]


@dataclass(frozen=True)
class ReasonTotal:
    """What the trades that ended for one reason came to; money in quote."""

    reason: str
    trades: int
    wins: int
    profit: float


def by_exit_reason(fills: NDArray[np.void]) -> list[ReasonTotal]:
    """The trades grouped by why they ended, the most frequent first."""
    sales = fills[fills["side"] < 0]
    totals = []
    for purpose in np.unique(sales["purpose"]):
        profits = sales["profit"][sales["purpose"] == purpose]
        totals.append(
            ReasonTotal(PURPOSES[purpose], len(profits), int((profits > 0).sum()), math.fsum(profits.tolist()))
        )
    return sorted(totals, key=lambda total: -total.trades)


def _metric(definition: Definition, measures: np.void) -> Metric:
    value = _value(definition, measures)
    if value is None or math.isnan(value):
        return Metric(definition, None, definition.missing(measures))
    return Metric(definition, value, None)


def _value(definition: Definition, measures: np.void) -> float | int | None:
    if definition.name == "recovery":
        if not measures["recovered_at"]:
            return None
        return (int(measures["recovered_at"]) - int(measures["max_drawdown_trough_at"])) / 1000
    value = measures[definition.name].item()
    if definition.unit == "duration":
        return float(value) / 1000
    return value
