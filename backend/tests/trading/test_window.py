"""The trading window: days, hours over midnight, and zones whose clocks change."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from backend.trading.records import WINDOW_CLOSED
from backend.trading.window import TradingWindow

# 2026-03-02 is a Monday.
MONDAY, TUESDAY, FRIDAY, SATURDAY, SUNDAY = 0, 1, 4, 5, 6


def is_open(window: TradingWindow, *moments: str) -> list[bool]:
    """Whether the window is open at each moment, in UTC."""
    at = [int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp() * 1000) for moment in moments]
    gates = window.gates(np.array(at, dtype=np.int64))
    assert set(gates.tolist()) <= {0, WINDOW_CLOSED}
    return [gate == 0 for gate in gates.tolist()]


def test_without_settings_it_is_always_open() -> None:
    assert is_open(TradingWindow(), "2026-03-01T00:00", "2026-03-04T12:00", "2026-03-07T23:59:59.999") == [True] * 3


def test_nothing_is_asked_of_nothing() -> None:
    assert TradingWindow(timezone="Europe/Berlin").gates(np.zeros(0, dtype=np.int64)).tolist() == []


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-02T08:59:59.999", False),
        ("2026-03-02T09:00", True),
        ("2026-03-02T16:59:59.999", True),
        ("2026-03-02T17:00", False),
    ],
)
def test_the_start_is_included_and_the_end_is_not(moment: str, expected: bool) -> None:
    assert is_open(TradingWindow(start_minute=9 * 60, end_minute=17 * 60), moment) == [expected]


def test_days_begin_with_monday() -> None:
    week = [f"2026-03-{day:02}T12:00" for day in range(2, 9)]
    assert is_open(TradingWindow(frozenset({MONDAY, FRIDAY})), *week) == [True, False, False, False, True, False, False]
    assert is_open(TradingWindow(frozenset({SUNDAY})), *week) == [False] * 6 + [True]


def test_days_before_1970_are_days_too() -> None:
    # 1969-12-29 was a Monday.
    assert is_open(TradingWindow(frozenset({MONDAY})), "1969-12-29T12:00", "1969-12-30T12:00") == [True, False]


def test_over_midnight_it_is_still_the_window_of_the_day_before() -> None:
    nights = TradingWindow(frozenset({FRIDAY}), 22 * 60, 6 * 60)
    moments = {
        "2026-03-06T02:00": False,  # of Thursday's night
        "2026-03-06T21:59": False,
        "2026-03-06T22:00": True,
        "2026-03-07T05:59": True,  # Saturday, of Friday's night
        "2026-03-07T06:00": False,
        "2026-03-07T22:00": False,
    }
    assert is_open(nights, *moments) == list(moments.values())


def test_sundays_night_ends_on_monday() -> None:
    nights = TradingWindow(frozenset({SUNDAY}), 22 * 60, 6 * 60)
    assert is_open(nights, "2026-03-08T23:00", "2026-03-09T05:00", "2026-03-09T23:00") == [True, True, False]


def test_the_same_start_and_end_is_a_whole_day_from_there() -> None:
    window = TradingWindow(frozenset({MONDAY}), 9 * 60, 9 * 60)
    moments = {
        "2026-03-02T08:59": False,
        "2026-03-02T09:00": True,
        "2026-03-03T08:59": True,
        "2026-03-03T09:00": False,
    }
    assert is_open(window, *moments) == list(moments.values())


def test_days_are_those_of_the_zone() -> None:
    # Monday 00:30 in Berlin is Sunday 23:30 in UTC; Monday 20:00 in Los Angeles is Tuesday 04:00.
    assert is_open(TradingWindow(frozenset({MONDAY}), timezone="Europe/Berlin"), "2026-03-01T23:30") == [True]
    los_angeles = TradingWindow(frozenset({MONDAY}), timezone="America/Los_Angeles")
    assert is_open(los_angeles, "2026-03-02T07:59", "2026-03-02T08:00", "2026-03-03T07:59") == [False, True, True]


def test_a_zone_off_the_full_hour() -> None:
    # 09:00 in Kolkata is 03:30 in UTC, in Kathmandu 03:15.
    for zone, minute in (("Asia/Kolkata", "30"), ("Asia/Kathmandu", "15")):
        window = TradingWindow(start_minute=9 * 60, end_minute=10 * 60, timezone=zone)
        before = f"2026-03-02T03:{int(minute) - 1}"
        assert is_open(window, before, f"2026-03-02T03:{minute}", f"2026-03-02T04:{minute}") == [False, True, False]


BERLIN = TradingWindow(start_minute=9 * 60, end_minute=17 * 60, timezone="Europe/Berlin")


def test_hours_follow_the_clock_when_summer_begins() -> None:
    # 2026-03-29, 02:00 becomes 03:00: nine o'clock is 08:00 UTC on Saturday and 07:00 UTC on Sunday.
    assert is_open(BERLIN, "2026-03-28T07:59", "2026-03-28T08:00", "2026-03-28T15:59", "2026-03-28T16:00") == [
        False,
        True,
        True,
        False,
    ]
    assert is_open(BERLIN, "2026-03-29T06:59", "2026-03-29T07:00", "2026-03-29T14:59", "2026-03-29T15:00") == [
        False,
        True,
        True,
        False,
    ]


def test_hours_follow_the_clock_when_summer_ends() -> None:
    # 2026-10-25, 03:00 becomes 02:00.
    assert is_open(BERLIN, "2026-10-24T06:59", "2026-10-24T07:00") == [False, True]
    assert is_open(BERLIN, "2026-10-25T07:59", "2026-10-25T08:00") == [False, True]


def test_an_hour_that_comes_twice_is_open_twice_and_one_that_is_left_out_never() -> None:
    between_two_and_three = TradingWindow(start_minute=2 * 60, end_minute=3 * 60, timezone="Europe/Berlin")
    autumn = [
        f"2026-10-{day}T{hour:02}:{minute:02}" for day, hour in ((24, 23), (25, 0), (25, 1)) for minute in (0, 59)
    ]
    assert is_open(between_two_and_three, *autumn) == [False, False, True, True, True, True]
    spring = [f"2026-03-29T{hour:02}:{minute:02}" for hour in range(4) for minute in (0, 30, 59)]
    assert is_open(between_two_and_three, *spring) == [False] * 12


def test_every_minute_of_a_year_is_what_the_clock_on_the_wall_says() -> None:
    window = TradingWindow(frozenset({MONDAY, TUESDAY, SATURDAY}), 20 * 60 + 15, 3 * 60 + 45, "Europe/Berlin")
    begin = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
    seconds = np.arange(begin, begin + 365 * 86_400, 900, dtype=np.int64)
    expected = []
    for second in seconds.tolist():
        local = datetime.fromtimestamp(second, ZoneInfo("Europe/Berlin"))
        clock = local.hour * 60 + local.minute
        evening = clock >= window.start_minute and local.weekday() in window.days
        morning = clock < window.end_minute and (local.weekday() - 1) % 7 in window.days
        expected.append(evening or morning)
    assert ((window.gates(seconds * 1000) == 0) == np.array(expected)).all()
