"""DCA bots by example: safety orders and the target on the average, with figures that fit on paper."""

from typing import Any

import numpy as np
import pytest

from backend.tests.trading.markets import FREE, candle_table, market
from backend.trading.backtester import Run, run
from backend.trading.records import OUTCOMES, PURPOSES
from backend.trading.rules import Costs, Dca, Filters, Rules

BALANCE = 1_000.0
MINUTE = 60_000
CALM = (100.0, 100.0, 100.0, 100.0)
Row = tuple[float, float, float, float]
# Steps of 1, 2 and 4 % put the orders at 99, 97 and 93; they spend 50, 75 and 112.50.
LADDER = Dca("signal", 3, 50.0, 0.01, 2.0, 1.5)


def traded(rows: list[Row], signals: dict[int, int] | None = None, balance: float = BALANCE, **rules: Any) -> Run:
    """A DCA bot that buys 100 at 100 on candle 1 of (open, high, low, close); `rules` change it."""
    actions = np.zeros(len(rows) + 2, dtype=np.int8)
    for index, action in ({0: 1} if signals is None else signals).items():
        actions[index] = action
    settings: dict[str, Any] = {
        "kind": "dca",
        "base_amount": 100.0,
        "take_profit": 0.5,
        "dca": LADDER,
        "costs": FREE,
        **rules,
    }
    return run(market(candle_table([CALM, CALM, *rows])), Rules(**settings), actions, balance)


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


ENTRY = ("entry", 1, 100.0, 1.0)


# Safety orders


def test_the_ladder_as_the_form_shows_it() -> None:
    assert LADDER.deviations() == pytest.approx([0.01, 0.03, 0.07])
    assert LADDER.amounts() == pytest.approx([50.0, 75.0, 112.5])


def test_safety_orders_fill_one_after_the_other_at_their_prices() -> None:
    rows = [(100.0, 100.0, 98.5, 98.5), (98.5, 98.5, 96.0, 96.0), (96.0, 96.0, 92.0, 92.0), (92.0, 92.0, 50.0, 50.0)]
    result = traded(rows)
    assert told(result) == [
        ENTRY,
        ("safety_order", 2, 99.0, 50 / 99),
        ("safety_order", 3, 97.0, 75 / 97),
        ("safety_order", 4, 93.0, 112.5 / 93),
    ]
    assert float(result.state["cash"]) == pytest.approx(1_000 - 100 - 50 - 75 - 112.5)


def test_the_average_is_weighted_by_quantity() -> None:
    # 1 at 100 and 1 at 80: 90 on average.
    dca = Dca("signal", 1, 80.0, 0.2)
    result = traded([(100.0, 100.0, 79.0, 79.0)], dca=dca)
    assert float(result.state["entry_price"]) == pytest.approx(90.0)
    assert int(result.state["entries"]) == 2
    assert float(result.state["quantity"]) == pytest.approx(2.0)


def test_without_an_amount_of_its_own_a_safety_order_spends_the_first_buys() -> None:
    result = traded([(100.0, 100.0, 79.0, 79.0)], dca=Dca("signal", 1, 0.0, 0.2))
    assert told(result)[1] == ("safety_order", 2, 80.0, 1.25)


def test_a_price_that_is_only_touched_does_not_fill() -> None:
    assert told(traded([(100.0, 100.0, 99.0, 100.0)])) == [ENTRY]
    assert len(traded([(100.0, 100.0, 98.99, 100.0)]).fills) == 2


def test_a_candle_that_falls_through_several_fills_each_at_its_own_price() -> None:
    result = traded([(100.0, 100.0, 92.0, 95.0)])
    assert [one[2] for one in told(result)] == [100.0, 99.0, 97.0, 93.0]
    assert {int(fill["at"]) for fill in result.fills[1:]} == {2 * MINUTE}


def test_what_a_gap_jumps_over_fills_at_the_open() -> None:
    # 99 and 97 lie above the open of 95; 93 is reached on the way.
    result = traded([(95.0, 96.0, 92.0, 94.0)])
    assert told(result)[1:] == [
        ("safety_order", 2, 95.0, 50 / 99),
        ("safety_order", 2, 95.0, 75 / 97),
        ("safety_order", 2, 93.0, 112.5 / 93),
    ]
    # Resting orders are not worsened by slippage.
    assert result.fills["slippage"].tolist() == [0.0] * 4


