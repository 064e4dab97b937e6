"""Every refusal of a signed request: the venue's code and status, and the class that ccxt makes of it."""

import ccxt
import pytest

from backend.sandbox.orders import OrderRequest
from backend.tests.sandbox.conftest import MOMENT

ORDER = {
    "symbol": "BTCUSDT",
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "quantity": "0.01",
    "price": "50000",
}


@pytest.fixture
def key(sandbox):
    return sandbox.create_key(balances={"USDT": "1000"})


def refused(sandbox, key, **changes):
    parameters = {name: value for name, value in {**ORDER, **changes}.items() if value is not None}
    before = len(sandbox.exchange.journal.events)
    answer = sandbox.signed("POST", "/api/v3/order", key, **parameters)
    assert len(sandbox.exchange.journal.events) == before
    return answer.status, answer.content["code"], answer.content["msg"]


def test_the_order_that_the_others_vary_is_taken(sandbox, key):
    assert sandbox.signed("POST", "/api/v3/order", key, **ORDER).status == 200


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"symbol": "NOPE"}, -1121, "Invalid symbol."),
        ({"symbol": None}, -1102, "'symbol'"),
        ({"side": "HOLD"}, -1117, "Invalid side."),
        ({"side": None}, -1102, "'side'"),
        ({"type": "TRAILING"}, -1116, "Invalid orderType."),
        ({"timeInForce": "GTD"}, -1115, "Invalid timeInForce."),
        ({"timeInForce": None}, -1102, "'timeInForce'"),
        ({"quantity": None}, -1102, "'quantity'"),
        ({"price": None}, -1102, "'price'"),
        ({"quantity": "-1"}, -1100, "'quantity'"),
        ({"quantity": "1e-3"}, -1100, "'quantity'"),
        ({"price": "abc"}, -1100, "'price'"),
        ({"quantity": "0.0100000001"}, -1111, "precision"),
        ({"newClientOrderId": "with space"}, -1100, "'newClientOrderId'"),
        ({"newClientOrderId": "x" * 37}, -1100, "'newClientOrderId'"),
        ({"newOrderRespType": "LONG"}, -1136, "newOrderRespType"),
        ({"type": "MARKET"}, -1106, "'timeInForce'"),
        ({"type": "MARKET", "timeInForce": None}, -1106, "'price'"),
        ({"quoteOrderQty": "50"}, -1106, "'quoteOrderQty'"),
        ({"quantity": "0"}, -1013, "Invalid quantity."),
        ({"price": "0.00"}, -1013, "Invalid price."),
        ({"price": "50000.001"}, -1013, "Filter failure: PRICE_FILTER"),
        ({"price": "1000000.01"}, -1013, "Filter failure: PRICE_FILTER"),
        ({"quantity": "0.000001"}, -1013, "Filter failure: LOT_SIZE"),
        ({"quantity": "0.010001"}, -1013, "Filter failure: LOT_SIZE"),
        ({"quantity": "10001"}, -1013, "Filter failure: LOT_SIZE"),
        ({"quantity": "0.00005"}, -1013, "Filter failure: NOTIONAL"),
        ({"quantity": "0.03"}, -2010, "Account has insufficient balance for requested action."),
        ({"side": "SELL"}, -2010, "Account has insufficient balance for requested action."),
        (
            {"type": "LIMIT_MAKER", "timeInForce": None, "price": "99000"},
            -2010,
            "Order would immediately match and take.",
        ),
    ],
)
def test_refused_orders(sandbox, key, changes, code, words):
    status, refused_code, message = refused(sandbox, key, **changes)
    assert (status, refused_code) == (400, code)
    assert words in message


def test_a_market_order_by_cost_below_the_minimum(sandbox, key):
    market = {"type": "MARKET", "timeInForce": None, "price": None, "quantity": None}
    assert refused(sandbox, key, **market, quoteOrderQty="4.99")[1:] == (-1013, "Filter failure: NOTIONAL")
    assert refused(sandbox, key, **market, quoteOrderQty="0.0001")[1:] == (-1013, "Filter failure: LOT_SIZE")
    assert refused(sandbox, key, **market)[1] == -1102


def test_too_many_open_orders(sandbox):
    rich = sandbox.create_key(balances={"USDT": "10000"})
    for _ in range(200):
        assert sandbox.exchange.place(rich["api_key"], *_resting(sandbox)).is_open
    assert refused(sandbox, rich, quantity="0.001", price="10000")[2] == "Filter failure: MAX_NUM_ORDERS"


