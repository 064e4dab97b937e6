"""Storms: a seeded share of all private requests is spoilt, the same ones in the same way for the same seed."""

import random
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.sandbox.events import Venue
from backend.sandbox.faults import Fault

StormKind = Literal[
    "delay", "drop_answer", "cut_body", "drop_request", "status", "partial_fill", "duplicate_answer", "websocket_cut"
]
_OF_ORDERS: Final = frozenset({"partial_fill", "duplicate_answer"})
_STATUSES: Final = (429, 500, 502, 503)


class StormRequest(BaseModel):
    """`rate`: the share of private requests that are spoilt; `seconds_max`: the longest delay, and the longest rest."""

    model_config = ConfigDict(extra="forbid")

    seed: int
    rate: Annotated[float, Field(gt=0, le=1)]
    seconds_max: Annotated[float, Field(gt=0, le=600)] = 2.0
    kinds: Annotated[list[StormKind], Field(min_length=1)] = [
        "delay",
        "drop_answer",
        "cut_body",
        "drop_request",
        "status",
        "partial_fill",
        "duplicate_answer",
        "websocket_cut",
    ]
    venues: Annotated[list[Venue], Field(min_length=1)] | None = None


class Storm(StormRequest):
    """A storm that blows; `spoilt` of `seen` requests so far."""

    seen: int = 0
    spoilt: int = 0


class Storms:
    """The one storm that may blow."""

    def __init__(self) -> None:
        self.blowing: Storm | None = None

    def begin(self, wanted: StormRequest) -> Storm:
        """Let it blow instead of the one before."""
        self.blowing = Storm(**wanted.model_dump())
        return self.blowing

    def end(self) -> int:
        """Let it be calm; returns how many storms blew."""
        count = 0 if self.blowing is None else 1
        self.blowing = None
        return count

    def next_fault(self, venue: Venue, *, places_order: bool) -> Fault | None:
        """What happens to the next private request; its number and the seed alone decide it."""
        storm = self.blowing
        if storm is None or (storm.venues is not None and venue not in storm.venues):
            return None
        storm.seen += 1
        chance = random.Random(f"{storm.seed}:{storm.seen}")  # noqa: S311 - repeatable on purpose
        kinds = [kind for kind in storm.kinds if places_order or kind not in _OF_ORDERS]
        if chance.random() >= storm.rate or not kinds:
            return None
        storm.spoilt += 1
        kind, status = chance.choice(kinds), chance.choice(_STATUSES)
        return Fault(
            id=0,
            remaining=0,
            kind=kind,
            venue=venue,
            seconds=round(chance.uniform(0.0, storm.seconds_max), 3),
            status=status,
            retry_after=1 if status == 429 else None,
            accept=status != 429 and chance.random() < 0.5,
            fraction=Decimal(chance.randint(1, 9)) / 10,
        )
