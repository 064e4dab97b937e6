"""Indicators: right on ordinary candles, honest where libraries go wrong, and forgetful as declared."""

import itertools

import numpy as np
import pytest
import talib
from talib._ta_lib import MA_Type

from backend.tests.trading.markets import random_candles
from backend.tests.trading.strategies.histories import MADE_UP, candles_of, history, walk
from backend.trading import indicators
from backend.trading.indicators.memory import STILL, forgotten_after, supertrend_window
from backend.trading.indicators.ranges import standard_deviation
from backend.trading.indicators.supertrend_state import follows_at, follows_from_window
from backend.trading.series import Series


@pytest.fixture(scope="module")
def series() -> Series:
    return Series(random_candles(3_000, seed=1))


def test_relative_strength_is_wilders(series: Series) -> None:
    assert indicators.relative_strength(series, 14) == pytest.approx(talib.RSI(series.close, 14), nan_ok=True)


def test_a_market_at_rest_has_no_relative_strength() -> None:
    strength = indicators.relative_strength(Series(candles_of([*walk(300), *[100.0] * 3_000])), 14)
    assert not np.isnan(strength[14:300]).any()
    assert np.isnan(strength[-1])
    assert not (strength == 0).any()
    known = strength[300:][~np.isnan(strength[300:])]
    assert known == pytest.approx(known[0])


def test_stochastic_is_that_of_the_library_and_in_the_middle_at_rest(series: Series) -> None:
    fast, slow = indicators.stochastic(series, 14, 3, 3)
    library = talib.STOCH(series.high, series.low, series.close, 14, 3, MA_Type.SMA, 3, MA_Type.SMA)
    ours = ~np.isnan(library[0])
    moving = ours & (indicators.highest(series, 30) > indicators.lowest(series, 30))
    assert fast[moving] == pytest.approx(library[0][moving])
    assert slow[moving] == pytest.approx(library[1][moving])
    still = indicators.stochastic(Series(candles_of([100.0] * 50)), 14, 3, 3)
    assert set(still[0][15:]) == {50.0}


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e6])
@pytest.mark.parametrize("period", [2, 20, 500])
def test_deviations_are_exact_at_every_price(scale: float, period: int) -> None:
    closes = np.array(walk(2_000)) * scale
    windows = np.lib.stride_tricks.sliding_window_view(closes, period)
    found = standard_deviation(Series(candles_of(closes.tolist())), period)
    assert np.isnan(found[: period - 1]).all()
    assert found[period - 1 :] == pytest.approx(windows.std(axis=1), rel=1e-9, abs=1e-10 * closes[0])


