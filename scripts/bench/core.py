"""The trading core beside vectorbt and backtesting.py: figures, ratios, and whether the engines agree where their
conventions do."""

import os
import statistics
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import psutil

from backend.trading.series import Series
from scripts.bench import freqtrade, ours, theirs
from scripts.bench.workload import MONTH, PAIRS, YEAR, candles_of


def median_seconds(work: Callable[[], Any], times: int) -> float:
    """Warm: once without counting, then the median of some times."""
    work()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def main(_arguments: list[str]) -> int:
    """Measure, compare, print; 1 where a figure is missed or engines disagree."""
    # backtesting.py warns of every order that its margin refuses.
    warnings.filterwarnings("ignore", module="backtesting")
    year, month = candles_of(YEAR), candles_of(MONTH)
    print(f"{os.cpu_count()} cores, {YEAR:,} and {MONTH:,} one-minute candles, SMA 10/30, stop, target, fees\n")
    failed = agreement(year)
    failed += yearly(year)
    failed += sweeps(month)
    for line in failed:
        print(f"MISSED: {line}")
    return 1 if failed else 0


def agreement(year: Any) -> list[str]:
    """Without stops all conventions are the same: a signal at a close fills at the next open."""
    run = ours.backtest(Series(year), stops=False)
    portfolio = theirs.vectorbt_trades(year, stops=False)
    stats = theirs.backtesting_backtest(year, stops=False)
    sold = run.fills[run.fills["side"] < 0]
    closed = portfolio.trades.records[portfolio.trades.records["status"] == 1]
    other = stats["_trades"]
    counts = {"ours": len(sold), "vectorbt": len(closed), "backtesting.py": len(other)}
    finals = {
        "ours": float(run.equity[-1]),
        "vectorbt": float(np.asarray(portfolio.final_value())[0]),
        "backtesting.py": float(stats["Equity Final [$]"]),
    }
    print("\nAgreement, crossings alone")
    for name, count in counts.items():
        print(f"  {name:<16}{count:>8,} trades, final equity {finals[name]:>16,.4f}")
    failed = []
    if len(set(counts.values())) != 1:
        failed.append(f"trades differ: {counts}")
    elif not (
        np.allclose(sold["price"], closed["exit_price"], rtol=1e-9)
        and np.allclose(sold["entry_price"], closed["entry_price"], rtol=1e-9)
        and np.allclose(sold["price"], other["ExitPrice"], rtol=1e-9)
    ):
        failed.append("prices of trades differ")
    if max(finals.values()) / min(finals.values()) - 1 > 1e-4:
        failed.append(f"final equities differ: {finals}")
    return failed


def yearly(year: Any) -> list[str]:
    """A year of minutes, from candles to all figures."""
    process = psutil.Process()
    before = process.memory_info().rss
    series = Series(year)
    own = median_seconds(lambda: ours.backtest(series, stops=True), 25)
    grown = (process.memory_info().rss - before) / 2**20
    columns = theirs.columns_of(year)
    fastest = median_seconds(lambda: theirs.vectorbt_backtest(columns, stops=True), 9)
    figures = median_seconds(lambda: theirs.vectorbt_figures(columns, stops=True), 3)
    alone = median_seconds(ours.of_signals(series, stops=True), 25)
    least = median_seconds(theirs.vectorbt_of_signals(year, stops=True), 9)
    slow = median_seconds(lambda: theirs.backtesting_backtest(year, stops=True), 1)
    trades = int(ours.backtest(series, stops=True).measures["trades"])
    print(f"\nA year, {trades:,} trades{'':24}seconds   times ours")
    for name, seconds in (
        ("ours, all figures", own),
        ("vectorbt, equity alone", fastest),
        ("vectorbt, five figures", figures),
        ("backtesting.py", slow),
    ):
        print(f"  {name:<42}{seconds:>9.4f}{seconds / own:>12.1f}")
    if freqtrade.PROGRAM:
        other = freqtrade.backtest(year)
        name = f"freqtrade, {other.trades:,} trades"
        print(f"  {name:<42}{other.seconds:>9.4f}{other.seconds / own:>12.1f}")
    else:
        print("  freqtrade is measured where FREQTRADE names its program")
    print("  of finished signals")
    print(f"  {'ours, all figures':<42}{alone:>9.4f}{1:>12.1f}")
    print(f"  {'vectorbt, portfolio alone, no figure':<42}{least:>9.4f}{least / alone:>12.1f}")
    print(f"  memory of the runs above what the process had: {grown:.0f} MB")
    return [
        line
        for line, holds in (
            (f"a year in {own * 1000:.1f} ms, wanted 10", own <= 0.010),
            (f"{fastest / own:.1f} times vectorbt, wanted 8", fastest / own >= 8),
            (f"{slow / own:.0f} times backtesting.py, wanted 300", slow / own >= 300),
            (f"{grown:.0f} MB, wanted 300", grown <= 300),
        )
        if not holds
    ]


def sweeps(month: Any) -> list[str]:
    """400 pairs with all figures."""
    threads = os.cpu_count() or 1
    series, columns = Series(month), theirs.columns_of(month)
    own = len(PAIRS) / median_seconds(lambda: ours.sweep(series, threads), 9)
    other = len(PAIRS) / median_seconds(lambda: theirs.vectorbt_sweep(columns), 2)
    print(f"\nA sweep of {len(PAIRS)} pairs{'':20}pairs a second   ratio")
    print(f"  {'ours, all figures':<42}{own:>9,.0f}{own / other:>12.1f}")
    print(f"  {'vectorbt, three figures':<42}{other:>9,.0f}{1:>12.1f}")
    return [
        line
        for line, holds in (
            (f"{own:,.0f} pairs a second, wanted 8,000", own >= 8_000),
            (f"{own / other:.1f} times vectorbt, wanted 25", own / other >= 25),
        )
        if not holds
    ]
