"""What goes wrong at exchanges and with keys: the right state, plain words, nothing lost, and the others go on."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from backend.bots.models import TradingBot
from backend.engine.models import Decision
from backend.exchanges.models import ApiKey
from backend.tests.engine.live_account import SYMBOL, LiveAccount

Open = Callable[..., LiveAccount]
VENUES = ("binance", "kraken", "coinbase")
RISING = [50_000.0, 50_000.0, 50_000.0, 50_000.0, 51_000.0]


@pytest.mark.parametrize("venue", VENUES)
def test_a_revoked_key_stops_its_bots_with_a_word_and_nobody_elses(open_account: Open, venue: str) -> None:
    revoked, other = open_account(venue), open_account(venue)
    revoked.post("/_sandbox/keys/revoke", {"api_key": revoked.public_key})
    revoked.intend()
    other.intend()
    revoked.submit_all()
    other.submit_all()
    bot = revoked.reread_bot()
    assert bot.status == "error"
    assert "Check the key on the page Exchange keys" in str(bot.status_reason)
    (key,) = [row for row in revoked.rows(ApiKey) if row.id == revoked.key.id]
    assert key.status == "invalid"
    assert key.problem
    assert [event["id"] for event in revoked.told("bot.failed")] == [str(bot.id)]
    assert revoked.orders(bot_id=revoked.bot.id)[0].status == "rejected"
    assert other.reread_bot().status == "running"
    assert other.orders(bot_id=other.bot.id)[0].status == "filled"


@pytest.mark.parametrize("venue", VENUES)
def test_money_that_is_missing_is_the_decisions_outcome_and_the_bot_goes_on(open_account: Open, venue: str) -> None:
    account = open_account(venue, balances={"USDT": "20"})
    account.price("51000")
    account.close(*RISING)
    account.submit_all()
    assert account.orders()[0].status == "rejected"
    (decision,) = account.rows(Decision)
    assert decision.outcome == "balance"
    assert "balance does not cover" in decision.reason
    assert account.reread_bot().status == "running"
    assert account.position_count() == 0


@pytest.mark.parametrize("venue", VENUES)
def test_a_delisted_market_ends_its_bot_with_a_word(open_account: Open, venue: str) -> None:
    account = open_account(venue)
    try:
        account.post("/_sandbox/markets/delist", {"symbol": SYMBOL})
        account.intend()
        account.submit_all()
    finally:
        account.post("/_sandbox/markets/relist", {"symbol": SYMBOL})
    assert account.orders()[0].status == "rejected"
    assert account.reread_bot().status == "error"
    assert "Choose another market" in str(account.reread_bot().status_reason)


def test_an_order_below_the_minimum_is_rejected_and_the_bot_goes_on(account: LiveAccount) -> None:
    account.price("50000")
    account.intend(quantity="0.00002")
    account.submit_all()
    (order,) = account.orders()
    assert order.status == "rejected"
    assert "smallest order" in str(order.error)
    assert account.reread_bot().status == "running"


@pytest.mark.parametrize("venue", VENUES)
def test_an_exit_outlasts_maintenance(open_account: Open, venue: str) -> None:
    account = open_account(venue, stop_loss_percentage=Decimal(2))
    account.price("51000")
    account.close(*RISING)
    account.submit_all()
    account.fault("maintenance", count=1_000)
    account.tick(49_000.0, before=50_500.0)
    account.submit(wait=6)
    (sale,) = account.orders(side="sell")
    assert sale.status in {"intended", "submitting"}
    assert sale.error
    account.post("/_sandbox/faults", {}, method="DELETE")
    for _ in range(8):
        account.submit(wait=70)
    assert account.orders(side="sell")[0].status == "filled"
    assert len(account.orders(side="sell")) == 1
    account.agrees_with_exchange()


@pytest.mark.parametrize("venue", VENUES)
def test_a_clock_that_is_ten_minutes_off_is_met(open_account: Open, venue: str) -> None:
    account = open_account(venue)
    account.fault("clock_skew", seconds=600)
    account.intend()
    account.submit_all()
    assert account.orders()[0].status == "filled"
    assert len(account.journal("order_accepted")) == 1


@pytest.mark.parametrize("venue", VENUES)
def test_an_answer_that_is_lost_never_makes_two_orders(open_account: Open, venue: str) -> None:
    account = open_account(venue)
    account.price("50000")
    account.fault("drop_answer", method="POST", path=order_path(venue))
    account.intend()
    account.submit()
    for _ in range(8):
        account.submit(wait=10)
    assert account.orders()[0].status == "filled"
    assert len(account.journal("order_accepted")) == 1
    account.agrees_with_exchange()


@pytest.mark.parametrize("venue", ["binance", "kraken"])
def test_a_request_that_never_arrived_is_sent_once_more_when_that_is_certain(open_account: Open, venue: str) -> None:
    account = open_account(venue)
    account.price("50000")
    account.fault("drop_request", method="POST", path=order_path(venue))
    account.intend()
    account.submit()
    account.submit(wait=3)
    assert account.orders()[0].status == "submitting"
    assert account.journal("order_accepted") == []
    for _ in range(8):
        account.submit(wait=8)
    assert account.orders()[0].status == "filled"
    assert len(account.journal("order_accepted")) == 1
    account.agrees_with_exchange()


def test_a_refused_question_does_not_bury_an_order_that_may_be_there(account: LiveAccount) -> None:
    """The answer is lost, and before anybody can ask, the market is delisted: the order has filled all the same."""
    account.price("50000")
    account.fault("drop_answer", method="POST", path=order_path("binance"))
    account.intend()
    account.submit()
    account.fault("status", status=400, count=3, path="/api/v3/order", method="GET")
    for _ in range(4):
        account.submit(wait=10)
    assert account.orders()[0].status in {"submitting", "filled"}
    for _ in range(4):
        account.submit(wait=90)
    assert account.orders()[0].status == "filled"
    account.agrees_with_exchange()


def test_an_entry_whose_fate_is_long_unknown_is_not_sent_late(open_account: Open) -> None:
    """Coinbase takes a signed request for two minutes: by then the price that was decided on is past."""
    account = open_account("coinbase")
    account.price("50000")
    account.fault("drop_request", method="POST", path=order_path("coinbase"))
    account.intend()
    account.submit()
    for _ in range(20):
        account.submit(wait=10)
    (order,) = account.orders()
    assert order.status == "canceled"
    assert account.journal("order_accepted") == []


def test_a_bot_that_somebody_stopped_meanwhile_orders_nothing(account: LiveAccount) -> None:
    with account.platform.database.across_tenants("test") as session:
        session.get_one(TradingBot, account.bot.id).status = "stopped"
    assert account.close(*RISING) == []
    assert account.orders() == []


def order_path(venue: str) -> str:
    """Where orders are placed at the venue."""
    return {"binance": "/api/v3/order", "kraken": "/AddOrder", "coinbase": "/orders"}[venue]
