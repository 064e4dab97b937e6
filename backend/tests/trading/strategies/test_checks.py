"""The checks that users see: sound strategies pass, cheats and the forgetful are found, and nothing breaks them."""

import time
from pathlib import Path

import numpy as np
import pytest

from backend.tests.trading.strategies import plugins
from backend.tests.trading.strategies.histories import MADE_UP, RECORDED, candles_of, history, is_there, walk
from backend.trading.candles import Candles
from backend.trading.series import Series
from backend.trading.strategies import STRATEGIES, Strategy
from backend.trading.strategies.checks import MOST_PLACES, lookahead_check, warmup_check
from backend.trading.strategies.declaration import Parameters, Signals, with_defaults
from backend.trading.strategies.evaluation import evaluate

ALL = sorted(STRATEGIES)


@pytest.fixture(params=[RECORDED[0], RECORDED[3], *MADE_UP])
def candles(request: pytest.FixtureRequest) -> Candles:
    if not is_there(request.param):
        request.getfixturevalue("recorded_candles")
    return history(request.param)


@pytest.mark.parametrize("name", ALL)
def test_every_strategy_passes(name: str, candles: Candles) -> None:
    strategy, series = STRATEGIES[name], Series(candles)
    parameters = with_defaults(strategy, {})
    ahead, warmup = lookahead_check(strategy, series, parameters), warmup_check(strategy, series, parameters)
    assert ahead.passed, ahead.message
    assert warmup.passed, warmup.message
    assert "places" in ahead.message
    assert "places" in warmup.message


@pytest.mark.parametrize("strategy", [plugins.Foreseeing(), plugins.Selective(), plugins.Normalising()])
def test_a_cheat_is_caught(strategy: Strategy, candles: Candles) -> None:
    series = Series(candles)
    if not evaluate(strategy, series, {"period": 1})[0].any():
        pytest.skip("it hides all its signals here, so that nothing is wrong with what is left")
    check = lookahead_check(strategy, series, {"period": 1})
    assert not check.passed
    assert check.message.startswith("It looks ahead: its signal at ")
    assert " UTC" in check.message


def test_a_cheat_by_one_candle_is_told_where() -> None:
    check = lookahead_check(plugins.Foreseeing(), Series(candles_of(walk(300))), {"period": 1})
    assert check.message.startswith("It looks ahead: its signal at 1970-01-01 00:")


@pytest.mark.parametrize("strategy", [plugins.Forgetful(), plugins.Counting()])
def test_too_short_a_warm_up_is_caught(strategy: Strategy, candles: Candles) -> None:
    check = warmup_check(strategy, Series(candles), {"period": 1})
    assert not check.passed
    assert "before its warm-up of" in check.message


def test_a_strategy_is_not_blamed_for_the_other_fault() -> None:
    series = Series(candles_of(walk(3_000)))
    assert lookahead_check(plugins.Forgetful(), series, {"period": 1}).passed
    assert lookahead_check(plugins.Counting(), series, {"period": 1}).passed
    assert warmup_check(plugins.Breakout(), series, {"period": 1}).passed


@pytest.mark.parametrize("count", [0, 1, 2, 30, 31, 32])
def test_few_candles_show_nothing_and_fail_nothing(count: int) -> None:
    strategy, series = STRATEGIES["sma_crossover"], Series(candles_of(walk(count)))
    parameters = with_defaults(strategy, {})
    assert lookahead_check(strategy, series, parameters).passed
    assert warmup_check(strategy, series, parameters).passed
    if count <= 31:
        assert "cannot show" in warmup_check(strategy, series, parameters).message


def test_a_strategy_that_fails_is_not_sound() -> None:
    series = Series(candles_of(walk(300)))
    for check in (lookahead_check, warmup_check):
        result = check(plugins.Raising(), series, {"period": 1})
        assert not result.passed
        assert "ZeroDivisionError" in result.message


def test_checks_are_the_same_every_time_and_leave_the_candles_alone() -> None:
    series = Series(candles_of(walk(2_000)))
    before = series.candles.copy()
    strategy, parameters = plugins.Selective(), {"period": 1}
    assert lookahead_check(strategy, series, parameters) == lookahead_check(strategy, series, parameters)
    assert warmup_check(strategy, series, parameters) == warmup_check(strategy, series, parameters)
    assert np.array_equal(series.candles, before)


def test_a_check_looks_at_a_bounded_number_of_candles(recorded_candles: Path) -> None:
    """However long the warm-up is; a program that would take minutes shows here without a stop-watch's precision."""
    assert recorded_candles.is_dir()

    class Slow(plugins.Breakout):
        seen = 0

        def warmup(self, _parameters: Parameters, _interval_ms: int) -> int:
            return 11_000

        def signals(self, series: Series, parameters: Parameters) -> Signals:
            Slow.seen += len(series)
            return super().signals(series, parameters)

    series = Series(history(RECORDED[0]))
    begun = time.perf_counter()
    assert lookahead_check(Slow(), series, {"period": 1}).passed
    assert warmup_check(Slow(), series, {"period": 1}).passed
    assert Slow.seen < 8_000_000
    assert MOST_PLACES == 64
    assert time.perf_counter() - begun < 20