def test_prices_and_quantities_are_on_the_markets_grid() -> None:
    dca = Dca("signal", 1, 50.0, 0.015)
    result = traded([(100.0, 100.0, 97.0, 98.0)], dca=dca, filters=Filters(price_tick=1.0, quantity_step=0.01))
    # 98.50 is floored to 98, away from the price; 50 / 98 = 0.5102.
    assert told(result)[1] == ("safety_order", 2, 98.0, 0.51)


def test_orders_placed_in_a_candle_do_not_fill_in_it() -> None:
    """The candle of the entry falls through all of the ladder; it rests from the next one on."""
    actions = np.array([1, 0, 0], dtype=np.int8)
    rules = Rules(kind="dca", base_amount=100.0, take_profit=0.5, dca=LADDER, costs=FREE)
    rows = [CALM, (100.0, 100.0, 90.0, 98.0), (98.0, 98.0, 98.0, 98.0)]
    result = run(market(candle_table(rows)), rules, actions, BALANCE)
    # Candle 2 opens at 98, which is below 99 only.
    assert told(result) == [ENTRY, ("safety_order", 2, 98.0, 50 / 99)]


def test_the_ladder_hangs_from_the_first_fill_and_not_from_the_average() -> None:
    costs = Costs(0.0, 0.0, 0.01)
    rows = [(101.0, 101.0, 98.0, 98.0)]
    # Bought at 101 with the slippage: 101 · 0.99 = 99.99.
    assert told(traded(rows, costs=costs, dca=Dca("signal", 1, 50.0, 0.01)))[1][2] == 99.99


def test_safety_orders_pay_the_makers_fee() -> None:
    result = traded([(100.0, 100.0, 79.0, 79.0)], dca=Dca("signal", 1, 80.0, 0.2), costs=Costs(0.001, 0.002, 0.0))
    assert result.fills["fee"] == pytest.approx([0.2, 0.08])
    assert float(result.state["entry_fees"]) == pytest.approx(0.28)


# Money


def test_without_enough_money_the_rest_is_bought_and_then_nothing() -> None:
    # 100 and 50 leave 20 of 170 for the order of 75; nothing is left for that of 112.50.
    result = traded([(100.0, 100.0, 80.0, 85.0)], balance=170.0)
    assert told(result)[1:] == [("safety_order", 2, 99.0, 50 / 99), ("safety_order", 2, 97.0, 20 / 97)]
    assert float(result.state["cash"]) == pytest.approx(0.0, abs=1e-9)


def test_what_is_left_below_the_minimum_is_not_spent() -> None:
    filters = Filters(minimum_notional=25.0)
    result = traded([(100.0, 100.0, 80.0, 85.0)], balance=170.0, filters=filters)
    assert len(result.fills) == 2
    assert float(result.state["cash"]) == pytest.approx(20.0)


# Exits


def test_the_target_is_a_share_above_the_average() -> None:
    # 1 at 100 and 1 at 80: the average is 90, 10 % above it 99.
    rows = [(100.0, 100.0, 79.0, 80.0), (80.0, 98.9, 80.0, 90.0), (90.0, 99.5, 90.0, 95.0)]
    result = traded(rows, take_profit=0.1, dca=Dca("signal", 1, 80.0, 0.2))
    assert told(result)[2:] == [("take_profit", 4, 99.0, -2.0)]
    assert float(result.fills[-1]["profit"]) == pytest.approx(18.0)
    assert (int(result.fills[-1]["closed"]), int(result.fills[-1]["entries"])) == (1, 2)
    assert float(result.state["cash"]) == pytest.approx(1_018.0)


