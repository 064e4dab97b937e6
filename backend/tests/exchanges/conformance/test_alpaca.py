"""Alpaca's shapes on the wire: which requests go out for each order, question and cancel, and how answers are read."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import redis

from backend.config import Settings
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.errors import (
    BelowMinimum,
    ExchangeBusy,
    InsufficientBalance,
    KeyRefused,
    MarketUnavailable,
    OrderRefused,
    OutcomeUnknown,
)
from backend.exchanges.gateway import Gateway
from backend.exchanges.markets import HeldTables
from backend.exchanges.nouns import Balance, Credentials, KeyRights, OrderRequest
from backend.tests.exchanges.recording_server import Asked, RecordingServer

ORDERS = "POST /v2/orders"
NOON = "2026-03-02T12:00:00Z"
SINCE = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
ASSET = {
    "id": "276e2673-764b-4ab6-a611-caf665ca6340",
    "class": "crypto",
    "exchange": "CRYPTO",
    "symbol": "BTC/USD",
    "name": "Bitcoin / US Dollar",
    "status": "active",
    "tradable": True,
    "min_order_size": "0.0001",
    "min_trade_increment": "0.0001",
    "price_increment": "1",
}
ORDER = {
    "id": "61e69015-8549-4bfd-b9c3-01e75843f47d",
    "client_order_id": "ours",
    "submitted_at": NOON,
    "symbol": "BTC/USD",
    "asset_class": "crypto",
    "qty": "0.01",
    "filled_qty": "0",
    "filled_avg_price": None,
    "order_type": "limit",
    "type": "limit",
    "side": "buy",
    "time_in_force": "gtc",
    "limit_price": "40000",
    "stop_price": None,
    "status": "new",
}


@pytest.fixture
def access(settings: Settings, redis_client: redis.Redis, server: RecordingServer) -> ExchangeAccess:
    server.on("GET /v2/assets", [ASSET])
    addresses = {**settings.exchange_urls, "alpaca": server.url}
    return ExchangeAccess(settings.model_copy(update={"exchange_urls": addresses}), redis_client, HeldTables())


@pytest.fixture
def gateway(access: ExchangeAccess) -> Gateway:
    return access.account("alpaca", uuid4(), Credentials("AKTESTTESTTEST", "secret-of-the-key"))


def order(**wish: Any) -> OrderRequest:
    given = {"client_order_id": "ours", "symbol": "BTC/USD", "side": "buy", "type": "market", **wish}
    given.setdefault("quantity", Decimal("0.01"))
    return OrderRequest(**given)


def echo(asked: Asked) -> tuple[int, Any]:
    told = {**ORDER, **{name: asked.body.get(name) for name in ("client_order_id", "side", "qty", "limit_price")}}
    return 200, told


COMMON = {"symbol": "BTC/USD", "qty": "0.01", "time_in_force": "gtc", "client_order_id": "ours"}


@pytest.mark.parametrize(
    ("wish", "sent"),
    [
        ({"side": "sell"}, {"side": "sell", "type": "market"}),
        (
            {"type": "limit", "price": Decimal(40_000)},
            {"side": "buy", "type": "limit", "limit_price": "40000"},
        ),
        (
            {"type": "stop_limit", "side": "sell", "price": Decimal(44_000), "stop_price": Decimal(45_000)},
            {"side": "sell", "type": "stop_limit", "limit_price": "44000", "stop_price": "45000"},
        ),
    ],
    ids=["market", "limit", "stop-limit"],
)
def test_an_order_is_sent_as_exactly_this(
    gateway: Gateway, server: RecordingServer, wish: dict[str, Any], sent: dict[str, Any]
) -> None:
    server.on(ORDERS, echo)
    placed = gateway.place_order(order(**wish))
    (asked,) = server.sent(ORDERS)
    assert asked.body == {**COMMON, **sent}
    assert asked.headers["APCA-API-KEY-ID"] == "AKTESTTESTTEST"
    assert (placed.exchange_order_id, placed.client_order_id, placed.status) == (ORDER["id"], "ours", "open")


def test_a_market_order_with_a_stop_is_never_sent(gateway: Gateway, server: RecordingServer) -> None:
    # ccxt would send it as a plain market order, which sells at once.
    with pytest.raises(OrderRefused):
        gateway.place_order(order(side="sell", stop_price=Decimal(45_000)))
    assert server.sent(ORDERS) == []


def test_an_order_is_found_by_our_id_at_the_address_that_is_for_it(gateway: Gateway, server: RecordingServer) -> None:
    name = "GET /v2/orders:by_client_order_id"
    server.on(name, {**ORDER, "status": "partially_filled", "filled_qty": "0.004"})
    found = gateway.find_order("BTC/USD", "ours", None, SINCE)
    assert found is not None
    assert (found.status, found.filled_quantity, found.price) == ("partially_filled", Decimal("0.004"), Decimal(40_000))
    assert server.sent(name)[0].query == {"client_order_id": "ours"}
    server.on(name, {"code": 40410000, "message": "order not found for ours"}, 404)
    assert gateway.find_order("BTC/USD", "ours", None, SINCE) is None


def test_a_cancel_never_goes_to_the_address_of_all_orders(gateway: Gateway, server: RecordingServer) -> None:
    server.on("GET /v2/orders:by_client_order_id", ORDER)
    server.on(f"DELETE /v2/orders/{ORDER['id']}", None, 204)
    assert gateway.cancel_order("BTC/USD", "ours", None) is True
    server.on(f"DELETE /v2/orders/{ORDER['id']}", {"code": 42210000, "message": "order is not cancelable"}, 422)
    assert gateway.cancel_order("BTC/USD", "ours", str(ORDER["id"])) is False
    server.on("GET /v2/orders:by_client_order_id", {"code": 40410000, "message": "order not found"}, 404)
    assert gateway.cancel_order("BTC/USD", "ours", None) is False
    assert gateway.cancel_order("BTC/USD", "ours", "") is False
    deleted = [one.path for one in server.asked if one.method == "DELETE"]
    assert deleted == [f"/v2/orders/{ORDER['id']}"] * 2


@pytest.mark.parametrize(
    ("status", "answer", "problem"),
    [
        (403, {"code": 40310000, "message": "insufficient balance for USD (requested: 9, available: 1)"}, "balance"),
        (403, {"code": 40310000, "message": "cost basis must be >= minimal amount of order 10"}, "minimum"),
        (403, {"code": 40310000, "message": "potential wash trade detected. use complex orders"}, "refused"),
        (403, {"code": 40310000, "message": "account not eligible to trade crypto orders"}, "refused"),
        (403, {"code": 40310000, "message": "new orders are rejected by user request"}, "key"),
        (422, {"code": 42210000, "message": "asset BTC/USD is not active"}, "market"),
        (401, {"code": 40110000, "message": "request is not authorized"}, "key"),
        (403, {"message": "forbidden."}, "key"),
        (429, {"message": "too many requests."}, "busy"),
        (500, {"message": "internal server error"}, "unknown"),
        (504, {"message": "gateway timeout"}, "unknown"),
    ],
)
def test_refusals_are_told_apart(
    gateway: Gateway, server: RecordingServer, status: int, answer: dict[str, Any], problem: str
) -> None:
    kinds: dict[str, type[Exception]] = {
        "refused": OrderRefused,
        "balance": InsufficientBalance,
        "minimum": BelowMinimum,
        "market": MarketUnavailable,
        "key": KeyRefused,
        "busy": ExchangeBusy,
        "unknown": OutcomeUnknown,
    }
    server.on(ORDERS, answer, status)
    with pytest.raises(kinds[problem]) as raised:
        gateway.place_order(order())
    assert type(raised.value) is kinds[problem]


def test_an_id_that_is_taken_answers_its_order(gateway: Gateway, server: RecordingServer) -> None:
    server.on(ORDERS, {"code": 40010001, "message": "client_order_id must be unique"}, 422)
    server.on("GET /v2/orders:by_client_order_id", {**ORDER, "status": "filled", "filled_qty": "0.01"})
    placed = gateway.place_order(order())
    assert (placed.exchange_order_id, placed.status) == (ORDER["id"], "filled")


def test_fills_are_read_in_pages_and_carry_the_reckoned_fee(gateway: Gateway, server: RecordingServer) -> None:
    def fill(number: int, order_id: str) -> dict[str, Any]:
        return {
            "id": f"20260302120000{number:03}::{number}",
            "activity_type": "FILL",
            "transaction_time": f"2026-03-02T12:00:{number % 60:02}.000Z",
            "type": "fill",
            "price": "50000",
            "qty": "0.0001",
            "side": "buy",
            "symbol": "BTC/USD",
            "order_id": order_id,
        }

    rows = [fill(number, str(ORDER["id"]) if number % 2 else "another") for number in range(120)]

    def page(asked: Asked) -> tuple[int, Any]:
        start = 100 if "page_token" in asked.query else 0
        return 200, rows[start : start + 100]

    server.on(f"GET /v2/orders/{ORDER['id']}", ORDER)
    server.on("GET /v2/account/activities/FILL", page)
    fills = gateway.fills("BTC/USD", str(ORDER["id"]))
    assert len(fills) == 60
    assert {one.exchange_order_id for one in fills} == {ORDER["id"]}
    # 0.25 per cent of what was received, which Alpaca itself tells only at the end of the day.
    assert {(one.fee, one.fee_currency) for one in fills} == {(Decimal("0.00000025"), "BTC")}
    assert len(gateway.fills_since("BTC/USD", SINCE)) == 120


def test_balances_and_rights(access: ExchangeAccess, gateway: Gateway, server: RecordingServer) -> None:
    account = {
        "currency": "USD",
        "cash": "900",
        "equity": "1500",
        "position_market_value": "500",
        "trading_blocked": False,
        "account_blocked": False,
    }
    server.on("GET /v2/account", account)
    server.on("GET /v2/positions", [{"symbol": "BTCUSD", "qty": "0.01", "qty_available": "0.004"}])
    assert gateway.balances() == {
        "USD": Balance(Decimal(900), Decimal(1000)),
        "BTC": Balance(Decimal("0.004"), Decimal("0.01")),
    }
    # What a live key may do, nobody is told; the money of a paper account cannot leave it.
    assert gateway.key_rights() == KeyRights(can_trade=True, can_withdraw=None, ip_restricted=None)
    paper = access.account("alpaca", uuid4(), Credentials("PKTESTTESTTEST", "secret-of-the-key"), is_testnet=True)
    assert paper.key_rights().can_withdraw is False
    server.on("GET /v2/account", replace_in(account, trading_blocked=True))
    assert gateway.key_rights().can_trade is False


def replace_in(row: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**row, **changes}


def test_the_smallest_order_is_known_before_sending(gateway: Gateway, server: RecordingServer) -> None:
    with pytest.raises(BelowMinimum):
        gateway.place_order(replace(order(), quantity=Decimal("0.00001")))
    assert server.sent(ORDERS) == []
