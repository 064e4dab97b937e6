"""Signal bots by example: every figure here can be checked with pencil and paper."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from backend.tests.trading.markets import FREE, candle_table, market
from backend.trading.backtester import Run, run
from backend.trading.decision import decide
from backend.trading.records import (
    EXCHANGE_IS_HALTED,
    NOT_ENTITLED,
    OUTCOMES,
    PURPOSES,
    RANGE_LEFT,
    WINDOW_CLOSED,
)
from backend.trading.rules import Costs, Filters, Rules, fresh_state
from backend.trading.window import TradingWindow

BALANCE = 1_000.0
MINUTE = 60_000
DAY_MINUTES = 1_440
CALM = (100.0, 100.0, 100.0, 100.0)
Row = tuple[float, float, float, float]


def traded(rows: list[Row], signals: dict[int, int], rules: Rules, minute: int = 0, balance: float = BALANCE) -> Run:
    """A run over one-minute candles of (open, high, low, close); `signals`: +1 or -1 by the candle's number."""
    actions = np.zeros(len(rows), dtype=np.int8)
    for index, action in signals.items():
        actions[index] = action
    return run(market(candle_table(rows, minute)), rules, actions, balance)


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


def free(**values: Any) -> Rules:
    """Rules of 100 per entry without costs."""
    return Rules(**{"base_amount": 100.0, "costs": FREE, **values})


# Market orders


def test_a_market_order_fills_at_the_next_open_worsened_and_rounded_away_from_us() -> None:
    # Slippage 0.1 % and half of a spread of 0.2 %: 0.2 % a side.
    rules = Rules(
        base_amount=100.0, costs=Costs(0.0, 0.0, 0.001, 0.002), filters=Filters(price_tick=0.5, quantity_step=0.01)
    )
    rows = [CALM, (104.0, 104.0, 104.0, 104.0), CALM, (103.0, 103.0, 103.0, 103.0)]
    result = traded(rows, {0: 1, 2: -1}, rules)
    # The close of 100 decides the quantity. 104 · 1.002 = 104.208, up to 104.5; 103 · 0.998 = 102.794, down to 102.5.
    assert told(result) == [("entry", 1, 104.5, 1.0), ("exit_signal", 3, 102.5, -1.0)]
    assert result.fills["slippage"] == pytest.approx([0.5, 0.5])
    assert result.fills["profit"].tolist() == pytest.approx([0.0, -2.0])


def test_a_price_that_lies_on_the_tick_is_not_rounded_further() -> None:
    rules = free(filters=Filters(price_tick=0.1))
    result = traded([CALM, (100.3, 100.3, 100.3, 100.3)], {0: 1}, rules)
    assert result.fills["price"][0] == pytest.approx(100.3)


def test_a_signal_on_the_last_candle_is_never_filled() -> None:
    result = traded([CALM, CALM], {1: 1}, free())
    assert len(result.fills) == 0
    assert result.outcome_counts() == {"hold": 1, "acted": 1}


def test_fees_are_paid_on_both_sides_and_belong_to_the_profit() -> None:
    rules = Rules(base_amount=100.0, costs=Costs(0.0, 0.01, 0.0))
    result = traded([CALM, CALM, CALM, (110.0, 110.0, 110.0, 110.0)], {0: 1, 2: -1}, rules)
    # 1 at 100 costs 1.00 of fee, 1 at 110 costs 1.10; 10 less 2.10 is 7.90.
    assert result.fills["fee"] == pytest.approx([1.0, 1.1])
    assert result.fills["profit"] == pytest.approx([0.0, 7.9])
    assert result.equity == pytest.approx([1_000.0, 999.0, 999.0, 1_007.9])
    assert float(result.state["cash"]) == pytest.approx(1_007.9)


def test_what_opens_dearer_than_the_cash_is_bought_as_far_as_it_goes() -> None:
    rules = Rules(base_amount=1_000.0, costs=FREE, filters=Filters(quantity_step=0.1))
    result = traded([CALM, (125.0, 125.0, 125.0, 125.0), CALM], {0: 1}, rules)
    # 10 were wanted; 1,000 pays for 8 at 125.
    assert told(result) == [("entry", 1, 125.0, 8.0)]
    assert float(result.state["cash"]) == pytest.approx(0.0)


# Protective exits


