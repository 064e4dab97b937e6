"""Prices and quantities on the market's grid, and what a market order pays."""

import numpy as np

from backend.trading.compiled import compiled

# A product such as 0.1 + 0.2 must count as three steps of 0.1, not as two and a bit.
_STEP_TOLERANCE = 1e-9


@compiled
def floor_to_step(value: float, step: float) -> float:
    """The largest multiple of `step` that is not above `value`; `value` itself where there is no step."""
    if step <= 0.0:
        return value
    return np.floor(value / step + _STEP_TOLERANCE) * step


@compiled
def ceil_to_step(value: float, step: float) -> float:
    """The smallest multiple of `step` that is not below `value`; `value` itself where there is no step."""
    if step <= 0.0:
        return value
    return np.ceil(value / step - _STEP_TOLERANCE) * step


@compiled
def nearest_step(value: float, step: float) -> float:
    """The multiple of `step` nearest to `value`; `value` itself where there is no step."""
    if step <= 0.0:
        return value
    return np.floor(value / step + 0.5) * step


@compiled
def market_price(reference: float, side: int, slippage: float, tick: float) -> float:
    """What a market order pays (side +1) or gets (-1): the reference worsened by slippage, rounded away from us."""
    if side > 0:
        return ceil_to_step(reference * (1.0 + slippage), tick)
    return floor_to_step(reference * (1.0 - slippage), tick)
