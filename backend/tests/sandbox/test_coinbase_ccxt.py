"""Coinbase as ccxt and ccxt.pro use it: markets, orders by our own id, balances, tickers and the user channel."""

import asyncio
from typing import Any

import aiohttp
import ccxt.pro
import pytest

from backend.tests.sandbox.conftest import redirected


@pytest.fixture
def key(sandbox):
    return sandbox.create_key(venue="coinbase", balances={"USDT": "10000", "BTC": "1"})


@pytest.fixture
def client(sandbox, key):
    client = sandbox.coinbase(key)
    client.load_markets()
    return client


def test_markets_candles_tickers_and_fees(sandbox, client):
    bitcoin = client.market("BTC/USDT")
    assert (bitcoin["id"], bitcoin["precision"]["amount"], bitcoin["limits"]["cost"]["min"]) == ("BTC-USDT", 0.00001, 5)
    assert (bitcoin["active"], bitcoin["taker"], bitcoin["spot"]) == (True, 0.006, True)
    rows = client.fetch_ohlcv("ETH/BTC", "5m", limit=10)
    assert len(rows) == 10
    assert rows == sandbox.binance().fetch_ohlcv("ETH/BTC", "5m", limit=10)
    ticker = client.fetch_ticker("BTC/USDT")
    assert ticker["bid"] < ticker["last"] < ticker["ask"]
    assert client.fetch_trading_fees()["BTC/USDT"]["maker"] == 0.004
    assert client.fetch_time() == sandbox.clock.milliseconds() // 1000 * 1000


def test_orders_and_balances(client):
    ours = {"client_order_id": "ours"}
    bought = client.create_order("BTC/USDT", "market", "buy", 0, None, {**ours, "cost": 100})
    assert bought["clientOrderId"] == "ours"
    found = client.fetch_order(bought["id"], "BTC/USDT")
    assert (found["status"], found["clientOrderId"], found["fee"]["currency"]) == ("closed", "ours", "USDT")
    assert client.create_order("BTC/USDT", "market", "buy", 0, None, {**ours, "cost": 100})["id"] == bought["id"]
    [trade] = client.fetch_my_trades("BTC/USDT")
    assert (trade["order"], trade["amount"], trade["takerOrMaker"]) == (bought["id"], found["filled"], "taker")
    stop = client.create_order("BTC/USDT", "limit", "sell", 0.5, 40_000, {"stopLossPrice": 41_000})
    [waiting] = client.fetch_open_orders("BTC/USDT")
    assert (waiting["id"], waiting["triggerPrice"], waiting["amount"]) == (stop["id"], 41_000, 0.5)
    assert client.fetch_balance({"v3": True})["BTC"]["used"] == 0.5
    assert client.fetch_balance()["BTC"]["total"] == 1 + found["filled"]
    client.cancel_order(stop["id"])
    assert client.fetch_order(stop["id"])["status"] == "canceled"
    assert [row["id"] for row in client.fetch_closed_orders("BTC/USDT")] == [bought["id"]]


def test_what_ccxt_makes_of_the_refusals(sandbox, client, key):
    with pytest.raises(ccxt.InsufficientFunds):
        client.create_order("BTC/USDT", "market", "sell", 2)
    with pytest.raises(ccxt.ExchangeError, match="orderID was not found"):
        client.fetch_order("nothing")
    stranger = sandbox.coinbase({**key, "api_key": "organizations/a/apiKeys/b"})
    with pytest.raises(ccxt.AuthenticationError):
        stranger.load_markets()
    late = sandbox.coinbase(key)
    late.seconds = lambda: sandbox.clock.milliseconds() // 1000 - 200
    with pytest.raises(ccxt.AuthenticationError):
        late.load_markets()


