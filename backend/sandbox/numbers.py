"""Amounts as text, and the made-up but plausible sizes and counts that every venue tells."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

import numpy as np

from backend.sandbox.markets import Market
from backend.sandbox.prices.levels import TICK
from backend.sandbox.prices.noise import uniform

_ONE: Final = 10**8


def amount_text(value: Decimal) -> str:
    """Eight decimals."""
    return f"{value:.8f}"


def plain_text(value: Decimal) -> str:
    """As many decimals as there are, without an exponent and without zeros at the end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def units_text(units: int, decimals: int) -> str:
    """Eight decimals of a whole number of 10^-decimals."""
    whole, part = divmod(units * 10 ** (8 - decimals), _ONE)
    return f"{whole}.{part:08d}"


def trade_count(opened: int, closed: int, volume: int, now: int) -> int:
    """Every tick of a candle with volume is one trade."""
    return (min(closed, now // TICK * TICK + TICK) - opened) // TICK if volume else 0


def book_sizes(market: Market, number: int) -> tuple[Decimal, Decimal]:
    """How much is offered at the bid and at the ask; plausible, and orders of any size fill all the same."""
    noise = uniform(number, np.array([1, 2], dtype=np.int64))
    steps = [1 + int(value * 5 / max(0.01, float(market.quantity_step))) // 10 for value in noise]
    return steps[0] * market.quantity_step, steps[1] * market.quantity_step


def time_text(moment: int) -> str:
    """A moment in milliseconds as ISO text with microseconds, in UTC."""
    return datetime.fromtimestamp(moment / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
