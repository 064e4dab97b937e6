"""Matching and decision: the laws of ENGINE.md, in numba and in plain Python alike."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.trading import decision, matching, sizing
from backend.trading.compiled import in_plain_python
from backend.trading.matching import protective_exit
from backend.trading.prices import ceil_to_step, floor_to_step, market_price
from backend.trading.records import (
    ACTED,
    ALREADY_LONG,
    BALANCE,
    BELOW_MINIMUM,
    HOLD,
    NO_EXIT,
    NOTHING_TO_SELL,
    RULES,
    STATE,
    STOP_LOSS,
    TAKE_PROFIT,
)

prices = st.floats(min_value=0.01, max_value=100_000)


def state(**values: float) -> Any:
    record = np.zeros(1, dtype=STATE)
    for name, value in values.items():
        record[name] = value
    return record[0]


def rules(**values: float) -> Any:
    record = np.zeros(1, dtype=RULES)
    defaults = {"base_amount": 100, "taker_fee": 0.001, "quantity_step": 0.00001, "minimum_notional": 5}
    for name, value in {**defaults, **values}.items():
        record[name] = value
    return record[0]


HELD = {"quantity": 1.0, "entry_price": 100.0, "stop_price": 98.0, "target_price": 103.0}


@pytest.mark.parametrize(
    ("candle", "expected"),
    [
        ((100, 101, 99), (NO_EXIT, 0.0)),
        ((100, 101, 98), (STOP_LOSS, 98.0)),
        ((100, 103, 99), (TAKE_PROFIT, 103.0)),
        # Both inside one candle: the stop wins.
        ((100, 104, 97), (STOP_LOSS, 98.0)),
        # A gap beyond either fills at the open, be it worse or better.
        ((95, 104, 94), (STOP_LOSS, 95.0)),
        ((105, 106, 97), (TAKE_PROFIT, 105.0)),
    ],
)
def test_protective_exits(candle: tuple[float, float, float], expected: tuple[int, float]) -> None:
    assert protective_exit(state(**HELD), rules(), *map(float, candle)) == expected


@given(prices, prices, prices, prices, prices)
def test_no_exit_fills_outside_its_candle(a: float, b: float, c: float, stop: float, target: float) -> None:
    low, open_, high = sorted((a, b, c))
    reason, price = protective_exit(state(quantity=1, stop_price=stop, target_price=target), rules(), open_, high, low)
    if reason != NO_EXIT:
        assert low <= price <= high


@given(prices, st.sampled_from([0.0, 0.01, 0.00001, 0.1, 1.0]), st.floats(min_value=0, max_value=0.05))
def test_market_price_is_never_better_than_the_reference(price: float, tick: float, slippage: float) -> None:
    hair = 1e-8 * max(price, tick)
    assert market_price(price, 1, slippage, tick) >= price - hair
    assert market_price(price, -1, slippage, tick) <= price + hair


@given(st.floats(min_value=0, max_value=1e9), st.sampled_from([1.0, 0.1, 0.01, 0.001, 0.00001]))
def test_steps_enclose_the_value(value: float, step: float) -> None:
    low, high = floor_to_step(value, step), ceil_to_step(value, step)
    assert low <= value * (1 + 1e-8) + step * 1e-8
    assert high >= value * (1 - 1e-8) - step * 1e-8
    assert high - low <= step * (1 + 1e-6) + value * 1e-9


def test_a_sum_of_steps_counts_whole() -> None:
    assert math.isclose(floor_to_step(0.1 + 0.2, 0.1), 0.3)


@pytest.mark.parametrize(
    ("held", "cash", "action", "outcome"),
    [
        (0.0, 1000, 0, HOLD),
        (0.0, 1000, 1, ACTED),
        (0.0, 100, 1, BALANCE),  # the fee is not covered
        (0.0, 100.1, 1, ACTED),
        (1.0, 1000, 1, ALREADY_LONG),
        (1.0, 0, -1, ACTED),
        (0.0, 1000, -1, NOTHING_TO_SELL),
        (0.000001, 1000, -1, NOTHING_TO_SELL),  # less than a step
    ],
)
def test_decisions(held: float, cash: float, action: int, outcome: int) -> None:
    assert decision.decide(state(cash=cash, quantity=held), rules(), action, 50_000.0, 0, 0)[0] == outcome


def test_an_order_below_the_minimum_is_not_sent() -> None:
    outcome, quantity = decision.decide(state(cash=1000), rules(base_amount=4), 1, 50_000.0, 0, 0)
    assert (outcome, quantity) == (BELOW_MINIMUM, 0.0)


@given(cash=st.floats(0, 10_000), held=st.floats(0, 10), action=st.sampled_from([-1, 0, 1]), price=prices)
def test_a_decision_never_spends_more_than_there_is(cash: float, held: float, action: int, price: float) -> None:
    outcome, quantity = decision.decide(state(cash=cash, quantity=held), rules(), action, price, 0, 0)
    if quantity > 0:
        assert quantity * price * 1.001 <= cash * (1 + 1e-9)
    if quantity < 0:
        assert -quantity <= held * (1 + 1e-9)
    assert (quantity != 0) == (outcome == ACTED)


@given(cash=st.floats(0, 1000), held=st.floats(0, 2), action=st.sampled_from([-1, 0, 1]), price=prices)
def test_compiled_equals_plain_python(cash: float, held: float, action: int, price: float) -> None:
    record, rule = state(cash=cash, quantity=held, stop_price=price * 0.98), rules()
    assert decision.decide(record, rule, action, price, 0, 0) == in_plain_python(decision.decide)(
        record, rule, action, price, 0, 0
    )
    assert sizing.entry_quantity(record, rule, price) == in_plain_python(sizing.entry_quantity)(record, rule, price)
    candle = (price, price * 1.05, price * 0.95)
    assert matching.protective_exit(record, rule, *candle) == in_plain_python(matching.protective_exit)(
        record, rule, *candle
    )
