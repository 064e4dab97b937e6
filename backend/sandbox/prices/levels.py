"""Series of candles of one length at any index: the coarsest is recorded or generated, finer ones are split from it."""

from collections import OrderedDict
from typing import Protocol

import numpy as np

from backend.sandbox.prices.candles import Candles, aggregated, subdivided
from backend.sandbox.prices.noise import uniform_rows
from backend.sandbox.prices.timeframes import DAY, HOUR, MINUTE, IntArray

TICK = 250
_REMEMBERED_BLOCKS = 128


class Level(Protocol):
    """Candles of one length; number n opens at `offset` + n * `step` milliseconds."""

    step: int
    offset: int

    def candles(self, first: int, count: int) -> Candles:
        """The `count` candles from number `first` on."""

    def windows(self, edges: IntArray) -> Candles:
        """One candle for each pair of neighbouring candle numbers."""


class SplitLevel:
    """Splits each candle of a coarser level into `children` candles."""

    def __init__(self, parent: Level, step: int, key: int) -> None:
        self.step = step
        self.offset = parent.offset
        self._parent = parent
        self._children = parent.step // step
        # A tick is one price; anything longer needs an open, a high, a low and a close.
        self._points = 1 if step == TICK else 4
        self._key = key
        self._blocks: OrderedDict[int, Candles] = OrderedDict()

    def candles(self, first: int, count: int) -> Candles:
        """The `count` candles from number `first` on."""
        parent_first = first // self._children
        parent_count = (first + count - 1) // self._children - parent_first + 1
        block = self._block(parent_first) if parent_count == 1 else self._split(parent_first, parent_count)
        start = first - parent_first * self._children
        return block[start : start + count]

    def windows(self, edges: IntArray) -> Candles:
        """One candle for each pair of neighbouring candle numbers."""
        first = int(edges[0])
        return aggregated(self.candles(first, int(edges[-1]) - first), edges - first)

    def _block(self, parent: int) -> Candles:
        block = self._blocks.get(parent)
        if block is None:
            block = self._blocks[parent] = self._split(parent, 1)
            if len(self._blocks) > _REMEMBERED_BLOCKS:
                self._blocks.popitem(last=False)
        self._blocks.move_to_end(parent)
        return block

    def _split(self, parent_first: int, parent_count: int) -> Candles:
        numbers = np.arange(parent_first, parent_first + parent_count, dtype=np.int64)
        noise = uniform_rows(self._key, numbers, self._children * (self._points + 1))
        parents = self._parent.candles(parent_first, parent_count)
        return subdivided(parents, self._children, self._points, noise)


def levels_below(base: Level, key: int) -> list[Level]:
    """The base and everything split from it, down to the ticks; each length divides the one before."""
    levels: list[Level] = [base]
    for depth, step in enumerate((DAY, HOUR, MINUTE, TICK), start=1):
        if step < levels[-1].step:
            levels.append(SplitLevel(levels[-1], step, key + depth))
    return levels