def exit_of(rows: list[Row], **rules: Any) -> tuple[str, Any]:
    """Purpose and price of the one sale, of 1 bought at 100 on candle 1."""
    result = traded([CALM, *rows], {0: 1}, free(**rules))
    sales = result.fills[result.fills["side"] < 0]
    assert len(sales) == 1
    return PURPOSES[sales[0]["purpose"]], float(sales[0]["price"])


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # On the way, and exactly touched.
        ([CALM, (99.0, 99.0, 97.0, 98.5)], ("stop_loss", 98.0)),
        ([CALM, (99.0, 99.0, 98.0, 98.5)], ("stop_loss", 98.0)),
        ([CALM, (101.0, 103.0, 101.0, 102.0)], ("take_profit", 103.0)),
        # In the candle of the entry.
        ([(100.0, 100.0, 97.0, 99.0)], ("stop_loss", 98.0)),
        ([(100.0, 104.0, 99.0, 99.0)], ("take_profit", 103.0)),
        # Both in one candle: the stop, whatever the close tells of the way.
        ([CALM, (100.0, 104.0, 97.0, 103.5)], ("stop_loss", 98.0)),
        ([CALM, (100.0, 104.0, 97.0, 97.5)], ("stop_loss", 98.0)),
        # A gap: the open, be it worse or better.
        ([CALM, (90.0, 95.0, 89.0, 94.0)], ("stop_loss", 90.0)),
        ([CALM, (107.0, 108.0, 97.0, 98.0)], ("take_profit", 107.0)),
    ],
)
def test_stop_and_target(rows: list[Row], expected: tuple[str, float]) -> None:
    reason, price = exit_of(rows, stop_loss=0.02, take_profit=0.03)
    assert (reason, price) == (expected[0], pytest.approx(expected[1]))


def test_an_exit_is_worsened_by_slippage_and_rounded_down() -> None:
    rules = Rules(base_amount=100.0, stop_loss=0.02, costs=Costs(0.0, 0.0, 0.01), filters=Filters(price_tick=0.5))
    result = traded([CALM, CALM, (99.0, 99.0, 90.0, 95.0)], {0: 1}, rules)
    # Bought at 101; stop at 98.98; less 1 % is 97.9902, down to 97.5.
    assert told(result) == [("entry", 1, 101.0, 1.0), ("stop_loss", 2, 97.5, -1.0)]
    assert result.fills["slippage"] == pytest.approx([1.0, 98.98 - 97.5])


def test_a_trailing_stop_follows_the_peak_before_the_candle() -> None:
    # 10 % below the peak: the entry at 100 puts it at 90, a high of 120 at 108 from the next candle on.
    rows = [CALM, (110.0, 120.0, 105.0, 115.0), (115.0, 116.0, 108.5, 110.0), (110.0, 110.0, 107.0, 107.0)]
    assert exit_of(rows, trailing_stop=0.1) == ("trailing_stop", pytest.approx(108.0))


def test_a_candle_that_rises_and_falls_is_stopped_by_the_peak_before_it() -> None:
    # 108 would follow from this candle's own high; the stop in force is at 90.
    result = traded([CALM, CALM, (100.0, 120.0, 91.0, 95.0)], {0: 1}, free(trailing_stop=0.1))
    assert len(result.fills) == 1
    assert float(result.state["peak_price"]) == 120.0


def test_a_trailing_stop_gapped_through_fills_at_the_open() -> None:
    rows = [CALM, (110.0, 120.0, 110.0, 118.0), (100.0, 101.0, 99.0, 100.0)]
    assert exit_of(rows, trailing_stop=0.1) == ("trailing_stop", 100.0)


@pytest.mark.parametrize(("low", "expected"), [(96.0, ("stop_loss", 97.0)), (107.0, ("trailing_stop", 108.0))])
def test_the_higher_of_stop_and_trailing_stop_is_in_force(low: float, expected: tuple[str, float]) -> None:
    before = [CALM] if expected[0] == "stop_loss" else [CALM, (110.0, 120.0, 110.0, 118.0)]
    reason, price = exit_of([*before, (109.0, 109.0, low, 108.5)], stop_loss=0.03, trailing_stop=0.1)
    assert (reason, price) == (expected[0], pytest.approx(expected[1]))


# Sizing


