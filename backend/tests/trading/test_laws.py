"""Laws that hold for every kind of bot, on real and on wild candles."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from backend.tests.trading.markets import (
    FILES,
    market,
    random_actions,
    random_candles,
    recorded,
    rules_of_every_kind,
    timeframe_of,
)
from backend.trading.backtester import run
from backend.trading.candles import TIMEFRAMES, Candles
from backend.trading.compiled import in_plain_python
from backend.trading.records import ENTRY, FILL, GRID_LINE, OUTCOMES, SAFETY_ORDER, STATE, STOP_LOSS, TAKE_PROFIT
from backend.trading.rules import Rules, fresh_state
from backend.trading.simulation import advance_all, simulate
from backend.trading.strategies import STRATEGIES
from backend.trading.strategies.declaration import with_defaults
from backend.trading.strategies.evaluation import evaluate

KINDS = list(rules_of_every_kind(100.0))
BALANCE = 1_000.0
_MOST = 4_000


def step_by_step(
    candles: Candles,
    rules: NDArray[np.void],
    states: NDArray[np.void],
    actions: NDArray[np.int8],
    gates: NDArray[np.int8],
) -> tuple[NDArray[np.void], NDArray[np.int64]]:
    """The same candles one by one through the path of running bots; fills and how often each outcome."""
    buffer, parts = np.zeros(0, dtype=FILL), []
    counts = np.zeros((len(states), len(OUTCOMES)), dtype=np.int64)
    for index in range(len(candles)):
        here = np.full(len(states), actions[index], dtype=np.int8)
        gated = np.full(len(states), gates[index], dtype=np.int8)
        outcomes, fills, buffer = advance_all(states, rules, buffer, candles[index], here, gated)
        parts.append(fills.copy())
        counts[np.arange(len(states)), outcomes] += 1
    return np.concatenate(parts), counts


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_and_kind_trades_live_as_in_its_backtest(
    recorded_candles: Path, name: str, strategy: str
) -> None:
    candles = recorded(recorded_candles, name)[-_MOST:]
    tested = market(candles, timeframe_of(name))
    chosen = STRATEGIES[strategy]
    actions, _ = evaluate(chosen, tested.series, with_defaults(chosen, {}))
    for kind, rules in rules_of_every_kind(float(candles["close"][0])).items():
        whole = run(tested, rules, actions, BALANCE)
        states = fresh_state(BALANCE)
        fills, counts = step_by_step(candles, rules.record(tested.length), states, actions, tested.gates(rules))
        assert fills.tobytes() == whole.fills.tobytes(), kind
        assert counts[0].tolist() == whole.outcomes.tolist(), kind
        assert float(states[0]["equity"]) == whole.equity[-1], kind


@pytest.mark.parametrize("seed", range(12))
def test_wild_candles_go_live_as_in_their_backtest(seed: int) -> None:
    candles, actions = random_candles(3_000, seed), random_actions(3_000, seed)
    tested = market(candles)
    for kind, rules in rules_of_every_kind(100.0).items():
        whole = run(tested, rules, actions, BALANCE)
        states = fresh_state(BALANCE)
        fills, _ = step_by_step(candles, rules.record(60_000), states, actions, tested.gates(rules))
        assert fills.tobytes() == whole.fills.tobytes(), kind
        assert whole.state.tobytes() == states[0].tobytes(), kind


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_batch_of_records_is_each_alone(seed: int) -> None:
    candles, actions = random_candles(400, seed), random_actions(400, seed, 0.1)
    gates = np.zeros(400, dtype=np.int8)
    kinds = rules_of_every_kind(100.0)
    records = np.concatenate([rules.record(60_000) for rules in kinds.values()])
    together = np.concatenate([fresh_state(BALANCE) for _ in kinds])
    fills, counts = step_by_step(candles, records, together, actions, gates)
    for index in range(len(kinds)):
        alone = fresh_state(BALANCE)
        own, own_counts = step_by_step(candles, records[index : index + 1], alone, actions, gates)
        mine = fills[fills["record"] == index].copy()
        mine["record"] = 0
        assert mine.tobytes() == own.tobytes()
        assert counts[index].tolist() == own_counts[0].tolist()
        assert together[index].tobytes() == alone[0].tobytes()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", FILES)
def test_money_is_conserved_up_to_fees(recorded_candles: Path, name: str, kind: str) -> None:
    candles = recorded(recorded_candles, name)[-_MOST:]
    rules = rules_of_every_kind(float(candles["close"][0]))[kind]
    tested = run(market(candles, timeframe_of(name)), rules, random_actions(len(candles), 3), BALANCE)
    fills, state = tested.fills, tested.state
    assert len(fills) > 3
    signed = fills["side"] * fills["quantity"]
    paid = (signed * fills["price"]).sum() + fills["fee"].sum()
    assert state["cash"] == pytest.approx(BALANCE - paid, abs=1e-7)
    assert state["quantity"] == pytest.approx(signed.sum(), abs=1e-9)
    held = np.cumsum(signed)
    assert held.min() > -1e-9
    cash = BALANCE - np.cumsum(signed * fills["price"] + fills["fee"])
    assert cash.min() > -1e-7
    # What trades came to, and what the open position is worth, is what the equity grew by.
    open_value = state["quantity"] * candles["close"][-1]
    open_result = open_value - state["quantity"] * state["entry_price"] - state["entry_fees"]
    realised = fills["profit"][fills["side"] < 0].sum()
    assert tested.equity[-1] - BALANCE == pytest.approx(realised + open_result, abs=1e-6)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", FILES)
def test_no_fill_lies_outside_its_candle(recorded_candles: Path, name: str, kind: str) -> None:
    candles = recorded(recorded_candles, name)[-_MOST:]
    rules = rules_of_every_kind(float(candles["close"][0]))[kind]
    fills = run(market(candles, timeframe_of(name)), rules, random_actions(len(candles), 4), BALANCE).fills
    where = candles["opened_at"].searchsorted(fills["at"])
    assert (candles["opened_at"][where] == fills["at"]).all()
    low, high = candles["low"][where], candles["high"][where]
    tick = rules.filters.price_tick
    worse = (rules.costs.slippage + rules.costs.spread / 2) * high + tick
    maker = np.isin(fills["purpose"], (SAFETY_ORDER, GRID_LINE))
    # Resting orders fill at their price, which the candle traded through; market orders may be worse, never better.
    assert (fills["price"][maker] >= low[maker]).all()
    assert (fills["price"][maker] <= high[maker]).all()
    buys, sales = ~maker & (fills["side"] > 0), ~maker & (fills["side"] < 0)
    assert (fills["price"][buys] >= low[buys]).all()
    assert (fills["price"][buys] <= high[buys] + worse[buys]).all()
    assert (fills["price"][sales] <= high[sales]).all()
    assert (fills["price"][sales] >= low[sales] - worse[sales]).all()
    assert (fills["slippage"] >= -1e-9).all()


@pytest.mark.parametrize("seed", range(6))
def test_the_stop_wins_where_the_candle_holds_both(seed: int) -> None:
    candles, actions = random_candles(4_000, seed), random_actions(4_000, seed)
    rules = Rules(base_amount=100.0, stop_loss=0.004, take_profit=0.004)
    fills = run(market(candles), rules, actions, BALANCE).fills
    sold = fills[fills["side"] < 0]
    at = candles["opened_at"].searchsorted(sold["at"])
    stops, targets = sold["entry_price"] * 0.996, sold["entry_price"] * 1.004
    both = (candles["low"][at] <= stops) & (candles["high"][at] >= targets)
    opens = candles["open"][at]
    inside = both & (opens > stops) & (opens < targets) & np.isin(sold["purpose"], (STOP_LOSS, TAKE_PROFIT))
    assert inside.sum() > 5
    assert (sold["purpose"][inside] == STOP_LOSS).all()


@pytest.mark.parametrize("kind", KINDS)
def test_what_comes_later_changes_nothing_before(kind: str) -> None:
    candles, actions = random_candles(2_000, 7), random_actions(2_000, 7)
    rules = rules_of_every_kind(100.0)[kind]
    whole = run(market(candles), rules, actions, BALANCE)
    for cut in (200, 777, 1_500):
        changed, other = candles.copy(), actions.copy()
        for column in ("open", "high", "low", "close"):
            changed[column][cut:] *= 1.7
        other[cut:] = -other[cut:]
        tested = run(market(changed), rules, other, BALANCE)
        before = candles["opened_at"][cut]
        assert tested.fills[tested.fills["at"] < before].tobytes() == whole.fills[whole.fills["at"] < before].tobytes()
        assert tested.equity[:cut].tobytes() == whole.equity[:cut].tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_compiled_is_the_same_function_in_plain_python(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    candles, actions = random_candles(300, 11), random_actions(300, 11, 0.1)
    rules = rules_of_every_kind(100.0)[kind].record(60_000)
    columns: Any = [np.ascontiguousarray(candles[name]) for name in ("opened_at", "open", "high", "low", "close")]
    gates = np.zeros(300, dtype=np.int8)
    equity, plain_equity = np.empty(300), np.empty(300)
    compiled_state, plain_state = fresh_state(BALANCE), fresh_state(BALANCE)
    fills, outcomes = simulate(compiled_state[0], rules[0], *columns, actions, gates, equity)  # type: ignore[call-arg]
    with plain_python(monkeypatch):
        plain: Any = in_plain_python(simulate)
        plain_fills, plain_outcomes = plain(plain_state[0], rules[0], *columns, actions, gates, plain_equity)
    assert len(fills) > 2
    for name in FILL.names or ():
        np.testing.assert_allclose(fills[name], plain_fills[name], rtol=1e-12, err_msg=name)
    for name in STATE.names or ():
        np.testing.assert_allclose(compiled_state[name], plain_state[name], rtol=1e-12, atol=1e-12, err_msg=name)
    assert outcomes.tolist() == plain_outcomes.tolist()
    np.testing.assert_allclose(equity, plain_equity, rtol=1e-12)


@contextmanager
def plain_python(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every compiled function of the core replaced by what it was made of, for the length of a block."""
    with monkeypatch.context() as patch:
        for name, module in list(sys.modules.items()):
            for attribute, value in list(vars(module).items()) if name.startswith("backend.trading.") else ():
                if hasattr(value, "py_func"):
                    patch.setattr(module, attribute, value.py_func)
        yield


def test_an_entry_is_never_filled_on_the_candle_that_decided_it() -> None:
    candles = random_candles(1_000, 5)
    actions = np.zeros(1_000, dtype=np.int8)
    actions[[10, 400, 999]] = 1
    fills = run(market(candles), Rules(base_amount=10.0, take_profit=0.001), actions, BALANCE).fills
    entries = fills[fills["purpose"] == ENTRY]
    assert entries["at"].tolist() == candles["opened_at"][[11, 401]].tolist()
    assert TIMEFRAMES["1m"] == 60_000
