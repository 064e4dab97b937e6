"""Rows of a file that are no candles: how many, and what is wrong with the first of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

_MOST_SHOWN = 20


@dataclass(frozen=True)
class RefusedRow:
    """One row that is no candle; `number` counts from 1, in lines of a text file and in rows of any other."""

    number: int
    reason: str


@dataclass
class RefusedRows:
    """Counts refused rows and remembers the first of them; `unit` is what they are counted in: line or row."""

    unit: str = "row"
    count: int = 0
    shown: list[RefusedRow] = field(default_factory=list)

    def add(self, number: int, reason: str) -> None:
        """Note one more. A file may hold millions, so only the first are remembered."""
        self.count += 1
        if len(self.shown) < _MOST_SHOWN:
            self.shown.append(RefusedRow(number, reason))

    def lines(self) -> Iterable[str]:
        """The remembered ones in words, and how many there are besides."""
        yield from (f"{self.unit} {row.number}: {row.reason}" for row in self.shown)
        if self.count > len(self.shown):
            yield f"… and {self.count - len(self.shown)} more broken {self.unit}s"
