"""Signals against independent calculations: by pandas, and for Supertrend by its definition in plain Python."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from backend.market_data.importers import read_recording
from backend.tests.trading.strategies.histories import history
from backend.trading.candles import Candles
from backend.trading.series import Series
from backend.trading.strategies import STRATEGIES
from backend.trading.strategies.declaration import Parameters, with_defaults
from backend.trading.strategies.evaluation import evaluate, warmup_of

FILES = ("ftx_BTC-USD-PERP_1m.csv.gz", "bittrex_ETC-BTC_5m.csv.gz", "binance_BTC-USDT_1h.csv.gz")
Frame = Any  # pandas comes without types
Lines = Any


def crossed(line: Lines, other: Lines | float) -> tuple[Lines, Lines]:
    """Where the line rises above the other, and where it falls below."""
    difference = line - other
    known = difference.notna() & difference.shift().notna()
    return (
        known & (difference > 0) & (difference.shift() <= 0),
        known & (difference < 0) & (difference.shift() >= 0),
    )


def wilder(values: Lines, period: int) -> Lines:
    return values.ewm(alpha=1 / period, adjust=False).mean()


def true_range(frame: Frame) -> Lines:
    before = frame.close.shift()
    return pd.concat([frame.high - frame.low, (frame.high - before).abs(), (frame.low - before).abs()], axis=1).max(
        axis=1
    )


def sma_crossover(frame: Frame, given: Parameters) -> tuple[Lines, Lines]:
    short, long = (frame.close.rolling(given[name]).mean() for name in ("short_period", "long_period"))
    return crossed(short, long)


def ema_crossover(frame: Frame, given: Parameters) -> tuple[Lines, Lines]:
    short, long = (frame.close.ewm(span=given[name], adjust=False).mean() for name in ("short_period", "long_period"))
    return crossed(short, long)


def rsi(frame: Frame, given: Parameters) -> tuple[Lines, Lines]:
    change = frame.close.diff()
    gain, loss = wilder(change.clip(lower=0), given["period"]), wilder(-change.clip(upper=0), given["period"])
    index = 100 * gain / (gain + loss)
    return crossed(index, given["oversold"])[0], crossed(index, given["overbought"])[1]


def macd(frame: Frame, given: Parameters) -> tuple[Lines, Lines]:
    fast, slow = (frame.close.ewm(span=given[name], adjust=False).mean() for name in ("fast_period", "slow_period"))
    line = fast - slow
    return crossed(line, line.ewm(span=given["signal_period"], adjust=False).mean())


def bollinger(frame: Frame, given: Parameters) -> tuple[Lines, Lines]:
    window = frame.close.rolling(given["period"])
    middle, distance = window.mean(), given["deviations"] * window.std(ddof=0)
    return crossed(frame.close, middle - distance)[1], crossed(frame.close, middle + distance)[0]


def donchian(frame: Frame, given: Parameters) -> tuple[Lines, Lines]:
    upper = frame.high.rolling(given["entry_period"]).max().shift()
    lower = frame.low.rolling(given["exit_period"]).min().shift()
    return crossed(frame.close, upper)[0], crossed(frame.close, lower)[1]


def stochastic(frame: Frame, given: Parameters) -> tuple[Lines, Lines]:
    low = frame.low.rolling(given["period"]).min()
    span = frame.high.rolling(given["period"]).max() - low
    raw = (100 * (frame.close - low) / span).where(span > 0, 50).where(span.notna())
    fast = raw.rolling(given["smoothing"]).mean()
    # Rounding, so that lines that are equal are.
    rises, falls = crossed((fast - fast.rolling(given["signal_period"]).mean()).round(8), 0)
    return rises & (fast.shift() < given["oversold"]), falls & (fast.shift() > given["overbought"])


def momentum(frame: Frame, given: Parameters) -> tuple[Lines, Lines]:
    change = 100 * frame.close.pct_change(given["period"])
    return crossed(change, given["threshold"])[0], crossed(change, -given["threshold"])[1]


def atr_channel(frame: Frame, given: Parameters) -> tuple[Lines, Lines]:
    middle = frame.close.ewm(span=given["period"], adjust=False).mean()
    distance = given["multiplier"] * wilder(true_range(frame), given["atr_period"])
    return crossed(frame.close, middle + distance)[0], crossed(frame.close, middle - distance)[1]


def supertrend(frame: Frame, given: Parameters) -> tuple[Lines, Lines]:
    distance = given["multiplier"] * wilder(true_range(frame), given["period"])
    middle = (frame.high + frame.low) / 2
    close, uppers, lowers = frame.close.to_list(), (middle + distance).to_list(), (middle - distance).to_list()
    upper, lower, up, ups = uppers[0], lowers[0], True, [True]
    for index in range(1, len(close)):
        upper = uppers[index] if uppers[index] < upper or close[index - 1] > upper else upper
        lower = lowers[index] if lowers[index] > lower or close[index - 1] < lower else lower
        up = close[index] >= lower if up else close[index] > upper
        ups.append(up)
    side = pd.Series(ups, index=frame.index).astype(int)
    return side.diff() == 1, side.diff() == -1


CALCULATIONS: dict[str, Callable[[Frame, Parameters], tuple[Lines, Lines]]] = {
    function.__name__: function
    for function in (
        sma_crossover,
        ema_crossover,
        rsi,
        macd,
        bollinger,
        donchian,
        stochastic,
        momentum,
        atr_channel,
        supertrend,
    )
}


@pytest.fixture(params=FILES)
def candles(request: pytest.FixtureRequest, recorded_candles: Path) -> Candles:
    return read_recording(recorded_candles / request.param).candles


@pytest.mark.parametrize("name", sorted(CALCULATIONS))
def test_signals_are_those_of_an_independent_calculation(name: str, candles: Candles) -> None:
    strategy = STRATEGIES[name]
    parameters = with_defaults(strategy, {})
    first = warmup_of(strategy, parameters, 60_000)
    if first >= len(candles):
        pytest.skip(f"{name} warms up on {first} candles, and there are {len(candles)}")
    actions, confidences = evaluate(strategy, Series(candles), parameters)
    frame = pd.DataFrame({column: candles[column] for column in ("open", "high", "low", "close")})
    buys, sells = CALCULATIONS[name](frame, parameters)
    expected = (buys.astype(int) - sells.astype(int)).to_numpy()
    # Where lines touch, one calculation's rounding says that they crossed and the other's that they did not.
    differing = int((actions[first:] != expected[first:]).sum())
    assert differing <= np.count_nonzero(actions) // 500
    assert np.array_equal(confidences, np.abs(actions))


@pytest.mark.parametrize("periods", [(10, 30), (2, 3), (50, 200)])
def test_sma_crossover_equals_pandas_exactly(candles: Candles, periods: tuple[int, int]) -> None:
    parameters = {"short_period": periods[0], "long_period": periods[1]}
    actions, _ = evaluate(STRATEGIES["sma_crossover"], Series(candles), parameters)
    # To the ninth digit of the price, since neither running sum is exact.
    close = pd.Series(candles["close"])
    short, long = close.rolling(periods[0]).mean(), close.rolling(periods[1]).mean()
    apart = (short - long).where((short - long).abs() > 1e-9 * close, 0.0).where(long.notna())
    buys, sells = crossed(apart, 0.0)
    assert actions.any() or len(candles) < 1_000
    assert np.array_equal(actions, buys.astype(int) - sells.astype(int))


def test_the_calculations_see_what_is_wrong() -> None:
    """They would notice a strategy that acts a candle late."""
    frame = pd.DataFrame({"close": history("rare jumps")["close"]})
    buys, sells = sma_crossover(frame, {"short_period": 10, "long_period": 30})
    actions, _ = evaluate(
        STRATEGIES["sma_crossover"], Series(history("rare jumps")), {"short_period": 10, "long_period": 30}
    )
    late = np.roll(buys.astype(int) - sells.astype(int), 1)
    assert (actions != late).sum() > np.count_nonzero(actions) // 500
