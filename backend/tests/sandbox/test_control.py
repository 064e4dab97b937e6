"""The sandbox's own interface: keys, journal, faults, the page, and what it says to senseless requests."""

import logging
import re
import stat
import time

import ccxt
import pytest

from backend.sandbox.clock import SystemClock
from backend.tests.sandbox.conftest import running, settings_for


def test_a_key_is_created_with_its_play_money(sandbox):
    key = sandbox.create_key(label="mine", balances={"USDT": "12.34567891", "BTC": 2})
    assert re.fullmatch(r"[A-Za-z0-9]{64}", key["api_key"])
    assert key["balances"] == {"USDT": "12.34567891", "BTC": "2"}
    [listed] = sandbox.ask("GET", "/_sandbox/keys").content["keys"]
    assert listed["balances"]["USDT"] == {"free": "12.34567891", "locked": "0"}
    assert (listed["label"], listed["can_withdraw"]) == ("mine", False)
    assert key["api_secret"] not in str(listed)


def test_an_empty_request_gives_the_usual_play_money(sandbox):
    assert sandbox.ask("POST", "/_sandbox/keys").content["balances"]["USDT"] == "10000"


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("keys", "{", 400, "not JSON"),
        ("keys", "[]", 422, "dictionary"),
        ("keys", '{"balances": {"USDT": "-1"}}', 422, "balances.USDT"),
        ("keys", '{"balances": {"USDT": "NaN"}}', 422, "balances.USDT"),
        ("keys", '{"balances": {"USDT": "0.000000001"}}', 422, "balances.USDT"),
        ("keys", '{"balances": {"USDT": 0.1}}', 422, "as text"),
        ("keys", '{"balances": {"usdt": "1"}}', 422, "balances.usdt"),
        ("keys", '{"lable": "x"}', 422, "lable"),
        ("faults", '{"kind": "explode"}', 422, "kind"),
        ("faults", '{"kind": "status", "status": 200}', 422, "status"),
        ("faults", '{"kind": "delay", "count": 0}', 422, "count"),
    ],
)
def test_senseless_requests_are_told_what_is_wrong(sandbox, path, body, status, words):
    answer = sandbox.ask("POST", f"/_sandbox/{path}", data=body)
    assert answer.status == status
    assert words in answer.content["error"]


def test_unknown_addresses_and_questions(sandbox):
    assert sandbox.ask("GET", "/_sandbox/nothing").status == 404
    assert sandbox.ask("GET", "/_sandbox/journal?type=nonsense").status == 422
    assert sandbox.ask("GET", "/_sandbox/journal?after=x").status == 422


def test_health(sandbox, clock):
    assert sandbox.ask("GET", "/_sandbox/health").content == {"status": "ok", "time": clock.moment}


def test_the_journal_tells_everything_accepted_and_no_secret(sandbox):
    key, other = sandbox.create_key(balances={"USDT": "1000"}), sandbox.create_key()
    client = sandbox.binance(key)
    client.load_markets()
    client.create_order("BTC/USDT", "market", "buy", 0.001, None, {"clientOrderId": "a"})
    order = client.create_order("BTC/USDT", "limit", "buy", 0.001, 20_000)
    client.cancel_order(order["id"], "BTC/USDT")
    client.create_order("BTC/USDT", "limit", "buy", 0.001, 20_000, {"timeInForce": "IOC"})
    everything = sandbox.ask("GET", "/_sandbox/journal").content
    entries = sandbox.ask("GET", f"/_sandbox/journal?api_key={key['api_key']}").content["entries"]
    assert [entry["type"] for entry in entries] == [
        "key_created", "order_accepted", "order_filled", "order_accepted", "order_canceled", "order_accepted",
        "order_expired",
    ]  # fmt: skip
    assert [entry["seq"] for entry in everything["entries"]] == list(range(1, 9))
    assert everything["last"] == 8
    filled = sandbox.ask("GET", f"/_sandbox/journal?api_key={key['api_key']}&type=order_filled").content["entries"]
    assert [(one["client_order_id"], one["quantity"], one["maker"]) for one in filled] == [("a", "0.001", False)]
    after = sandbox.ask("GET", "/_sandbox/journal?after=6").content["entries"]
    assert [entry["seq"] for entry in after] == [7, 8]
    assert not any(one["api_secret"] in str(everything) for one in (key, other))


def test_secrets_are_readable_by_their_owner_alone(sandbox, tmp_path):
    key = sandbox.create_key()
    secrets = tmp_path / "state" / "secrets.jsonl"
    assert key["api_secret"] in secrets.read_text()
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    assert key["api_secret"] not in (tmp_path / "state" / "journal.jsonl").read_text()


def test_a_restart_remembers_keys_orders_and_balances(tmp_path, clock):
    settings = settings_for(tmp_path / "state")
    with running(settings, clock) as first:
        key = first.create_key(balances={"USDT": "1000"})
        client = first.binance(key)
        client.load_markets()
        client.create_order("BTC/USDT", "market", "buy", 0.001)
        order = client.create_order("BTC/USDT", "limit", "buy", 0.001, 20_000, {"clientOrderId": "rests"})
        before = client.fetch_balance()
    with running(settings, clock) as second:
        client = second.binance(key)
        client.load_markets()
        after = client.fetch_balance()
        assert after["total"] == before["total"]
        assert after["USDT"] == before["USDT"]
        assert client.fetch_order(None, "BTC/USDT", {"clientOrderId": "rests"})["id"] == order["id"]
        assert int(client.create_order("BTC/USDT", "market", "buy", 0.001)["id"]) == int(order["id"]) + 1


