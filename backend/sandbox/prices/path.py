"""One market's price at every moment: ticks, candles of every time frame, and when a price is first reached."""

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from backend.sandbox.prices.candles import Candles, aggregated, joined
from backend.sandbox.prices.levels import TICK, Level
from backend.sandbox.prices.timeframes import (
    DAY,
    FIXED_LENGTHS,
    MINUTE,
    IntArray,
    close_of,
    edges,
    grid_offset,
    open_of,
)

_REMEMBERED_DAYS = 4
_SEARCH_MINUTES = 24 * 60


@dataclass(frozen=True)
class Tick:
    """One price; `number` counts quarters of a second since 1970."""

    number: int
    price: int
    volume: int

    @property
    def moment(self) -> int:
        """When it happens, in milliseconds."""
        return self.number * TICK


class PricePath:
    """Pure in time: the same question has the same answer at every moment and in every process."""

    def __init__(self, levels: list[Level]) -> None:
        """`levels` from the coarsest to the ticks, each length dividing the one before."""
        self._levels = levels
        self._ticks = levels[-1]
        self._minutes = next(level for level in levels if level.step == MINUTE)
        self._days: OrderedDict[tuple[int, int], Candles] = OrderedDict()

    def tick(self, now: int) -> Tick:
        """The newest tick at `now`."""
        number = now // TICK
        candle = self.ticks(number, 1)
        return Tick(number, int(candle.close[0]), int(candle.volume[0]))

    def ticks(self, first: int, count: int) -> Candles:
        """The `count` ticks from number `first` on, each as a flat candle."""
        return self._ticks.candles(first - self._ticks.offset // TICK, count)

    def candles(self, timeframe: str, first_open: int, count: int, now: int) -> Candles:
        """Candles of the time frame from `first_open` on; the one that holds `now` is as far as it has come."""
        bounds = edges(timeframe, first_open, count)
        closed = int(np.searchsorted(bounds[1:], now, side="right"))
        parts = []
        if closed:
            level = self._level_for(timeframe)
            parts.append(level.windows((bounds[: closed + 1] - level.offset) // level.step))
        if closed < count:
            parts.append(self.so_far(int(bounds[closed]), now))
        return joined(parts)

    def candle_at(self, timeframe: str, moment: int, now: int) -> tuple[int, int, Candles]:
        """Opening time, closing time and values of the candle that holds `moment`."""
        opened = open_of(timeframe, moment)
        return opened, close_of(timeframe, opened), self.candles(timeframe, opened, 1, now)

    def last_day(self, now: int) -> tuple[int, Candles]:
        """The 24 hours before `now`: when they open (on a minute) and one candle over them."""
        opened = (now // MINUTE + 1) * MINUTE - DAY
        whole = now // MINUTE * MINUTE
        key = (opened, whole)
        if key not in self._days:
            self._days[key] = self._minutes.windows((np.array([opened, whole]) - self._minutes.offset) // MINUTE)
            if len(self._days) > _REMEMBERED_DAYS:
                self._days.popitem(last=False)
        return opened, _one(joined([self._days[key], self.so_far(whole, now)]))

    def so_far(self, start: int, now: int) -> Candles:
        """One candle from `start` (on a tick) up to and with the tick of `now`."""
        end = (now // TICK + 1) * TICK
        cursor = start
        parts = []
        for level in self._levels:
            index, unaligned = divmod(cursor - level.offset, level.step)
            count = (end - cursor) // level.step
            if unaligned or count <= 0:
                continue
            parts.append(level.windows(np.array([index, index + count])))
            cursor += count * level.step
        return _one(joined(parts))

    def first_reaching(self, price: int, downward: bool, after: int, until: int) -> int | None:
        """The first tick with number > `after` and <= `until` at or beyond `price`, coming from above if `downward`."""
        first = after + 1
        per_minute = MINUTE // TICK
        minute, last_minute = first // per_minute, until // per_minute
        while minute <= last_minute and first <= until:
            count = min(_SEARCH_MINUTES, last_minute - minute + 1)
            candles = self._minutes.candles(minute - self._minutes.offset // MINUTE, count)
            reached = candles.low <= price if downward else candles.high >= price
            for hit in np.flatnonzero(reached):
                found = self._in_minute(minute + int(hit), price, downward, first, until)
                if found is not None:
                    return found
            minute += count
        return None

    def _in_minute(self, minute: int, price: int, downward: bool, first: int, until: int) -> int | None:
        per_minute = MINUTE // TICK
        start = max(first, minute * per_minute)
        stop = min(until + 1, (minute + 1) * per_minute)
        if start >= stop:
            return None
        prices = self.ticks(start, stop - start).close
        hits = np.flatnonzero(prices <= price if downward else prices >= price)
        return start + int(hits[0]) if len(hits) else None

    def _level_for(self, timeframe: str) -> Level:
        # The coarsest level whose candles fill those of the time frame exactly.
        length = FIXED_LENGTHS.get(timeframe, DAY)
        offset = grid_offset(length)
        return next(
            level for level in self._levels if length % level.step == 0 and (offset - level.offset) % level.step == 0
        )


def _one(candles: Candles) -> Candles:
    whole: IntArray = np.array([0, len(candles)])
    return aggregated(candles, whole)