def test_ccxt_pro_watches_prices_and_orders(live_sandbox):
    key = live_sandbox.create_key(venue="coinbase", balances={"USDT": "10000", "BTC": "1"})

    async def watch():
        client = ccxt.pro.coinbase(
            {"apiKey": key["api_key"], "secret": key["api_secret"], "enableRateLimit": False, "newUpdates": True}
        )
        client.urls["api"] = redirected(client.urls["api"], live_sandbox.url + "/coinbase")
        try:
            async with asyncio.timeout(60):
                await client.load_markets()
                ticker = await client.watch_ticker("BTC/USDT")
                tickers = await client.watch_tickers(["BTC/USDT", "ETH/BTC"])
                resting = await client.create_order("BTC/USDT", "limit", "buy", 0.1, 10_000, {"client_order_id": "a"})
                # The snapshot tells that the subscription stands: what follows cannot be missed.
                snapshot = [(row["id"], row["status"], row["clientOrderId"]) for row in await client.watch_orders()]
                waiting = asyncio.ensure_future(client.watch_orders())
                await asyncio.sleep(0)
                await client.cancel_order(resting["id"])
                return ticker, tickers, resting, snapshot, await waiting
        finally:
            await client.close()

    ticker, tickers, resting, snapshot, canceled = asyncio.run(watch())
    assert ticker["bid"] < ticker["last"] < ticker["ask"]
    assert set(tickers) <= {"BTC/USDT", "ETH/BTC"}
    assert snapshot == [(resting["id"], "open", "a")]
    assert (canceled[-1]["id"], canceled[-1]["status"]) == (resting["id"], "canceled")


def listen(sandbox, *requests, messages, then=None):
    """The first messages; `then` happens after the answer to the last request."""

    async def run():
        told: list[Any] = []
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(sandbox.url.replace("http", "ws") + "/coinbase") as socket,
            asyncio.timeout(60),
        ):
            for request in requests:
                await socket.send_str(request) if isinstance(request, str) else await socket.send_json(request)
                told.append(await socket.receive_json())
            if then:
                await asyncio.get_running_loop().run_in_executor(None, then)
            while len(told) < messages:
                told.append(await socket.receive_json())
        return told

    return asyncio.run(run())


def test_the_user_channel_tells_every_step(sandbox, key):
    token = sandbox.coinbase_token(key, None)

    def trade():
        body = {
            "client_order_id": "now",
            "product_id": "BTC-USDT",
            "side": "SELL",
            "order_configuration": {"market_market_ioc": {"base_size": "0.5"}},
        }
        assert sandbox.coinbase_signed("POST", "/api/v3/brokerage/orders", key, body).content["success"]

    told = listen(
        sandbox, {"type": "subscribe", "channel": "user", "product_ids": [], "jwt": token}, messages=4, then=trade
    )
    assert [one["channel"] for one in told] == ["subscriptions", "user", "user", "user"]
    assert [one["sequence_num"] for one in told] == [0, 1, 2, 3]
    assert told[1]["events"] == [{"type": "snapshot", "orders": []}]
    orders = [one["events"][0]["orders"][0] for one in told[2:]]
    assert [(one["status"], one["cumulative_quantity"], one["leaves_quantity"]) for one in orders] == [
        ("OPEN", "0", "0.5"), ("FILLED", "0.5", "0"),
    ]  # fmt: skip
    assert (orders[1]["client_order_id"], orders[1]["order_type"], orders[1]["number_of_fills"]) == (
        "now",
        "Market",
        "1",
    )


def test_subscriptions_are_answered_or_refused(sandbox):
    wrong = [
        "{",
        {"type": "subscribe", "channel": "candles", "product_ids": ["BTC-USDT"]},
        {"type": "subscribe", "channel": "ticker", "product_ids": ["NO-PE"]},
        {"type": "subscribe", "channel": "ticker"},
        {"type": "subscribe", "channel": "user", "jwt": "no"},
    ]
    told = listen(sandbox, *wrong, messages=len(wrong))
    assert [one["type"] for one in told] == ["error"] * len(wrong)
    assert told[-1]["message"] == "authentication failure"
    ticker = {"type": "subscribe", "channel": "ticker", "product_ids": ["BTC-USDT"]}
    told = listen(sandbox, ticker, messages=2)
    assert told[0]["events"] == [{"subscriptions": {"ticker": ["BTC-USDT"]}}]
    assert told[1]["events"][0]["tickers"][0]["product_id"] == "BTC-USDT"


def test_signs_of_life_come_every_second(live_sandbox):
    told = listen(live_sandbox, {"type": "subscribe", "channel": "heartbeats"}, messages=3)
    assert [one["events"][0]["heartbeat_counter"] for one in told[1:]] == ["1", "2"]
