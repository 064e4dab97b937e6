"""Candles as contiguous columns, with everything already computed of them kept for the next question."""

from collections.abc import Callable, Hashable
from copy import copy
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from backend.trading.candles import Candles

Computed = TypeVar("Computed")
Column = NDArray[np.float64]

MOST_REMEMBERED_BYTES = 192 * 2**20
"""What a series keeps of what was computed of it; beyond that it begins anew."""


class Series:
    """One market's candles of one time frame, oldest first.

    Strategies read the columns and `remember` indicator arrays, so that thousands of parameter sets over the same
    candles compute each indicator once. Columns and remembered arrays are shared: nobody may write into them.
    """

    def __init__(self, candles: Candles) -> None:
        """`candles`: records of CANDLE, in order of their open times."""
        self.candles = candles
        self.opened_at: NDArray[np.int64] = np.ascontiguousarray(candles["opened_at"])
        self.open = _column(candles, "open")
        self.high = _column(candles, "high")
        self.low = _column(candles, "low")
        self.close = _column(candles, "close")
        self.volume = _column(candles, "volume")
        self._remembered: dict[Hashable, Any] = {}
        self.remembered_bytes = 0

    def __len__(self) -> int:
        """How many candles."""
        return len(self.opened_at)

    def afresh(self) -> "Series":
        """The same candles with nothing computed of them yet."""
        other = copy(self)
        other._remembered = {}
        return other

    def column(self, name: str) -> Column:
        """The column of that name: open, high, low, close or volume."""
        return cast(Column, getattr(self, name))

    def remember(self, name: Hashable, compute: Callable[[], Computed]) -> Computed:
        """What `compute` gives, computed at the first call with that name, and kept while there is room.

        The name must hold everything that the result depends on besides the candles.
        """
        try:
            return cast(Computed, self._remembered[name])
        except KeyError:
            computed = compute()
        # A search over long periods of a long series would remember gigabytes; computing some of it again is cheap.
        self.remembered_bytes += _bytes_of(computed)
        if self.remembered_bytes > MOST_REMEMBERED_BYTES:
            self._remembered.clear()
            self.remembered_bytes = _bytes_of(computed)
        # Two threads may both compute it; they come to the same.
        return cast(Computed, self._remembered.setdefault(name, computed))


def _bytes_of(computed: Any) -> int:
    """How much memory arrays, alone or in a tuple, take."""
    if isinstance(computed, tuple):
        return sum(_bytes_of(part) for part in computed)
    return int(computed.nbytes) if isinstance(computed, np.ndarray) else 0


def _column(candles: Candles, name: str) -> Column:
    column = np.ascontiguousarray(candles[name], dtype=np.float64)
    column.flags.writeable = False
    return column
