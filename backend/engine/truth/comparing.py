"""Compares two courses of the same bot trade by trade, and splits the difference of their results without a rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

_ZERO = Decimal(0)


@dataclass(frozen=True)
class Deal:
    """One trade; price and fee in quote, quantity in base."""

    at: datetime
    side: str
    purpose: str
    price: Decimal
    quantity: Decimal
    fee: Decimal

    def gain(self, mark: Decimal) -> Decimal:
        """What the trade is worth at the mark price, its fee taken off; all gains sum up to the course's result."""
        distance = mark - self.price if self.side == "buy" else self.price - mark
        return distance * self.quantity - self.fee


@dataclass(frozen=True)
class Pair:
    """The same trade in both courses; None where one of them has it not."""

    expected: Deal | None
    actual: Deal | None


@dataclass(frozen=True)
class Attribution:
    """Where the difference of two results comes from, in quote; the parts add up to `difference`."""

    difference: Decimal
    price: Decimal
    fees: Decimal
    quantity: Decimal
    missed: Decimal
    extra: Decimal
    average_delay: timedelta
    pairs: tuple[Pair, ...]


def result_of(deals: Sequence[Deal], mark: Decimal) -> Decimal:
    """Profit and loss after fees, what is still held valued at the mark price."""
    return sum((deal.gain(mark) for deal in deals), _ZERO)


def pairs_of(expected: Sequence[Deal], actual: Sequence[Deal], tolerance: timedelta) -> list[Pair]:
    """Trades that belong together: the same side, and no further apart than the tolerance, each used once."""
    left = list(actual)
    pairs = []
    for deal in expected:
        candidates = [other for other in left if other.side == deal.side and abs(other.at - deal.at) <= tolerance]
        # Of several, the one for the same reason, then the nearest.
        best = min(candidates, key=lambda other: (other.purpose != deal.purpose, abs(other.at - deal.at)), default=None)
        if best is not None:
            left.remove(best)
        pairs.append(Pair(deal, best))
    pairs += [Pair(None, deal) for deal in left]
    return sorted(pairs, key=lambda pair: (pair.expected or pair.actual).at)  # type: ignore[union-attr]


def attribute(expected: Sequence[Deal], actual: Sequence[Deal], mark: Decimal, tolerance: timedelta) -> Attribution:
    """Split what `actual` earned more (or less) than `expected`: by price, fees, quantity, missed and extra trades."""
    price = fees = quantity = missed = extra = _ZERO
    delays = []
    pairs = pairs_of(expected, actual, tolerance)
    for pair in pairs:
        if pair.actual is None:
            assert pair.expected is not None
            missed -= pair.expected.gain(mark)
        elif pair.expected is None:
            extra += pair.actual.gain(mark)
        else:
            sign = -1 if pair.actual.side == "buy" else 1
            share = pair.actual.quantity / pair.expected.quantity
            price += sign * (pair.actual.price - pair.expected.price) * pair.actual.quantity
            fees -= pair.actual.fee - pair.expected.fee * share
            quantity += pair.expected.gain(mark) * (share - 1)
            delays.append(pair.actual.at - pair.expected.at)
    delay = sum(delays, timedelta()) / len(delays) if delays else timedelta()
    difference = result_of(actual, mark) - result_of(expected, mark)
    return Attribution(difference, price, fees, quantity, missed, extra, delay, tuple(pairs))