@pytest.mark.parametrize(
    ("rules", "quantity"),
    [
        ({"base_amount": 250.0}, 2.5),
        ({"sizing": "percent", "equity_share": 0.4}, 4.0),
        # 1 % of 1,000 may be lost, at a stop 4 % away: 250.
        ({"sizing": "risk", "risk_per_trade": 0.01, "stop_loss": 0.04}, 2.5),
        # The nearer of the two stops is the distance: 2 %, so 500.
        ({"sizing": "risk", "risk_per_trade": 0.01, "stop_loss": 0.04, "trailing_stop": 0.02}, 5.0),
        # 2,000 by risk, but there is no more than 1,000.
        ({"sizing": "risk", "risk_per_trade": 0.02, "stop_loss": 0.01}, 10.0),
        ({"sizing": "percent", "equity_share": 0.4, "position_limit": 300.0}, 3.0),
        ({"base_amount": 250.0, "position_limit": 120.0}, 1.2),
        # 250 / 100 = 2.5, down to a multiple of 0.4.
        ({"base_amount": 250.0, "filters": Filters(quantity_step=0.4)}, 2.4),
    ],
)
def test_sizing(rules: dict[str, Any], quantity: float) -> None:
    result = traded([CALM, CALM], {0: 1}, free(**rules))
    assert result.fills["quantity"].tolist() == pytest.approx([quantity])


def test_the_whole_equity_leaves_room_for_slippage_and_fee() -> None:
    rules = Rules(sizing="percent", equity_share=1.0, costs=Costs(0.0, 0.1, 0.25))
    result = traded([CALM, CALM], {0: 1}, rules)
    # Each unit of 100 comes to 100 · 1.25 · 1.1 = 137.50; 1,000 pays for 7.2727.
    assert told(result) == [("entry", 1, 125.0, 1_000 / 137.5)]
    assert float(result.state["cash"]) == pytest.approx(0.0, abs=1e-9)


def test_percent_of_the_equity_grows_with_it() -> None:
    rows = [CALM, CALM, CALM, (120.0, 120.0, 120.0, 120.0), (120.0, 120.0, 120.0, 120.0)]
    result = traded(rows, {0: 1, 2: -1, 3: 1}, free(sizing="percent", equity_share=0.5))
    # 5 at 100, sold at 120: 1,100 of equity; half of it is 550 / 120.
    assert [one[3] for one in told(result)] == [5.0, -5.0, 550 / 120]


@pytest.mark.parametrize(
    ("rules", "outcome"),
    [
        # A fixed amount is bought whole or not at all.
        ({"base_amount": 1_000.01}, "balance"),
        ({"base_amount": 1_000.0, "costs": Costs(0.0, 0.001, 0.0)}, "balance"),
        ({"base_amount": 9.99, "filters": Filters(minimum_notional=10.0)}, "below_minimum"),
        # 14 buys 0.1 by the step of 0.1, which is worth 10; 0.09 is worth nothing.
        ({"base_amount": 14.0, "filters": Filters(quantity_step=0.1, minimum_notional=10.01)}, "below_minimum"),
        ({"base_amount": 9.0, "filters": Filters(quantity_step=0.1)}, "below_minimum"),
        # The limit leaves less than the smallest order.
        ({"base_amount": 100.0, "position_limit": 9.0, "filters": Filters(minimum_notional=10.0)}, "position_size"),
    ],
)
def test_what_cannot_be_bought_is_named(rules: dict[str, Any], outcome: str) -> None:
    result = traded([CALM, CALM], {0: 1}, free(**rules))
    assert len(result.fills) == 0
    assert result.outcome_counts() == {outcome: 1, "hold": 1}


def test_exactly_the_minimum_is_bought() -> None:
    result = traded([CALM, CALM], {0: 1}, free(base_amount=10.0, filters=Filters(quantity_step=0.1)))
    assert result.fills["quantity"].tolist() == pytest.approx([0.1])


def test_a_second_signal_does_not_add_to_the_position() -> None:
    result = traded([CALM] * 4, {0: 1, 1: 1, 2: 1}, free())
    assert len(result.fills) == 1
    assert result.outcome_counts() == {"acted": 1, "already_long": 2, "hold": 1}


def test_selling_nothing_is_no_trade() -> None:
    result = traded([CALM] * 3, {0: -1}, free())
    assert (len(result.fills), result.outcome_counts()) == (0, {"nothing_to_sell": 1, "hold": 2})


# Checks, in ENGINE.md's order


