"""The figures of a run, computed in one compiled pass: from the equity of every candle and from the fills."""

import numpy as np
from numpy.typing import NDArray

from backend.trading.compiled import compiled, compiled_without_nan
from backend.trading.records import FILL
from backend.trading.risk import DAY

DAYS_A_YEAR = 365.0
LEAST_DAYS_FOR_RATIOS = 30
_BLOCK = 128

MEASURES = np.dtype(
    [
        ("initial_equity", np.float64),
        ("final_equity", np.float64),
        ("total_return", np.float64),
        ("benchmark_return", np.float64),
        ("days", np.float64),
        ("cagr", np.float64),
        ("volatility", np.float64),
        ("sharpe", np.float64),
        ("sortino", np.float64),
        ("calmar", np.float64),
        ("max_drawdown", np.float64),
        ("max_drawdown_peak_at", np.int64),
        ("max_drawdown_trough_at", np.int64),
        ("recovered_at", np.int64),
        ("longest_drawdown", np.int64),
        ("ulcer_index", np.float64),
        ("value_at_risk", np.float64),
        ("expected_shortfall", np.float64),
        ("best_day", np.float64),
        ("worst_day", np.float64),
        ("daily_returns", np.int64),
        ("daily_skew", np.float64),
        ("daily_kurtosis", np.float64),
        ("exposure", np.float64),
        ("fees", np.float64),
        ("slippage", np.float64),
        ("fills", np.int64),
        ("trades", np.int64),
        ("wins", np.int64),
        ("losses", np.int64),
        ("gross_profit", np.float64),
        ("gross_loss", np.float64),
        ("profit_factor", np.float64),
        ("win_rate", np.float64),
        ("average_win", np.float64),
        ("average_loss", np.float64),
        ("expectancy", np.float64),
        ("average_return", np.float64),
        ("best_trade", np.float64),
        ("worst_trade", np.float64),
        ("longest_winning_streak", np.int64),
        ("longest_losing_streak", np.int64),
        ("average_duration", np.float64),
    ]
)
"""Money in quote; returns, rates and drawdowns as fractions; moments and durations in milliseconds. NaN where a figure
cannot be given. `recovered_at` 0: not recovered. `metrics.py` says what each means."""


