"""The laws of the price path: pure in time, exact under aggregation, and the same after a restart."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.sandbox.markets import build_markets
from backend.sandbox.prices.candles import Candles, aggregated, subdivided
from backend.sandbox.prices.generator import GeneratedLevel
from backend.sandbox.prices.levels import TICK, levels_below
from backend.sandbox.prices.noise import uniform_rows
from backend.sandbox.prices.path import PricePath
from backend.sandbox.prices.recorded import RecordedLevel
from backend.sandbox.prices.timeframes import (
    DAY,
    FIXED_LENGTHS,
    HOUR,
    MINUTE,
    TIMEFRAMES,
    close_of,
    edges,
    grid_offset,
    open_before,
    open_of,
)
from backend.sandbox.state import StateDirectory
from backend.tests.sandbox.conftest import MOMENT, settings_for

YEAR = 365 * DAY
# Slow machines are not wrong: no deadline.
moments = st.integers(MOMENT - 8 * YEAR, MOMENT + 4 * YEAR)
bases = st.sampled_from(["generated", *(name for name in FIXED_LENGTHS if name != "1s")])


def make_path(base: str) -> PricePath:
    if base == "generated":
        return PricePath(levels_below(GeneratedLevel(1, "BTC/USDT", 6_000_000, 0.025, 20_000, 1e-4), 7))
    step = FIXED_LENGTHS[base]
    offset = grid_offset(step)
    anchor = (MOMENT - offset) // step * step + offset
    return PricePath(levels_below(RecordedLevel(recording(), step, anchor), 7))


def recording() -> Candles:
    """Thirty candles, with a gap between two of them, a flat one, a huge wick and one without volume."""
    noise = uniform_rows(3, np.arange(30), 5)
    opens = 50_000 + (noise[:, 0] * 5_000).astype(np.int64)
    closes = 50_000 + (noise[:, 1] * 5_000).astype(np.int64)
    highs = np.maximum(opens, closes) + (noise[:, 2] * 500).astype(np.int64)
    lows = np.minimum(opens, closes) - (noise[:, 3] * 500).astype(np.int64)
    volumes = (noise[:, 4] * 10**10).astype(np.int64)
    opens[7] = highs[7] = lows[7] = closes[7] = 51_111
    lows[11], volumes[13] = 1, 0
    return Candles(opens, highs, lows, closes, volumes, volumes // 3)


PATHS = {base: make_path(base) for base in ["generated", *(name for name in FIXED_LENGTHS if name != "1s")]}


def same(left: Candles, right: Candles) -> bool:
    names = ("open", "high", "low", "close", "volume", "quote")
    return all(np.array_equal(getattr(left, name), getattr(right, name)) for name in names)


def whole(candles: Candles) -> Candles:
    return aggregated(candles, np.array([0, len(candles)]))


@st.composite
def candle_arrays(draw):
    rows = []
    for _ in range(draw(st.integers(1, 4))):
        low = draw(st.integers(1, 10**7))
        high = low + draw(st.one_of(st.integers(0, 3), st.integers(0, 10**7)))
        first, last = draw(st.integers(low, high)), draw(st.integers(low, high))
        rows.append((first, high, low, last, draw(st.integers(0, 10**15)), draw(st.integers(0, 10**17))))
    return Candles(*(np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)))


@given(candle_arrays(), st.sampled_from([(3, 4), (7, 4), (24, 4), (60, 4), (240, 1)]), st.integers(0, 2**32))
@settings(deadline=None)
def test_split_candles_join_to_the_same_candle(candles, shape, key):
    children, points = shape
    noise = uniform_rows(key, np.arange(len(candles)), children * (points + 1))
    split = subdivided(candles, children, points, noise)
    assert same(aggregated(split, np.arange(len(candles) + 1) * children), candles)
    assert (split.volume >= 0).all()
    assert (split.quote >= 0).all()
    assert (split.low <= np.minimum(split.open, split.close)).all()
    assert (split.high >= np.maximum(split.open, split.close)).all()
    within = split.open[1:] != split.close[:-1]
    between = np.arange(1, len(split)) % children == 0
    assert points == 1 or not (within & ~between).any()


@given(bases, moments)
@settings(deadline=None)
def test_seconds_join_to_minutes_exactly(base, moment):
    path = PATHS[base]
    opened = open_of("1m", moment)
    later = moment + DAY
    seconds = path.candles("1s", opened, 60, later)
    assert same(whole(seconds), path.candles("1m", opened, 1, later))


@given(bases, moments, st.sampled_from([name for name in TIMEFRAMES if name not in {"1s", "1m"}]))
@settings(max_examples=60, deadline=None)
def test_minutes_join_to_every_higher_frame(base, moment, timeframe):
    path = PATHS[base]
    opened = open_of(timeframe, moment)
    closed = close_of(timeframe, opened)
    minutes = path.candles("1m", opened, (closed - opened) // MINUTE, closed)
    assert same(whole(minutes), path.candles(timeframe, opened, 1, closed))


@given(bases, moments, st.sampled_from(TIMEFRAMES))
@settings(deadline=None)
def test_history_asked_now_equals_history_asked_later(base, moment, timeframe):
    now_path, later_path = PATHS[base], make_path(base)
    opened = open_before(timeframe, open_of(timeframe, moment), 5)
    early = now_path.candles(timeframe, opened, 5, moment)
    assert same(early, later_path.candles(timeframe, opened, 5, moment + 3 * YEAR))


@given(bases, moments, st.sampled_from(TIMEFRAMES))
@settings(deadline=None)
def test_the_unfinished_candle_is_the_ticks_so_far(base, moment, timeframe):
    path = PATHS[base]
    opened = max(open_of(timeframe, moment), open_of("1m", moment) - HOUR)
    ticks = path.ticks(opened // TICK, moment // TICK - opened // TICK + 1)
    so_far = path.so_far(opened, moment)
    assert same(so_far, whole(ticks))
    assert int(so_far.close[0]) == path.tick(moment).price


@given(bases, moments, st.sampled_from(TIMEFRAMES), st.integers(1, 40))
@settings(deadline=None)
def test_a_range_equals_its_candles_one_by_one(base, moment, timeframe, count):
    path = PATHS[base]
    opened = open_before(timeframe, open_of(timeframe, moment), count - 1)
    bounds = edges(timeframe, opened, count)
    together = path.candles(timeframe, opened, count, moment)
    for index in range(count):
        alone = path.candles(timeframe, int(bounds[index]), 1, moment)
        assert same(together[index : index + 1], alone)


@given(bases, moments, st.integers(0, 3 * DAY), st.integers(-2_000, 2_000), st.booleans())
@settings(max_examples=40, deadline=None)
def test_no_crossing_is_missed_and_none_is_invented(base, moment, span, distance, downward):
    path = PATHS[base]
    first, last = moment // TICK, (moment + span) // TICK
    price = path.tick(moment).price + distance
    found = path.first_reaching(price, downward, first, last)
    prices = path.ticks(first + 1, last - first).close if last > first else np.array([], dtype=np.int64)
    hits = np.flatnonzero(prices <= price if downward else prices >= price)
    assert found == (first + 1 + int(hits[0]) if len(hits) else None)


@pytest.mark.parametrize("base", [name for name in FIXED_LENGTHS if name != "1s"])
def test_a_recording_is_the_past_that_ends_at_its_anchor(base):
    path = PATHS[base]
    anchor = open_of(base, MOMENT)
    assert same(path.candles(base, open_before(base, anchor, 30), 30, MOMENT), recording())


def test_beyond_its_ends_a_recording_goes_on_mirrored():
    path, recorded = PATHS["5m"], recording()
    anchor = open_of("5m", MOMENT)
    after = path.candles("5m", anchor, 30, MOMENT + YEAR)
    before = path.candles("5m", open_before("5m", anchor, 60), 30, MOMENT)
    for mirrored in (after, before):
        assert np.array_equal(mirrored.open, recorded.close[::-1])
        assert np.array_equal(mirrored.close, recorded.open[::-1])
        assert np.array_equal(mirrored.high, recorded.high[::-1])


@pytest.mark.parametrize(
    ("timeframe", "moment", "opened"),
    [
        ("1w", 1_763_719_261_300, 1_763_337_600_000),  # Friday 2025-11-21: the week opened on Monday the 17th
        ("1M", 1_763_719_261_300, 1_761_955_200_000),
        ("3d", 1_763_719_261_300, 1_763_683_200_000),
        ("6h", 1_763_719_261_300, 1_763_704_800_000),
    ],
)
def test_grids_are_the_venues(timeframe, moment, opened):
    assert open_of(timeframe, moment) == opened


def test_generated_prices_stay_in_bounds_for_decades_and_swing_like_the_real_ones():
    path = PATHS["generated"]
    days = path.candles("1d", open_of("1d", MOMENT) - 4000 * DAY, 8000, MOMENT + 20 * YEAR)
    assert days.low.min() > 6_000_000 / 4
    assert days.high.max() < 6_000_000 * 4
    changes = np.diff(np.log(days.close.astype(np.float64)))
    assert 0.015 < changes.std() < 0.04


def test_seconds_are_alive_and_mostly_differ():
    seconds = PATHS["generated"].candles("1s", open_of("1m", MOMENT), 60, MOMENT + MINUTE)
    assert len(set(seconds.close.tolist())) > 30


@pytest.mark.parametrize("timeframe", ["1m", "1h", "1d"])
def test_a_candle_opens_where_the_one_before_has_closed(timeframe):
    candles = PATHS["generated"].candles(timeframe, open_of(timeframe, MOMENT - 100 * DAY), 90, MOMENT)
    assert np.array_equal(candles.open[1:], candles.close[:-1])


def test_a_restart_agrees(tmp_path: Path):
    csv = tmp_path / "binance_ADA-USDT_5m.csv"
    csv.write_text("timestamp,open,high,low,close,volume\n0,1.1,1.3,1.0,1.2,5\n600000,1.2,1.25,1.15,1.21,\n")
    wanted = settings_for(tmp_path / "state", candles=str(csv), seed=5)
    answers = []
    # The second start comes two hours later: the anchor of the first one holds.
    for start in (MOMENT, MOMENT + 2 * HOUR):
        state = StateDirectory(wanted.state_dir)
        markets = build_markets(wanted, state, start)
        state.close()
        answers.append(
            [market.path.candles("1m", MOMENT // MINUTE * MINUTE, 90, MOMENT + DAY) for market in markets.values()]
        )
    assert len(answers[0]) == 8
    assert all(same(first, second) for first, second in zip(*answers, strict=True))


def test_another_seed_is_another_path(tmp_path: Path):
    prices = []
    for seed in (1, 2):
        state = StateDirectory(tmp_path / str(seed))
        markets = build_markets(settings_for(tmp_path / str(seed), seed=seed), state, MOMENT)
        state.close()
        prices.append(markets["BTC/USDT"].last(MOMENT))
    assert prices[0] != prices[1]
