"""Kraken's own ways: a deadline on every order, numbers that rise, a pair of many names, and money that earns."""

import base64
import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import ccxt
import ccxt.pro
import pytest
import redis

from backend.config import Settings
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.errors import ExchangeBusy, ExchangeDown, OutcomeUnknown
from backend.exchanges.gateway import Gateway
from backend.exchanges.markets import HeldTables
from backend.exchanges.nouns import Balance, Credentials, OrderRequest
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
DOLLARS = {**PAIR, "altname": "XBTUSD", "wsname": "XBT/USD", "quote": "ZUSD"}
ORDER = OrderRequest("ours", "BTC/USDT", "sell", "market", Decimal("0.01"))


def answer(result: Any) -> dict[str, Any]:
    return {"error": [], "result": result}


@pytest.fixture
def access(settings: Settings, redis_client: redis.Redis, server: RecordingServer) -> ExchangeAccess:
    names = {"XXBT": "XBT", "USDT": "USDT", "ZUSD": "USD"}
    assets = {name: {"altname": short, "decimals": 8, "status": "enabled"} for name, short in names.items()}
    server.on("GET /0/public/Assets", answer(assets))
    server.on("GET /0/public/AssetPairs", answer({"XBTUSDT": PAIR, "XXBTZUSD": DOLLARS}))
    server.on("GET /0/public/Time", answer({"unixtime": int(SERVER_TIME.timestamp())}))
    addresses = {**settings.exchange_urls, "kraken": server.url}
    return ExchangeAccess(settings.model_copy(update={"exchange_urls": addresses}), redis_client, HeldTables())


@pytest.fixture
def gateway(access: ExchangeAccess) -> Gateway:
    secret = base64.b64encode(b"s" * 64).decode()
    gateway = access.account("kraken", uuid4(), Credentials("key-of-the-account", secret))
    gateway.prepare()
    return gateway


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


def row(pair: str, **more: Any) -> dict[str, Any]:
    """An order as Kraken lists it; `pair` is one of the names of its market."""
    description = {
        "pair": pair,
        "type": "buy",
        "ordertype": "limit",
        "price": "40000",
        "price2": "0",
        "leverage": "none",
        "order": f"buy 0.01 {pair} @ limit 40000",
        "close": "",
    }
    numbers = {"vol": "0.01", "vol_exec": "0", "cost": "0", "fee": "0", "price": "0", "opentm": 1772452800.0}
    return {"status": "open", "descr": description, "oflags": "fciq", **numbers, **more}


@pytest.mark.parametrize("pair", ["XBTUSD", "XXBTZUSD"])
def test_a_pair_is_known_by_each_of_its_names(gateway: Gateway, server: RecordingServer, pair: str) -> None:
    ours = str(uuid4())
    resting = {"OREST1-BBBBB-CCCCCC": row(pair, cl_ord_id="another"), "OREST2-BBBBB-CCCCCC": row("XBTUSDT")}
    server.on("POST /0/private/OpenOrders", answer({"open": resting}))
    closed = row(pair, cl_ord_id=ours, status="closed", vol_exec="0.01", trades=["TAAAAA-BBBBB-CCCCCC"])
    server.on("POST /0/private/ClosedOrders", answer({"closed": {"OAAAAA-BBBBB-CCCCCC": closed}, "count": 1}))
    server.on("POST /0/private/QueryOrders", answer({"OAAAAA-BBBBB-CCCCCC": closed}))
    numbers = {"price": "50000", "cost": "500", "fee": "2", "vol": "0.01", "time": 1772452800.0}
    trade = {"ordertxid": "OAAAAA-BBBBB-CCCCCC", "pair": pair, "type": "buy", "ordertype": "limit", **numbers}
    other = {**trade, "pair": "XBTUSDT"}
    server.on("POST /0/private/QueryTrades", answer({"TAAAAA-BBBBB-CCCCCC": trade}))
    both = {"TAAAAA-BBBBB-CCCCCC": trade, "TBBBBB-BBBBB-CCCCCC": other}
    server.on("POST /0/private/TradesHistory", answer({"trades": both, "count": 2}))

    found = gateway.find_order("BTC/USD", ours, None, SERVER_TIME)
    assert found is not None
    assert (found.exchange_order_id, found.symbol, found.status) == ("OAAAAA-BBBBB-CCCCCC", "BTC/USD", "filled")
    assert gateway.find_order("BTC/USD", ours, found.exchange_order_id, SERVER_TIME) == found
    assert [one.exchange_order_id for one in gateway.open_orders("BTC/USD")] == ["OREST1-BBBBB-CCCCCC"]
    (fill,) = gateway.fills("BTC/USD", found.exchange_order_id)
    assert (fill.symbol, fill.fee, fill.fee_currency) == ("BTC/USD", Decimal(2), "USD")
    assert gateway.fills_since("BTC/USD", SERVER_TIME - timedelta(days=1)) == [fill]


def test_all_open_orders_tell_their_symbols(gateway: Gateway, server: RecordingServer) -> None:
    resting = {"OREST1-BBBBB-CCCCCC": row("XBTUSD"), "OREST2-BBBBB-CCCCCC": row("XBTUSDT")}
    server.on("POST /0/private/OpenOrders", answer({"open": resting}))
    assert {one.symbol for one in gateway.open_orders()} == {"BTC/USD", "BTC/USDT"}