def test_deviations_of_a_large_price_that_hardly_moves_are_exact() -> None:
    closes = 60_000 + 0.01 * np.random.default_rng(1).integers(0, 3, 1_000)
    windows = np.lib.stride_tricks.sliding_window_view(closes, 20)
    found = standard_deviation(Series(candles_of(closes.tolist())), 20)
    assert found[19:] == pytest.approx(windows.std(axis=1), rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("period", [2, 5, 20, 100])
def test_nothing_is_left_of_a_jump(period: int) -> None:
    """Neither deviations nor average volumes keep a trace of what is out of sight."""
    jump, volumes = [100 / 3] * 150 + [77.7] * 500, [1e9 / 7] * 150 + [0.0] * 500
    candles = candles_of(jump)
    candles["volume"] = volumes
    series = Series(candles)
    assert not standard_deviation(series, period)[150 + period :].any()
    assert not indicators.simple_moving_average(series, period, "volume")[150 + period :].any()
    assert indicators.simple_moving_average(series, period, "volume")[140] == pytest.approx(1e9 / 7)
    assert standard_deviation(series, period)[150] > 1


def test_average_volumes_are_those_of_the_library(series: Series) -> None:
    candles = series.candles.copy()
    candles["volume"] = np.random.default_rng(2).lognormal(0, 3, len(candles))
    varied = Series(candles)
    assert indicators.simple_moving_average(varied, 20, "volume") == pytest.approx(
        talib.SMA(varied.volume, 20), nan_ok=True
    )


def test_bands_and_channels_are_around_their_middle(series: Series) -> None:
    for upper, middle, lower in (
        indicators.bollinger_bands(series, 20, 2.0),
        indicators.atr_channel(series, 20, 10, 2.0),
    ):
        known = ~np.isnan(upper)
        assert known.sum() > 2_900
        assert (upper - middle)[known] == pytest.approx((middle - lower)[known], abs=1e-9)
    upper, lower = indicators.donchian_channel(series, 20)
    assert upper[100] == series.high[80:100].max()
    assert lower[100] == series.low[80:100].min()


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_too_few_candles_give_unknown_values(count: int) -> None:
    short = Series(candles_of(walk(count)))
    results = (
        indicators.simple_moving_average(short, 10),
        indicators.exponential_moving_average(short, 10),
        *indicators.convergence_divergence(short, 12, 26, 9),
        *indicators.bollinger_bands(short, 20, 2.0),
        *indicators.donchian_channel(short, 20),
        *indicators.atr_channel(short, 20, 10, 2.0),
        *indicators.stochastic(short, 14, 3, 3),
        indicators.relative_strength(short, 14),
        indicators.rate_of_change(short, 12),
        indicators.average_true_range(short, 14),
        indicators.supertrend(short, 10, 3.0)[0],
    )
    assert all(len(values) == count and np.isnan(values).all() for values in results)
    assert not indicators.supertrend(short, 10, 3.0)[1].any()


@pytest.mark.parametrize("period", [2, 5, 14, 50])
def test_averages_forget_their_start_as_declared(period: int) -> None:
    closes = walk(5_000)
    whole = Series(candles_of(closes))
    for compute, memory in (
        (indicators.exponential_moving_average, indicators.exponential_memory(period)),
        (indicators.average_true_range, indicators.wilder_memory(period)),
        (indicators.relative_strength, indicators.strength_memory(period)),
    ):
        for place in range(memory, 5_000, 811):
            part = Series(candles_of(closes[place - memory : place + 1]))
            assert abs(compute(part, period)[-1] - compute(whole, period)[place]) <= 1e-9 * closes[place]


def test_the_share_of_the_start_that_is_left_is_below_a_billionth() -> None:
    for kept in (0.1, 0.5, 0.9, 0.99):
        count = forgotten_after(kept)
        assert kept**count <= 1e-9 * (1 + 1e-6)
        assert kept ** (count - 1) > 1e-9
    assert forgotten_after(0.0) == 0
    assert STILL < 1e-6


def _bands(candles: np.ndarray, period: int, multiplier: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    series = Series(candles)
    distance = multiplier * indicators.average_true_range(series, period)
    middle = (series.high + series.low) / 2
    return middle + distance, middle - distance, series.close


@pytest.mark.parametrize("name", [*MADE_UP, "ordinary"])
@pytest.mark.parametrize("window", [4, 30, 90])
def test_where_a_supertrend_is_known_is_what_every_candle_alone_would_say(name: str, window: int) -> None:
    candles = random_candles(1_500, seed=2) if name == "ordinary" else history(name)[:1_500]
    upper, lower, close = _bands(candles, 10, 2.0)
    known = follows_from_window(upper, lower, close, 10, window)
    for index in range(10, len(close)):
        begin = max(index - window + 1, 10)
        follows = follows_at(upper, lower, close, begin, index) <= index
        assert known[index] == follows, index
    assert not known[:10].any()


def test_a_known_supertrend_follows_from_any_beginning() -> None:
    """Whatever bands and side the past leaves, where the state is said to follow it comes out the same."""
    upper, lower, close = _bands(random_candles(1_200, seed=4), 10, 1.5)
    begin = 500
    follows = follows_at(upper, lower, close, begin, len(close) - 1)
    assert begin < follows < begin + 300
    near = close[begin]
    states = itertools.product((0.1, 0.98, 1.0, 1.02, 9.0), (0.1, 0.98, 1.0, 1.02, 9.0), (1, -1))
    ends = {
        _followed(upper, lower, close, begin, follows, (near * top, near * bottom, side))
        for top, bottom, side in states
    }
    assert len(ends) == 1


def _followed(
    upper: np.ndarray, lower: np.ndarray, close: np.ndarray, begin: int, end: int, state: tuple[float, float, int]
) -> tuple[float, float, int]:
    top, bottom, side = state
    for index in range(begin, end + 1):
        top = upper[index] if upper[index] < top or close[index - 1] > top else top
        bottom = lower[index] if lower[index] > bottom or close[index - 1] < bottom else bottom
        if side > 0 and close[index] < bottom:
            side = -1
        elif side < 0 and close[index] > top:
            side = 1
    return float(top), float(bottom), side


def test_a_supertrend_is_hardly_ever_unknown() -> None:
    for multiplier in (1.0, 3.0, 6.0):
        candles = random_candles(20_000, seed=5)
        _, direction = indicators.supertrend(Series(candles), 10, multiplier)
        settled = direction[supertrend_window(multiplier) + 10 :]
        assert len(settled) > 10_000
        assert (settled == 0).mean() < 0.001


def test_a_supertrend_that_could_be_anything_is_unknown() -> None:
    _, direction = indicators.supertrend(Series(candles_of([*walk(1_000), *[100.0] * 3_000])), 10, 3.0)
    assert direction[900] != 0
    assert direction[-1] == 0