def _resting(sandbox):
    market = sandbox.exchange.markets["BTC/USDT"]
    number = len(sandbox.exchange.journal.events)
    price, quantity = market.price(1_000_000), market.quantity_step * 50
    return market, OrderRequest("buy", "LIMIT", "GTC", quantity, None, price, f"n{number}")


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"api_key": ""}, 401, -2014),
        ({"api_key": "short"}, 401, -2014),
        ({"api_key": "A" * 64}, 401, -2015),
        ({"api_secret": "B" * 64}, 400, -1022),
    ],
)
def test_refused_keys_and_signatures(sandbox, key, changed, status, code):
    answer = sandbox.signed("GET", "/api/v3/account", {**key, **changed})
    assert (answer.status, answer.content["code"]) == (status, code)


@pytest.mark.parametrize(
    ("parameters", "code", "words"),
    [
        ({"timestamp": MOMENT - 5_001}, -1021, "outside of the recvWindow"),
        ({"timestamp": MOMENT - 5_000}, None, ""),
        ({"timestamp": MOMENT - 5_001, "recvWindow": 6_000}, None, ""),
        ({"timestamp": MOMENT + 999}, None, ""),
        ({"timestamp": MOMENT + 1_000}, -1021, "1000ms ahead"),
        ({"timestamp": ""}, -1102, "'timestamp'"),
        ({"timestamp": "yesterday"}, -1100, "'timestamp'"),
        ({"recvWindow": 60_001}, -1131, "recvWindow"),
    ],
)
def test_the_time_window(sandbox, key, parameters, code, words):
    answer = sandbox.signed("GET", "/api/v3/account", key, **parameters)
    if code is None:
        assert answer.status == 200
    else:
        assert (answer.status, answer.content["code"]) == (400, code)
        assert words in answer.content["msg"]


def test_a_signature_covers_exactly_what_was_sent(sandbox, key):
    headers = {"X-MBX-APIKEY": key["api_key"]}
    unsigned = sandbox.ask("GET", f"/binance/api/v3/account?timestamp={MOMENT}", headers=headers)
    assert unsigned.content == {
        "code": -1102,
        "msg": "Mandatory parameter 'signature' was not sent, was empty/null, or malformed.",
    }
    client = sandbox.binance(key)
    client.load_markets()
    signed = client.sign("order", ["private"], "POST", ORDER | {"newClientOrderId": "a"})
    tampered = signed["body"].replace("quantity=0.01", "quantity=0.02")
    assert tampered != signed["body"]
    path = signed["url"].removeprefix(sandbox.url)
    assert sandbox.ask("POST", path, data=tampered, headers=signed["headers"]).content["code"] == -1022
    assert sandbox.ask("POST", path, data=signed["body"], headers=signed["headers"]).status == 200


@pytest.mark.parametrize(("method", "code"), [("GET", -2013), ("DELETE", -2011)])
def test_orders_that_are_not_there(sandbox, key, method, code):
    for name, value in (("orderId", 77), ("origClientOrderId", "nope")):
        answer = sandbox.signed(method, "/api/v3/order", key, symbol="BTCUSDT", **{name: value})
        assert (answer.status, answer.content["code"]) == (400, code)
    neither = sandbox.signed(method, "/api/v3/order", key, symbol="BTCUSDT")
    assert neither.content["code"] == -1102


def test_an_order_of_another_market_is_not_found(sandbox, key):
    placed = sandbox.signed("POST", "/api/v3/order", key, **ORDER).content
    answer = sandbox.signed("GET", "/api/v3/order", key, symbol="ETHBTC", orderId=placed["orderId"])
    assert answer.content["code"] == -2013


def test_what_ccxt_makes_of_the_refusals(sandbox, key):
    client = sandbox.binance(key)
    client.load_markets()
    with pytest.raises(ccxt.InsufficientFunds):
        client.create_order("BTC/USDT", "market", "buy", 1)
    with pytest.raises(ccxt.OrderNotFound):
        client.fetch_order("77", "BTC/USDT")
    with pytest.raises(ccxt.OrderNotFound):
        client.cancel_order("77", "BTC/USDT")
    with pytest.raises(ccxt.InvalidOrder, match="PRICE_FILTER"):
        client.private_post_order(ORDER | {"price": "0.001"})
    with pytest.raises(ccxt.BadRequest, match="NOTIONAL"):
        client.create_order("BTC/USDT", "market", "buy", 0.00005)
    with pytest.raises(ccxt.BadRequest):
        client.private_get_order({"symbol": "BTCUSDT"})
    late = client.milliseconds
    client.milliseconds = lambda: MOMENT - 60_000
    with pytest.raises(ccxt.InvalidNonce):
        client.fetch_balance()
    client.milliseconds = late
    stranger = sandbox.binance({"api_key": "A" * 64, "api_secret": "B" * 64})
    with pytest.raises(ccxt.AuthenticationError):
        stranger.fetch_balance()
    forger = sandbox.binance({**key, "api_secret": "B" * 64})
    with pytest.raises(ccxt.AuthenticationError):
        forger.fetch_balance()
