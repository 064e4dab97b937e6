"""Spaces of parameters, samples of them, and sweeps that equal their single runs."""

import threading
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from backend.tests.trading.markets import market, random_candles
from backend.trading.backtester import Market, run
from backend.trading.indicators import simple_moving_average
from backend.trading.optimizer import Options, Range, Space, Sweep, grid, sample, size_of
from backend.trading.rules import Costs, Rules
from backend.trading.series import Series
from backend.trading.strategies import STRATEGIES
from backend.trading.strategies.evaluation import StrategyError, evaluate
from backend.trading.strategies.sma_crossover import SmaCrossover

BALANCE = 1_000.0


# Spaces


@pytest.mark.parametrize(
    ("axis", "values"),
    [
        (Range(2, 10, 4, whole=True), [2, 6, 10]),
        (Range(2, 11, 4, whole=True), [2, 6, 10]),
        (Range(5, 5, 1, whole=True), [5]),
        # Steps of 0.1 do not add up in binary; the last one counts all the same, and each is its short decimal.
        (Range(0.1, 0.3, 0.1), [0.1, 0.2, 0.3]),
        (Range(0.1, 0.5, 0.1), [0.1, 0.2, 0.3, 0.4, 0.5]),
        (Range(1, 2, 0.25), [1.0, 1.25, 1.5, 1.75, 2.0]),
        (Range(-1, 1, 1), [-1.0, 0.0, 1.0]),
        (Options(("fast", "slow")), ["fast", "slow"]),
    ],
)
def test_the_values_of_an_axis(axis: Range | Options, values: list[Any]) -> None:
    assert axis.values() == values


def test_whole_numbers_are_whole() -> None:
    assert {type(value) for value in Range(2.0, 10.0, 4.0, whole=True).values()} == {int}


SPACE: Space = {"short": Range(2, 6, 2, whole=True), "mode": Options(("a", "b"))}


def test_a_grid_is_every_combination_the_last_name_changing_fastest() -> None:
    assert list(grid(SPACE)) == [
        {"short": 2, "mode": "a"},
        {"short": 2, "mode": "b"},
        {"short": 4, "mode": "a"},
        {"short": 4, "mode": "b"},
        {"short": 6, "mode": "a"},
        {"short": 6, "mode": "b"},
    ]
    assert size_of(SPACE) == 6


LARGE: Space = {"a": Range(0, 99, 1, whole=True), "b": Range(0, 9, 1, whole=True), "c": Options(("x", "y", "z"))}


