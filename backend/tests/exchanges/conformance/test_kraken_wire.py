"""What goes out to Kraken beside the order itself: a deadline, fees in quote, and numbers that rise."""

import base64
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import redis

from backend.config import Settings
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.errors import ExchangeBusy, OutcomeUnknown
from backend.exchanges.gateway import Gateway
from backend.exchanges.markets import HeldTables
from backend.exchanges.nouns import Credentials, OrderRequest
from backend.tests.exchanges.recording_server import Asked, RecordingServer

ADD = "POST /0/private/AddOrder"
BALANCE = "POST /0/private/BalanceEx"
SERVER_TIME = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PAIR = {
    "altname": "XBTUSDT",
    "wsname": "XBT/USDT",
    "base": "XXBT",
    "quote": "USDT",
    "pair_decimals": 1,
    "lot_decimals": 8,
    "cost_decimals": 5,
    "ordermin": "0.0001",
    "costmin": "5",
    "tick_size": "0.1",
    "status": "online",
    "fees": [],
    "fees_maker": [],
}
ORDER = OrderRequest("ours", "BTC/USDT", "sell", "market", Decimal("0.01"))


def answer(result: Any) -> dict[str, Any]:
    return {"error": [], "result": result}


@pytest.fixture
def gateway(settings: Settings, redis_client: redis.Redis, server: RecordingServer) -> Gateway:
    assets = {name: {"altname": name, "decimals": 8, "status": "enabled"} for name in ("XXBT", "USDT")}
    server.on("GET /0/public/Assets", answer(assets))
    server.on("GET /0/public/AssetPairs", answer({"XBTUSDT": PAIR}))
    server.on("GET /0/public/Time", answer({"unixtime": int(SERVER_TIME.timestamp())}))
    addresses = {**settings.exchange_urls, "kraken": server.url}
    access = ExchangeAccess(settings.model_copy(update={"exchange_urls": addresses}), redis_client, HeldTables())
    secret = base64.b64encode(b"s" * 64).decode()
    return access.account("kraken", uuid4(), Credentials("key-of-the-account", secret))


def test_an_order_carries_a_deadline_by_krakens_clock(gateway: Gateway, server: RecordingServer) -> None:
    placed = {"descr": {"order": "sell 0.01 XBTUSDT @ market"}, "txid": ["OAAAAA-BBBBB-CCCCCC"]}
    server.on(ADD, answer(placed))
    assert gateway.place_order(ORDER).exchange_order_id == "OAAAAA-BBBBB-CCCCCC"
    (asked,) = server.sent(ADD)
    sent = {name: value for name, value in asked.body.items() if name not in {"nonce", "deadline"}}
    assert sent == {
        "pair": "XBTUSDT",
        "type": "sell",
        "ordertype": "market",
        "volume": "0.01",
        "cl_ord_id": "ours",
        "oflags": "fciq",
    }
    # Ten seconds after its sending by Kraken's time, whatever this machine's clock says.
    ahead = datetime.fromisoformat(asked.body["deadline"]) - SERVER_TIME
    assert timedelta(seconds=9) < ahead < timedelta(minutes=2)


def test_a_number_that_was_overtaken_is_followed_by_a_higher_one(gateway: Gateway, server: RecordingServer) -> None:
    def first_refused(_: Asked) -> tuple[int, Any]:
        overtaken = len(server.sent(BALANCE)) == 1
        return 200, {"error": ["EAPI:Invalid nonce"]} if overtaken else answer({"XXBT": {"balance": "1"}})

    server.on(BALANCE, first_refused)
    assert gateway.balances()["BTC"].total == 1
    first, second = (int(asked.body["nonce"]) for asked in server.sent(BALANCE))
    assert second > first
    server.on(BALANCE, {"error": ["EAPI:Invalid nonce"]})
    with pytest.raises(ExchangeBusy, match="for this platform alone"):
        gateway.balances()


@pytest.mark.parametrize("broken", [{"error": [], "result": {"txid": ["O"]}}, {"error": [], "result": {}}, {}, []])
def test_an_answer_that_cannot_be_read_leaves_the_outcome_open(
    gateway: Gateway, server: RecordingServer, broken: Any
) -> None:
    server.on(ADD, broken)
    try:
        placed = gateway.place_order(ORDER)
    except OutcomeUnknown:
        return
    assert placed.exchange_order_id == "O"
