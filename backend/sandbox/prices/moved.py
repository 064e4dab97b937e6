"""A price path with stretches in which somebody has set the price by hand: volumes go on, the price stands still."""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from backend.sandbox.prices.candles import Candles, aggregated, joined
from backend.sandbox.prices.levels import TICK
from backend.sandbox.prices.path import PricePath, Tick
from backend.sandbox.prices.timeframes import DAY, MINUTE, close_of, edges, open_of


@dataclass(frozen=True)
class _Stretch:
    """Ticks from `first` up to, not with, `stop`; `price` in ticks of the market, or None where the path leads."""

    first: int
    stop: int
    price: int | None


class MovedPath:
    """Answers as a PricePath does; without a set price it answers what the path answers."""

    def __init__(self, path: PricePath, quote_unit: float) -> None:
        """`quote_unit`: the units of turnover that one unit of volume makes at a price of one tick."""
        self._path = path
        self._quote_unit = quote_unit
        # Tick numbers from which another price, or the path (None), leads; and the price of each.
        self._starts: list[int] = []
        self._prices: list[int | None] = []

    def move(self, moment: int, price: int | None) -> None:
        """From the tick of `moment` on the price is this one; None gives it back to the path. Moves come in order."""
        first = moment // TICK
        while self._starts and self._starts[-1] >= first:
            self._starts.pop()
            self._prices.pop()
        if price != self._price_at(first):
            self._starts.append(first)
            self._prices.append(price)

    def is_set(self, now: int) -> bool:
        """Whether somebody's price leads at `now`."""
        return self._price_at(now // TICK) is not None

    def tick(self, now: int) -> Tick:
        """The newest tick at `now`."""
        tick = self._path.tick(now)
        price = self._price_at(tick.number)
        return tick if price is None else Tick(tick.number, price, tick.volume)

    def ticks(self, first: int, count: int) -> Candles:
        """The `count` ticks from number `first` on, each as a flat candle."""
        candles = self._path.ticks(first, count)
        if self._is_untouched(first + count - 1):
            return candles
        return joined(
            [
                self._flat(candles[stretch.first - first : stretch.stop - first], stretch.price)
                for stretch in self._stretches(first, first + count)
            ]
        )

    def candles(self, timeframe: str, first_open: int, count: int, now: int) -> Candles:
        """Candles of the time frame from `first_open` on; the one that holds `now` is as far as it has come."""
        candles = self._path.candles(timeframe, first_open, count, now)
        bounds = np.minimum(edges(timeframe, first_open, count) // TICK, now // TICK + 1).tolist()
        if self._is_untouched(bounds[-1] - 1):
            return candles
        parts = []
        for number, (first, stop) in enumerate(pairwise(bounds)):
            stretches = self._stretches(first, stop)
            one = candles[number : number + 1]
            parts.append(self._flat(one, stretches[0].price) if len(stretches) == 1 else self._between(first, stop))
        return joined(parts)

    def candle_at(self, timeframe: str, moment: int, now: int) -> tuple[int, int, Candles]:
        """Opening time, closing time and values of the candle that holds `moment`."""
        opened = open_of(timeframe, moment)
        return opened, close_of(timeframe, opened), self.candles(timeframe, opened, 1, now)

    def last_day(self, now: int) -> tuple[int, Candles]:
        """The 24 hours before `now`: when they open (on a minute) and one candle over them."""
        opened = (now // MINUTE + 1) * MINUTE - DAY
        if self._is_untouched(now // TICK):
            return self._path.last_day(now)
        return opened, self._between(opened // TICK, now // TICK + 1)

    def so_far(self, start: int, now: int) -> Candles:
        """One candle from `start` (on a tick) up to and with the tick of `now`."""
        return self._between(start // TICK, now // TICK + 1)

    def first_reaching(self, price: int, downward: bool, after: int, until: int) -> int | None:
        """The first tick with number > `after` and <= `until` at or beyond `price`, coming from above if `downward`."""
        for stretch in self._stretches(after + 1, until + 1):
            if stretch.price is None:
                found = self._path.first_reaching(price, downward, stretch.first - 1, stretch.stop - 1)
                if found is not None:
                    return found
            elif stretch.price <= price if downward else stretch.price >= price:
                return stretch.first
        return None

    def _is_untouched(self, last: int) -> bool:
        # Nothing was moved up to this tick: most markets at most times.
        return not self._starts or last < self._starts[0]

    def _price_at(self, tick: int) -> int | None:
        place = bisect_right(self._starts, tick)
        return self._prices[place - 1] if place else None

    def _stretches(self, first: int, stop: int) -> list[_Stretch]:
        if stop <= first:
            return []
        inside = [start for start in self._starts if first < start < stop]
        bounds = [first, *inside, stop]
        return [_Stretch(begin, end, self._price_at(begin)) for begin, end in pairwise(bounds)]

    def _between(self, first: int, stop: int) -> Candles:
        # The path adds up whole minutes quickly: a stretch that begins inside one is cut where the next one begins.
        parts = []
        for stretch in self._stretches(first, stop):
            minute = -(-stretch.first * TICK // MINUTE) * MINUTE // TICK
            bounds = [stretch.first, minute, stretch.stop] if stretch.first < minute < stretch.stop else None
            bounds = bounds or [stretch.first, stretch.stop]
            for begin, end in pairwise(bounds):
                parts.append(self._flat(self._path.so_far(begin * TICK, end * TICK - 1), stretch.price))
        whole = joined(parts)
        return aggregated(whole, np.array([0, len(whole)]))

    def _flat(self, candles: Candles, price: int | None) -> Candles:
        if price is None:
            return candles
        level = np.full(len(candles), price, dtype=np.int64)
        # The turnover follows the price, in whole units.
        quote = np.rint(candles.volume * (price * self._quote_unit)).astype(np.int64)
        return Candles(level, level, level, level, candles.volume, quote)