def test_a_client_for_streams_knows_the_names_that_orders_use(access: ExchangeAccess) -> None:
    client = access.stream_client(ccxt.pro, "kraken")
    order = client.parse_order({**row("XBTUSD"), "id": "OAAAAA-BBBBB-CCCCCC"})
    assert order["symbol"] == "BTC/USD"


def test_what_earns_by_itself_is_counted_with_its_currency(gateway: Gateway, server: RecordingServer) -> None:
    told = {
        "XXBT": {"balance": "0.01", "hold_trade": "0.004"},
        "XBT.F": {"balance": "0.5", "hold_trade": "0"},
        "USD.F": {"balance": "100", "hold_trade": "0"},
        "XBT.M": {"balance": "7", "hold_trade": "0"},
        "ETH2.S": {"balance": "3", "hold_trade": "0"},
    }
    server.on(BALANCE, answer(told))
    held = gateway.balances()
    assert held["BTC"] == Balance(Decimal("0.506"), Decimal("0.51"))
    assert held["USD"] == Balance(Decimal(100), Decimal(100))
    assert not [name for name in held if name.endswith(".F")]
    assert held["BTC.M"].total == 7


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
BROKEN = {
    "no chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
    "half a chunk": HEAD + b'Transfer-Encoding: chunked\r\n\r\n40\r\n{"error":[],"res',
    "no last chunk": HEAD + b'Transfer-Encoding: chunked\r\n\r\n10\r\n{"error":[],"res\r\n',
    "less than was promised": HEAD + b'Content-Length: 500\r\n\r\n{"error":[],"res',
    "not what it was packed as": HEAD + b"Content-Encoding: gzip\r\nContent-Length: 8\r\n\r\nno gzip!",
    "no HTTP": b"\x00\x01\x02\x03",
    "nothing": b"",
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_an_answer_that_breaks_off_leaves_the_outcome_open(
    gateway: Gateway, server: RecordingServer, broken: bytes
) -> None:
    server.on(ADD, broken)
    with pytest.raises(OutcomeUnknown):
        gateway.place_order(ORDER)
    server.on(BALANCE, broken)
    with pytest.raises(ExchangeDown):
        gateway.balances()


def test_an_order_that_cannot_be_signed_in_time_is_never_sent(
    gateway: Gateway, server: RecordingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = {"descr": {"order": "sell 0.01 XBTUSDT @ market"}, "txid": ["OAAAAA-BBBBB-CCCCCC"]}
    server.on(ADD, answer(placed))
    server.on("POST /0/private/CancelOrder", answer({"count": 0}))
    with pytest.raises(ExchangeBusy, match="too long"):
        gateway.place_order(ORDER, sign_within=0.0)
    # Held up between the signature and the door, as by a machine that stands still.
    held_up = threading.Event()
    sign = ccxt.kraken.sign

    def slowly(*arguments: Any, **named: Any) -> Any:
        signed = sign(*arguments, **named)
        held_up.wait(0.6)
        return signed

    with monkeypatch.context() as patched:
        patched.setattr(ccxt.kraken, "sign", slowly)
        with pytest.raises(ExchangeBusy, match="too long"):
            gateway.place_order(ORDER, sign_within=0.5)
    assert server.sent(ADD) == []
    # And the one after it is not held to a moment that is past.
    assert gateway.cancel_order("BTC/USDT", "ours", "OAAAAA-BBBBB-CCCCCC") is False
    assert gateway.place_order(ORDER, sign_within=600).exchange_order_id == "OAAAAA-BBBBB-CCCCCC"


def test_an_order_does_not_wait_for_its_share_longer_than_it_may(
    gateway: Gateway, server: RecordingServer, redis_client: redis.Redis
) -> None:
    (name,) = {key.removesuffix(b":fresh").split(b":", 2)[2] for key in redis_client.scan_iter("exchange:clock:*")}
    redis_client.set(b"exchange:pause:" + name, b"1", px=3_000)
    with pytest.raises(ExchangeBusy, match=r"hold back|too long"):
        gateway.place_order(ORDER, sign_within=1.0)
    assert server.sent(ADD) == []


def test_what_is_fresh_is_not_asked_for_again(gateway: Gateway, server: RecordingServer) -> None:
    asked = len(server.asked)
    assert {one.path for one in server.asked} >= {"/0/public/AssetPairs", "/0/public/Time"}
    gateway.prepare()
    assert len(server.asked) == asked


def test_without_markets_nothing_can_be_prepared(access: ExchangeAccess, server: RecordingServer) -> None:
    # A refusal of the question is no refusal of an order.
    for broken in ({"error": ["EGeneral:Invalid arguments"]}, {"error": ["EQuery:Unknown asset"]}, b""):
        server.on("GET /0/public/AssetPairs", broken)
        gateway = access.account("kraken", uuid4(), Credentials("key-of-the-account", "c2VjcmV0"))
        with pytest.raises(ExchangeDown):
            gateway.prepare()
        with pytest.raises(ExchangeDown):
            gateway.place_order(ORDER)
    assert server.sent(ADD) == []
