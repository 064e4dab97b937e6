"""How far a result can be trusted: walk-forward windows, Monte Carlo, the deflated Sharpe ratio, overfitting."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

_NORMAL = NormalDist()
_EULER_MASCHERONI = 0.5772156649015329


@dataclass(frozen=True)
class Fold:
    """One step of a walk-forward: candle indices, ends exclusive. Parameters are chosen on the train part only."""

    train_start: int
    train_end: int
    test_start: int
    test_end: int


def walk_forward_folds(
    candles: int, folds: int, train_share: float, mode: Literal["anchored", "rolling"]
) -> list[Fold]:
    """Consecutive test parts that together cover everything after the first train part.

    `train_share` is the train part's share of one window (rolling) or of the first one (anchored, where the train
    part then grows from the beginning). Raises ValueError where a part would be empty.
    """
    if folds < 1 or not 0 < train_share < 1:
        raise ValueError("It takes at least one fold, and a train share between 0 and 1.")
    # One train part and `folds` test parts fill the candles; a window is a train part and one test part.
    test = candles * (1 - train_share) / (train_share + folds * (1 - train_share))
    edges = [round(candles - test * (folds - number)) for number in range(folds + 1)]
    train = edges[0]
    if train < 1 or any(after <= before for before, after in itertools.pairwise(edges)):
        raise ValueError(f"{candles} candles are too few for {folds} folds.")
    return [
        Fold(0 if mode == "anchored" else edge - train, edge, edge, after) for edge, after in itertools.pairwise(edges)
    ]


@dataclass(frozen=True)
class MonteCarlo:
    """What other orders, or other draws, of the same trades would have come to. Bands are quantiles over the runs.

    `bands`: equity after each of `steps` trades, [quantile][step]; drawdowns as fractions.
    """

    method: str
    runs: int
    quantiles: tuple[float, ...]
    steps: list[int]
    bands: list[list[float]]
    final_equity: list[float]
    max_drawdown: list[float]
    loss_probability: float
    ruin_probability: float


def monte_carlo(
    profits: NDArray[np.float64],
    balance: float,
    method: Literal["shuffle", "bootstrap"],
    runs: int,
    seed: int,
    most_steps: int = 200,
) -> MonteCarlo:
    """Trade results (quote) in other orders: `shuffle` keeps them all, `bootstrap` draws with replacement.

    Ruin is a fall below half of the balance. Raises ValueError where there are fewer than two trades.
    """
    if len(profits) < 2:
        raise ValueError("It takes at least two trades.")
    generator = np.random.default_rng(seed)
    quantiles = (0.05, 0.25, 0.5, 0.75, 0.95)
    steps = np.unique(np.linspace(0, len(profits), min(len(profits), most_steps) + 1).round().astype(int))
    paths = np.empty((runs, len(steps)))
    drawdowns, lowest = np.empty(runs), np.empty(runs)
    for number in range(runs):
        drawn = generator.permutation(profits) if method == "shuffle" else generator.choice(profits, len(profits))
        equity = np.concatenate(([balance], balance + np.cumsum(drawn)))
        paths[number] = equity[steps]
        peaks = np.maximum.accumulate(equity)
        drawdowns[number] = (1.0 - equity / peaks).max()
        lowest[number] = equity.min()
    return MonteCarlo(
        method=method,
        runs=runs,
        quantiles=quantiles,
        steps=steps.tolist(),
        bands=[np.quantile(paths, quantile, axis=0).tolist() for quantile in quantiles],
        final_equity=[float(np.quantile(paths[:, -1], quantile)) for quantile in quantiles],
        max_drawdown=[float(np.quantile(drawdowns, quantile)) for quantile in quantiles],
        loss_probability=float((paths[:, -1] < balance).mean()),
        ruin_probability=float((lowest < balance / 2).mean()),
    )


def deflated_sharpe_ratio(
    sharpe: float, days: int, skew: float, kurtosis: float, trial_sharpes: Sequence[float]
) -> float | None:
    """The probability that the best of many trials is better than nothing, 0 to 1; None where it cannot be said.

    All ratios are per day (not yearly), `kurtosis` is 3 for a normal distribution. Bailey and López de Prado,
    The Deflated Sharpe Ratio, Journal of Portfolio Management 40 (2014): the observed ratio against the largest that
    as many trials without skill would be expected to show, with the estimate's error from skew and kurtosis.
    """
    trials = [value for value in trial_sharpes if math.isfinite(value)]
    if days < 2 or not all(math.isfinite(value) for value in (sharpe, skew, kurtosis)):
        return None
    expected = 0.0
    if len(trials) > 1:
        spread = float(np.std(trials, ddof=1))
        expected = spread * (
            (1 - _EULER_MASCHERONI) * _NORMAL.inv_cdf(1 - 1 / len(trials))
            + _EULER_MASCHERONI * _NORMAL.inv_cdf(1 - 1 / (len(trials) * math.e))
        )
    variance = 1 - skew * sharpe + (kurtosis - 1) / 4 * sharpe**2
    if variance <= 0:
        return None
    return _NORMAL.cdf((sharpe - expected) * math.sqrt(days - 1) / math.sqrt(variance))


def probability_of_overfitting(returns: NDArray[np.float64], blocks: int = 10) -> float | None:
    """How often the best set of one half is below the median in the other half, 0 to 1; None with too little data.

    `returns`: daily returns, one row a day, one column a parameter set. Combinatorially symmetric cross-validation:
    Bailey, Borwein, López de Prado and Zhu, The Probability of Backtest Overfitting, Journal of Computational
    Finance 20 (2016). The days are cut into `blocks` equal blocks; every choice of half of them is a train set.
    """
    days, sets = returns.shape
    if sets < 2 or days < 2 * blocks:
        return None
    size = days // blocks
    parts = returns[: size * blocks].reshape(blocks, size, sets)
    sums, squares = parts.sum(axis=1), (parts**2).sum(axis=1)
    halves = list(itertools.combinations(range(blocks), blocks // 2))
    below = 0
    for chosen in halves:
        others = [block for block in range(blocks) if block not in chosen]
        best = int(np.argmax(_ratios(sums[list(chosen)], squares[list(chosen)], size * len(chosen))))
        outside = _ratios(sums[others], squares[others], size * len(others))
        rank = (float((outside < outside[best]).sum()) + (float((outside == outside[best]).sum()) + 1) / 2) / (sets + 1)
        below += rank <= 0.5
    return below / len(halves)


def _ratios(sums: NDArray[np.float64], squares: NDArray[np.float64], days: int) -> NDArray[np.float64]:
    """Mean over deviation of each column, from block sums; 0 where nothing moved."""
    mean = sums.sum(axis=0) / days
    variance = np.maximum(squares.sum(axis=0) / days - mean**2, 0.0)
    ratios: NDArray[np.float64] = np.divide(mean, np.sqrt(variance), out=np.zeros_like(mean), where=variance > 1e-24)
    return ratios
