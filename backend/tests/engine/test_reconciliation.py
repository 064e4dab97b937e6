"""Ledger against exchange: what can be explained is repaired, what cannot pauses the bot and is told."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import delete

from backend.accounts.models import User
from backend.engine.controls import close_position
from backend.engine.models import Order, Position, Trade
from backend.engine.reconciliation.models import Comparison, Drift
from backend.engine.reconciliation.running import accounts_to_compare, compare_account
from backend.tests.engine.live_account import LiveAccount
from backend.tests.factories import Factory


def bought(account: LiveAccount) -> None:
    """The bot holds something, and ledger and exchange agree."""
    account.price("50000")
    account.intend()
    account.submit_all()


def test_an_account_that_agrees_has_no_difference_however_often_it_is_compared(account: LiveAccount) -> None:
    bought(account)
    assert accounts_to_compare(account.platform) == [account.key.id]
    for _ in range(3):
        assert compare_account(account.platform, account.key.id) == 0
    assert account.rows(Drift) == []
    assert len(account.rows(Trade)) == 1
    with account.platform.database.across_tenants("test") as session:
        (comparison,) = session.query(Comparison).all()
    assert comparison.compared_at == account.clock.now()
    assert comparison.problem is None


def test_a_fill_that_the_ledger_has_not_is_recorded(account: LiveAccount) -> None:
    bought(account)
    with account.platform.database.across_tenants("test: lose the fill") as session:
        order = session.query(Order).one()
        order.filled_quantity, order.position_id, order.average_price = Decimal(0), None, None
        session.execute(delete(Trade))
        session.execute(delete(Position))
    assert compare_account(account.platform, account.key.id) == 0
    assert len(account.rows(Trade)) == 1
    assert account.position().quantity > 0
    account.agrees_with_exchange()


def test_an_order_in_review_is_taken_up_again_when_the_exchange_tells(account: LiveAccount) -> None:
    account.price("50000")
    account.intend()
    account.submit()
    with account.platform.database.across_tenants("test: nobody knew what became of it") as session:
        order = session.query(Order).one()
        order.status, order.filled_quantity, order.position_id = "review", Decimal(0), None
        session.execute(delete(Trade))
        session.execute(delete(Position))
    compare_account(account.platform, account.key.id)
    assert account.orders()[0].status == "filled"
    account.agrees_with_exchange()


def test_coins_that_are_gone_pause_the_bot_once_the_difference_stays(
    account: LiveAccount, client: FlaskClient, make: Factory
) -> None:
    bought(account)
    with account.platform.database.across_tenants("test: the ledger believes in more than there is") as session:
        session.query(Position).one().quantity += 1
    assert compare_account(account.platform, account.key.id) == 1
    assert account.reread_bot().status == "running"
    assert compare_account(account.platform, account.key.id) == 1
    (drift,) = account.rows(Drift)
    assert (drift.kind, drift.state, drift.bot_id) == ("balance_short", "confirmed", account.bot.id)
    bot = account.reread_bot()
    assert bot.status == "paused"
    assert "Ledger and exchange disagree" in str(bot.status_reason)
    assert len(account.told("drift.confirmed")) == 1
    headers = make.headers(make.user())
    assert client.get("/api/v1/drifts", headers=headers).get_json()["data"]["items"] == []
    assert client.post(f"/api/v1/drifts/{drift.id}/resolve", headers=headers).status_code == 404
    with account.platform.database.across_tenants("test") as session:
        mine = make.headers(session.get_one(User, account.bot.user_id))
    (shown,) = client.get("/api/v1/drifts?state=open", headers=mine).get_json()["data"]["items"]
    assert (shown["id"], shown["bot_name"], shown["state"]) == (str(drift.id), account.bot.name, "confirmed")
    with account.platform.database.across_tenants("test: it is put right") as session:
        session.query(Position).one().quantity -= 1
    assert compare_account(account.platform, account.key.id) == 0
    (drift,) = account.rows(Drift)
    assert (drift.state, drift.resolution) == ("resolved", "The difference is gone.")


def test_an_order_that_the_exchange_forgot_is_told(account: LiveAccount) -> None:
    account.intend(
        status="open", type="limit", price=Decimal(40_000), exchange_order_id="987654321",
        submitted_at=account.clock.now(),
    )  # fmt: skip
    for _ in range(2):
        compare_account(account.platform, account.key.id)
    (drift,) = account.rows(Drift)
    assert (drift.kind, drift.state) == ("order_unknown_state", "confirmed")
    assert "does not know the limit order to buy" in drift.explanation


def test_an_exchange_that_does_not_answer_is_noted_and_changes_nothing(account: LiveAccount) -> None:
    bought(account)
    account.fault("maintenance", count=1_000)
    assert compare_account(account.platform, account.key.id) == 0
    with account.platform.database.across_tenants("test") as session:
        (comparison,) = session.query(Comparison).all()
    assert comparison.compared_at is None
    assert comparison.problem
    assert account.rows(Drift) == []


def test_an_order_held_for_refused_is_recorded_when_its_fill_shows(account: LiveAccount) -> None:
    bought(account)
    with account.platform.database.across_tenants("test: its answer was misunderstood") as session:
        order = session.query(Order).one()
        order.status, order.filled_quantity, order.average_price, order.fee = "rejected", Decimal(0), None, Decimal(0)
        order.position_id = order.exchange_order_id = None
        session.execute(delete(Trade))
        session.execute(delete(Position))
    assert compare_account(account.platform, account.key.id) == 0
    assert account.position().quantity > 0
    account.agrees_with_exchange()


def test_many_orders_of_an_hour_are_compared_within_the_limits_of_the_exchange(
    open_account: Callable[..., LiveAccount],
) -> None:
    account = open_account("kraken")
    now = account.clock.now()
    for number in range(60):
        ended: dict[str, Any] = {"status": "canceled", "submitted_at": now, "finished_at": now}
        account.intend(type="limit", price=Decimal(40_000), exchange_order_id=f"OLD-{number}", **ended)
    bought(account)
    compare_account(account.platform, account.key.id)
    with account.platform.database.across_tenants("test") as session:
        (comparison,) = session.query(Comparison).all()
    assert comparison.problem is None
    assert account.rows(Drift) == []


def test_an_order_in_review_that_never_arrived_sets_its_bot_free(account: LiveAccount) -> None:
    bought(account)
    account.intend("sell", "0.01", status="review", submitted_at=account.clock.now(), purpose="stop_loss")
    compare_account(account.platform, account.key.id)
    assert account.orders(purpose="stop_loss")[0].status == "review"
    account.clock.moment += timedelta(minutes=3)
    compare_account(account.platform, account.key.id)
    (sale,) = account.orders(purpose="stop_loss")
    assert (sale.status, sale.error) == ("canceled", "It never reached the exchange.")
    account.note_price(50_000.0)
    assert close_position(account.platform, account.bot.id)
    account.submit_all()
    assert account.position().closed_at is not None


def test_a_resting_order_that_the_exchange_forgot_keeps_no_exit_waiting(account: LiveAccount) -> None:
    bought(account)
    gone: dict[str, Any] = {"status": "open", "exchange_order_id": "987654321", "submitted_at": account.clock.now()}
    account.intend(quantity="0.001", type="limit", price=Decimal(45_000), purpose="grid_line", **gone)
    assert close_position(account.platform, account.bot.id)
    for _ in range(3):
        account.submit(wait=10)
        compare_account(account.platform, account.key.id)
    assert account.orders(purpose="grid_line")[0].error == "The exchange does not know it any more."
    account.submit_all()
    assert account.position().closed_at is not None
    account.agrees_with_exchange()


def test_a_grid_of_many_lines_at_kraken_is_left_at_once(open_account: Callable[..., LiveAccount]) -> None:
    lines = {"lower_price": "40000", "upper_price": "60000", "intervals": 24, "spacing": "arithmetic"}
    account = open_account("kraken", {"USDT": "20000"}, kind="grid", base_amount=Decimal(200), grid=lines)
    account.price("50000")
    account.close(50_000.0)
    account.submit_all()
    assert len(account.orders(type="limit", status="open")) == 24
    assert close_position(account.platform, account.bot.id)
    account.submit(wait=1)
    assert {order.status for order in account.orders(type="limit")} == {"canceled"}
    account.submit_all()
    assert account.position().closed_at is not None
    account.agrees_with_exchange()
