"""A recorded series of candles, shifted so that it ends at its anchor and mirrored beyond both ends."""

import numpy as np

from backend.sandbox.prices.candles import Candles, joined
from backend.sandbox.prices.timeframes import IntArray, grid_offset


class RecordedLevel:
    """The recording forward, then backward, and so on: continuous, bounded, and the same at every restart."""

    def __init__(self, recording: Candles, step: int, anchor: int) -> None:
        """`anchor`: milliseconds at which the recording's last candle closes, on the grid of `step`."""
        self.step = step
        self.offset = grid_offset(step)
        self._origin = (anchor - self.offset) // step - len(recording)
        # Played backward a candle opens where it closed; the seam in the middle and at the ends has no jump.
        backward = Candles(
            recording.close[::-1],
            recording.high[::-1],
            recording.low[::-1],
            recording.open[::-1],
            recording.volume[::-1],
            recording.quote[::-1],
        )
        self._cycle = joined([recording, backward])
        self._length = len(self._cycle)
        self._highest = _doubling_table(self._cycle.high)
        self._lowest = _doubling_table(-self._cycle.low)
        self._volume_before = np.concatenate([[0], np.cumsum(self._cycle.volume)])
        self._quote_before = np.concatenate([[0], np.cumsum(self._cycle.quote)])

    def candles(self, first: int, count: int) -> Candles:
        """The `count` candles from number `first` on."""
        places = (np.arange(first, first + count, dtype=np.int64) - self._origin) % self._length
        cycle = self._cycle
        return Candles(
            cycle.open[places],
            cycle.high[places],
            cycle.low[places],
            cycle.close[places],
            cycle.volume[places],
            cycle.quote[places],
        )

    def windows(self, edges: IntArray) -> Candles:
        """One candle for each pair of neighbouring candle numbers, at a cost that does not grow with their length."""
        positions = edges - self._origin
        starts, ends = positions[:-1], positions[1:]
        first = starts % self._length
        # Anything longer than one turn of the cycle has the extremes of one turn.
        stop = first + np.minimum(ends - starts, self._length)
        return Candles(
            self._cycle.open[first],
            self._extreme(self._highest, first, stop),
            -self._extreme(self._lowest, first, stop),
            self._cycle.close[(ends - 1) % self._length],
            self._total(self._volume_before, ends) - self._total(self._volume_before, starts),
            self._total(self._quote_before, ends) - self._total(self._quote_before, starts),
        )

    def _total(self, before: IntArray, positions: IntArray) -> IntArray:
        total: IntArray = before[-1] * (positions // self._length) + before[positions % self._length]
        return total

    def _extreme(self, table: list[IntArray], first: IntArray, stop: IntArray) -> IntArray:
        # A window over the cycle's end is two windows; the second may be empty and then repeats the first.
        wraps = stop > self._length
        head = _largest(table, first, np.minimum(stop, self._length))
        tail = _largest(table, np.where(wraps, 0, first), np.where(wraps, stop - self._length, first + 1))
        return np.maximum(head, tail)


def _doubling_table(values: IntArray) -> list[IntArray]:
    # Row k holds the largest of 2^k neighbours; any window is covered by two overlapping rows.
    table = [values]
    width = 1
    while 2 * width <= len(values):
        row = table[-1]
        table.append(np.maximum(row[:-width], row[width:]))
        width *= 2
    return table


def _largest(table: list[IntArray], first: IntArray, stop: IntArray) -> IntArray:
    powers = np.frexp((stop - first).astype(np.float64))[1] - 1
    result = np.empty(len(first), dtype=np.int64)
    for power in np.unique(powers):
        chosen = powers == power
        row = table[int(power)]
        result[chosen] = np.maximum(row[first[chosen]], row[stop[chosen] - (1 << int(power))])
    return result
