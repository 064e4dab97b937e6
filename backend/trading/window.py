"""When a bot may enter: days of the week and hours, in a time zone of the user's."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from backend.trading.records import WINDOW_CLOSED

_MINUTE = 60_000
_HOUR = 60 * _MINUTE
_DAY_MINUTES = 1440
# 1970-01-01 was a Thursday; days count from Monday, 0.
_FIRST_WEEKDAY = 3


@dataclass(frozen=True)
class TradingWindow:
    """`days`: 0 is Monday. Minutes of the day, the end exclusive; an end before the start reaches into the next day."""

    days: frozenset[int] = frozenset(range(7))
    start_minute: int = 0
    end_minute: int = _DAY_MINUTES
    timezone: str = "UTC"

    def gates(self, moments: NDArray[np.int64]) -> NDArray[np.int8]:
        """WINDOW_CLOSED for every moment (ms) outside the window, 0 inside."""
        local = (moments + self._offsets(moments)) // _MINUTE
        minute, weekday = local % _DAY_MINUTES, (local // _DAY_MINUTES + _FIRST_WEEKDAY) % 7
        open_days = np.isin(np.arange(7), list(self.days))
        if self.start_minute < self.end_minute:
            inside = (minute >= self.start_minute) & (minute < self.end_minute) & open_days[weekday]
        else:
            # After midnight it is still the window of the day before.
            evening = (minute >= self.start_minute) & open_days[weekday]
            morning = (minute < self.end_minute) & open_days[(weekday - 1) % 7]
            inside = evening | morning
        return np.where(inside, 0, WINDOW_CLOSED).astype(np.int8)

    def _offsets(self, moments: NDArray[np.int64]) -> NDArray[np.int64]:
        """The zone's distance from UTC at each moment, in ms; clocks change on the hour or half hour."""
        halves, where = np.unique(moments // (_HOUR // 2), return_inverse=True)
        offsets = np.array([_offset(self.timezone, int(half)) for half in halves], dtype=np.int64)
        return offsets[where] if len(offsets) else np.zeros(0, dtype=np.int64)


@lru_cache(maxsize=200_000)
def _offset(timezone: str, half_hour: int) -> int:
    moment = datetime.fromtimestamp(half_hour * 1800, UTC).astimezone(ZoneInfo(timezone))
    offset = moment.utcoffset()
    assert offset is not None
    return int(offset.total_seconds()) * 1000