def checked(rules: Rules, gates: int = 0, action: int = 1, **state: Any) -> str:
    """The outcome of a signal at the close of 100, one hour into 1970."""
    states = fresh_state(BALANCE)
    for name, value in state.items():
        states[name] = value
    outcome, quantity = decide(states[0], rules.record(MINUTE)[0], action, 100.0, 60 * MINUTE, gates)
    assert (quantity != 0.0) == (OUTCOMES[outcome] == "acted")
    return OUTCOMES[outcome]


LIMITED = free(
    base_amount=2_000.0,
    position_limit=5.0,
    cooldown_minutes=30,
    max_daily_trades=2,
    daily_loss_limit=0.1,
    max_drawdown=0.2,
    max_open_positions=3,
    filters=Filters(minimum_notional=10.0),
)
TODAY: dict[str, float] = {"day_ends_at": DAY_MINUTES * MINUTE}
COOLING: dict[str, float] = {"last_exit_at": 50 * MINUTE}
TRADED_OUT: dict[str, float] = {"entries_today": 2, **TODAY}
LOSSES = OUTCOMES.index("daily_loss_limit")
DRAWDOWN = OUTCOMES.index("max_drawdown")
ALL_GATES = WINDOW_CLOSED | EXCHANGE_IS_HALTED | NOT_ENTITLED
OUTSIDE = EXCHANGE_IS_HALTED | NOT_ENTITLED
# Each row undoes what the one before was refused for, and leaves everything below it wrong.
ORDER: list[tuple[str, Rules, int, dict[str, float]]] = [
    ("trading_window", LIMITED, ALL_GATES, {**COOLING, **TRADED_OUT, "halted": LOSSES, "other_positions": 3}),
    ("cooldown", LIMITED, OUTSIDE, {**COOLING, **TRADED_OUT, "halted": LOSSES, "other_positions": 3}),
    ("daily_trade_limit", LIMITED, OUTSIDE, {**TRADED_OUT, "halted": LOSSES, "other_positions": 3}),
    ("daily_loss_limit", LIMITED, OUTSIDE, {**TODAY, "halted": LOSSES, "other_positions": 3}),
    ("max_drawdown", LIMITED, OUTSIDE, {**TODAY, "halted": DRAWDOWN, "other_positions": 3}),
    ("max_open_positions", LIMITED, OUTSIDE, {**TODAY, "other_positions": 3}),
    ("position_size", LIMITED, OUTSIDE, TODAY),
    ("balance", replace(LIMITED, position_limit=None), OUTSIDE, TODAY),
    ("below_minimum", replace(LIMITED, position_limit=None, base_amount=5.0), OUTSIDE, TODAY),
    ("exchange_halted", replace(LIMITED, position_limit=None, base_amount=50.0), OUTSIDE, TODAY),
    ("entitlement", replace(LIMITED, position_limit=None, base_amount=50.0), NOT_ENTITLED, TODAY),
    ("acted", replace(LIMITED, position_limit=None, base_amount=50.0), 0, TODAY),
]


@pytest.mark.parametrize(("outcome", "rules", "gates", "state"), ORDER, ids=[row[0] for row in ORDER])
def test_the_first_check_that_fails_names_the_outcome(
    outcome: str, rules: Rules, gates: int, state: dict[str, Any]
) -> None:
    assert checked(rules, gates, **state) == outcome


@pytest.mark.parametrize(("outcome", "rules", "gates", "state"), ORDER, ids=[row[0] for row in ORDER])
def test_no_check_blocks_an_exit(outcome: str, rules: Rules, gates: int, state: dict[str, Any]) -> None:
    assert checked(rules, gates, action=-1, quantity=2.0, entry_price=90.0, **state) == "acted"


def test_stops_are_filled_outside_the_trading_window() -> None:
    # The window is open in the first minute of the day only: the entry is decided then, its stop comes later.
    window = TradingWindow(start_minute=0, end_minute=2)
    rows = [CALM, CALM, CALM, (99.0, 99.0, 97.0, 97.0), CALM, CALM]
    result = traded(rows, {0: 1, 4: 1}, free(stop_loss=0.02, window=window))
    assert [one[:2] for one in told(result)] == [("entry", 1), ("stop_loss", 3)]
    assert result.outcome_counts()["trading_window"] == 1


def test_the_cooldown_counts_from_the_exits_close() -> None:
    # Stopped in minute 2, whose close is 3:00. With two minutes of rest a close at 5:00, of minute 4, may decide.
    rows = [CALM, CALM, (99.0, 99.0, 97.0, 100.0), CALM, CALM, CALM]
    result = traded(rows, {0: 1, 2: 1, 3: 1, 4: 1}, free(stop_loss=0.02, cooldown_minutes=2))
    assert [one[:2] for one in told(result)] == [("entry", 1), ("stop_loss", 2), ("entry", 5)]
    assert result.outcome_counts() == {"acted": 2, "cooldown": 2, "hold": 2}


