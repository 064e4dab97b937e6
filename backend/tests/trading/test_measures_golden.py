"""The figures of a run against QuantStats, vectorbt and plain numpy on the same equity and trades."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import quantstats.stats as quantstats
import vectorbt as vbt

from backend.tests.trading.markets import (
    FREE,
    candle_table,
    market,
    random_actions,
    random_candles,
    recorded,
    timeframe_of,
)
from backend.trading.backtester import Run, run
from backend.trading.metrics import by_exit_reason, describe, monthly_returns
from backend.trading.rules import Rules
from backend.trading.strategies import STRATEGIES
from backend.trading.strategies.evaluation import evaluate

BALANCE = 10_000.0
NAMES = ("ftx_BTC-USD-PERP_1m.csv.gz", "binance_BTC-USDT_1h.csv.gz", "binance_ETH-BTC_4h.csv.gz")


def run_of(folder: Path, name: str, **rules: float) -> Run:
    candles = recorded(folder, name)
    tested = market(candles, timeframe_of(name))
    chosen = STRATEGIES["sma_crossover"]
    actions, _ = evaluate(chosen, tested.series, {"short_period": 10, "long_period": 30})
    settings = Rules(sizing="percent", equity_share=1.0, **rules)  # type: ignore[arg-type]
    return run(tested, settings, actions, BALANCE)


def daily_equity(result: Run) -> pd.Series:
    """The equity at the end of each UTC day, with the balance on the day before the first."""
    closes = pd.to_datetime(result.market.opened_at, unit="ms", utc=True)
    days = pd.Series(result.equity, index=closes).resample("1D").last().ffill()
    first = pd.Series([BALANCE], index=[days.index[0] - pd.Timedelta(days=1)])
    return pd.concat([first, days]).tz_localize(None)


@pytest.mark.parametrize("name", NAMES)
def test_ratios_equal_quantstats(recorded_candles: Path, name: str) -> None:
    result = run_of(recorded_candles, name, stop_loss=0.02, take_profit=0.03)
    equity, measures = daily_equity(result), result.measures
    returns = equity.pct_change().dropna()
    assert measures["daily_returns"] == len(returns)
    if len(returns) >= 30:
        assert measures["sharpe"] == pytest.approx(quantstats.sharpe(returns, periods=365), rel=1e-9)
        assert measures["sortino"] == pytest.approx(quantstats.sortino(returns, periods=365), rel=1e-9)
        assert measures["volatility"] == pytest.approx(quantstats.volatility(returns, periods=365), rel=1e-9)
    else:
        assert np.isnan(measures["sharpe"])
        assert np.isnan(measures["sortino"])
    assert measures["best_day"] == pytest.approx(quantstats.best(returns), rel=1e-9)
    assert measures["worst_day"] == pytest.approx(quantstats.worst(returns), rel=1e-9)
    assert measures["ulcer_index"] == pytest.approx(ulcer_index(equity), rel=1e-9)
    moments = pd.date_range("2020-01-01", periods=len(result.equity) + 1, freq="min")
    whole = pd.Series(np.concatenate(([BALANCE], result.equity)), index=moments)
    assert -measures["max_drawdown"] == pytest.approx(quantstats.to_drawdown_series(whole).min(), rel=1e-9)


def ulcer_index(equity: pd.Series) -> float:
    """Root of the mean squared drawdown of the days; QuantStats divides by one day less."""
    drawdowns = (equity / equity.cummax() - 1)[1:]
    return float(np.sqrt((drawdowns**2).mean()))


@pytest.mark.parametrize("name", NAMES)
def test_yearly_figures_equal_their_formulas(recorded_candles: Path, name: str) -> None:
    result = run_of(recorded_candles, name, stop_loss=0.02)
    days = len(result.equity) * result.market.length / 86_400_000
    gaps = np.diff(result.market.opened_at) != result.market.length
    if gaps.any():
        days = (result.market.opened_at[-1] + result.market.length - result.market.opened_at[0]) / 86_400_000
    cagr = (result.equity[-1] / BALANCE) ** (365 / days) - 1
    assert result.measures["cagr"] == pytest.approx(cagr, rel=1e-9)
    assert result.measures["calmar"] == pytest.approx(cagr / result.measures["max_drawdown"], rel=1e-9)
    returns = daily_equity(result).pct_change().dropna().to_numpy()
    if len(returns) >= 30:
        at_risk = result.measures["value_at_risk"]
        assert at_risk == pytest.approx(np.quantile(returns, 0.05), rel=1e-9)
        assert result.measures["expected_shortfall"] == pytest.approx(returns[returns <= at_risk].mean(), rel=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_returns_and_drawdown_equal_vectorbt(recorded_candles: Path, name: str) -> None:
    candles = recorded(recorded_candles, name)
    tested = market(candles, timeframe_of(name))
    actions, _ = evaluate(STRATEGIES["sma_crossover"], tested.series, {"short_period": 10, "long_period": 30})
    rules = Rules(sizing="percent", equity_share=1.0, costs=FREE)
    ours = run(tested, rules, actions, BALANCE)
    # vectorbt fills at the price it is given in the same row, so its rows are moved by one: the next open.
    entries, exits = np.roll(actions == 1, 1), np.roll(actions == -1, 1)
    entries[0] = exits[0] = False
    theirs = vbt.Portfolio.from_signals(
        pd.Series(candles["close"]),
        pd.Series(entries),
        pd.Series(exits),
        price=pd.Series(candles["open"]),
        init_cash=BALANCE,
        freq="1min",
    )
    assert len(theirs.trades.records) == len(ours.fills) // 2 + len(ours.fills) % 2
    # The size of an entry is decided at the close and, where the next open is dearer, cut to what the cash pays for;
    # where it is cheaper, a little cash stays. With all of the equity the two differ by that cash alone.
    np.testing.assert_allclose(ours.equity, theirs.value().to_numpy(), rtol=2e-3)
    closed = theirs.trades.records[theirs.trades.records["status"] == 1]
    sold = ours.fills[ours.fills["side"] < 0]
    np.testing.assert_allclose(sold["profit"] / sold["quantity"], closed["pnl"] / closed["size"], rtol=1e-9)
    np.testing.assert_allclose(sold["price"], closed["exit_price"], rtol=1e-12)
    np.testing.assert_allclose(sold["entry_price"], closed["entry_price"], rtol=1e-12)
    # Drawdown and returns of one and the same equity.
    equity = pd.Series(ours.equity)
    assert -ours.measures["max_drawdown"] == pytest.approx(
        pd.Series(np.concatenate(([BALANCE], ours.equity))).vbt.drawdowns.max_drawdown(), rel=1e-9
    )
    assert ours.measures["total_return"] == pytest.approx(
        pd.Series(np.concatenate(([BALANCE], equity))).vbt.to_returns().vbt.returns(freq="1min").total(), rel=1e-6
    )


def test_figures_of_trades_equal_plain_sums() -> None:
    candles = random_candles(6_000, 2)
    result = run(market(candles), Rules(base_amount=500.0, stop_loss=0.01), random_actions(6_000, 2), BALANCE)
    sold = result.fills[result.fills["side"] < 0]
    profits, measures = sold["profit"], result.measures
    wins, losses = profits[profits > 0], profits[profits <= 0]
    assert (measures["trades"], measures["wins"], measures["losses"]) == (len(profits), len(wins), len(losses))
    assert measures["profit_factor"] == pytest.approx(wins.sum() / -losses.sum(), rel=1e-9)
    assert measures["expectancy"] == pytest.approx(profits.mean(), rel=1e-9)
    assert (measures["best_trade"], measures["worst_trade"]) == (profits.max(), profits.min())
    assert measures["fees"] == pytest.approx(result.fills["fee"].sum(), rel=1e-9)
    assert measures["slippage"] == pytest.approx(result.fills["slippage"].sum(), rel=1e-9)
    streaks = "".join("w" if profit > 0 else "l" for profit in profits)
    assert measures["longest_winning_streak"] == max(map(len, streaks.split("l")))
    assert measures["longest_losing_streak"] == max(map(len, streaks.split("w")))
    assert measures["average_duration"] == pytest.approx((sold["at"] - sold["entered_at"]).mean(), rel=1e-9)
    totals = by_exit_reason(result.fills)
    assert sum(total.trades for total in totals) == len(profits)
    assert sum(total.profit for total in totals) == pytest.approx(profits.sum())
    held = np.zeros(len(candles), dtype=bool)
    opened = dict(zip(sold["entered_at"], sold["at"], strict=True))
    for start, end in opened.items():
        held |= (candles["opened_at"] >= start) & (candles["opened_at"] < end)
    assert measures["exposure"] == pytest.approx(held.mean(), abs=2 * len(profits) / len(candles))


def test_months_multiply_to_the_whole(recorded_candles: Path) -> None:
    result = run_of(recorded_candles, "binance_ETH-BTC_4h.csv.gz")
    months = monthly_returns(result)
    assert len(months) > 3
    assert np.prod([1 + value for _, _, value in months]) == pytest.approx(1 + result.measures["total_return"])


def test_a_missing_figure_says_why() -> None:
    candles = random_candles(500, 1)
    quiet = run(market(candles), Rules(base_amount=10.0), np.zeros(500, dtype=np.int8), BALANCE)
    told = {metric.definition.name: metric for metric in describe(quiet.measures)}
    assert told["sharpe"].value is None
    assert told["sharpe"].reason == "2 days are too few: it takes 30 to say anything."
    assert told["profit_factor"].reason == "No trades."
    assert told["win_rate"].reason == "No trades."
    assert told["calmar"].reason == "No drawdown."
    rising = market(candles)
    actions = np.zeros(500, dtype=np.int8)
    actions[1] = 1
    winner = run(rising, Rules(base_amount=10.0, take_profit=0.0001, costs=FREE), actions, BALANCE)
    told = {metric.definition.name: metric for metric in describe(winner.measures)}
    if winner.measures["wins"]:
        assert told["profit_factor"].reason == "No losses."


def test_drawdown_times_by_a_hand_made_curve() -> None:
    prices = [100, 100, 120, 90, 95, 119, 121, 60, 61]
    candles = candle_table([(price, price, price, price) for price in prices])
    actions = np.zeros(len(prices), dtype=np.int8)
    actions[0] = 1
    result = run(market(candles), Rules(sizing="percent", equity_share=1.0, costs=FREE), actions, 1_000.0)
    assert result.equity.tolist() == [price * 10 for price in prices]
    assert result.measures["max_drawdown"] == pytest.approx(1 - 60 / 121)
    assert result.measures["max_drawdown_trough_at"] == 8 * 60_000
    assert result.measures["recovered_at"] == 0
    assert result.measures["longest_drawdown"] == 3 * 60_000
