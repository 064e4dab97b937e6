"""Grid bots by example: lines, rounds and stops, with figures that fit on paper."""

from typing import Any

import numpy as np
import pytest

from backend.tests.trading.markets import FREE, candle_table, market
from backend.trading.backtester import Run, run
from backend.trading.decision import decide
from backend.trading.grid import grid_line, lot_size
from backend.trading.records import EXCHANGE_IS_HALTED, NOT_ENTITLED, OUTCOMES, PURPOSES, WINDOW_CLOSED
from backend.trading.rules import Costs, Filters, Grid, Rules, fresh_state

BALANCE = 1_000.0
MINUTE = 60_000
# Lines at 80, 90, 100, 110 and 120. From 101, buys rest at 80, 90 and 100; what is bought at once is sold at 120.
FOUR = Grid(80.0, 120.0, 4)
AT_101 = (101.0, 101.0, 101.0, 101.0)
Row = tuple[float, float, float, float]


def rules(**changes: Any) -> Rules:
    """A grid of 100 per line without costs."""
    return Rules(**{"kind": "grid", "base_amount": 100.0, "grid": FOUR, "costs": FREE, **changes})


def traded(rows: list[Row], start: Row = AT_101, balance: float = BALANCE, **changes: Any) -> Run:
    """A grid that decides to begin on candle 0, buys on candle 1, and rests from candle 2, the first of `rows`."""
    candles = candle_table([start, start, *rows])
    return run(market(candles), rules(**changes), np.zeros(len(candles), dtype=np.int8), balance)


def told(result: Run) -> list[tuple[str, int, Any, Any]]:
    """Each fill as (purpose, minute, price, quantity with its sign)."""
    return [
        (
            PURPOSES[fill["purpose"]],
            int(fill["at"]) // MINUTE,
            pytest.approx(float(fill["price"]), rel=1e-12),
            pytest.approx(float(fill["side"] * fill["quantity"]), rel=1e-12),
        )
        for fill in result.fills
    ]


def line(minute: int, price: float, of: float, side: int, amount: float = 100.0) -> tuple[str, int, float, float]:
    """A fill at `price` of the lot that is bought at the line `of`."""
    return ("grid_line", minute, price, side * amount / of)


FIRST = ("entry", 1, 101.0, 100 / 110)


# Lines


def test_arithmetic_lines_are_the_same_distance_apart() -> None:
    record = rules().record(MINUTE)[0]
    assert [grid_line(record, number) for number in range(5)] == pytest.approx([80.0, 90.0, 100.0, 110.0, 120.0])


def test_geometric_lines_are_the_same_ratio_apart() -> None:
    record = rules(grid=Grid(50.0, 800.0, 4, "geometric")).record(MINUTE)[0]
    assert [grid_line(record, number) for number in range(5)] == pytest.approx([50.0, 100.0, 200.0, 400.0, 800.0])


def test_lines_lie_on_the_nearest_tick_and_lots_on_the_step_below() -> None:
    record = rules(grid=Grid(1.0, 2.0, 3), filters=Filters(0.5, 0.3), base_amount=1.0).record(MINUTE)[0]
    # 1, 1.333, 1.667, 2 and a tick of 0.5; 1 / 1 and 1 / 1.5 with a step of 0.3.
    assert [grid_line(record, number) for number in range(4)] == pytest.approx([1.0, 1.5, 1.5, 2.0])
    assert [lot_size(record, number) for number in range(2)] == pytest.approx([0.9, 0.6])


def test_each_line_buys_the_same_amount() -> None:
    record = rules().record(MINUTE)[0]
    assert [lot_size(record, number) for number in range(4)] == pytest.approx([100 / 80, 100 / 90, 1.0, 100 / 110])


# Beginning


def test_what_is_sold_above_the_price_is_bought_at_once() -> None:
    result = traded([], start=(95.0, 95.0, 95.0, 95.0))
    # Sales rest at 110 and at 120: the lots of the lines 100 and 110.
    assert told(result) == [("entry", 1, 95.0, 1 + 100 / 110)]
    assert result.outcome_counts() == {"acted": 1, "hold": 1}


def test_nothing_rests_in_the_candle_of_the_first_purchase() -> None:
    wide = (101.0, 130.0, 70.0, 101.0)
    candles = candle_table([AT_101, wide])
    assert told(run(market(candles), rules(), np.zeros(2, dtype=np.int8), BALANCE)) == [FIRST]


