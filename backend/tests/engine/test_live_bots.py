"""Live bots at the exchange: entries, resting orders, exits, each against the sandbox's own journal."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from backend.bots.commands import pause_bot, stop_bot
from backend.engine.controls import close_position, settle_orders, watched_live_bots
from backend.engine.cycle import ClosedCandle, run_cycle
from backend.engine.guards.commands import set_limit
from backend.engine.guards.switches import halt_user, resume_user
from backend.engine.models import Trade
from backend.engine.recording import Look
from backend.market_data.commands import store_candles
from backend.tests.engine.live_account import MINUTE, SYMBOL, LiveAccount
from backend.trading.candles import CANDLE

Open = Callable[..., LiveAccount]

VENUES = ("binance", "kraken", "coinbase")
RISING = [50_000.0, 50_000.0, 50_000.0, 50_000.0, 51_000.0]
DCA = {
    "start": "at_once",
    "safety_orders": 2,
    "safety_amount": None,
    "deviation_percentage": "2",
    "step_scale": "1",
    "volume_scale": "1",
}
GRID = {"lower_price": "48000", "upper_price": "54000", "intervals": 3, "spacing": "arithmetic"}


def dca_bot(open_account: Open, venue: str = "binance", **values: Any) -> LiveAccount:
    account = open_account(venue, kind="dca", dca=DCA, take_profit_percentage=Decimal(3), **values)
    account.price("50000")
    account.close(50_000.0)
    account.submit_all()
    return account


@pytest.mark.parametrize("venue", VENUES)
def test_a_signal_bot_buys_at_the_close_and_sells_at_its_stop(open_account: Open, venue: str) -> None:
    account = open_account(venue, stop_loss_percentage=Decimal(2))
    account.price("51000")
    (look,) = account.close(*RISING)
    assert look.outcome == "acted"
    account.submit_all()
    (entry,) = account.orders()
    assert entry.status == "filled"
    position = account.position()
    assert position.stop_price is not None
    assert abs(position.stop_price - position.entry_price * Decimal("0.98")) < Decimal("0.01")
    assert account.tick(50_500.0) == 0
    account.price("49000")
    assert account.tick(49_000.0, before=50_500.0) == 1
    assert account.tick(48_900.0) == 0
    account.submit_all()
    entry, sale = account.orders()
    assert (sale.purpose, sale.status) == ("stop_loss", "filled")
    assert account.position().closed_at is not None
    assert account.state()["quantity"] == 0
    account.agrees_with_exchange()


@pytest.mark.parametrize("venue", VENUES)
def test_a_dca_bot_averages_down_by_resting_orders_and_leaves_at_its_target(open_account: Open, venue: str) -> None:
    account = dca_bot(open_account, venue)
    resting = account.orders(type="limit")
    assert [(order.purpose, order.part, order.status) for order in resting] == [
        ("safety_order", 0, "open"),
        ("safety_order", 1, "open"),
    ]
    account.price("48900")
    account.submit_all()
    assert account.orders(type="limit")[0].status == "filled"
    assert account.state()["safeties_filled"] == 1
    target = account.position().take_profit_price
    assert target is not None
    assert abs(target - account.position().entry_price * Decimal("1.03")) < Decimal("0.01")
    account.price("51500")
    assert account.tick(51_500.0, before=51_000.0) == 1
    account.submit_all()
    assert [order.status for order in account.orders(type="limit")] == ["filled", "canceled"]
    assert account.orders(purpose="take_profit")[0].status == "filled"
    assert account.position().closed_at is not None
    account.agrees_with_exchange()


@pytest.mark.parametrize("venue", VENUES)
def test_a_grid_bot_buys_its_stock_and_arms_the_other_side_after_every_fill(open_account: Open, venue: str) -> None:
    account = open_account(venue, kind="grid", grid=GRID, base_amount=Decimal(500))
    account.price("51000")
    account.close(51_000.0)
    account.submit_all()
    assert {(order.side, order.part, order.status) for order in account.orders(type="limit")} == {
        ("buy", 0, "open"),
        ("buy", 1, "open"),
        ("sell", 2, "open"),
    }
    account.price("54100")
    account.submit_all()
    assert account.orders(type="limit", side="sell", part=2)[0].status == "filled"
    assert account.state()["grid"][2] == 1
    (again,) = account.orders(type="limit", side="buy", part=2)
    assert (again.status, again.price) == ("open", Decimal(52_000)), again.error
    account.price("51900")
    account.submit_all()
    assert account.orders(type="limit", side="buy", part=2)[0].status == "filled"
    assert account.orders(type="limit", side="sell", part=2)[-1].status == "open"
    assert any(trade.profit_loss and trade.profit_loss > 0 for trade in account.rows(Trade))
    account.agrees_with_exchange()


@pytest.mark.parametrize("venue", VENUES)
def test_a_stop_may_rest_at_the_exchange_and_sells_there(open_account: Open, venue: str) -> None:
    account = open_account(venue, stop_loss_percentage=Decimal(2), stop_on_exchange=True)
    account.price("51000")
    account.close(*RISING)
    account.submit_all()
    (stop,) = account.orders(type="stop_limit")
    assert (stop.status, stop.side, stop.quantity) == (
        "open",
        "sell",
        account.position().quantity // Decimal("0.00001") * Decimal("0.00001"),
    )
    account.price("49900")
    # The exchange sells; the platform does not sell a second time.
    assert account.tick(49_900.0, before=50_500.0) == 0
    account.submit_all()
    assert account.orders(type="stop_limit")[0].status == "filled"
    assert account.orders(type="market", side="sell") == []
    assert account.position().close_reason == "stop_loss"
    account.agrees_with_exchange()


def test_a_price_that_reaches_a_resting_order_has_the_exchange_asked_at_once(open_account: Open) -> None:
    account = dca_bot(open_account)
    sent = account.platform.tasks.sent  # type: ignore[attr-defined]
    account.price("48900")
    sent.clear()
    account.tick(48_900.0, before=50_000.0)
    assert ("engine.submit_account_orders", (str(account.key.id),)) in sent
    account.submit()
    assert account.orders(type="limit")[0].status == "filled"
    sent.clear()
    # The next one rests lower: nothing more is asked at this price.
    account.tick(48_800.0, before=48_900.0)
    assert sent == []


def test_a_bot_that_is_stopped_takes_its_resting_orders_back_and_keeps_its_position(open_account: Open) -> None:
    account = dca_bot(open_account)
    with account.platform.database.across_tenants("test") as session:
        stop_bot(session, account.clock, account.bot.user_id, account.bot.id, holds_position=True)
    settle_orders(account.platform, account.bot.id)
    account.submit_all()
    assert {order.status for order in account.orders(type="limit")} == {"canceled"}
    assert account.position().closed_at is None


def test_a_switch_takes_resting_purchases_back_and_puts_them_out_again(open_account: Open) -> None:
    account = dca_bot(open_account)
    database, user_id = account.platform.database, account.bot.user_id
    with database.across_tenants("test") as session:
        halt_user(session, account.clock, user_id, "A holiday.")
    assert watched_live_bots(account.platform, user_id) == [account.bot.id]
    settle_orders(account.platform, account.bot.id)
    account.submit_all()
    assert {order.status for order in account.orders(type="limit")} == {"canceled"}
    assert account.close(50_000.0)[0].outcome == "hold"
    account.submit_all()
    assert {order.status for order in account.orders(type="limit")} == {"canceled"}
    with database.across_tenants("test") as session:
        resume_user(session, account.clock, user_id)
    settle_orders(account.platform, account.bot.id)
    account.submit_all()
    assert sorted(order.status for order in account.orders(type="limit")) == ["canceled", "canceled", "open", "open"]


def test_a_purchase_of_a_bot_that_was_paused_meanwhile_is_not_sent(account: LiveAccount) -> None:
    account.intend()
    with account.platform.database.across_tenants("test") as session:
        pause_bot(session, account.clock, account.bot.user_id, account.bot.id)
    account.submit_all()
    assert account.orders()[0].status == "rejected"
    assert "stopped or paused before" in str(account.orders()[0].error)


def test_a_position_closed_by_hand_is_sold_after_what_rests_is_back(open_account: Open) -> None:
    account = dca_bot(open_account)
    assert close_position(account.platform, account.bot.id)
    assert not close_position(account.platform, account.bot.id)
    account.submit_all()
    (sale,) = account.orders(purpose="manual")
    assert sale.status == "filled"
    assert {order.status for order in account.orders(type="limit")} == {"canceled"}
    assert account.position().close_reason == "manual"
    account.agrees_with_exchange()


def test_a_sale_takes_what_a_resting_order_has_bought_in_the_last_moment(open_account: Open) -> None:
    account = dca_bot(open_account, stop_loss_percentage=Decimal(10))
    account.price("44000")
    assert account.tick(44_000.0, before=50_000.0) == 1
    account.submit_all()
    # Both safety orders had filled on the way down; the sale covers them as well.
    assert [order.status for order in account.orders(type="limit")] == ["filled", "filled"]
    assert account.position().closed_at is not None
    account.agrees_with_exchange()


def test_a_part_fill_of_a_resting_order_is_taken_over_and_the_rest_goes_on_resting(open_account: Open) -> None:
    account = open_account(kind="dca", dca=DCA, take_profit_percentage=Decimal(3))
    account.price("50000")
    account.close(50_000.0)
    account.submit_all()
    account.fault("partial_fill", fraction=0.5, seconds=1)
    account.price("48900")
    account.submit_all()
    filled = account.orders(type="limit")[0]
    assert filled.filled_quantity > 0
    assert len(account.orders(type="limit", part=0)) == 1
    account.agrees_with_exchange()


def test_an_entry_that_could_not_be_sent_in_time_is_not_sent_at_all(account: LiveAccount) -> None:
    account.intend(intended_at=account.clock.moment)
    account.fault("maintenance", count=1, path="/api/v3/order")
    account.submit()
    account.submit(wait=90)
    (order,) = account.orders()
    assert order.status == "canceled"
    assert "the price it was decided on is past" in str(order.error)
    assert account.journal("order_accepted") == []


def begin_a_minute(account: LiveAccount) -> None:
    """So that what follows happens within one candle."""
    account.clock.moment = account.clock.moment.replace(second=0, microsecond=0) + timedelta(minutes=1)


def close_of(account: LiveAccount, open_: float, high: float, low: float, close: float) -> Look:
    """The candle that ends now, of this shape, decided on."""
    account.clock.moment += timedelta(minutes=1)
    newest = account.milliseconds // MINUTE * MINUTE - MINUTE
    candle = np.array([(newest, open_, high, low, close, 1.0)], dtype=CANDLE)
    with account.platform.database.across_tenants("test") as session:
        store_candles(session, account.venue, SYMBOL, "1m", candle)
    (look,) = run_cycle(account.platform, ClosedCandle(account.venue, SYMBOL, "1m", newest))
    return look


def test_a_target_is_not_reached_by_what_the_candle_did_before_the_position_was_enlarged(open_account: Open) -> None:
    account = open_account(kind="dca", dca=DCA, take_profit_percentage=Decimal(1))
    begin_a_minute(account)
    account.price("50000")
    account.close(50_000.0)
    account.submit_all()
    account.price("48900")
    account.submit_all()
    # The safety order has lowered the target to a price that the candle had only before it.
    target = account.position().take_profit_price
    assert target is not None
    assert target < 50_000
    look = close_of(account, 50_000.0, 50_010.0, 48_890.0, 48_900.0)
    assert look.outcome == "hold"
    account.submit_all()
    assert account.orders(side="sell", type="market") == []
    look = close_of(account, 48_900.0, 50_400.0, 48_800.0, 50_300.0)
    assert (look.outcome, look.reason) == ("acted", "The price reached the target; the bot sells to take the profit.")


def test_a_trailing_stop_does_not_follow_prices_of_before_the_purchase(open_account: Open) -> None:
    account = open_account(trailing_stop_percentage=Decimal(2))
    begin_a_minute(account)
    account.price("50000")
    account.close(*RISING[:-1], 50_000.0)
    account.intend()
    account.submit_all()
    close_of(account, 52_000.0, 52_100.0, 49_950.0, 50_000.0)
    assert account.state()["peak_price"] < 50_100


def test_a_refused_sale_is_not_tried_again_at_every_price(open_account: Open) -> None:
    # A fifth of six dollars' worth is below what the exchange takes.
    account = open_account(stop_loss_percentage=Decimal(20), base_amount=Decimal(6))
    account.price("51000")
    account.close(*RISING)
    account.submit_all()
    account.price("40000")
    for step in range(5):
        account.clock.moment += timedelta(milliseconds=500)
        account.tick(40_000.0 - step)
        account.submit()
    (sale,) = account.orders(side="sell")
    assert sale.status == "rejected"
    bot = account.reread_bot()
    assert bot.status == "paused"
    assert "too little to be sold" in str(bot.status_reason)
    account.clock.moment += timedelta(minutes=2)
    account.tick(39_000.0, before=40_000.0)
    assert len(account.orders(side="sell")) == 2


def test_what_a_limit_refuses_to_let_rest_is_not_asked_for_at_every_close(open_account: Open) -> None:
    ladder = {**DCA, "volume_scale": "2"}
    account = open_account(kind="dca", dca=ladder, take_profit_percentage=Decimal(3))
    limits = {"max_order_amount": Decimal(1_500), "max_open_amount": None, "max_open_positions": None}
    with account.platform.database.across_tenants("test") as session:
        set_limit(session, account.bot.user_id, {"api_key_id": None, **limits})
    account.price("50000")
    for _ in range(5):
        account.note_price(50_000.0)
        account.close(50_000.0)
        account.note_price(50_000.0)
        account.submit_all()
    refused = account.orders(type="limit", status="rejected")
    assert len(refused) == len({order.part for order in refused})