def test_entries_are_counted_by_utc_day() -> None:
    # From minute 1436 on; one entry is allowed each day, and the first day's last candle is minute 1439.
    signals = {0: 1, 1: -1, 2: 1, 3: -1, 4: 1, 5: -1, 6: 1}
    result = traded([CALM] * 8, signals, free(max_daily_trades=1), minute=1_436)
    assert [one[:2] for one in told(result)] == [
        ("entry", 1_437),
        ("exit_signal", 1_438),
        ("entry", 1_441),
        ("exit_signal", 1_442),
    ]
    assert result.outcome_counts()["daily_trade_limit"] == 2


def test_open_positions_of_other_symbols_count() -> None:
    rules = free(max_open_positions=3)
    assert checked(rules, other_positions=2) == "acted"
    assert checked(rules, other_positions=3) == "max_open_positions"


def test_a_stopped_grid_is_another_matter() -> None:
    assert checked(free(), halted=RANGE_LEFT) == "acted"


# Breaches


@pytest.mark.parametrize("close", [True, False])
@pytest.mark.parametrize(
    ("rules", "outcome"), [({"daily_loss_limit": 0.05}, "daily_loss_limit"), ({"max_drawdown": 0.05}, "max_drawdown")]
)
def test_a_breach_stops_the_bot_and_closes_where_wanted(rules: dict[str, Any], outcome: str, close: bool) -> None:
    # 10 at 100: a close of 95 leaves exactly 950, 5 % less.
    rows = [CALM, CALM, (96.0, 96.0, 94.0, 95.0), (94.0, 94.0, 94.0, 94.0), (94.0, 94.0, 94.0, 94.0), CALM, CALM]
    rules = {"base_amount": 1_000.0, "close_on_breach": close, **rules}
    result = traded(rows, {0: 1, 4: -1, 5: 1}, free(**rules))
    expected = ("risk_exit", 3, 94.0, -10.0) if close else ("exit_signal", 5, 100.0, -10.0)
    assert told(result) == [("entry", 1, 100.0, 10.0), expected]
    assert OUTCOMES[result.state["halted"]] == outcome
    counts = result.outcome_counts()
    assert counts[outcome] == 1
    assert counts.get("nothing_to_sell", 0) == close


@pytest.mark.parametrize("rules", [{"daily_loss_limit": 0.05}, {"max_drawdown": 0.05}])
def test_a_hair_less_is_no_breach(rules: dict[str, Any]) -> None:
    rows = [CALM, CALM, (96.0, 96.0, 94.0, 95.01), CALM]
    result = traded(rows, {0: 1}, free(base_amount=1_000.0, **rules))
    assert result.state["halted"] == 0
    assert len(result.fills) == 1


def test_the_drawdown_is_measured_from_the_highest_equity() -> None:
    # 10 at 100, up to 1,100; 10 % below that is 990, though the bot is hardly below its beginning.
    rows = [CALM, CALM, (110.0, 110.0, 110.0, 110.0), (99.0, 99.0, 99.0, 99.0), (98.0, 98.0, 98.0, 98.0)]
    result = traded(rows, {0: 1}, free(base_amount=1_000.0, max_drawdown=0.1))
    assert told(result)[-1] == ("risk_exit", 4, 98.0, -10.0)


def test_the_daily_loss_begins_anew_at_midnight_from_the_close_before() -> None:
    # 3 % down on one day and 3 % on the next are no 5 %; the third fall, within the second day, is.
    rows = [
        CALM,
        CALM,
        (97.0, 97.0, 97.0, 97.0),
        (94.0, 94.0, 94.0, 94.0),
        (92.2, 92.2, 92.2, 92.2),
        (92.1, 92.1, 92.1, 92.1),
        (92.0, 92.0, 92.0, 92.0),
    ]
    result = traded(rows, {0: 1}, free(base_amount=1_000.0, daily_loss_limit=0.05), minute=DAY_MINUTES - 3)
    # 970 begins the second day; 95 % of that is 921.50, first passed by the close of 92.10.
    assert told(result)[-1] == ("risk_exit", DAY_MINUTES + 3, 92.0, -10.0)