@pytest.mark.parametrize("price", [79.0, 80.0, 120.0, 125.0])
def test_outside_the_range_it_waits_until_the_price_is_inside(price: float) -> None:
    outside = (price, price, price, price)
    result = traded([AT_101, AT_101], start=outside)
    assert told(result) == [("entry", 3, 101.0, 100 / 110)]
    assert result.outcome_counts() == {"outside_range": 2, "acted": 1, "hold": 1}


@pytest.mark.parametrize(
    ("changes", "balance", "outcome"),
    [
        # Three buys of 100 and 101 / 1.10 for the sale: 391.82.
        ({}, 391.81, "balance"),
        ({}, 391.82, "acted"),
        # 100 / 80, floored to 1, comes to 80.
        ({"filters": Filters(quantity_step=0.5, minimum_notional=80.01)}, BALANCE, "below_minimum"),
        ({"filters": Filters(quantity_step=1.2)}, BALANCE, "below_minimum"),
        ({"filters": Filters(minimum_notional=100.01)}, BALANCE, "below_minimum"),
        # Fees: 300 · 1.01 and 91.82 · 1.02 · 1.05, in which 1.05 is slippage.
        ({"costs": Costs(0.01, 0.02, 0.05)}, 401.33, "balance"),
        ({"costs": Costs(0.01, 0.02, 0.05)}, 401.34, "acted"),
    ],
)
def test_it_begins_with_all_of_its_lines_or_not_at_all(changes: dict[str, Any], balance: float, outcome: str) -> None:
    states = fresh_state(balance)
    found, quantity = decide(states[0], rules(**changes).record(MINUTE)[0], 0, 101.0, 0, 0)
    assert OUTCOMES[found] == outcome
    assert quantity == pytest.approx(100 / 110 if outcome == "acted" else 0.0)
    assert (states[0]["grid"][:4] != 0).all() == (outcome == "acted")


def refusal(gates: int, balance: float = 1_000.0) -> str:
    outcome, _ = decide(fresh_state(balance)[0], rules().record(MINUTE)[0], 0, 101.0, 0, gates)
    return OUTCOMES[outcome]


def test_checks_forbid_its_beginning() -> None:
    assert refusal(WINDOW_CLOSED | EXCHANGE_IS_HALTED, 10.0) == "trading_window"
    assert refusal(EXCHANGE_IS_HALTED | NOT_ENTITLED) == "exchange_halted"
    assert refusal(NOT_ENTITLED) == "entitlement"


@pytest.mark.parametrize("gate", [EXCHANGE_IS_HALTED, NOT_ENTITLED])
def test_the_balance_is_asked_before_the_exchange(gate: int) -> None:
    """ENGINE.md's order: ..., balance, below_minimum, exchange_halted, entitlement."""
    assert refusal(gate, 10.0) == "balance"


def test_the_balance_is_asked_before_the_minimum() -> None:
    states = fresh_state(10.0)
    record = rules(filters=Filters(minimum_notional=500.0)).record(MINUTE)[0]
    outcome, _ = decide(states[0], record, 0, 101.0, 0, 0)
    assert OUTCOMES[outcome] == "balance"


def test_a_grid_of_buys_alone_rests_without_a_purchase() -> None:
    start = (115.0, 115.0, 115.0, 115.0)
    result = traded([(112.0, 112.0, 108.0, 109.0)], start=start)
    assert told(result) == [line(2, 110.0, 110.0, 1)]


def test_a_grid_of_buys_alone_rests_from_the_coming_candle_on() -> None:
    """As arm_grid promises: what was placed at the close of candle 0 is there in candle 1."""
    candles = candle_table([(115.0, 115.0, 115.0, 115.0), (112.0, 112.0, 108.0, 109.0)])
    result = run(market(candles), rules(), np.zeros(2, dtype=np.int8), BALANCE)
    assert told(result) == [line(1, 110.0, 110.0, 1)]


# Rounds


