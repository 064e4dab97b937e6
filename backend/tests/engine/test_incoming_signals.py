"""Signals from outside: proven, in time, once; acted on by paper and live bots as at a close."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from backend.accounts.models import User
from backend.engine.incoming.acting import act_on_signal
from backend.engine.incoming.messages import SIGNATURE_HEADER
from backend.engine.incoming.models import IncomingSignal
from backend.engine.models import Decision, Trade
from backend.foundation.clock import FixedClock
from backend.foundation.platform import Platform
from backend.market_data.tickers import Ticker, TickerBoard
from backend.tests.conftest import NOW
from backend.tests.engine.closing_market import Market
from backend.tests.engine.live_account import LiveAccount
from backend.tests.factories import Factory

WEBHOOK = {"strategy": "webhook", "strategy_config": {}}


class Sender:
    """An alerting service that knows a bot's address and secret."""

    def __init__(self, client: FlaskClient, make: Factory, clock: FixedClock, **bot: Any) -> None:
        self.client = client
        self.clock = clock
        user = make.user()
        values = {"status": "running", "started_at": NOW - timedelta(hours=1), **WEBHOOK, **bot}
        self.bot = make.bot(user.id, **values)
        self.headers = make.headers(user)
        made = client.post(f"/api/v1/bots/{self.bot.id}/signal-hook", headers=self.headers).get_json()["data"]
        self.path = made["url"].partition("/api/v1")[2]
        self.secret = made["secret"]

    def post(self, body: Any, headers: dict[str, str] | None = None) -> Any:
        """Send a message as it is."""
        data = body if isinstance(body, str) else json.dumps(body)
        return self.client.post(f"/api/v1{self.path}", data=data, headers=headers or {})

    def message(self, action: str = "buy", **values: Any) -> dict[str, Any]:
        """A message that is taken."""
        return {"action": action, "time": self.clock.now().isoformat(), "secret": self.secret, **values}


@pytest.fixture
def sender(client: FlaskClient, make: Factory, clock: FixedClock, platform: Platform) -> Sender:
    """A paper bot's sender; the market is at 50,000."""
    TickerBoard(platform.redis).note(Ticker("binance", "BTC/USDT", 50_000.0, round(NOW.timestamp() * 1000)))
    return Sender(client, make, clock)


def test_a_json_alert_is_taken_and_the_bot_buys_and_sells(sender: Sender, platform: Platform, market: Market) -> None:
    answer = sender.post(sender.message())
    assert answer.status_code == 202
    signal_id = market.rows(IncomingSignal)[0].id
    assert answer.get_json()["data"] == {"id": str(signal_id), "is_duplicate": False}
    assert act_on_signal(platform, signal_id) == "acted"
    assert act_on_signal(platform, signal_id) == "acted"
    (trade,) = market.rows(Trade)
    assert (trade.type, trade.price) == ("buy", Decimal("50025.00"))
    assert market.rows(Decision)[0].reason == "The strategy says buy; the bot buys."
    sender.post(sender.message("sell"))
    act_on_signal(platform, market.rows(IncomingSignal)[1].id)
    assert [row.type for row in market.rows(Trade)] == ["buy", "sell"]
    listed = sender.client.get(f"/api/v1/bots/{sender.bot.id}/signals", headers=sender.headers).get_json()["data"][
        "items"
    ]
    assert [(row["action"], row["state"]) for row in listed] == [("sell", "acted"), ("buy", "acted")]


def test_the_same_message_again_changes_nothing(sender: Sender, market: Market) -> None:
    message = sender.message(id="alert-7")
    first, second = sender.post(message), sender.post(message)
    assert (first.status_code, second.status_code) == (202, 202)
    assert second.get_json()["data"] == {"id": first.get_json()["data"]["id"], "is_duplicate": True}
    assert len(market.rows(IncomingSignal)) == 1


