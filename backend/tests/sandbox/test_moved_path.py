"""A path whose price somebody sets: every question is answered as by its ticks, and what was before stays."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.sandbox.prices.levels import TICK
from backend.sandbox.prices.moved import MovedPath
from backend.sandbox.prices.timeframes import DAY, HOUR, MINUTE, close_of, open_of
from backend.tests.sandbox.conftest import MOMENT
from backend.tests.sandbox.test_price_path import make_path

QUOTE_UNIT = 1e-4
moves = st.lists(
    st.tuples(st.integers(0, 3 * HOUR), st.one_of(st.none(), st.integers(5_900_000, 6_100_000))),
    min_size=1,
    max_size=5,
)


def moved(changes):
    path = MovedPath(make_path("generated"), QUOTE_UNIT)
    for after, price in sorted(changes, key=lambda change: change[0]):
        path.move(MOMENT + after, price)
    return path


def expected_price(changes, number, plain):
    price = plain
    for after, wanted in sorted(changes, key=lambda change: change[0]):
        if number >= (MOMENT + after) // TICK:
            price = plain if wanted is None else wanted
    return price


@given(moves, st.integers(0, 4 * HOUR))
@settings(max_examples=40, deadline=None)
def test_each_tick_has_the_price_that_was_set_last(changes, after):
    number = (MOMENT + after) // TICK
    plain = make_path("generated").ticks(number, 1)
    tick = moved(changes).tick(MOMENT + after)
    assert tick.price == expected_price(changes, number, int(plain.close[0]))
    assert tick.volume == int(plain.volume[0])


@given(moves, st.integers(0, 4 * HOUR), st.sampled_from(["1s", "1m", "15m", "1h"]))
@settings(max_examples=40, deadline=None)
def test_candles_are_made_of_their_ticks(changes, after, timeframe):
    path, now = moved(changes), MOMENT + after
    opened = open_of(timeframe, now)
    candle = path.candles(timeframe, opened, 1, now)
    last = min(close_of(timeframe, opened) - 1, now) // TICK
    ticks = path.ticks(opened // TICK, last - opened // TICK + 1)
    assert (candle.open[0], candle.close[0]) == (ticks.open[0], ticks.close[-1])
    assert (candle.high[0], candle.low[0]) == (ticks.high.max(), ticks.low.min())
    assert candle.volume[0] == ticks.volume.sum()
    assert abs(int(candle.quote[0]) - int(ticks.quote.sum())) <= len(ticks)


@given(moves, st.integers(0, 4 * HOUR))
@settings(max_examples=20, deadline=None)
def test_several_candles_are_those_one_by_one(changes, after):
    path, now = moved(changes), MOMENT + after
    first = open_of("5m", now) - 30 * 5 * MINUTE
    several = path.candles("5m", first, 31, now)
    for place in range(31):
        one = path.candles("5m", first + place * 5 * MINUTE, 1, now)
        assert [int(side[0]) for side in (one.open, one.high, one.low, one.close, one.volume)] == [
            int(side[place]) for side in (several.open, several.high, several.low, several.close, several.volume)
        ]


@given(moves, st.integers(0, 4 * HOUR))
@settings(max_examples=10, deadline=None)
def test_the_day_agrees_with_its_minutes(changes, after):
    path, now = moved(changes), MOMENT + after
    opened, day = path.last_day(now)
    minutes = path.candles("1m", opened, DAY // MINUTE, now)
    assert (int(day.high[0]), int(day.low[0])) == (int(minutes.high.max()), int(minutes.low.min()))
    assert (int(day.open[0]), int(day.close[0])) == (int(minutes.open[0]), int(minutes.close[-1]))
    assert int(day.volume[0]) == int(minutes.volume.sum())


@given(moves, st.integers(1, 4 * HOUR), st.integers(5_900_000, 6_100_000), st.booleans())
@settings(max_examples=40, deadline=None)
def test_the_first_tick_at_a_price_is_found(changes, span, price, downward):
    path = moved(changes)
    first, last = MOMENT // TICK, (MOMENT + span) // TICK
    prices = path.ticks(first + 1, last - first).close if last > first else np.array([])
    hits = np.flatnonzero(prices <= price if downward else prices >= price)
    expected = first + 1 + int(hits[0]) if len(hits) else None
    assert path.first_reaching(price, downward, first, last) == expected