def test_a_round_earns_the_distance_between_two_lines() -> None:
    rows = [(101.0, 101.0, 99.0, 99.5), (99.5, 111.0, 99.5, 110.5)]
    result = traded(rows)
    assert told(result) == [FIRST, line(2, 100.0, 100.0, 1), line(3, 110.0, 100.0, -1)]
    # 1 bought at 100 and sold at 110 leaves 10 more than before the round.
    assert float(result.state["cash"]) == pytest.approx(1_000 - 101 / 1.10 + 10)
    assert float(result.state["quantity"]) == pytest.approx(100 / 110)


def test_a_round_after_fees() -> None:
    rows = [(101.0, 101.0, 99.0, 99.5), (99.5, 111.0, 99.5, 110.5)]
    result = traded(rows, costs=Costs(0.01, 0.02, 0.0))
    first = 101 / 1.10
    # The first purchase is a market order and pays the taker's fee; the lines pay the maker's.
    assert result.fills["fee"] == pytest.approx([first * 0.02, 1.0, 1.1])
    assert float(result.state["cash"]) == pytest.approx(1_000 - first * 1.02 + 10 - 2.1)


def test_a_sales_profit_is_against_the_average() -> None:
    rows = [(101.0, 101.0, 99.0, 99.5), (99.5, 111.0, 99.5, 110.5)]
    result = traded(rows)
    average = (100 / 110 * 101 + 100) / (100 / 110 + 1)
    assert float(result.fills[-1]["profit"]) == pytest.approx(110 - average)
    assert int(result.fills[-1]["closed"]) == 0


def test_a_line_is_armed_again_one_candle_after_it_filled() -> None:
    rows = [
        (101.0, 101.0, 99.0, 105.0),  # buys at 100
        (105.0, 111.0, 99.0, 111.0),  # sells at 110; the buy at 100 was placed on the way and does not fill
        (101.0, 101.0, 99.0, 99.0),  # buys at 100 again
        (99.0, 112.0, 99.0, 112.0),  # and sells again
    ]
    assert told(traded(rows)) == [
        FIRST,
        line(2, 100.0, 100.0, 1),
        line(3, 110.0, 100.0, -1),
        line(4, 100.0, 100.0, 1),
        line(5, 110.0, 100.0, -1),
    ]


def test_what_was_bought_in_a_candle_is_not_sold_in_it() -> None:
    result = traded([(101.0, 119.0, 99.0, 118.0)])
    assert told(result) == [FIRST, line(2, 100.0, 100.0, 1)]


def test_what_was_sold_in_a_candle_is_not_bought_again_in_it() -> None:
    # The second candle closes below its open: up through 110, and then down through 100.
    result = traded([(101.0, 101.0, 99.0, 105.0), (105.0, 111.0, 99.0, 99.5), (101.0, 101.0, 99.0, 99.0)])
    assert told(result)[1:] == [line(2, 100.0, 100.0, 1), line(3, 110.0, 100.0, -1), line(4, 100.0, 100.0, 1)]


def test_a_line_that_is_only_touched_does_not_fill() -> None:
    assert told(traded([(101.0, 120.0, 100.0, 101.0)])) == [FIRST]


def test_a_candle_that_falls_through_several_lines_fills_each() -> None:
    result = traded([(101.0, 101.0, 79.0, 85.0)])
    assert told(result)[1:] == [line(2, 100.0, 100.0, 1), line(2, 90.0, 90.0, 1), line(2, 80.0, 80.0, 1)]


def test_what_a_gap_jumps_over_fills_at_the_open() -> None:
    falling = traded([(85.0, 85.0, 84.0, 84.0), (125.0, 125.0, 124.0, 124.0)])
    assert told(falling)[1:] == [
        line(2, 85.0, 100.0, 1),
        line(2, 85.0, 90.0, 1),
        line(3, 125.0, 90.0, -1),
        line(3, 125.0, 100.0, -1),
        line(3, 125.0, 110.0, -1),
    ]


def test_after_everything_is_sold_the_lines_go_on() -> None:
    # The one lot held is sold at 120, which empties the position; below, every line still buys.
    result = traded([(101.0, 121.0, 101.0, 121.0), (121.0, 121.0, 109.0, 109.0)])
    assert told(result) == [FIRST, line(2, 120.0, 110.0, -1), line(3, 110.0, 110.0, 1)]


# Stops outside the range


