"""Orders reach the exchange exactly once, whatever happens on the way; proven against the sandbox's own journal."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from backend.bots.models import TradingBot
from backend.engine.identity import client_order_id
from backend.engine.models import Order, Position, Trade
from backend.engine.submission import accounts_with_due_orders
from backend.exchanges.models import ApiKey
from backend.foundation.clock import FixedClock, SystemClock
from backend.foundation.ids import new_id
from backend.foundation.platform import Platform
from backend.tests.engine.live_account import LiveAccount


def test_an_intent_is_sent_filled_and_recorded(account: LiveAccount) -> None:
    account.intend()
    assert account.submit() == 1
    (order,), (trade,), (fill,) = account.orders(), account.rows(Trade), account.journal("order_filled")
    assert order.status == "filled"
    assert (trade.price, trade.quantity) == (Decimal(fill["price"]), Decimal(fill["quantity"]))
    assert (trade.fee_charged, trade.fee_currency) == (Decimal(fill["commission"]), "BTC")
    assert account.rows(Position)[0].quantity == trade.quantity - trade.fee_charged
    assert account.submit() == 0


def test_an_answer_that_is_lost_is_asked_for_instead_of_sent_again(account: LiveAccount, clock: FixedClock) -> None:
    account.fault("drop_answer", method="POST", path="/api/v3/order")
    account.intend()
    account.submit()
    (order,) = account.orders()
    assert order.status == "submitting"
    assert "asked again before anything is sent again" in str(order.error)
    assert len(account.journal("order_accepted")) == 1
    clock.moment += timedelta(seconds=30)
    account.submit()
    assert account.orders()[0].status == "filled"
    assert len(account.journal("order_accepted")) == 1
    assert len(account.rows(Trade)) == len(account.journal("order_filled")) == 1


def test_a_crash_before_sending_is_found_and_sent_once(account: LiveAccount, clock: FixedClock) -> None:
    """`submitting` is committed, the process dies before the request leaves: the exchange certainly has nothing."""
    account.intend(status="submitting", attempts=1, submitted_at=clock.moment)
    account.submit()
    # What was sent may still be on its way: as long as that is so, nothing is sent again.
    assert account.orders()[0].status == "submitting"
    assert account.journal("order_accepted") == []
    clock.moment += timedelta(seconds=30)
    account.submit()
    assert account.orders()[0].status == "filled"
    assert len(account.journal("order_accepted")) == 1


def test_a_crash_after_sending_adopts_the_order(account: LiveAccount, platform: Platform) -> None:
    account.intend()
    account.submit()
    with platform.database.across_tenants("test: lose all that was recorded of the answer") as session:
        order = session.scalars(select(Order)).one()
        order.status, order.filled_quantity, order.exchange_order_id = "submitting", Decimal(0), None
        session.query(Trade).delete()
        order.position_id = None
        session.query(Position).delete()
    account.submit()
    assert account.orders()[0].status == "filled"
    assert len(account.journal("order_accepted")) == 1
    assert len(account.rows(Trade)) == 1


def test_a_busy_exchange_is_waited_for(account: LiveAccount, clock: FixedClock) -> None:
    account.fault("status", status=429, retry_after=1, path="/api/v3/order")
    account.intend()
    account.submit()
    assert account.orders()[0].status == "submitting"
    clock.moment += timedelta(seconds=40)
    account.submit()
    assert account.orders()[0].status == "filled"
    assert len(account.journal("order_accepted")) == 1


def test_an_uncovered_order_is_rejected_in_plain_words_and_the_bot_goes_on(
    open_account: Callable[..., LiveAccount],
) -> None:
    poor = open_account(balances={"USDT": "10"})
    poor.intend()
    poor.submit()
    (order,) = poor.orders()
    assert order.status == "rejected"
    assert "balance does not cover this order" in str(order.error)
    assert poor.rows(TradingBot)[0].status == "running"


def test_a_refused_key_pauses_its_bots_and_says_so(account: LiveAccount, platform: Platform) -> None:
    with platform.database.across_tenants("test") as session:
        session.get_one(ApiKey, account.key.id).api_secret_enc = platform.vault.encrypt("wrong-secret")
    account.intend()
    account.submit()
    (bot,) = account.rows(TradingBot)
    assert bot.status == "error"
    assert "refused the API key" in str(bot.status_reason)
    assert account.orders()[0].status == "rejected"
    assert account.rows(ApiKey)[0].status == "invalid"


def test_an_order_that_stays_unclear_goes_to_review(account: LiveAccount, clock: FixedClock) -> None:
    account.fault("status", status=503, count=100, path="/api/v3/order")
    account.intend(status="submitting", attempts=1, submitted_at=clock.moment)
    for _ in range(12):
        account.submit()
        clock.moment += timedelta(minutes=5)
    (order,) = account.orders()
    assert order.status == "review"
    assert "Somebody has to look" in str(order.error)
    assert account.submit() == 0


def test_the_sweep_finds_accounts_with_orders_that_are_due(account: LiveAccount, platform: Platform) -> None:
    assert accounts_with_due_orders(platform) == []
    account.intend()
    assert accounts_with_due_orders(platform) == [account.key.id]
    account.intend(next_attempt_at=SystemClock().now() + timedelta(days=3650))
    account.submit()
    assert accounts_with_due_orders(platform) == []


def test_the_same_decision_has_the_same_id_always() -> None:
    bot = new_id()
    one = client_order_id(bot, "BTC/USDT", 1, "entry")
    assert one == client_order_id(bot, "BTC/USDT", 1, "entry")
    assert (
        len(
            {
                one,
                *(
                    client_order_id(bot, "BTC/USDT", *rest)
                    for rest in ((2, "entry"), (1, "stop_loss"), (1, "entry", 1))
                ),
            }
        )
        == 4
    )
    assert len(one) <= 36
