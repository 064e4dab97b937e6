"""Walk-forward folds, Monte Carlo, the deflated Sharpe ratio and the probability of overfitting."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats  # type: ignore[import-untyped]

from backend.trading.validation import (
    deflated_sharpe_ratio,
    monte_carlo,
    probability_of_overfitting,
    walk_forward_folds,
)

# Folds


def test_rolling_folds_by_hand() -> None:
    # One train part of 70 and ten test parts of 30 are 370.
    folds = walk_forward_folds(370, 10, 0.7, "rolling")
    assert [(fold.train_start, fold.train_end, fold.test_start, fold.test_end) for fold in folds][:3] == [
        (0, 70, 70, 100),
        (30, 100, 100, 130),
        (60, 130, 130, 160),
    ]
    assert (len(folds), folds[-1].test_end) == (10, 370)


def test_anchored_folds_by_hand() -> None:
    folds = walk_forward_folds(130, 2, 0.7, "anchored")
    assert [(fold.train_start, fold.train_end, fold.test_start, fold.test_end) for fold in folds] == [
        (0, 70, 70, 100),
        (0, 100, 100, 130),
    ]


@given(
    candles=st.integers(1, 50_000),
    count=st.integers(1, 50),
    share=st.floats(0.1, 0.95),
    mode=st.sampled_from(["rolling", "anchored"]),
)
def test_test_parts_tile_what_follows_the_first_train_part(candles: int, count: int, share: float, mode: str) -> None:
    try:
        folds = walk_forward_folds(candles, count, share, mode)  # type: ignore[arg-type]
    except ValueError:
        # Refused only where a part, rounded to whole candles, may be empty.
        test = candles * (1 - share) / (share + count * (1 - share))
        assert candles - count * test < 0.5 + 1e-9 or test < 1 + 1e-9
        return
    assert len(folds) == count
    assert folds[0].train_start == 0
    assert folds[-1].test_end == candles
    for before, after in itertools.pairwise(folds):
        assert before.test_end == after.test_start
    for fold in folds:
        # Parameters are chosen on what ended before the test begins, and on nothing else.
        assert fold.train_start < fold.train_end == fold.test_start < fold.test_end
        assert fold.train_start == 0 if mode == "anchored" else fold.train_end - fold.train_start == folds[0].train_end
    lengths = [fold.test_end - fold.test_start for fold in folds]
    assert max(lengths) - min(lengths) <= 1
    window = folds[0].train_end + sum(lengths) / count
    assert folds[0].train_end / window == pytest.approx(share, abs=1.5 / window)


@pytest.mark.parametrize(("candles", "count", "share"), [(5, 10, 0.7), (0, 1, 0.5), (100, 0, 0.5), (100, 2, 0.0)])
def test_folds_that_cannot_be_are_refused(candles: int, count: int, share: float) -> None:
    with pytest.raises(ValueError, match=r"too few|at least one fold"):
        walk_forward_folds(candles, count, share, "rolling")


# Monte Carlo

PROFITS = np.array([50.0, -30.0, 20.0, -60.0, 90.0, 10.0])


def test_shuffling_keeps_the_sum() -> None:
    drawn = monte_carlo(PROFITS, 1_000.0, "shuffle", 500, 1)
    assert drawn.final_equity == pytest.approx([1_080.0] * 5)
    assert [band[-1] for band in drawn.bands] == pytest.approx([1_080.0] * 5)
    assert [band[0] for band in drawn.bands] == [1_000.0] * 5
    assert drawn.loss_probability == 0.0
    assert drawn.max_drawdown[0] < drawn.max_drawdown[-1]


def test_a_bootstrap_draws_with_replacement() -> None:
    drawn = monte_carlo(PROFITS, 1_000.0, "bootstrap", 20_000, 1)
    # The mean of a draw is 80; its deviation is that of the trades times the root of six.
    assert drawn.final_equity[2] == pytest.approx(1_080, abs=6)
    spread = PROFITS.std() * math.sqrt(6)
    assert drawn.loss_probability == pytest.approx(stats.norm.cdf(-80 / spread), abs=0.03)
    assert drawn.final_equity[0] == pytest.approx(1_080 + stats.norm.ppf(0.05) * spread, abs=12)


@pytest.mark.parametrize("method", ["shuffle", "bootstrap"])
def test_the_same_seed_draws_the_same(method: str) -> None:
    first, again, other = (monte_carlo(PROFITS, 1_000.0, method, 50, seed) for seed in (5, 5, 6))  # type: ignore[arg-type]
    assert first == again
    assert first.bands != other.bands
    assert first.method == method


def test_ruin_by_hand() -> None:
    # Of the two orders of -60 and +60 one falls to 40, below half of 100, and the other only back to 100.
    drawn = monte_carlo(np.array([-60.0, 60.0]), 100.0, "shuffle", 4_000, 2)
    assert drawn.ruin_probability == pytest.approx(0.5, abs=0.03)
    assert drawn.loss_probability == 0.0
    # Drawdowns: from 100 to 40 is 60 %, from 160 to 100 is 37.5 %.
    assert [drawn.max_drawdown[0], drawn.max_drawdown[-1]] == pytest.approx([0.375, 0.6])


def test_ruin_of_draws_by_hand() -> None:
    # Of four draws, (-60, -60), (-60, 60) and not the two that begin with +60: half of them.
    drawn = monte_carlo(np.array([-60.0, 60.0]), 100.0, "bootstrap", 8_000, 2)
    assert drawn.ruin_probability == pytest.approx(0.5, abs=0.03)
    assert drawn.loss_probability == pytest.approx(0.25, abs=0.03)


def test_exactly_half_is_no_ruin() -> None:
    assert monte_carlo(np.array([-50.0, 10.0]), 100.0, "shuffle", 200, 1).ruin_probability == 0.0


def test_bands_lie_above_each_other_at_every_step() -> None:
    drawn = monte_carlo(np.random.default_rng(1).normal(2, 30, 1_000), 10_000.0, "bootstrap", 300, 1)
    bands = np.array(drawn.bands)
    assert bands.shape == (5, len(drawn.steps)) == (5, 201)
    assert (np.diff(bands, axis=0) >= 0).all()
    assert (drawn.steps[0], drawn.steps[-1]) == (0, 1_000)


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_trades_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="at least two trades"):
        monte_carlo(np.ones(count), 100.0, "shuffle", 10, 1)


# The deflated Sharpe ratio


def by_the_paper(sharpe: float, days: int, skew: float, kurtosis: float, trials: list[float]) -> float:
    """Equations 1 and 2 of Bailey and López de Prado (2014), with scipy's normal distribution."""
    count, variance = len(trials), np.var(trials, ddof=1)
    gamma = np.euler_gamma
    threshold = math.sqrt(variance) * (
        (1 - gamma) * stats.norm.ppf(1 - 1 / count) + gamma * stats.norm.ppf(1 - 1 / (count * math.e))
    )
    error = math.sqrt((1 - skew * sharpe + (kurtosis - 1) / 4 * sharpe**2) / (days - 1))
    return float(stats.norm.cdf((sharpe - threshold) / error))