def as_tuples(combinations: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [tuple(one.values()) for one in combinations]


def test_a_sample_is_the_same_for_the_same_seed_only() -> None:
    assert sample(LARGE, 50, 3) == sample(LARGE, 50, 3)
    assert sample(LARGE, 50, 3) != sample(LARGE, 50, 4)


@pytest.mark.parametrize("count", [1, 50, 2_900, 2_999])
def test_a_sample_never_repeats_and_stays_within_the_space(count: int) -> None:
    drawn = sample(LARGE, count, 7)
    assert len(drawn) == len(set(as_tuples(drawn))) == count
    assert {tuple(one) for one in drawn} == {("a", "b", "c")}
    assert all(one["a"] in range(100) and one["b"] in range(10) and one["c"] in "xyz" for one in drawn)


def test_a_sample_larger_than_the_space_is_the_grid() -> None:
    assert sample(SPACE, 6, 1) == sample(SPACE, 100, 2) == list(grid(SPACE))


def test_a_sample_favours_no_corner() -> None:
    counts = Counter(one["c"] for seed in range(30) for one in sample(LARGE, 100, seed))
    # 1,000 of each are expected; three standard deviations are 77.
    assert all(abs(counts[value] - 1_000) < 100 for value in "xyz")
    assert {one["a"] for seed in range(30) for one in sample(LARGE, 100, seed)} == set(range(100))


def test_a_space_too_large_to_be_numbered_in_64_bits_can_be_sampled() -> None:
    space = {f"axis {number}": Range(0, 199_999, 1, whole=True) for number in range(4)}
    assert len(sample(space, 10, 1)) == 10


# Sweeps


def settled(combination: Mapping[str, Any]) -> tuple[Mapping[str, Any], Rules]:
    parameters = {"short_period": combination["short"], "long_period": combination["long"]}
    return parameters, Rules(
        sizing="percent",
        equity_share=0.5,
        stop_loss=combination["stop"],
        take_profit=0.03,
        trailing_stop=0.02,
        costs=Costs(0.001, 0.001, 0.0005),
    )


COMBINATIONS = list(
    grid({"short": Range(2, 8, 2, whole=True), "long": Range(10, 40, 6, whole=True), "stop": Range(0.005, 0.02, 0.005)})
)


def sweep_of(tested: Market) -> Sweep:
    return Sweep(tested, STRATEGIES["sma_crossover"], BALANCE, settled)


def wild_market(start: int = 0) -> Market:
    whole = market(random_candles(4_000, 3))
    return Market(whole.series, whole.length, start)


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("start", [0, 100])
def test_a_sweep_equals_its_single_runs_to_the_last_bit(start: int, threads: int) -> None:
    measured = sweep_of(wild_market(start)).measure(COMBINATIONS, threads)
    assert len(measured) == len(COMBINATIONS) == 96
    assert len(set(measured["final_equity"].tolist())) > 50
    for combination, measures in zip(COMBINATIONS, measured, strict=True):
        alone = wild_market(start)
        parameters, rules = settled(combination)
        actions, _ = evaluate(STRATEGIES["sma_crossover"], alone.series, parameters)
        assert run(alone, rules, actions, BALANCE).measures.tobytes() == measures.tobytes(), combination


def test_the_order_of_combinations_is_that_of_the_measures() -> None:
    forwards = sweep_of(wild_market()).measure(COMBINATIONS, 2)
    backwards = sweep_of(wild_market()).measure(COMBINATIONS[::-1], 2)
    assert forwards[::-1].tobytes() == backwards.tobytes()


def test_no_combinations_make_no_measures() -> None:
    assert len(sweep_of(wild_market()).measure([], 1)) == 0
    assert len(sweep_of(wild_market()).measure([], 2)) == 0


class Failing(SmaCrossover):
    """Fails with one set of parameters."""

    name = "failing"

    def signals(self, series: Series, parameters: Any) -> Any:
        if parameters["long_period"] == 28:
            raise ZeroDivisionError("division by zero")
        return super().signals(series, parameters)


@pytest.mark.parametrize("threads", [1, 4])
def test_what_goes_wrong_in_a_thread_comes_out(threads: int) -> None:
    sweep = Sweep(wild_market(), Failing(), BALANCE, settled)
    with pytest.raises(StrategyError, match="“failing”: it stopped with ZeroDivisionError"):
        sweep.measure(COMBINATIONS, threads)


def test_several_threads_take_part() -> None:
    seen: set[int] = set()
    both = threading.Barrier(2, timeout=20)

    class Meeting(SmaCrossover):
        """Waits at its first call in each thread for the other thread."""

        def signals(self, series: Series, parameters: Any) -> Any:
            if threading.get_ident() not in seen:
                seen.add(threading.get_ident())
                both.wait()
            return super().signals(series, parameters)

    measured = Sweep(wild_market(), Meeting(), BALANCE, settled).measure(COMBINATIONS, 2)
    assert len(seen) == 2
    assert np.isfinite(measured["final_equity"]).all()


def test_a_long_search_does_not_remember_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    series = Series(random_candles(1_000, 1))
    monkeypatch.setattr("backend.trading.series.MOST_REMEMBERED_BYTES", 20 * 8_000)
    averages = {period: simple_moving_average(series, period) for period in range(2, 200)}
    assert series.remembered_bytes <= 20 * 8_000
    for period in (2, 50, 199):
        np.testing.assert_array_equal(simple_moving_average(series, period), averages[period])
