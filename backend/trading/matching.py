"""What a candle (or a tick, a candle with o=h=l=c) does to orders and positions. Never better than reality."""

import math

import numpy as np
from numba import njit

from backend.trading.records import NO_EXIT, STOP_LOSS, TAKE_PROFIT

# A product such as 0.1 + 0.2 must count as three steps of 0.1, not as two and a bit.
_STEP_TOLERANCE = 1e-9


@njit(cache=True)
def floor_to_step(value: float, step: float) -> float:
    """The largest multiple of `step` that is not above `value`; `value` itself where there is no step."""
    if step <= 0.0:
        return value
    return math.floor(value / step + _STEP_TOLERANCE) * step


@njit(cache=True)
def ceil_to_step(value: float, step: float) -> float:
    """The smallest multiple of `step` that is not below `value`; `value` itself where there is no step."""
    if step <= 0.0:
        return value
    return math.ceil(value / step - _STEP_TOLERANCE) * step


@njit(cache=True)
def market_price(reference: float, side: int, slippage: float, tick: float) -> float:
    """What a market order pays (side +1) or gets (-1): the reference worsened by slippage, rounded away from us."""
    if side > 0:
        return ceil_to_step(reference * (1.0 + slippage), tick)
    return floor_to_step(reference * (1.0 - slippage), tick)


@njit(cache=True)
def protective_exit(state: np.void, open_: float, high: float, low: float) -> tuple[int, float]:
    """Whether stop or target of the position lies in the candle: (reason, price before slippage).

    A candle that opens beyond either fills at the open; where both lie inside, the stop wins.
    """
    if state["quantity"] <= 0.0:
        return NO_EXIT, 0.0
    stop, target = state["stop_price"], state["target_price"]
    if stop > 0.0 and open_ <= stop:
        return STOP_LOSS, open_
    if target > 0.0 and open_ >= target:
        return TAKE_PROFIT, open_
    if stop > 0.0 and low <= stop:
        return STOP_LOSS, stop
    if target > 0.0 and high >= target:
        return TAKE_PROFIT, target
    return NO_EXIT, 0.0


@njit(cache=True)
def exits(states: np.ndarray, opens: np.ndarray, highs: np.ndarray, lows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`protective_exit` for many records at once: reasons int8[n], prices float64[n]."""
    count = len(states)
    reasons = np.zeros(count, dtype=np.int8)
    prices = np.zeros(count, dtype=np.float64)
    for index in range(count):
        reasons[index], prices[index] = protective_exit(states[index], opens[index], highs[index], lows[index])
    return reasons, prices
