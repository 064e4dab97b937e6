"""Orders reach the exchange exactly once, whatever happens on the way; proven against the sandbox's own journal."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import pytest
from sqlalchemy import create_engine, delete, select

from backend.accounts.models import User
from backend.bots.models import TradingBot
from backend.config import Settings
from backend.engine.courier import Courier
from backend.engine.desk import Desk
from backend.engine.identity import client_order_id
from backend.engine.live import LiveState
from backend.engine.models import Evaluation, Order, Position, Trade
from backend.engine.submission import accounts_with_due_orders
from backend.exchanges.errors import InsufficientBalance
from backend.exchanges.gateway import Gateway
from backend.exchanges.models import ApiKey
from backend.exchanges.nouns import ExchangeOrder, Market, OrderRequest
from backend.foundation.clock import FixedClock, SystemClock
from backend.foundation.database import Database
from backend.foundation.ids import new_id
from backend.foundation.platform import Platform
from backend.foundation.waiting import wait_until
from backend.tests.engine.live_account import LiveAccount
from backend.tests.factories import Factory

BITCOIN = Market("BTC/USDT", "BTC", "USDT", Decimal("0.01"), Decimal("0.00001"), Decimal("0.00001"), Decimal(5), True)


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


def test_an_order_that_a_busy_exchange_did_not_take_is_sent_again_as_soon_as_it_asks(account: LiveAccount) -> None:
    account.fault("status", status=429, retry_after=1, method="POST", path="/api/v3/order")
    account.intend()
    account.submit()
    (order,) = account.orders()
    # Nothing of it can be on its way: it need not be asked about first.
    assert (order.status, order.submitted_at is not None) == ("intended", True)
    # The pause that the exchange asked for runs by the machine's clock.
    assert wait_until(lambda: not account.platform.redis.keys("exchange:pause:*"), 20, 0.1)
    account.submit(wait=4)
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


@pytest.mark.parametrize("status", [429, 503])
def test_an_order_that_was_accepted_is_not_sent_again_when_its_fills_cannot_be_asked_for(
    account: LiveAccount, status: int
) -> None:
    account.fault("status", status=status, retry_after=1, path="/api/v3/myTrades")
    account.intend()
    account.submit()
    assert account.orders()[0].status == "submitting"
    assert wait_until(lambda: not account.platform.redis.keys("exchange:pause:*"), 20, 0.1)
    for _ in range(3):
        account.submit(wait=30)
    assert account.orders()[0].status == "filled"
    assert len(account.journal("order_accepted")) == 1
    account.agrees_with_exchange()


def test_a_refusal_waits_for_whoever_holds_the_bots_look(settings: Settings, platform: Platform) -> None:
    """Look, then bots by id, then order: with two connections at work, nobody becomes the victim of the other."""
    engine = create_engine(str(settings.database_url))
    plugs = replace(platform, database=Database(engine, engine))
    make = Factory(plugs)
    user = make.user()
    try:
        bot, order_id = _bot_with_order(plugs, make, user)
        holds, outcomes = threading.Event(), []

        def settle() -> None:
            with plugs.database.across_tenants("test: somebody settles what rests") as session:
                live = LiveState(session, plugs.clock, bot.id, "BTC/USDT")
                holds.set()
                # The other has all the time it needs to take the order's lock, if it does so out of turn.
                time.sleep(1)
                Desk(session, plugs.clock, live.bot, BITCOIN).withdraw()
            outcomes.append("settled")

        def refuse() -> None:
            holds.wait(20)
            gateway = RefusingGateway()
            Courier(plugs, cast(Gateway, gateway), order_id).advance()
            outcomes.append("refused")

        threads = [threading.Thread(target=work) for work in (settle, refuse)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert outcomes == ["settled", "refused"]
    finally:
        with plugs.database.across_tenants("test: leave nothing behind") as session:
            session.execute(delete(TradingBot).where(TradingBot.user_id == user.id))
            session.execute(delete(User).where(User.id == user.id))
        engine.dispose()


class RefusingGateway:
    """An exchange at which the account has no money."""

    def prepare(self) -> None:
        """Nothing to be done."""

    def market(self, _symbol: str) -> Market:
        """The one market."""
        return BITCOIN

    def place_order(self, _request: OrderRequest) -> ExchangeOrder:
        """It is refused."""
        raise InsufficientBalance("no money")


def _bot_with_order(plugs: Platform, make: Factory, user: User) -> tuple[TradingBot, UUID]:
    """A live bot that has looked, with a purchase that is to be sent."""
    now, key = plugs.clock.now(), make.api_key(user.id)
    running = {"status": "running", "started_at": now, "is_paper_trading": False, "api_key_id": key.id}
    bot, order_id = make.bot(user.id, **running), new_id()
    shared: dict[str, Any] = {"user_id": user.id, "bot_id": bot.id, "symbol": "BTC/USDT", "candle_at": now}
    with plugs.database.across_tenants("test") as session:
        session.add(
            Evaluation(**shared, action="buy", confidence=1.0, outcome="acted", reason="", inputs={}, evaluated_at=now)
        )
        session.add(
            Order(
                **shared,
                id=order_id,
                api_key_id=key.id,
                client_order_id=str(order_id),
                side="sell",
                type="limit",
                price=Decimal(1),
                purpose="grid_line",
                quantity=Decimal(1),
                filled_quantity=Decimal(0),
                fee=Decimal(0),
                status="intended",
                attempts=0,
                intended_at=now,
            )
        )
    return bot, order_id


def test_an_order_that_fails_for_weeks_keeps_nothing_else_waiting(account: LiveAccount) -> None:
    gone: dict[str, Any] = {"type": "limit", "price": Decimal(40_000), "exchange_order_id": "987654321"}
    account.intend(status="open", attempts=5_000, submitted_at=account.clock.now(), **gone)
    account.intend()
    account.submit()
    lost, bought = account.orders()
    assert (lost.status, bought.status) == ("open", "filled")
    assert "no longer finds" in str(lost.error)


def test_an_order_that_meets_a_defect_keeps_nothing_else_waiting(
    account: LiveAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing, advance = account.intend(), Courier.advance

    def break_down(courier: Courier) -> None:
        if courier.order_id == failing.id:
            raise ZeroDivisionError
        advance(courier)

    monkeypatch.setattr(Courier, "advance", break_down)
    account.intend()
    assert account.submit() == 2
    broken, bought = account.orders()
    assert (broken.status, bought.status) == ("intended", "filled")
    assert broken.error == "Something went wrong on our side; it is tried again every minute."
    monkeypatch.undo()
    account.submit(wait=30)
    assert account.orders()[0].status == "intended"
    account.submit(wait=29)
    assert account.orders()[0].status == "intended"
    account.submit(wait=2)
    # An entry that was held up for so long is not sent any more.
    assert account.orders()[0].status == "canceled"


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