@compiled
def day_ends(opened_at: np.ndarray) -> NDArray[np.int64]:
    """For each UTC day from the first candle's to the last's: the index of the last candle up to its end."""
    if len(opened_at) == 0:
        return np.zeros(0, dtype=np.int64)
    first = opened_at[0] // DAY
    ends = np.zeros(opened_at[-1] // DAY - first + 1, dtype=np.int64)
    # A time frame of more than a day leaves days without a candle; they keep the value of the day before.
    position = 0
    for day in range(len(ends)):
        limit = (first + day + 1) * DAY
        while position + 1 < len(opened_at) and opened_at[position + 1] < limit:
            # Whole days are far apart; a stride finds their ends without reading every candle.
            stride = 1
            while position + 2 * stride < len(opened_at) and opened_at[position + 2 * stride] < limit:
                stride *= 2
            position += stride
        ends[day] = position
    return ends


@compiled
def measure(
    equity: np.ndarray,
    ends: np.ndarray,
    fills: np.ndarray,
    opened_at: np.ndarray,
    close: np.ndarray,
    length: int,
    initial: float,
    measures: np.void,
) -> None:
    """Fill in `measures` (MEASURES) for one run over at least one candle of `length` ms, begun with `initial`."""
    span = opened_at[-1] + length - opened_at[0]
    measures["initial_equity"] = initial
    measures["final_equity"] = equity[-1]
    measures["total_return"] = equity[-1] / initial - 1.0
    measures["benchmark_return"] = close[-1] / close[0] - 1.0
    measures["days"] = span / DAY
    growth = max(equity[-1] / initial, 0.0)
    # A few days' luck, raised to a year, is a number without meaning and may not even be finite.
    measures["cagr"] = growth ** (DAYS_A_YEAR / measures["days"]) - 1.0 if span >= DAY else np.nan
    _measure_drawdown(equity, opened_at, length, initial, measures)
    _measure_days(equity, ends, initial, measures)
    drawdown = measures["max_drawdown"]
    measures["calmar"] = measures["cagr"] / drawdown if drawdown > 0.0 else np.nan
    _measure_fills(fills, measures)
    _measure_exposure(fills, opened_at[-1] + length, span, measures)


@compiled_without_nan
def _extremes(values: np.ndarray) -> tuple[float, float]:
    """The smallest and the largest of at least one value."""
    lowest, highest = values[0], values[0]
    for value in values:
        lowest, highest = min(lowest, value), max(highest, value)
    return lowest, highest


@compiled
def _measure_drawdown(
    equity: np.ndarray, opened_at: np.ndarray, length: int, initial: float, measures: np.void
) -> None:
    """Depth, place and length of drawdowns, on the equity of every candle with open profit and loss."""
    peak, deepest, floor = initial, 0.0, initial
    peak_index, deepest_peak, trough, recovered = -1, -1, -1, -1
    longest = 0
    for begin in range(0, len(equity), _BLOCK):
        end = min(begin + _BLOCK, len(equity))
        lowest, highest = _extremes(equity[begin:end])
        # Between the peak and the deepest fall so far there is nothing to note; most blocks lie there.
        if highest < peak and lowest >= floor:
            continue
        for index in range(begin, end):
            value = equity[index]
            if value >= peak:
                if index - peak_index > longest + 1:
                    longest = index - peak_index - 1
                if trough > peak_index and deepest_peak == peak_index and recovered < trough:
                    recovered = index
                peak, peak_index = value, index
                floor = peak * (1.0 - deepest)
            elif value < floor:
                deepest = 1.0 - value / peak
                floor = value
                deepest_peak, trough = peak_index, index
    last = len(equity) - 1
    longest = max(longest, last - peak_index)
    measures["max_drawdown"] = deepest
    measures["longest_drawdown"] = longest * length
    if trough < 0:
        measures["max_drawdown_peak_at"] = 0
        measures["max_drawdown_trough_at"] = 0
        measures["recovered_at"] = 0
        return
    measures["max_drawdown_peak_at"] = opened_at[0] if deepest_peak < 0 else opened_at[deepest_peak] + length
    measures["max_drawdown_trough_at"] = opened_at[trough] + length
    measures["recovered_at"] = opened_at[recovered] + length if recovered > trough else 0


@compiled
def _measure_days(equity: np.ndarray, ends: np.ndarray, initial: float, measures: np.void) -> None:  # noqa: PLR0915 - one pass; a compiled call with its arrays costs more
    """What needs daily values: ratios, tail figures, best and worst day."""
    count = len(ends)
    returns = np.empty(count)
    before, peak, squares = initial, initial, 0.0
    for day in range(count):
        value = equity[ends[day]]
        returns[day] = value / before - 1.0 if before > 0.0 else 0.0
        before = value
        peak = max(peak, value)
        squares += (1.0 - value / peak) ** 2
    measures["daily_returns"] = count
    measures["ulcer_index"] = np.sqrt(squares / count)
    measures["best_day"] = returns.max()
    measures["worst_day"] = returns.min()
    mean = returns.mean()
    second, third, fourth, downside = 0.0, 0.0, 0.0, 0.0
    for value in returns:
        away = value - mean
        second += away**2
        third += away**3
        fourth += away**4
        downside += min(value, 0.0) ** 2
    deviation = np.sqrt(second / (count - 1)) if count > 1 else 0.0
    # Rounding leaves a hair of deviation where all days are alike.
    moves = deviation > 1e-12
    measures["volatility"] = deviation * np.sqrt(DAYS_A_YEAR) if count > 1 else np.nan
    measures["daily_skew"] = third / count / (second / count) ** 1.5 if moves else np.nan
    measures["daily_kurtosis"] = fourth / count / (second / count) ** 2 if moves else np.nan
    enough = count >= LEAST_DAYS_FOR_RATIOS
    measures["sharpe"] = mean / deviation * np.sqrt(DAYS_A_YEAR) if enough and moves else np.nan
    losing = np.sqrt(downside / count)
    measures["sortino"] = mean / losing * np.sqrt(DAYS_A_YEAR) if enough and losing > 1e-12 else np.nan
    if not enough:
        measures["value_at_risk"] = np.nan
        measures["expected_shortfall"] = np.nan
        return
    returns.sort()
    # The 5 % quantile between neighbours, as numpy.percentile draws it.
    place = 0.05 * (count - 1)
    below = int(place)
    quantile = returns[below] + (returns[min(below + 1, count - 1)] - returns[below]) * (place - below)
    total, number = 0.0, 0
    for value in returns:
        if value > quantile:
            break
        total += value
        number += 1
    measures["value_at_risk"] = quantile
    measures["expected_shortfall"] = total / number


@compiled
def _measure_fills(fills: np.ndarray, measures: np.void) -> None:  # noqa: PLR0915 - one pass; a compiled call with its arrays costs more
    """What the fills tell. A trade is a sale: it ends the position, or a grid's lot."""
    fees, slippage, profit, loss = 0.0, 0.0, 0.0, 0.0
    trades, wins, losses = 0, 0, 0
    best, worst, returns, duration = -np.inf, np.inf, 0.0, 0.0
    winning, losing, longest_winning, longest_losing = 0, 0, 0, 0
    for index in range(len(fills)):
        fill = fills[index]
        fees += fill["fee"]
        slippage += fill["slippage"]
        if fill["side"] > 0:
            continue
        trades += 1
        gained = fill["profit"]
        best, worst = max(best, gained), min(worst, gained)
        returns += gained / (fill["entry_price"] * fill["quantity"])
        duration += fill["at"] - fill["entered_at"]
        if gained > 0.0:
            wins += 1
            profit += gained
            winning, losing = winning + 1, 0
            longest_winning = max(longest_winning, winning)
        else:
            losses += 1
            loss -= gained
            winning, losing = 0, losing + 1
            longest_losing = max(longest_losing, losing)
    measures["fees"] = fees
    measures["slippage"] = slippage
    measures["fills"] = len(fills)
    measures["trades"] = trades
    measures["wins"] = wins
    measures["losses"] = losses
    measures["gross_profit"] = profit
    measures["gross_loss"] = loss
    measures["profit_factor"] = profit / loss if loss > 0.0 else np.nan
    measures["win_rate"] = wins / trades if trades else np.nan
    measures["average_win"] = profit / wins if wins else np.nan
    measures["average_loss"] = -loss / losses if losses else np.nan
    measures["expectancy"] = (profit - loss) / trades if trades else np.nan
    measures["average_return"] = returns / trades if trades else np.nan
    measures["best_trade"] = best if trades else np.nan
    measures["worst_trade"] = worst if trades else np.nan
    measures["longest_winning_streak"] = longest_winning
    measures["longest_losing_streak"] = longest_losing
    measures["average_duration"] = duration / trades if trades else np.nan


@compiled
def _measure_exposure(fills: np.ndarray, ends_at: int, span: int, measures: np.void) -> None:
    """The share of the time in which something was held."""
    held, since = 0, -1
    for index in range(len(fills)):
        fill = fills[index]
        if fill["side"] > 0 and since < 0:
            since = fill["at"]
        elif fill["closed"] != 0 and since >= 0:
            held += fill["at"] - since
            since = -1
    if since >= 0:
        held += ends_at - since
    measures["exposure"] = held / span


def no_fills() -> NDArray[np.void]:
    """An empty list of fills."""
    return np.zeros(0, dtype=FILL)
