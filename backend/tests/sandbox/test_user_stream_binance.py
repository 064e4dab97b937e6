"""Binance's user stream by ccxt.pro and by plain websocket: who may listen, and what is told."""

import asyncio
import hashlib
import hmac
from typing import Any
from urllib.parse import urlencode

import aiohttp
import ccxt.pro
import pytest

from backend.tests.sandbox.conftest import redirected


def pro_client(sandbox, key):
    client = ccxt.pro.binance(
        {
            "apiKey": key["api_key"],
            "secret": key["api_secret"],
            "enableRateLimit": False,
            "options": {"fetchMarkets": {"types": ["spot"]}, "fetchCurrencies": False, "fetchMargins": False},
        }
    )
    client.urls["api"] = redirected(client.urls["api"], sandbox.url + "/binance")
    return client


def test_ccxt_pro_watches_orders_trades_and_balances(live_sandbox):
    key = live_sandbox.create_key(balances={"USDT": "10000", "BTC": "1"})

    async def collect(call, found, enough):
        while not enough(found):
            found.append(await call())

    async def watch():
        client = pro_client(live_sandbox, key)
        try:
            async with asyncio.timeout(60):
                await client.load_markets()
                await client.authenticate()
                orders: list[Any] = []
                trades: list[Any] = []
                balances: list[Any] = []
                listening = [
                    asyncio.ensure_future(collect(*one))
                    for one in (
                        (client.watch_orders, orders, lambda found: any(x[-1]["status"] == "canceled" for x in found)),
                        (client.watch_my_trades, trades, bool),
                        (client.watch_balance, balances, lambda found: found and found[-1]["BTC"]["free"] > 1),
                    )
                ]
                bought = await client.create_order("BTC/USDT", "market", "buy", 0.01)
                placed = await client.create_order("BTC/USDT", "limit", "buy", 0.1, 10_000, {"clientOrderId": "a"})
                await client.cancel_order(placed["id"], "BTC/USDT")
                await asyncio.gather(*listening)
                return placed, orders, bought, trades
        finally:
            await client.close()

    placed, orders, bought, trades = asyncio.run(watch())
    canceled = orders[-1][-1]
    assert (canceled["id"], canceled["clientOrderId"], canceled["filled"]) == (placed["id"], "a", 0)
    trade = trades[0][-1]
    assert (trade["order"], trade["amount"], trade["takerOrMaker"]) == (bought["id"], 0.01, "taker")
    assert trade["fee"] == {"cost": 0.00001, "currency": "BTC"}


def signed_in(key, clock, **changes):
    parameters = {"apiKey": key["api_key"], "timestamp": clock.milliseconds(), **changes}
    payload = urlencode(sorted(parameters.items()))
    signature = hmac.new(key["api_secret"].encode(), payload.encode(), hashlib.sha256).hexdigest()
    return {"id": "1", "method": "userDataStream.subscribe.signature", "params": {**parameters, "signature": signature}}


def talk(sandbox, *requests, then=None, messages=0):
    async def run():
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(sandbox.url.replace("http", "ws") + "/binance/ws-api/v3") as socket,
            asyncio.timeout(60),
        ):
            answers = []
            for request in requests:
                await (socket.send_str(request) if isinstance(request, str) else socket.send_json(request))
                answers.append(await socket.receive_json())
            if then:
                await asyncio.get_running_loop().run_in_executor(None, then)
            return answers, [await socket.receive_json() for _ in range(messages)]

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"apiKey": "A" * 64}, 401, -2015),
        ({"timestamp": 1}, 400, -1021),
        ({"timestamp": "soon"}, 400, -1102),
        ({"timestamp": ""}, 400, -1102),
    ],
)
def test_strangers_may_not_listen(sandbox, clock, changes, status, code):
    [answer], _ = talk(sandbox, signed_in(sandbox.create_key(), clock, **changes))
    assert (answer["status"], answer["error"]["code"]) == (status, code)


def test_senseless_requests_are_answered(sandbox, clock):
    key = sandbox.create_key()
    forged = signed_in({**key, "api_secret": "x"}, clock)
    answers, _ = talk(sandbox, "{", "[]", {"id": 2, "method": "dance"}, {"id": 3, "method": "time"}, forged)
    assert [answer.get("error", {}).get("code") for answer in answers] == [-1000, -1000, -1020, None, -1022]
    assert answers[3]["result"] == {"serverTime": clock.moment}


def test_every_step_of_an_order_is_told_in_the_venues_words(sandbox, clock):
    key = sandbox.create_key(balances={"USDT": "10000", "BTC": "1"})
    client = sandbox.binance(key)
    client.load_markets()

    def trade():
        order = client.create_order("BTC/USDT", "limit", "sell", 0.1, 150_000, {"clientOrderId": "far"})
        client.cancel_order(order["id"], "BTC/USDT")
        client.create_order("BTC/USDT", "limit", "buy", 0.01, 10_000, {"timeInForce": "IOC"})
        client.create_order("BTC/USDT", "market", "sell", 0.5, None, {"clientOrderId": "now"})

    [answer], told = talk(sandbox, signed_in(key, clock), then=trade, messages=10)
    assert answer["result"] == {"subscriptionId": 0}
    events = [message["event"] for message in told]
    reports = [event for event in events if event["e"] == "executionReport"]
    assert [(one["x"], one["X"]) for one in reports] == [
        ("NEW", "NEW"), ("CANCELED", "CANCELED"), ("NEW", "NEW"), ("EXPIRED", "EXPIRED"), ("NEW", "NEW"),
        ("TRADE", "FILLED"),
    ]  # fmt: skip
    sold = reports[-1]
    assert (sold["c"], sold["S"], sold["l"], sold["z"], sold["N"], sold["m"]) == (
        "now", "SELL", "0.50000000", "0.50000000", "USDT", False,
    )  # fmt: skip
    balances = {row["a"]: (row["f"], row["l"]) for row in events[-1]["B"]}
    assert balances["BTC"] == ("0.50000000", "0.00000000")
    assert (float(balances["USDT"][0]), balances["USDT"][1]) == (client.fetch_balance()["USDT"]["free"], "0.00000000")


def test_messages_can_come_twice_and_connections_can_be_cut(sandbox, clock):
    key = sandbox.create_key()
    sandbox.ask("POST", "/_sandbox/faults", json={"kind": "duplicate_message", "venue": "binance"})
    client = sandbox.binance(key)
    client.load_markets()
    _, told = talk(
        sandbox,
        signed_in(key, clock),
        then=lambda: client.create_order("BTC/USDT", "limit", "buy", 0.01, 10_000),
        messages=3,
    )
    assert told[0] == told[1]
    assert told[2]["event"]["e"] == "outboundAccountPosition"

    async def be_cut():
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(sandbox.url.replace("http", "ws") + "/binance/ws") as socket,
            asyncio.timeout(60),
        ):
            await session.post(sandbox.url + "/_sandbox/faults", json={"kind": "websocket_cut", "venue": "kraken"})
            await socket.send_json({"method": "LIST_SUBSCRIPTIONS", "id": 1})
            assert (await socket.receive_json())["result"] == []
            await session.post(sandbox.url + "/_sandbox/faults", json={"kind": "websocket_cut"})
            return (await socket.receive()).type

    assert asyncio.run(be_cut()) in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.ERROR}
