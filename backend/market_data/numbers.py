"""Prices and volumes as text: the shortest decimal that is the same float, without exponent."""

from decimal import Decimal


def number_text(value: float) -> str:
    """For example 0.00001234 or 60123.5."""
    text = format(Decimal(repr(value)), "f")
    return text.removesuffix(".0")
