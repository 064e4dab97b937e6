"""Faults on demand: what shall go wrong, for which requests, and how often."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.sandbox.events import Venue
from backend.sandbox.executions import WHOLE, PartialPlan

Method = Literal["GET", "POST", "PUT", "DELETE"]
Kind = Literal[
    "delay",
    "drop_answer",
    "cut_body",
    "drop_request",
    "status",
    "partial_fill",
    "duplicate_answer",
    "duplicate_message",
    "websocket_cut",
    "clock_skew",
    "maintenance",
]

# These do not wait for a request of their own.
_NOT_OF_REQUESTS: Final = frozenset({"partial_fill", "clock_skew", "websocket_cut", "duplicate_message"})
_LASTING: Final = frozenset({"clock_skew", "maintenance"})


@dataclass(frozen=True)
class Asked:
    """A request to a venue, as far as faults choose by it."""

    venue: Venue
    method: str
    path: str
    places_order: bool = False
    opens_websocket: bool = False


class FaultRequest(BaseModel):
    """What shall go wrong, how often, and for which requests (all of every venue's when no filter is given).

    `count` None: until it is cleared. `seconds`: how long a delay is, after how long the rest of a partial fill comes,
    or by how much a clock is ahead (negative: behind).
    """

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    venue: Venue | None = None
    count: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    path: str | None = None
    method: Method | None = None
    seconds: Annotated[float, Field(ge=-86_400, le=86_400)] = 1.0
    status: Annotated[int, Field(ge=400, le=599)] = 503
    retry_after: Annotated[int, Field(ge=0, le=86_400)] | None = None
    accept: bool = False
    fraction: Annotated[Decimal, Field(gt=0, lt=1)] = Decimal("0.5")

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        if self.seconds < 0 and self.kind != "clock_skew":
            raise ValueError("seconds: only a clock can be behind; write a number above 0")
        if self.count is None and self.kind not in _LASTING:
            self.count = 1
        return self


class Fault(FaultRequest):
    """A fault that is waiting; `remaining` of `count` are left, None: it lasts until it is cleared."""

    id: int
    remaining: int | None

    def concerns(self, request: Asked) -> bool:
        """Whether it waits for such a request; websockets open unharmed unless it names them or all is closed."""
        if self.kind in _NOT_OF_REQUESTS or (self.kind == "duplicate_answer" and not request.places_order):
            return False
        if request.opens_websocket and self.path is None and self.kind != "maintenance":
            return False
        return (
            self.venue in {None, request.venue}
            and self.method in {None, request.method}
            and (self.path is None or self.path in request.path)
        )


class Faults:
    """The faults that are waiting, oldest first."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._last_id = 0

    def add(self, wanted: FaultRequest) -> Fault:
        """Let it wait; one that happens at once is over already."""
        self._last_id += 1
        fault = Fault(**wanted.model_dump(), id=self._last_id, remaining=wanted.count)
        if fault.kind in {"websocket_cut", "duplicate_message"}:
            fault.remaining = 0
        else:
            self._faults.append(fault)
        return fault

    def waiting(self) -> list[Fault]:
        """Every fault that still has something to spoil."""
        return list(self._faults)

    def clear(self) -> int:
        """Forget all; returns how many there were."""
        count = len(self._faults)
        self._faults.clear()
        return count

    def take(self, request: Asked) -> Fault | None:
        """The oldest fault that waits for such a request; it counts as spent."""
        for fault in self._faults:
            if fault.concerns(request):
                self._spend(fault)
                return fault
        return None

    def plan_fills(self, venue: Venue) -> PartialPlan:
        """How the venue's next order fills; a waiting partial fill counts as spent."""
        for fault in self._faults:
            if fault.kind == "partial_fill" and fault.venue in {None, venue}:
                self._spend(fault)
                return PartialPlan(fault.fraction, int(fault.seconds * 1000))
        return WHOLE

    def skew(self, venue: Venue) -> int:
        """By how many milliseconds the venue's clock is ahead."""
        skews = (fault.seconds for fault in self._faults if fault.kind == "clock_skew" and fault.venue in {None, venue})
        return int(sum(skews) * 1000)

    def _spend(self, fault: Fault) -> None:
        if fault.remaining is None:
            return
        fault.remaining -= 1
        if fault.remaining == 0:
            self._faults.remove(fault)
