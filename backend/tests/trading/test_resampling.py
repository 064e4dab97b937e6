"""Longer candles of shorter ones: grids, gaps, and ends that are not finished."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from backend.tests.trading.markets import random_candles, recorded
from backend.trading.candles import CANDLE, TIMEFRAMES, Candles
from backend.trading.resampling import bucket_starts, resample

DAY = TIMEFRAMES["1d"]


def at(moment: str) -> int:
    """The moment in UTC, in milliseconds."""
    return int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp() * 1000)


def candles_at(*moments: str) -> Candles:
    """Candles that differ in everything, opened at these moments."""
    candles = np.zeros(len(moments), dtype=CANDLE)
    for index, moment in enumerate(moments):
        candles[index] = (at(moment), 10 + index, 20 + index, 5 - index, 12 + index, 2**index)
    return candles


def test_first_open_highest_high_lowest_low_last_close_and_all_of_the_volume() -> None:
    minutes = np.array(
        [
            (at("2026-03-02T10:00"), 10.0, 12.0, 9.0, 11.0, 1.0),
            (at("2026-03-02T10:01"), 11.0, 15.0, 10.0, 14.0, 2.0),
            (at("2026-03-02T10:02"), 14.0, 14.5, 8.0, 9.0, 4.0),
            (at("2026-03-02T10:03"), 9.0, 9.5, 8.5, 9.2, 8.0),
        ],
        dtype=CANDLE,
    )
    longer = resample(minutes, "3m")
    assert longer.tolist() == [
        (at("2026-03-02T10:00"), 10.0, 15.0, 8.0, 9.0, 7.0),
        (at("2026-03-02T10:03"), 9.0, 9.5, 8.5, 9.2, 8.0),
    ]


@pytest.mark.parametrize(
    ("timeframe", "opened_at"),
    [
        ("1s", "2026-03-04T17:47:23"),
        ("1m", "2026-03-04T17:47"),
        ("3m", "2026-03-04T17:45"),
        ("5m", "2026-03-04T17:45"),
        ("15m", "2026-03-04T17:45"),
        ("30m", "2026-03-04T17:30"),
        ("1h", "2026-03-04T17:00"),
        ("2h", "2026-03-04T16:00"),
        ("4h", "2026-03-04T16:00"),
        ("6h", "2026-03-04T12:00"),
        ("8h", "2026-03-04T16:00"),
        ("12h", "2026-03-04T12:00"),
        ("1d", "2026-03-04T00:00"),
        # Three days from 1970-01-02 on; 20,515 days later, 3 · 6,838 + 1, is 2026-03-03.
        ("3d", "2026-03-03T00:00"),
        # 2026-03-02 is a Monday.
        ("1w", "2026-03-02T00:00"),
    ],
)
def test_every_time_frame_has_its_grid(timeframe: str, opened_at: str) -> None:
    longer = resample(candles_at("2026-03-04T17:47:23"), timeframe)
    assert longer["opened_at"].tolist() == [at(opened_at)]
    assert at(opened_at) <= at("2026-03-04T17:47:23") < at(opened_at) + TIMEFRAMES[timeframe]


def test_no_time_frame_is_left_out() -> None:
    marks = test_every_time_frame_has_its_grid.pytestmark  # type: ignore[attr-defined]
    assert {row[0] for row in marks[0].args[1]} == set(TIMEFRAMES)


@pytest.mark.parametrize("timeframe", TIMEFRAMES)
def test_a_candle_that_opens_on_the_grid_stays_there(timeframe: str) -> None:
    length = TIMEFRAMES[timeframe]
    starts = bucket_starts(np.array([at("2026-03-04T17:47:23")], dtype=np.int64), timeframe) + np.arange(5) * length
    assert bucket_starts(starts, timeframe).tolist() == starts.tolist()
    assert bucket_starts(starts + length - 1, timeframe).tolist() == starts.tolist()


@pytest.mark.parametrize("timeframe", TIMEFRAMES)
def test_a_candle_is_the_plain_sum_of_those_in_it(timeframe: str) -> None:
    candles = random_candles(3_000, 2)
    # Two hours are missing in the middle, and the recording begins and ends somewhere.
    candles = np.concatenate((candles[:1_400], candles[1_520:]))
    longer = resample(candles, timeframe)
    starts = bucket_starts(candles["opened_at"], timeframe)
    assert longer["opened_at"].tolist() == sorted(set(starts.tolist()))
    for candle in longer[:: max(1, len(longer) // 50)]:
        inside = candles[starts == candle["opened_at"]]
        assert candle["open"] == inside["open"][0]
        assert candle["high"] == inside["high"].max()
        assert candle["low"] == inside["low"].min()
        assert candle["close"] == inside["close"][-1]
        assert candle["volume"] == pytest.approx(inside["volume"].sum())
    assert longer["volume"].sum() == pytest.approx(candles["volume"].sum())


def test_weeks_begin_on_monday() -> None:
    days = [f"2026-03-{day:02}T00:00" for day in range(1, 17)]
    weeks = resample(candles_at(*days), "1w")
    assert weeks["opened_at"].tolist() == [at(f"2026-{day}T00:00") for day in ("02-23", "03-02", "03-09", "03-16")]
    # Sunday the first, two whole weeks, and a Monday.
    assert weeks["volume"].tolist() == [1.0, sum(2**n for n in range(1, 8)), sum(2**n for n in range(8, 15)), 2.0**15]


def test_a_gap_is_left_open() -> None:
    hours = resample(candles_at("2026-03-02T10:59", "2026-03-02T13:00", "2026-03-02T13:30"), "1h")
    assert hours["opened_at"].tolist() == [at("2026-03-02T10:00"), at("2026-03-02T13:00")]
    assert hours["volume"].tolist() == [1.0, 6.0]


def test_ends_may_be_unfinished() -> None:
    hours = resample(candles_at("2026-03-02T10:45", "2026-03-02T11:00", "2026-03-02T11:15"), "1h")
    # The first hour lacks its beginning and the last its end; both are given as far as they are known.
    assert hours["opened_at"].tolist() == [at("2026-03-02T10:00"), at("2026-03-02T11:00")]
    assert (hours["open"].tolist(), hours["close"].tolist()) == ([10.0, 11.0], [12.0, 14.0])


def test_nothing_makes_nothing() -> None:
    longer = resample(np.empty(0, dtype=CANDLE), "1h")
    assert (len(longer), longer.dtype) == (0, CANDLE)


def test_an_unknown_time_frame_is_an_error() -> None:
    with pytest.raises(KeyError, match="7m"):
        resample(candles_at("2026-03-02T10:00"), "7m")


def test_what_was_given_is_left_alone() -> None:
    candles = random_candles(100, 1)
    before = candles.copy()
    resample(candles, "5m")["close"][:] = 0
    assert candles.tobytes() == before.tobytes()


def test_in_two_steps_it_is_the_same_as_in_one(recorded_candles: Path) -> None:
    candles = recorded(recorded_candles, "ftx_BTC-USD-PERP_1m.csv.gz")[:5_000]
    direct, stepwise = resample(candles, "4h"), resample(resample(candles, "1h"), "4h")
    for name in ("opened_at", "open", "high", "low", "close"):
        assert direct[name].tolist() == stepwise[name].tolist()
    assert direct["volume"] == pytest.approx(stepwise["volume"])