@pytest.mark.parametrize(
    ("sharpe", "days", "skew", "kurtosis", "count"),
    [(0.1, 365, 0.0, 3.0, 10), (0.15, 1_000, -1.2, 9.0, 400), (0.02, 60, 0.8, 4.5, 2), (0.3, 31, -0.4, 3.3, 5_000)],
)
def test_the_deflated_ratio_is_the_papers(sharpe: float, days: int, skew: float, kurtosis: float, count: int) -> None:
    trials = np.random.default_rng(4).normal(0, 0.05, count).tolist()
    expected = by_the_paper(sharpe, days, skew, kurtosis, trials)
    assert 0.0 < expected < 1.0
    assert deflated_sharpe_ratio(sharpe, days, skew, kurtosis, trials) == pytest.approx(expected, rel=1e-9)


def test_the_papers_own_example() -> None:
    # Section "A numerical example": yearly 2.5 of 100 trials with a variance of 1/2, 1,250 days at 250 a year,
    # skew -3, kurtosis 10: a threshold of 0.1132 a day, and a probability of 0.9004.
    half = math.sqrt(0.5 / 250)
    base = np.linspace(-1, 1, 100)
    trials = (base / base.std(ddof=1) * half).tolist()
    assert deflated_sharpe_ratio(2.5 / math.sqrt(250), 1_250, -3.0, 10.0, trials) == pytest.approx(0.9004, abs=5e-4)


