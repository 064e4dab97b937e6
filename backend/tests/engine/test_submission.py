"""Orders reach the exchange exactly once, whatever happens on the way; proven against the sandbox's own journal."""

import json
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from backend.bots.models import TradingBot
from backend.config import Settings
from backend.engine.intents import client_order_id
from backend.engine.models import Order, Position, Trade
from backend.engine.submission import accounts_with_due_orders, submit_account
from backend.exchanges.models import ApiKey
from backend.foundation.clock import FixedClock, SystemClock
from backend.foundation.ids import new_id
from backend.foundation.platform import Platform
from backend.tests.factories import Factory


class Account:
    """A user's account at the sandbox, and the bot that trades on it."""

    def __init__(self, platform: Platform, make: Factory, settings: Settings, balance: str = "10000") -> None:
        self.platform = platform
        self.url = str(settings.sandbox_url)
        made = self.post("/_sandbox/keys", {"balances": {"USDT": balance}})
        self.public_key = made["api_key"]
        user = make.user()
        vault = platform.vault
        self.key = make.api_key(
            user.id, api_key_enc=vault.encrypt(made["api_key"]), api_secret_enc=vault.encrypt(made["api_secret"])
        )
        self.bot = make.bot(user.id, is_paper_trading=False, api_key_id=self.key.id, status="running")

    def post(self, path: str, body: dict[str, Any], method: str = "POST") -> Any:
        """Speak to the sandbox's own side."""
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), method=method)
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")

    def intend(self, side: str = "buy", quantity: str = "0.01", **values: Any) -> Order:
        """An order as the cycle commits it."""
        now = self.platform.clock.now()
        order = Order(
            **{
                "id": new_id(), "user_id": self.bot.user_id, "bot_id": self.bot.id, "api_key_id": self.key.id,
                "client_order_id": client_order_id(self.bot.id, "BTC/USDT", len(self.orders()), side),
                "symbol": "BTC/USDT", "side": side, "type": "market",
                "purpose": "entry" if side == "buy" else "exit_signal", "quantity": Decimal(quantity),
                "filled_quantity": Decimal(0), "fee": Decimal(0), "status": "intended", "attempts": 0,
                "candle_at": now, "intended_at": now, **values,
            }
        )  # fmt: skip
        with self.platform.database.across_tenants("test") as session:
            session.add(order)
        return order

    def submit(self) -> int:
        """What the order worker does for this account."""
        return submit_account(self.platform, self.key.id)

    def rows(self, table: Any) -> list[Any]:
        """Every row of a table, oldest first."""
        with self.platform.database.across_tenants("test") as session:
            return list(session.scalars(select(table).order_by(table.id)))

    def orders(self) -> list[Order]:
        """Our orders."""
        return self.rows(Order)

    def journal(self, kind: str) -> Any:
        """The exchange's own record."""
        with urllib.request.urlopen(
            f"{self.url}/_sandbox/journal?api_key={self.public_key}&type={kind}", timeout=10
        ) as answer:
            body = json.loads(answer.read())
        return body["entries"] if isinstance(body, dict) else body


@pytest.fixture
def account(platform: Platform, make: Factory, settings: Settings) -> Iterator[Account]:
    made = Account(platform, make, settings)
    yield made
    made.post("/_sandbox/faults", {}, method="DELETE")


def test_an_intent_is_sent_filled_and_recorded(account: Account) -> None:
    account.intend()
    assert account.submit() == 1
    (order,), (trade,), (fill,) = account.orders(), account.rows(Trade), account.journal("order_filled")
    assert order.status == "filled"
    assert (trade.price, trade.quantity) == (Decimal(fill["price"]), Decimal(fill["quantity"]))
    assert (trade.fee_charged, trade.fee_currency) == (Decimal(fill["commission"]), "BTC")
    assert account.rows(Position)[0].quantity == trade.quantity - trade.fee_charged
    assert account.submit() == 0


def test_an_answer_that_is_lost_is_asked_for_instead_of_sent_again(account: Account, clock: FixedClock) -> None:
    account.post("/_sandbox/faults", {"kind": "drop_answer", "count": 1, "method": "POST", "path": "/api/v3/order"})
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


def test_a_crash_before_sending_is_found_and_sent_once(account: Account) -> None:
    """`submitting` is committed, the process dies before the request leaves: the exchange certainly has nothing."""
    account.intend(status="submitting", attempts=1)
    account.submit()
    assert account.orders()[0].status == "filled"
    assert len(account.journal("order_accepted")) == 1


def test_a_crash_after_sending_adopts_the_order(account: Account, platform: Platform) -> None:
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


def test_a_busy_exchange_is_waited_for(account: Account, clock: FixedClock) -> None:
    account.post(
        "/_sandbox/faults", {"kind": "status", "status": 429, "retry_after": 1, "count": 1, "path": "/api/v3/order"}
    )
    account.intend()
    account.submit()
    assert account.orders()[0].status == "submitting"
    clock.moment += timedelta(seconds=30)
    account.submit()
    assert account.orders()[0].status == "filled"
    assert len(account.journal("order_accepted")) == 1


def test_an_uncovered_order_is_rejected_in_plain_words_and_the_bot_goes_on(
    platform: Platform, make: Factory, settings: Settings
) -> None:
    poor = Account(platform, make, settings, balance="10")
    poor.intend()
    poor.submit()
    (order,) = poor.orders()
    assert order.status == "rejected"
    assert "balance does not cover this order" in str(order.error)
    assert poor.rows(TradingBot)[0].status == "running"


def test_a_refused_key_pauses_its_bots_and_says_so(account: Account, platform: Platform) -> None:
    with platform.database.across_tenants("test") as session:
        session.get_one(ApiKey, account.key.id).api_secret_enc = platform.vault.encrypt("wrong-secret")
    account.intend()
    account.submit()
    (bot,) = account.rows(TradingBot)
    assert bot.status == "error"
    assert "refused the API key" in str(bot.status_reason)
    assert account.orders()[0].status == "rejected"
    assert account.rows(ApiKey)[0].status == "invalid"


def test_an_order_that_stays_unclear_goes_to_review(account: Account, clock: FixedClock) -> None:
    account.post("/_sandbox/faults", {"kind": "status", "status": 503, "count": 100, "path": "/api/v3/order"})
    account.intend(status="submitting", attempts=1)
    for _ in range(12):
        account.submit()
        clock.moment += timedelta(minutes=5)
    (order,) = account.orders()
    assert order.status == "review"
    assert "Somebody has to look" in str(order.error)
    assert account.submit() == 0


def test_the_sweep_finds_accounts_with_orders_that_are_due(account: Account, platform: Platform) -> None:
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
