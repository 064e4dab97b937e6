"""Ledger against exchange: what can be explained is repaired, what cannot pauses the bot and is told."""

from decimal import Decimal

from flask.testing import FlaskClient
from sqlalchemy import delete

from backend.accounts.models import User
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