def test_more_trials_make_the_same_ratio_worth_less() -> None:
    base = np.linspace(-1, 1, 11)
    found = []
    for count in (2, 5, 20, 100, 1_000, 10_000):
        trials = np.resize(base, count)
        trials = (trials / trials.std(ddof=1) * 0.05).tolist()
        found.append(deflated_sharpe_ratio(0.12, 500, 0.0, 3.0, trials))
    assert all(value is not None for value in found)
    assert found == sorted(found, reverse=True)  # type: ignore[type-var]
    assert len(set(found)) == len(found)


def test_one_trial_is_the_probabilistic_ratio() -> None:
    expected = stats.norm.cdf(0.1 * math.sqrt(364) / math.sqrt(1 + 0.5 * 0.1**2))
    assert deflated_sharpe_ratio(0.1, 365, 0.0, 3.0, [0.1]) == pytest.approx(expected)
    assert deflated_sharpe_ratio(0.0, 365, 0.0, 3.0, []) == pytest.approx(0.5)


def test_trials_without_a_ratio_do_not_count() -> None:
    trials = [0.01, 0.05, -0.02, 0.03]
    assert deflated_sharpe_ratio(0.1, 365, 0.0, 3.0, [*trials, math.nan]) == deflated_sharpe_ratio(
        0.1, 365, 0.0, 3.0, trials
    )


@pytest.mark.parametrize(
    ("sharpe", "days", "skew", "kurtosis"),
    # The last two: too short, and moments of which the estimate's variance would be negative.
    [(math.nan, 365, 0, 3), (0.1, 365, math.nan, 3), (0.1, 365, 0, math.inf), (0.1, 1, 0, 3), (1.0, 365, 3, 1)],
)
def test_what_cannot_be_said_is_not_said(sharpe: float, days: int, skew: float, kurtosis: float) -> None:
    assert deflated_sharpe_ratio(sharpe, days, skew, kurtosis, [0.1, 0.2]) is None


# The probability of overfitting


def test_of_noise_the_best_is_above_the_median_half_of_the_time() -> None:
    # One sample of noise may lie anywhere; the mean over many lies at one half.
    found = [
        probability_of_overfitting(np.random.default_rng(seed).normal(0, 0.01, (200, 30))) or 0.0 for seed in range(60)
    ]
    assert np.mean(found) == pytest.approx(0.5, abs=0.08)


def test_a_set_that_is_truly_better_is_not_overfitted() -> None:
    returns = np.random.default_rng(1).normal(0, 0.01, (500, 30))
    returns[:, 7] += 0.004
    assert probability_of_overfitting(returns) == pytest.approx(0.0, abs=0.01)


def test_a_set_that_was_good_once_is_overfitted() -> None:
    # Each set gains in one block of days and loses a little in all others: the best of one half is bad in the other.
    blocks, size = 10, 20
    generator = np.random.default_rng(2)
    returns = generator.normal(-0.0005, 0.0001, (blocks * size, blocks))
    for block in range(blocks):
        returns[block * size : (block + 1) * size, block] += 0.01
    returns = np.column_stack((returns, generator.normal(0, 0.0001, (blocks * size, 12))))
    assert probability_of_overfitting(returns) == pytest.approx(1.0, abs=0.01)


def test_overfitting_by_hand() -> None:
    # Two blocks, two halves. Set 0 is best in block 0 and worst in block 1, and the other way round: always below.
    up, down = [0.02, 0.01], [-0.02, -0.01]
    returns = np.array([[up[0], down[0]], [up[1], down[1]], [down[0], up[0]], [down[1], up[1]]])
    assert probability_of_overfitting(returns, blocks=2) == 1.0
    # Set 0 best in both blocks: never.
    steady = np.array([[up[0], down[0]], [up[1], down[1]], [up[0], down[0]], [up[1], down[1]]])
    assert probability_of_overfitting(steady, blocks=2) == 0.0


@pytest.mark.parametrize("shape", [(200, 1), (19, 5)])
def test_too_little_data_says_nothing(shape: tuple[int, int]) -> None:
    assert probability_of_overfitting(np.zeros(shape)) is None