def test_a_target_that_a_safety_order_moved_does_not_fill_in_that_candle() -> None:
    # Down through 80 and up to 100: the target moved from 110 to 99 on the way.
    rows = [(100.0, 100.0, 79.0, 100.0), (98.0, 98.5, 98.0, 98.0), (98.0, 99.5, 98.0, 98.0)]
    result = traded(rows, take_profit=0.1, dca=Dca("signal", 1, 80.0, 0.2))
    assert told(result)[1:] == [("safety_order", 2, 80.0, 1.0), ("take_profit", 4, 99.0, -2.0)]


def test_a_falling_candle_reaches_its_high_first() -> None:
    # The close below the open: up to the target of 110 and then down past 80, when nothing is held any more.
    result = traded([(100.0, 112.0, 79.0, 90.0)], take_profit=0.1, dca=Dca("signal", 1, 80.0, 0.2))
    assert told(result)[1:] == [("take_profit", 2, 110.0, -1.0)]


def test_a_rising_candle_reaches_its_low_first() -> None:
    # Down past 80 first, which moves the target to 99 for the next candle.
    result = traded([(100.0, 112.0, 79.0, 111.0)], take_profit=0.1, dca=Dca("signal", 1, 80.0, 0.2))
    assert told(result)[1:] == [("safety_order", 2, 80.0, 1.0)]


def test_a_target_is_filled_at_the_open_of_a_gap() -> None:
    result = traded([(115.0, 115.0, 90.0, 100.0)], take_profit=0.1)
    assert told(result)[1:] == [("take_profit", 2, 115.0, -1.0)]


def test_the_target_of_an_entry_is_in_force_at_once() -> None:
    actions = np.array([1, 0, 0], dtype=np.int8)
    rules = Rules(kind="dca", base_amount=100.0, take_profit=0.1, dca=LADDER, costs=FREE)
    rows = [CALM, (100.0, 112.0, 100.0, 105.0), (105.0, 105.0, 105.0, 105.0)]
    sold = told(run(market(candle_table(rows)), rules, actions, BALANCE))[1]
    assert (sold[0], sold[1], sold[2]) == ("take_profit", 1, pytest.approx(110.0))


def test_the_stop_is_a_share_below_the_average_and_moves_with_it() -> None:
    # Stop at 95 at first; 0.5 / 98 bought at 98 lower the average, and the stop with it.
    dca = Dca("signal", 1, 98.0, 0.02)
    rows = [(100.0, 100.0, 97.0, 97.0), (97.0, 97.0, 94.5, 94.5), (94.5, 94.5, 94.0, 94.0)]
    result = traded(rows, stop_loss=0.05, dca=dca)
    # 1 at 100 and 1 at 98 are 99 on average: 94.05.
    assert told(result)[1:] == [("safety_order", 2, 98.0, 1.0), ("stop_loss", 4, 94.05, -2.0)]


def test_orders_below_the_stop_never_fill() -> None:
    result = traded([(100.0, 100.0, 50.0, 60.0)], stop_loss=0.02)
    # 99 fills and lowers the average to 99.664 and the stop to 97.67; 97 lies below it.
    average = 150 / (1 + 50 / 99)
    assert told(result)[1:] == [
        ("safety_order", 2, 99.0, 50 / 99),
        ("stop_loss", 2, average * 0.98, -1 - 50 / 99),
    ]


def test_the_stop_is_in_force_in_the_candle_of_the_entry() -> None:
    actions = np.array([1, 0], dtype=np.int8)
    rules = Rules(kind="dca", base_amount=100.0, take_profit=0.1, stop_loss=0.05, dca=LADDER, costs=FREE)
    result = run(market(candle_table([CALM, (100.0, 100.0, 90.0, 92.0)])), rules, actions, BALANCE)
    assert told(result) == [ENTRY, ("stop_loss", 1, 95.0, -1.0)]


def test_a_gap_through_the_stop_fills_at_the_open() -> None:
    result = traded([(90.0, 91.0, 90.0, 90.0)], stop_loss=0.005)
    assert told(result)[1:] == [("stop_loss", 2, 90.0, -1.0)]