def test_plain_text_and_signatures_are_taken_too(sender: Sender, market: Market) -> None:
    text = f"Long BTCUSDT secret={sender.secret} {NOW.isoformat()}"
    assert sender.post(text).status_code == 202
    body = json.dumps({"action": "exit"})
    at = int(NOW.timestamp())
    digest = hmac.new(sender.secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    assert sender.post(body, {"X-Tradefleet-Signature": f"t={at},v1={digest}"}).status_code == 202
    assert [row.action for row in market.rows(IncomingSignal)] == ["buy", "sell"]


def test_what_is_not_proven_is_refused(sender: Sender, market: Market) -> None:
    assert sender.post(sender.message(secret="guessed")).status_code == 401
    body = json.dumps({"action": "buy"})
    at = int(NOW.timestamp())
    forged = hmac.new(b"another secret", f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    assert sender.post(body, {"X-Tradefleet-Signature": f"t={at},v1={forged}"}).status_code == 401
    assert sender.client.post("/api/v1/hooks/signals/nobody", data="{}").status_code == 404
    assert market.rows(IncomingSignal) == []


def test_what_was_made_long_ago_is_a_replay_and_refused(sender: Sender, market: Market) -> None:
    old = (NOW - timedelta(minutes=6)).isoformat()
    answer = sender.post(sender.message(time=old))
    assert answer.status_code == 422
    assert answer.get_json()["code"] == "SIGNAL_OUT_OF_TIME"
    assert market.rows(IncomingSignal) == []


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("{", "begins like JSON"),
        ("hello there", "the word buy or sell"),
        ('{"action": "hodl"}', '"action": "buy" or "sell"'),
        ('{"action": "buy"}', '"time": "{{timenow}}"'),
        ("buy secret=x", "add {{timenow}}"),
        ('{"action": "buy", "time": 1e300}', '"time"'),
        ('{"action": "buy", "time": ' + "9" * 400 + "}", '"time"'),
        ('{"a": ' + "[" * 9_000, "begins like JSON"),
    ],
)
def test_what_cannot_be_read_says_how_to_write_it(sender: Sender, body: str, word: str) -> None:
    answer = sender.post(body)
    assert answer.status_code == 422
    assert word in answer.get_data(as_text=True).replace('\\"', '"')


def test_a_new_address_ends_the_old_one(sender: Sender) -> None:
    sender.client.post(f"/api/v1/bots/{sender.bot.id}/signal-hook", headers=sender.headers)
    assert sender.post(sender.message()).status_code == 404


def test_a_bot_that_is_not_running_refuses_with_a_word(
    client: FlaskClient, make: Factory, clock: FixedClock, platform: Platform, market: Market
) -> None:
    sender = Sender(client, make, clock, status="stopped", started_at=None)
    sender.post(sender.message())
    assert act_on_signal(platform, market.rows(IncomingSignal)[0].id) == "refused"
    assert market.rows(IncomingSignal)[0].outcome == "The bot was not running when the signal came."


def test_only_bots_without_a_strategy_of_their_own_get_an_address(client: FlaskClient, make: Factory) -> None:
    user = make.user()
    bot = make.bot(user.id)
    answer = client.post(f"/api/v1/bots/{bot.id}/signal-hook", headers=make.headers(user))
    assert answer.status_code == 409
    assert "Signals from outside" in answer.get_json()["error"]


def test_a_live_bot_sends_its_order_for_a_signal(
    open_account: Callable[..., LiveAccount], client: FlaskClient, make: Factory
) -> None:
    account = open_account(**WEBHOOK)
    account.price("50000")
    with account.platform.database.across_tenants("test") as session:
        headers = make.headers(session.get_one(User, account.bot.user_id))
    made = client.post(f"/api/v1/bots/{account.bot.id}/signal-hook", headers=headers).get_json()["data"]
    message = {"action": "buy", "time": account.clock.now().isoformat(), "secret": made["secret"]}
    client.post("/api/v1" + made["url"].partition("/api/v1")[2], data=json.dumps(message))
    assert act_on_signal(account.platform, account.rows(IncomingSignal)[0].id) == "acted"
    account.submit_all()
    assert account.orders()[0].status == "filled"
    account.agrees_with_exchange()


@pytest.mark.parametrize("note", ["a\u0000b", "a\ud800b"], ids=["nul", "half a pair"])
def test_a_note_that_cannot_be_stored_as_it_is_keeps_no_signal_out(sender: Sender, market: Market, note: str) -> None:
    assert sender.post(sender.message(note=note)).status_code == 202
    assert str(market.rows(IncomingSignal)[0].note).startswith("a")
    forged = sender.post(sender.message(secret=note))
    assert forged.status_code in {401, 403}
    assert sender.post("buy", {SIGNATURE_HEADER: "t=999999999999,v1=" + "0" * 64}).status_code in {401, 403, 422}