def order_of(sandbox, key, number):
    return sandbox.signed(
        "POST",
        "/api/v3/order",
        key,
        symbol="BTCUSDT",
        side="BUY",
        type="MARKET",
        quantity="0.001",
        newClientOrderId=number,
    )


def test_a_dropped_answer_leaves_the_order_accepted(sandbox):
    client = sandbox.binance(sandbox.create_key())
    client.load_markets()
    sandbox.ask("POST", "/_sandbox/faults", json={"kind": "drop_answer", "method": "POST", "path": "/api/v3/order"})
    with pytest.raises(ccxt.NetworkError):
        client.create_order("BTC/USDT", "market", "buy", 0.001, None, {"clientOrderId": "lost"})
    assert client.fetch_order(None, "BTC/USDT", {"clientOrderId": "lost"})["status"] == "closed"
    assert sandbox.ask("GET", "/_sandbox/faults").content["faults"] == []


def test_a_refused_request_did_not_happen_and_says_when_to_come_back(sandbox):
    key = sandbox.create_key()
    client = sandbox.binance(key)
    client.load_markets()
    created = sandbox.ask(
        "POST",
        "/_sandbox/faults",
        json={"kind": "status", "status": 429, "retry_after": 3, "count": 2, "path": "/api/v3/order"},
    )
    assert (created.status, created.content["remaining"]) == (201, 2)
    first = order_of(sandbox, key, "one")
    assert (first.status, first.headers["Retry-After"], first.content["code"]) == (429, "3", -1003)
    assert sandbox.ask("GET", "/_sandbox/faults").content["faults"][0]["remaining"] == 1
    with pytest.raises(ccxt.DDoSProtection):
        client.create_order("BTC/USDT", "market", "buy", 0.001)
    assert order_of(sandbox, key, "three").status == 200
    accepted = sandbox.ask("GET", "/_sandbox/journal?type=order_accepted").content["entries"]
    assert [entry["client_order_id"] for entry in accepted] == ["three"]


@pytest.mark.parametrize(("accept", "count"), [(False, 0), (True, 1)])
def test_a_server_error_may_come_before_or_after_the_order_was_taken(sandbox, accept, count):
    key = sandbox.create_key()
    sandbox.ask("POST", "/_sandbox/faults", json={"kind": "status", "status": 503, "accept": accept, "method": "POST"})
    assert order_of(sandbox, key, "x").status == 503
    assert len(sandbox.ask("GET", "/_sandbox/journal?type=order_accepted").content["entries"]) == count


def test_a_delay_holds_back_the_chosen_requests_only(sandbox):
    sandbox.ask("POST", "/_sandbox/faults", json={"kind": "delay", "seconds": 0.4, "path": "/api/v3/time", "count": 1})
    sandbox.ask("GET", "/binance/api/v3/ping")
    assert len(sandbox.ask("GET", "/_sandbox/faults").content["faults"]) == 1
    started = time.monotonic()
    sandbox.ask("GET", "/binance/api/v3/time")
    assert time.monotonic() - started >= 0.4
    assert sandbox.ask("GET", "/_sandbox/faults").content["faults"] == []


def test_faults_are_cleared_and_never_touch_the_sandboxs_own_side(sandbox):
    sandbox.ask("POST", "/_sandbox/faults", json={"kind": "status", "count": 1000})
    assert sandbox.ask("GET", "/_sandbox/health").status == 200
    assert sandbox.ask("GET", "/binance/api/v3/ping").status == 503
    assert sandbox.ask("DELETE", "/_sandbox/faults").content == {"cleared": 1}
    assert sandbox.ask("GET", "/binance/api/v3/ping").status == 200


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://127.0.0.1:5000", True),
        ("http://localhost:5173", True),
        ("http://127.0.0.1.evil.example", False),
        ("https://evil.example", False),
    ],
)
def test_pages_of_this_machine_may_ask(sandbox, origin, allowed):
    for answer in (
        sandbox.ask("GET", "/_sandbox/health", headers={"Origin": origin}),
        sandbox.ask("POST", "/_sandbox/keys", data="{", headers={"Origin": origin}),
        sandbox.ask("OPTIONS", "/_sandbox/keys", headers={"Origin": origin, "Access-Control-Request-Method": "POST"}),
    ):
        assert answer.headers.get("Access-Control-Allow-Origin") == (origin if allowed else None)
    assert "Access-Control-Allow-Origin" not in sandbox.ask("GET", "/", headers={"Origin": origin}).headers


def test_the_page_stands_alone_and_shows_markets_and_journal(sandbox):
    sandbox.create_key(label="<b>bold</b>")
    answer = sandbox.ask("GET", "/")
    assert answer.headers["Content-Type"].startswith("text/html")
    page = answer.content
    assert all(f'value="{venue}"' in page for venue in ("binance", "kraken", "coinbase"))
    assert "shown only once" in page
    for row in sandbox.ask("GET", "/_sandbox/markets").content["markets"]:
        assert row["symbol"] in page
        assert row["price"] in page
    assert "key created" in page
    assert "&lt;b&gt;bold" in page
    assert "<b>bold" not in page
    assert not re.search(r"(src|href)=\"(https?:)?//", page)


def test_the_log_has_a_line_for_each_request_and_no_secret(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    with running(settings_for(tmp_path / "state"), SystemClock()) as sandbox:
        key = sandbox.create_key()
        assert sandbox.signed("GET", "/api/v3/account", key).status == 200
    lines = [record.getMessage() for record in caplog.records if record.name == "sandbox.requests"]
    assert any(line.startswith("GET /binance/api/v3/account 200 ") for line in lines)
    assert not any(word in caplog.text for word in (key["api_key"], key["api_secret"], "signature"))
