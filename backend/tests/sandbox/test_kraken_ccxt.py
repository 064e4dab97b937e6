"""Kraken as ccxt and ccxt.pro use it: markets, orders, look-up by our id, and the streams of both kinds."""

import asyncio
from typing import Any

import aiohttp
import ccxt.pro
import pytest

from backend.tests.sandbox.conftest import redirected

UUID = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9"


@pytest.fixture
def key(sandbox):
    return sandbox.create_key(venue="kraken", balances={"USDT": "10000", "BTC": "1"})


@pytest.fixture
def client(sandbox, key):
    client = sandbox.kraken(key)
    client.load_markets()
    return client


def test_markets_candles_and_tickers(sandbox, client):
    bitcoin = client.market("BTC/USDT")
    assert (bitcoin["id"], bitcoin["precision"]["price"], bitcoin["limits"]["cost"]["min"]) == ("XBTUSDT", 0.01, 5)
    assert bitcoin["active"]
    assert client.market("ETH/BTC")["id"] == "XETHXXBT"
    rows = client.fetch_ohlcv("ETH/BTC", "5m", limit=10)
    assert rows == sandbox.binance().fetch_ohlcv("ETH/BTC", "5m", limit=720)[-len(rows) :]
    ticker = client.fetch_ticker("BTC/USDT")
    assert ticker["bid"] < ticker["last"] < ticker["ask"]
    assert set(client.fetch_tickers(["BTC/USDT", "ETH/BTC"])) == {"BTC/USDT", "ETH/BTC"}
    assert client.fetch_trading_fee("BTC/USDT")["taker"] == 0.004
    assert client.fetch_time() == sandbox.clock.milliseconds() // 1000 * 1000


def test_orders_and_how_they_are_found(client):
    placed = client.create_order("BTC/USDT", "limit", "buy", 0.1, 50_000, {"clientOrderId": UUID, "postOnly": True})
    assert (placed["amount"], placed["price"], placed["side"]) == (0.1, 50_000, "buy")
    [resting] = client.fetch_open_orders("BTC/USDT", None, None, {"clientOrderId": UUID})
    assert (resting["id"], resting["clientOrderId"], resting["status"]) == (placed["id"], UUID, "open")
    client.cancel_order(None, "BTC/USDT", {"clientOrderId": UUID})
    [canceled] = client.fetch_closed_orders("BTC/USDT", None, None, {"clientOrderId": UUID})
    assert (canceled["status"], canceled["filled"]) == ("canceled", 0)
    bought = client.create_market_buy_order_with_cost("BTC/USDT", 100)
    found = client.fetch_order(bought["id"])
    assert found["status"] == "closed"
    assert 99 < found["cost"] <= 100
    assert float(found["fee"]["cost"]) == pytest.approx(found["cost"] * 0.004, abs=1e-7)
    assert found["fee"]["currency"] == "USDT"
    [trade] = client.fetch_my_trades("BTC/USDT")
    assert (trade["order"], trade["amount"], trade["takerOrMaker"]) == (bought["id"], found["filled"], "taker")
    stop = client.create_order("BTC/USDT", "limit", "sell", 0.1, 40_000, {"stopLossPrice": 41_000})
    [waiting] = client.fetch_open_orders("BTC/USDT")
    assert (waiting["id"], waiting["stopLossPrice"], waiting["price"], waiting["type"]) == (
        stop["id"], 41_000, 40_000, "limit",
    )  # fmt: skip
    balance = client.fetch_balance()
    assert balance["BTC"]["used"] == 0.1
    assert balance["BTC"]["total"] == 1 + found["filled"]


def test_what_ccxt_makes_of_the_refusals(sandbox, client, key):
    with pytest.raises(ccxt.InsufficientFunds):
        client.create_order("BTC/USDT", "market", "buy", 1)
    with pytest.raises(ccxt.InvalidOrder, match="volume minimum not met"):
        client.private_post_addorder({"pair": "XBTUSDT", "type": "buy", "ordertype": "market", "volume": "0.000001"})
    with pytest.raises(ccxt.ExchangeError, match="Cost minimum not met"):
        client.create_order("BTC/USDT", "market", "buy", 0.00002)
    with pytest.raises(ccxt.OrderNotFound):
        client.cancel_order("OAAAAA-AAAAA-AAAAAA")
    stranger = sandbox.kraken({**key, "api_key": "stranger"})
    with pytest.raises(ccxt.AuthenticationError):
        stranger.fetch_balance()
    behind = sandbox.kraken(key)
    behind.nonce = lambda: 5
    with pytest.raises(ccxt.InvalidNonce):
        behind.fetch_balance()


def pro_client(sandbox, key):
    client = ccxt.pro.kraken({"apiKey": key["api_key"], "secret": key["api_secret"], "enableRateLimit": False})
    client.urls["api"] = redirected(client.urls["api"], sandbox.url + "/kraken")
    return client


