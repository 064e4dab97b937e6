"""The same work in vectorbt and in backtesting.py, as their users would write it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import vectorbt as vbt
from backtesting import Backtest, Strategy
from numpy.typing import NDArray
from vectorbt.generic.nb import crossed_above_nb
from vectorbt.indicators.nb import ma_nb

from backend.trading.candles import Candles
from scripts.bench.workload import (
    AMOUNT,
    BALANCE,
    FEE,
    LONG,
    PAIRS,
    SHORT,
    STOP,
    TARGET,
    Pair,
    crossings_in_numpy,
)

Columns = dict[str, NDArray[np.float64]]


def columns_of(candles: Candles) -> Columns:
    """What vectorbt takes: one contiguous column each, and what is bought at each open, in whole units."""
    columns = {name: np.ascontiguousarray(candles[name])[:, np.newaxis] for name in ("open", "high", "low", "close")}
    units = np.floor(AMOUNT / np.concatenate((candles["open"][:1], candles["close"][:-1])))
    return {**columns, "units": units[:, np.newaxis]}


def vectorbt_backtest(columns: Columns, stops: bool) -> Any:
    """The fastest call for the work: averages, crossings and the portfolio, filled at the next open, and its value."""
    short, long = (ma_nb(columns["close"], period, False) for period in (SHORT, LONG))
    up, down = crossed_above_nb(short, long), crossed_above_nb(long, short)
    portfolio = _portfolio(columns, up, down, stops)
    portfolio.value()
    return portfolio


def vectorbt_trades(candles: Candles, stops: bool) -> Any:
    """The same of finished signals: its own averages carry rounding errors that cross where prices stand still."""
    up, down = crossings_in_numpy(candles, Pair(SHORT, LONG))
    return _portfolio(columns_of(candles), up[:, np.newaxis], down[:, np.newaxis], stops)


def vectorbt_of_signals(candles: Candles, stops: bool) -> Callable[[], Any]:
    """The portfolio alone, of finished signals and without its value: the least that vectorbt can be asked for."""
    up, down = crossings_in_numpy(candles, Pair(SHORT, LONG))
    columns = columns_of(candles)
    return lambda: _portfolio(columns, up[:, np.newaxis], down[:, np.newaxis], stops)


def vectorbt_figures(columns: Columns, stops: bool) -> Any:
    """The same with return, drawdown, Sharpe ratio and the statistics of trades: a quarter of the figures of ours."""
    portfolio = vectorbt_backtest(columns, stops)
    portfolio.total_return()
    portfolio.max_drawdown()
    portfolio.sharpe_ratio()
    portfolio.trades.win_rate()
    portfolio.trades.profit_factor()
    return portfolio


def vectorbt_sweep(columns: Columns) -> int:
    """All pairs as columns of one portfolio, with return, drawdown and Sharpe ratio; returns how many."""
    periods = sorted({pair.short for pair in PAIRS} | {pair.long for pair in PAIRS})
    averages = {period: ma_nb(columns["close"], period, False) for period in periods}
    short = np.concatenate([averages[pair.short] for pair in PAIRS], axis=1)
    long = np.concatenate([averages[pair.long] for pair in PAIRS], axis=1)
    portfolio = _portfolio(columns, crossed_above_nb(short, long), crossed_above_nb(long, short), True)
    portfolio.total_return()
    portfolio.max_drawdown()
    portfolio.sharpe_ratio()
    return len(PAIRS)


def backtesting_backtest(candles: Candles, stops: bool) -> Any:
    """backtesting.py's own statistics of the run."""
    up, down = crossings_in_numpy(candles, Pair(SHORT, LONG))
    frame = pd.DataFrame(
        {name.capitalize(): candles[name] for name in ("open", "high", "low", "close", "volume")},
        index=pd.to_datetime(candles["opened_at"], unit="ms"),
    )

    class Crossover(Strategy):  # type: ignore[misc]
        """Buys and sells at the next open."""

        def init(self) -> None:
            """Signals are finished."""
            self.up = self.I(lambda: up.astype(float), plot=False)
            self.down = self.I(lambda: down.astype(float), plot=False)

        def next(self) -> None:
            """One candle."""
            if self.position:
                if self.down[-1]:
                    self.position.close()
            elif self.up[-1]:
                price = self.data.Close[-1]
                exits = {"sl": price * (1 - STOP), "tp": price * (1 + TARGET)} if stops else {}
                self.buy(size=int(AMOUNT / price), **exits)

    return Backtest(frame, Crossover, cash=BALANCE, commission=FEE, finalize_trades=False).run()


def _portfolio(columns: Columns, up: Any, down: Any, stops: bool) -> Any:
    entries, exits = np.roll(up, 1, axis=0), np.roll(down, 1, axis=0)
    entries[0], exits[0] = False, False
    return vbt.Portfolio.from_signals(
        columns["close"],
        entries,
        exits,
        price=columns["open"],
        open=columns["open"],
        high=columns["high"],
        low=columns["low"],
        size=columns["units"],
        size_type="amount",
        fees=FEE,
        sl_stop=STOP if stops else None,
        tp_stop=TARGET if stops else None,
        init_cash=BALANCE,
        freq="1min",
    )
