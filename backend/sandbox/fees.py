"""What each venue charges for an execution, and from which side of the trade it takes it."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Final

from backend.sandbox.events import Side

SMALLEST_AMOUNT: Final = Decimal("0.00000001")


@dataclass(frozen=True)
class FeeSchedule:
    """Rates as shares of one; `in_quote`: always in the quote asset, otherwise in what is received."""

    maker: Decimal
    taker: Decimal
    in_quote: bool

    def rate(self, *, maker: bool) -> Decimal:
        """The rate of an execution that rested in the book, or of one that took from it."""
        return self.maker if maker else self.taker

    def commission(self, side: Side, quantity: Decimal, quote: Decimal, *, maker: bool) -> Decimal:
        """The fee on an execution, cut at the smallest amount, in the asset that `asset` names."""
        charged_on = quantity if side == "buy" and not self.in_quote else quote
        return (charged_on * self.rate(maker=maker)).quantize(SMALLEST_AMOUNT, ROUND_DOWN)

    def asset(self, side: Side, base: str, quote: str) -> str:
        """The asset in which the fee is taken."""
        return base if side == "buy" and not self.in_quote else quote

    def most_for(self, side: Side, cost: Decimal) -> Decimal:
        """What has to be locked on top of a cost in the quote asset so that any fee can be paid from the lock."""
        if side == "sell" or not self.in_quote:
            return Decimal(0)
        return (cost * max(self.maker, self.taker)).quantize(SMALLEST_AMOUNT, ROUND_DOWN)


def quote_amount(price: Decimal, quantity: Decimal) -> Decimal:
    """What so much costs at this price, cut at the smallest amount as the venues do."""
    return (price * quantity).quantize(SMALLEST_AMOUNT, ROUND_DOWN)