def test_ccxt_pro_watches_prices_candles_orders_and_balances(live_sandbox):
    key = live_sandbox.create_key(venue="kraken", balances={"USDT": "10000", "BTC": "1"})

    async def collect(call, found, enough):
        while not enough(found):
            found.append(await call())

    async def watch():
        client = pro_client(live_sandbox, key)
        try:
            async with asyncio.timeout(60):
                await client.load_markets()
                ticker = await client.watch_ticker("BTC/USDT")
                candles = await client.watch_ohlcv("BTC/USDT", "1m")
                snapshot = await client.watch_balance()
                client.newUpdates = True
                resting = await client.create_order("BTC/USDT", "limit", "buy", 0.1, 10_000, {"clientOrderId": UUID})
                # The snapshot tells that the subscription stands: what follows cannot be missed.
                orders: list[Any] = [await client.watch_orders()]
                trades: list[Any] = []
                listening = [
                    asyncio.ensure_future(collect(client.watch_my_trades, trades, bool)),
                    asyncio.ensure_future(
                        collect(client.watch_orders, orders, lambda found: found[-1][-1]["status"] == "canceled")
                    ),
                ]
                bought = await client.create_order("BTC/USDT", "market", "buy", 0.01)
                await listening[0]
                await client.cancel_order(resting["id"])
                await listening[1]
                return ticker, candles, snapshot, resting, orders, trades, bought
        finally:
            await client.close()

    ticker, candles, snapshot, resting, orders, trades, bought = asyncio.run(watch())
    assert ticker["bid"] < ticker["last"] < ticker["ask"]
    assert len(candles) >= 1
    assert snapshot["BTC"]["total"] == 1
    assert [(row["id"], row["status"], row["price"]) for row in orders[0]] == [(resting["id"], "open", 10_000)]
    assert orders[0][0]["info"]["cl_ord_id"] == UUID
    assert orders[-1][-1]["id"] == resting["id"]
    [trade] = [row for row in trades[0] if row["order"] == bought["id"]]
    assert (trade["amount"], trade["takerOrMaker"], trade["fee"]["currency"]) == (0.01, "taker", "USDT")


def converse(sandbox, *requests, messages=0, then=None):
    """Answers with a req_id by their number, and the messages of channels."""

    async def run():
        answers: dict[int, list[Any]] = {}
        told: list[Any] = []
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(sandbox.url.replace("http", "ws") + "/kraken/v2") as socket,
            asyncio.timeout(60),
        ):
            status = await socket.receive_json()
            assert status["data"][0]["system"] == "online"
            for number, request in enumerate(requests, start=1):
                await socket.send_json({**request, "req_id": number})
            await socket.send_json({"method": "ping", "req_id": 99})
            acted = then is None
            while 99 not in answers or len(told) < messages:
                message = await socket.receive_json()
                if "req_id" in message:
                    answers.setdefault(message["req_id"], []).append(message)
                elif message["channel"] != "heartbeat":
                    told.append(message)
                if not acted and 99 in answers:
                    acted = True
                    await asyncio.get_running_loop().run_in_executor(None, then)
        return answers, told

    return asyncio.run(run())


def subscribe(channel, **more):
    return {"method": "subscribe", "params": {"channel": channel, **more}}


def test_subscriptions_are_answered_or_refused(sandbox):
    answers, told = converse(
        sandbox,
        subscribe("ticker", symbol=["BTC/USDT", "NO/PE"]),
        subscribe("ohlc", symbol=["BTC/USDT"], interval=7),
        subscribe("ohlc", symbol=["BTC/USDT"], interval=5),
        subscribe("weather"),
        subscribe("executions", token="no"),
        subscribe("ticker", symbol="BTC/USDT"),
        {"method": "dance"},
        {"method": "unsubscribe", "params": {"channel": "ticker", "symbol": ["BTC/USDT"]}},
        subscribe("trade", symbol=["ETH/BTC"], snapshot=False),
        messages=2,
    )
    assert [[one["success"] for one in answers[number]] for number in range(1, 10)] == [
        [True, False], [False], [True], [False], [False], [False], [False], [True], [True],
    ]  # fmt: skip
    assert "NO/PE" in answers[1][1]["error"]
    assert "Invalid session" in answers[5][0]["error"]
    assert [(one["channel"], one["type"]) for one in told] == [("ticker", "snapshot"), ("ohlc", "snapshot")]
    assert [row["interval"] for row in told[1]["data"]] == [5] * 10


def test_executions_tell_every_step_of_an_order(sandbox, key):
    token = sandbox.kraken_signed("GetWebSocketsToken", key)["result"]["token"]

    def trade():
        common = {"pair": "XBTUSDT", "type": "buy", "volume": "0.01"}
        [name] = sandbox.kraken_signed("AddOrder", key, **common, ordertype="limit", price="10000", cl_ord_id="far")[
            "result"
        ]["txid"]
        sandbox.kraken_signed("CancelOrder", key, txid=name)
        sandbox.kraken_signed("AddOrder", key, **common, ordertype="market")

    _, told = converse(
        sandbox, subscribe("executions", token=token), subscribe("balances", token=token), messages=10, then=trade
    )
    executions = [one for one in told if one["channel"] == "executions"]
    assert executions[0]["data"] == []
    rows = [one["data"][0] for one in executions[1:]]
    assert [(row["exec_type"], row["order_status"]) for row in rows] == [
        ("pending_new", "pending_new"), ("new", "new"), ("canceled", "canceled"), ("pending_new", "pending_new"),
        ("new", "new"), ("trade", "filled"), ("filled", "filled"),
    ]  # fmt: skip
    assert rows[2]["cl_ord_id"] == "far"
    assert (rows[5]["last_qty"], rows[5]["liquidity_ind"], rows[5]["fees"][0]["asset"]) == (0.01, "t", "USDT")
    assert [one["sequence"] for one in executions] == list(range(1, 9))
    balances = [one for one in told if one["channel"] == "balances"]
    assert {row["asset"]: row["balance"] for row in balances[0]["data"]} == {"BTC": 1, "USDT": 10_000}
    assert [row["asset"] for row in balances[1]["data"]] == ["BTC", "USDT"]
    assert balances[1]["data"][0]["balance"] == 1.01
