"""A backtest: a strategy's signals over recorded candles, taken through the same course as a running bot."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.trading.compiled import compiled
from backend.trading.measuring import MEASURES, day_ends, measure
from backend.trading.records import OUTCOMES
from backend.trading.rules import Rules, fresh_state
from backend.trading.series import Series
from backend.trading.simulation import simulate


@dataclass(frozen=True)
class Market:
    """The candles of a run: `series` from the warm-up on, the run itself from index `start`; `length` of one in ms."""

    series: Series
    length: int
    start: int = 0

    @property
    def opened_at(self) -> NDArray[np.int64]:
        """Open times of the run's candles, in milliseconds."""
        return self.series.opened_at[self.start :]

    def ends(self) -> NDArray[np.int64]:
        """The index of each day's last candle within the run."""
        return self.series.remember(("day_ends", self.start), lambda: day_ends(self.opened_at))

    def no_gates(self) -> NDArray[np.int8]:
        """Nothing forbids entries from outside."""
        return self.series.remember(("no_gates", self.start), lambda: np.zeros(len(self.opened_at), dtype=np.int8))

    def gates(self, rules: Rules) -> NDArray[np.int8]:
        """Where the trading window is shut at a candle's close."""
        if rules.window is None:
            return self.no_gates()
        window = rules.window
        return self.series.remember(("window", window, self.start), lambda: window.gates(self.opened_at + self.length))


@dataclass(frozen=True)
class Run:
    """What came of a run. `fills`: FILL records; `outcomes`: how often each of OUTCOMES; `equity`: at each close."""

    market: Market
    fills: NDArray[np.void]
    outcomes: NDArray[np.int64]
    equity: NDArray[np.float64]
    measures: np.void
    state: np.void

    def outcome_counts(self) -> dict[str, int]:
        """How often each outcome occurred, those that did."""
        return {name: int(number) for name, number in zip(OUTCOMES, self.outcomes, strict=True) if number}


def run(market: Market, rules: Rules, actions: NDArray[np.int8], balance: float) -> Run:
    """Simulate and measure. `actions`: the signals for the whole series; `balance`: what the bot begins with, in quote.

    Raises ValueError where the run has no candle.
    """
    if not len(market.opened_at):
        raise ValueError("There is no candle in the period.")
    states, measures = fresh_state(balance), np.zeros(1, dtype=MEASURES)
    equity = np.empty(len(market.opened_at))
    fills, outcomes = _run(states, rules.record(market.length), market, actions, market.gates(rules), equity, measures)
    return Run(market, fills, outcomes, equity, measures[0], states[0])


def measure_run(
    market: Market,
    rules: NDArray[np.void],
    actions: NDArray[np.int8],
    gates: NDArray[np.int8],
    balance: float,
    equity: NDArray[np.float64],
    measures: NDArray[np.void],
) -> None:
    """`run` for sweeps: a rules record in, one MEASURES record filled; `equity` is a buffer of the run's length."""
    _run(fresh_state(balance), rules, market, actions, gates, equity, measures)


def _run(
    states: NDArray[np.void],
    rules: NDArray[np.void],
    market: Market,
    actions: NDArray[np.int8],
    gates: NDArray[np.int8],
    equity: NDArray[np.float64],
    measures: NDArray[np.void],
) -> tuple[NDArray[np.void], NDArray[np.int64]]:
    series, start = market.series, market.start
    result: tuple[NDArray[np.void], NDArray[np.int64]] = _simulate_and_measure(
        states,
        rules,
        series.opened_at,
        series.open,
        series.high,
        series.low,
        series.close,
        actions,
        start,
        gates,
        market.ends(),
        equity,
        measures,
    )
    return result


@compiled
def _simulate_and_measure(
    states: np.ndarray,
    rules: np.ndarray,
    opened_at: np.ndarray,
    open_: np.ndarray,
    high: np.ndarray,
    low: np.ndarray,
    close: np.ndarray,
    actions: np.ndarray,
    start: int,
    gates: np.ndarray,
    ends: np.ndarray,
    equity: np.ndarray,
    measures: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    initial = states[0]["cash"]
    fills, outcomes = simulate(
        states[0],
        rules[0],
        opened_at[start:],
        open_[start:],
        high[start:],
        low[start:],
        close[start:],
        actions[start:],
        gates,
        equity,
    )
    length = rules[0]["candle_length"]
    measure(equity, ends, fills, opened_at[start:], close[start:], length, initial, measures[0])
    return fills, outcomes
