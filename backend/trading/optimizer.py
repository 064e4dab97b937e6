"""Many runs over the same candles: each parameter set simulated and measured on all cores."""

import itertools
import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import local
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.trading.backtester import Market, measure_run
from backend.trading.measuring import MEASURES
from backend.trading.rules import Rules
from backend.trading.strategies.declaration import Strategy
from backend.trading.strategies.evaluation import evaluate

Combination = Mapping[str, Any]


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`, both included, in steps."""

    low: float
    high: float
    step: float
    whole: bool = False

    def values(self) -> list[float | int]:
        """Every value."""
        count = math.floor((self.high - self.low) / self.step + 1e-9) + 1
        values = [self.low + self.step * number for number in range(count)]
        return [round(value) if self.whole else round(value, 12) for value in values]


@dataclass(frozen=True)
class Options:
    """A choice among values."""

    choices: tuple[Any, ...]

    def values(self) -> list[Any]:
        """Every value."""
        return list(self.choices)


Space = Mapping[str, Range | Options]


def size_of(space: Space) -> int:
    """How many combinations the grid has."""
    return math.prod(len(axis.values()) for axis in space.values())


def grid(space: Space) -> Iterator[dict[str, Any]]:
    """Every combination, the last name changing fastest."""
    names = list(space)
    for values in itertools.product(*(space[name].values() for name in names)):
        yield dict(zip(names, values, strict=True))


def sample(space: Space, count: int, seed: int) -> list[dict[str, Any]]:
    """`count` combinations drawn without repetition (all of them where there are fewer), the same for the same seed."""
    total = size_of(space)
    if total <= count:
        return list(grid(space))
    axes = {name: axis.values() for name, axis in space.items()}
    chosen: set[int] = set()
    generator = random.Random(seed)  # noqa: S311 - repeatable on purpose
    if 2 * count > total:
        chosen.update(generator.sample(range(total), count))
    while len(chosen) < count:
        chosen.add(generator.randrange(total))
    combinations = []
    for number in sorted(chosen):
        combination, left = {}, number
        for name in reversed(list(axes)):
            left, place = divmod(left, len(axes[name]))
            combination[name] = axes[name][place]
        combinations.append({name: combination[name] for name in axes})
    return combinations


@dataclass(frozen=True)
class Sweep:
    """What every run of a sweep shares.

    `settle` takes a combination and gives the strategy's parameters and the rules that it stands for.
    """

    market: Market
    strategy: Strategy
    balance: float
    settle: Callable[[Combination], tuple[Mapping[str, Any], Rules]]

    def measure(self, combinations: Sequence[Combination], threads: int) -> NDArray[np.void]:
        """MEASURES of each combination, in order. Raises StrategyError where the strategy fails."""
        measures = np.zeros(len(combinations), dtype=MEASURES)
        own = local()

        def one(index: int) -> None:
            if not hasattr(own, "equity"):
                own.equity = np.empty(len(self.market.opened_at))
            parameters, rules = self.settle(combinations[index])
            if getattr(own, "rules", None) is not rules:
                own.rules, own.record = rules, rules.record(self.market.length)
            actions, _ = evaluate(self.strategy, self.market.series, parameters)
            measure_run(
                self.market,
                own.record,
                actions,
                self.market.gates(rules),
                self.balance,
                own.equity,
                measures[index : index + 1],
            )

        def some(chunk: range) -> None:
            for index in chunk:
                one(index)

        total = len(combinations)
        if threads <= 1:
            some(range(total))
            return measures
        # Chunks, because handing over a run one at a time would cost as much as the run.
        size = max(1, min(32, total // (4 * threads)))
        with ThreadPoolExecutor(threads) as pool:
            # Reading the results raises what went wrong in a thread.
            list(pool.map(some, [range(begin, min(begin + size, total)) for begin in range(0, total, size)]))
        return measures
