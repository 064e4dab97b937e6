"""The sandbox's clock: the only place of this process that reads the machine's time."""

import time
from collections.abc import Callable
from typing import Protocol


class Clock(Protocol):
    """Tells the time to whoever was given it."""

    def milliseconds(self) -> int:
        """The present moment in milliseconds since 1970, UTC."""


class SystemClock:
    """The machine's own clock."""

    def milliseconds(self) -> int:
        """The present moment in milliseconds since 1970, UTC."""
        return time.time_ns() // 1_000_000


class SetClock:
    """A clock that stands still until it is moved; for tests and replays."""

    def __init__(self, moment: int) -> None:
        self.moment = moment

    def milliseconds(self) -> int:
        """The moment it was set to."""
        return self.moment


class SkewedClock:
    """A venue's own clock, which a fault may set wrong: its time, and its judgement of when a request was signed."""

    def __init__(self, clock: Clock, skew: Callable[[], int]) -> None:
        """`skew`: by how many milliseconds it is ahead at present."""
        self._clock = clock
        self._skew = skew

    def milliseconds(self) -> int:
        """What the venue takes for the present moment."""
        return self._clock.milliseconds() + self._skew()
