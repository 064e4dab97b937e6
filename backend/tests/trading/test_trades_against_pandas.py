"""The trade list of an SMA crossover against a calculation written by hand, without a line of the core."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from backend.tests.trading.markets import market, recorded, timeframe_of
from backend.trading.backtester import run
from backend.trading.records import PURPOSES
from backend.trading.rules import Costs, Rules
from backend.trading.strategies import STRATEGIES
from backend.trading.strategies.evaluation import evaluate

FILES = ("ftx_BTC-USD-PERP_1m.csv.gz", "bittrex_ETC-BTC_5m.csv.gz", "bittrex_XRP-BTC_1m.csv.gz")
SHORT, LONG = 10, 30
AMOUNT, FEE, SLIPPAGE, STOP, TARGET = 100.0, 0.001, 0.0005, 0.01, 0.015


@dataclass
class Trade:
    """One purchase and its sale."""

    entered_at: int
    at: int
    entry_price: float
    price: float
    quantity: float
    profit: float
    reason: str


def by_hand(frame: pd.DataFrame) -> list[Trade]:
    """Signals from pandas' rolling means; trades one candle after the other."""
    difference = frame["close"].rolling(SHORT).mean() - frame["close"].rolling(LONG).mean()
    # Rolling sums leave rounding behind; a billionth of the price is no crossing.
    difference = difference.mask(difference.abs() <= 1e-9 * frame["close"], 0.0)
    before = difference.shift(1)
    buys, sells = (before <= 0) & (difference > 0), (before >= 0) & (difference < 0)
    trades: list[Trade] = []
    held: tuple[int, float, float] | None = None
    waiting: str | None = None
    wanted = 0.0
    for candle, buy, sell in zip(frame.itertuples(), buys, sells, strict=True):
        if waiting == "buy":
            held = (candle.opened_at, candle.open * (1 + SLIPPAGE), wanted)
        elif waiting == "sell" and held:
            trades.append(closed(held, candle.opened_at, candle.open, "exit_signal"))
            held = None
        waiting = None
        if held:
            stop, target = held[1] * (1 - STOP), held[1] * (1 + TARGET)
            price, reason = leaving(candle, stop, target)
            if reason:
                trades.append(closed(held, candle.opened_at, price, reason))
                held = None
        if buy and not held:
            waiting, wanted = "buy", AMOUNT / candle.close
        elif sell and held:
            waiting = "sell"
    return trades


def leaving(candle: object, stop: float, target: float) -> tuple[float, str]:
    """Where the candle takes the position out: beyond at the open, else at the level, the stop first."""
    open_, high, low = candle.open, candle.high, candle.low  # type: ignore[attr-defined]
    if open_ <= stop:
        return open_, "stop_loss"
    if open_ >= target:
        return open_, "take_profit"
    if low <= stop:
        return stop, "stop_loss"
    return (target, "take_profit") if high >= target else (0.0, "")


def closed(held: tuple[int, float, float], at: int, reference: float, reason: str) -> Trade:
    """The trade, with slippage on the sale and the fees of both sides."""
    entered_at, entry_price, quantity = held
    price = reference * (1 - SLIPPAGE)
    fees = FEE * quantity * (entry_price + price)
    return Trade(entered_at, at, entry_price, price, quantity, (price - entry_price) * quantity - fees, reason)


@pytest.mark.parametrize("name", FILES)
def test_every_trade_equals_the_hand_made_one(recorded_candles: Path, name: str) -> None:
    candles = recorded(recorded_candles, name)
    tested = market(candles, timeframe_of(name))
    actions, _ = evaluate(STRATEGIES["sma_crossover"], tested.series, {"short_period": SHORT, "long_period": LONG})
    rules = Rules(base_amount=AMOUNT, stop_loss=STOP, take_profit=TARGET, costs=Costs(FEE, FEE, SLIPPAGE, 0.0))
    fills = run(tested, rules, actions, 1e6).fills
    sold = fills[fills["side"] < 0]
    expected = by_hand(pd.DataFrame(candles))
    assert len(expected) > 10
    assert [PURPOSES[purpose] for purpose in sold["purpose"]] == [trade.reason for trade in expected]
    assert sold["at"].tolist() == [trade.at for trade in expected]
    assert sold["entered_at"].tolist() == [trade.entered_at for trade in expected]
    for column in ("entry_price", "price", "quantity", "profit"):
        assert sold[column].tolist() == pytest.approx(
            [getattr(trade, column) for trade in expected], rel=1e-9, abs=1e-12
        )
    assert len({trade.reason for trade in expected}) == 3