def test_a_gap_through_safety_order_and_stop_leaves_at_the_open() -> None:
    # Stop at 95, a large safety order at 98; the candle opens beyond both. ENGINE.md: the fill is the open.
    result = traded([(90.0, 91.0, 89.0, 90.0)], stop_loss=0.05, dca=Dca("signal", 1, 500.0, 0.02))
    last = told(result)[-1]
    assert (last[0], last[2]) == ("stop_loss", 90.0)
    assert float(result.state["quantity"]) == 0.0


def test_a_trailing_stop_follows_the_peak() -> None:
    rows = [(100.0, 120.0, 100.0, 118.0), (118.0, 118.0, 107.0, 107.0)]
    assert told(traded(rows, trailing_stop=0.1))[1:] == [("trailing_stop", 3, 108.0, -1.0)]


def test_sell_signals_are_not_the_bots_way_out() -> None:
    result = traded([CALM, CALM], {0: 1, 2: -1})
    assert told(result) == [ENTRY]


# Beginning


def test_at_once_begins_with_the_first_close_and_again_after_each_sale() -> None:
    # Bought on candle 1, sold on 2 at 110; that close decides the next, filled on 3 at 112, sold on 4 at 123.20.
    rows = [
        (105.0, 111.0, 105.0, 108.0),
        (112.0, 112.0, 112.0, 112.0),
        (112.0, 124.0, 112.0, 112.0),
        (112.0, 112.0, 112.0, 112.0),
    ]
    result = traded(rows, {}, take_profit=0.1, dca=Dca("at_once", 0))
    assert [one[:3] for one in told(result)] == [
        ("entry", 1, 100.0),
        ("take_profit", 2, 110.0),
        ("entry", 3, 112.0),
        ("take_profit", 4, pytest.approx(123.2)),
        ("entry", 5, 112.0),
    ]


def test_by_signal_it_waits() -> None:
    result = traded([(105.0, 111.0, 105.0, 108.0), CALM, CALM], {}, take_profit=0.1)
    assert (len(result.fills), result.outcome_counts()) == (0, {"hold": 5})


def test_the_ladder_begins_anew_after_a_sale() -> None:
    rows = [
        (100.0, 100.0, 98.0, 98.0),  # safety order at 99
        (120.0, 120.0, 120.0, 120.0),  # sold, and decided to buy again
        (200.0, 200.0, 200.0, 200.0),  # bought at 200
        (200.0, 200.0, 197.0, 197.0),  # safety order at 198
    ]
    result = traded(rows, {}, take_profit=0.1, dca=Dca("at_once", 3, 50.0, 0.01, 2.0, 1.5))
    assert [one[:3] for one in told(result)] == [
        ("entry", 1, 100.0),
        ("safety_order", 2, 99.0),
        ("take_profit", 3, 120.0),
        ("entry", 4, 200.0),
        ("safety_order", 5, 198.0),
    ]


def test_at_once_says_why_it_does_not_begin() -> None:
    result = traded([CALM], {}, balance=99.0, dca=Dca("at_once", 0))
    assert result.outcome_counts() == {"balance": 3}


@pytest.mark.parametrize("close", [True, False])
def test_a_stopped_bot_does_not_begin_again(close: bool) -> None:
    rows = [(94.0, 94.0, 94.0, 94.0), CALM, (160.0, 160.0, 160.0, 160.0), CALM]
    dca = Dca("at_once", 0)
    result = traded(rows, {}, base_amount=1_000.0, max_drawdown=0.05, close_on_breach=close, dca=dca)
    assert OUTCOMES[result.state["halted"]] == "max_drawdown"
    assert [one[0] for one in told(result)] == ["entry", "risk_exit" if close else "take_profit"]


def test_a_stopped_bot_buys_no_more_safety_orders() -> None:
    # 800 at 100 and 90: 5 % of the equity is lost before the safety order at 90 is reached.
    rows = [(93.0, 93.0, 93.0, 93.0), (93.0, 93.0, 89.0, 89.0)]
    dca = Dca("signal", 1, 100.0, 0.1)
    result = traded(rows, base_amount=800.0, max_drawdown=0.05, close_on_breach=False, dca=dca)
    assert OUTCOMES[result.state["halted"]] == "max_drawdown"
    assert [one[0] for one in told(result)] == ["entry"]