def test_below_the_range_everything_is_sold_and_the_grid_is_over() -> None:
    rows = [(101.0, 101.0, 75.0, 75.0), (75.0, 75.0, 75.0, 75.0), AT_101, (101.0, 130.0, 70.0, 101.0)]
    result = traded(rows, stop_loss=0.05)
    lots = 100 / 110 + 1 + 100 / 90 + 100 / 80
    # 5 % below 80 is 76; on the way there all lines bought.
    assert told(result)[-1] == ("stop_loss", 2, 76.0, -lots)
    assert len(result.fills) == 5
    assert OUTCOMES[result.state["halted"]] == "range_left"
    assert result.outcome_counts() == {"acted": 1, "hold": 1, "range_left": 4}
    assert float(result.state["cash"]) == pytest.approx(1_000 - 101 / 1.10 - 300 + 76 * lots)


RISING = [(101.0, 101.0, 99.0, 100.5), (100.5, 140.0, 100.5, 140.0)]


def test_above_the_range_likewise() -> None:
    result = traded(RISING, take_profit=0.1, filters=Filters(quantity_step=0.001))
    # Lots are sold at 110 and 120 on the way to 132, where nothing is left to sell.
    assert told(result)[2:] == [line(3, 110.0, 100.0, -1), ("grid_line", 3, 120.0, -0.909)]
    assert int(result.fills[-1]["closed"]) == 1
    assert OUTCOMES[result.state["halted"]] == "range_left"


def test_a_rounding_error_is_no_holding() -> None:
    result = traded(RISING, take_profit=0.1)
    assert told(result)[2:] == [line(3, 110.0, 100.0, -1), line(3, 120.0, 110.0, -1)]
    assert float(result.state["quantity"]) == 0.0


def test_a_stop_above_sells_what_was_bought_in_the_candle_of_the_rise() -> None:
    # Down through 100 and then up: the lot of 100 may not be sold at 110 yet, but the range is left at 132.
    result = traded([(101.0, 140.0, 99.0, 140.0)], take_profit=0.1)
    assert told(result)[1:] == [
        line(2, 100.0, 100.0, 1),
        line(2, 120.0, 110.0, -1),
        ("take_profit", 2, 132.0, -1.0),
    ]


def test_a_gap_below_the_stop_sells_at_the_open_worsened() -> None:
    result = traded([(70.0, 71.0, 69.0, 70.0)], stop_loss=0.05, costs=Costs(0.0, 0.0, 0.01))
    # The lines above the open bought at it; everything is sold there, less 1 %.
    lots = 100 / 110 + 1 + 100 / 90 + 100 / 80
    assert told(result)[-1] == ("stop_loss", 2, 69.3, -lots)


def test_where_a_candle_reaches_both_ends_the_stop_wins() -> None:
    for close in (101.5, 100.5):
        result = traded([(101.0, 140.0, 70.0, close)], stop_loss=0.05, take_profit=0.1)
        assert told(result)[-1][0] == "stop_loss"
        assert float(result.state["quantity"]) == 0.0


def test_without_a_stop_it_rests_outside_its_range() -> None:
    result = traded([(101.0, 101.0, 40.0, 40.0), (40.0, 130.0, 40.0, 130.0)])
    # Down through all lines, and up through all of them again.
    assert [one[2] for one in told(result)[4:]] == [90.0, 100.0, 110.0, 120.0]
    assert float(result.state["quantity"]) == pytest.approx(0.0, abs=1e-12)
    # 10 a unit of each lot: 100/80 + 100/90 + 1, and 19 of the lot that was bought at 101.
    assert float(result.state["cash"]) == pytest.approx(1_000 + 10 * (100 / 80 + 100 / 90 + 1) + 19 / 1.1)


# Breaches


@pytest.mark.parametrize("close", [True, False])
def test_a_breach_takes_the_lines_back(close: bool) -> None:
    # 391.82 in play: at 79 the loss is more than 5 %.
    rows = [(101.0, 101.0, 79.0, 79.0), (79.0, 79.0, 79.0, 79.0), (79.0, 125.0, 79.0, 125.0)]
    result = traded(rows, max_drawdown=0.05, close_on_breach=close)
    lots = 100 / 110 + 1 + 100 / 90 + 100 / 80
    assert OUTCOMES[result.state["halted"]] == "max_drawdown"
    assert told(result)[4:] == ([("risk_exit", 3, 79.0, -lots)] if close else [])
