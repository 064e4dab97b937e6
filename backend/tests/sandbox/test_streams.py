"""Streams by plain websocket and by ccxt.pro: prompt, equal to the history, and without leaks."""

import asyncio
import json
import logging
from typing import Any

import aiohttp
import ccxt.pro
import pytest

from backend.foundation.waiting import wait_until
from backend.tests.sandbox.conftest import redirected


async def listen(sandbox, path, names, enough, seconds=60.0):
    """Messages of the named streams until `enough` of them came; the answer to the subscription is left out."""
    messages: list[tuple[int, Any]] = []
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(sandbox.url.replace("http", "ws") + path) as socket,
        asyncio.timeout(seconds),
    ):
        if names:
            await socket.send_json({"method": "SUBSCRIBE", "params": names, "id": 7})
        while not enough(messages):
            message = await socket.receive_json()
            if "id" in message:
                assert message == {"result": None, "id": 7}
            else:
                messages.append((sandbox.clock.milliseconds(), message))
    return [message for _, message in messages], [moment for moment, _ in messages]


def test_closed_candles_come_promptly_and_equal_the_history(live_sandbox):
    def enough(messages):
        return sum(message["k"]["x"] for _, message in messages) >= 4

    messages, moments = asyncio.run(listen(live_sandbox, "/binance/ws", ["btcusdt@kline_1s"], enough))
    closed = [message["k"] for message in messages if message["k"]["x"]]
    opens = [one["t"] for one in closed]
    assert opens == list(range(opens[0], opens[0] + 4000, 1000))
    late = [
        moment - message["k"]["T"] - 1 for message, moment in zip(messages, moments, strict=True) if message["k"]["x"]
    ]
    assert min(late) >= 0, "a candle was told before it closed"
    rows = live_sandbox.ask(
        "GET", f"/binance/api/v3/klines?symbol=BTCUSDT&interval=1s&startTime={opens[0]}&endTime={opens[-1]}"
    ).content
    assert [[one[name] for name in "tohlcvTqnVQB"] for one in closed] == rows
    growing = [message["k"] for message in messages if message["k"]["t"] == opens[1]]
    assert len(growing) >= 4
    assert growing[-1]["x"] is True
    assert all(not one["x"] for one in growing[:-1])


def test_several_streams_on_the_combined_address(live_sandbox):
    names = ["btcusdt@miniTicker", "ethusdt@ticker", "btcusdt@bookTicker", "btcusdt@trade", "btcusdt@kline_1M"]

    def enough(messages):
        return {message["stream"] for _, message in messages} == set(names)

    path = f"/binance/stream?streams={'/'.join(names)}"
    messages, _ = asyncio.run(listen(live_sandbox, path, [], enough))
    newest = {message["stream"]: message["data"] for message in messages}
    assert newest["btcusdt@miniTicker"]["e"] == "24hrMiniTicker"
    assert newest["ethusdt@ticker"]["s"] == "ETHUSDT"
    assert float(newest["btcusdt@bookTicker"]["b"]) < float(newest["btcusdt@bookTicker"]["a"])
    trade = newest["btcusdt@trade"]
    known = live_sandbox.ask("GET", f"/binance/api/v3/aggTrades?symbol=BTCUSDT&fromId={trade['t']}&limit=1").content[0]
    assert (trade["p"], trade["q"], trade["T"]) == (known["p"], known["q"], known["T"])


def test_subscriptions_are_answered_and_end(live_sandbox):
    async def talk():
        answers = []
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(live_sandbox.url.replace("http", "ws") + "/binance/ws/0") as socket,
            asyncio.timeout(60),
        ):
            for number, (method, names) in enumerate(
                [
                    ("SUBSCRIBE", ["btcusdt@kline_1s"]),
                    ("SUBSCRIBE", ["nope@kline_1s"]),
                    ("SUBSCRIBE", ["btcusdt@kline_7s"]),
                    ("LIST_SUBSCRIPTIONS", []),
                    ("UNSUBSCRIBE", ["btcusdt@kline_1s"]),
                    ("LIST_SUBSCRIPTIONS", []),
                    ("DANCE", []),
                ]
            ):
                await socket.send_json({"method": method, "params": names, "id": number})
                while "id" not in (message := await socket.receive_json()):
                    pass
                answers.append(message)
            for text in ("{", "[]", '{"method": "SUBSCRIBE", "params": "x", "id": 1}'):
                await socket.send_str(text)
                while "id" not in (message := await socket.receive_json()):
                    pass
                answers.append(message)
        return answers

    answers = asyncio.run(talk())
    assert [answer["id"] for answer in answers[:7]] == list(range(7))
    results = [answer.get("result", "refused") for answer in answers]
    assert results == [None, "refused", "refused", ["btcusdt@kline_1s"], None, [], *["refused"] * 4]
    assert "nope@kline_1s" in answers[1]["error"]["msg"]


def test_connections_that_go_away_leave_nothing_behind(live_sandbox):
    server = live_sandbox.streams

    async def come_and_go():
        async with aiohttp.ClientSession() as session:
            sockets = []
            for _ in range(10):
                socket = await session.ws_connect(live_sandbox.url.replace("http", "ws") + "/binance/ws")
                await socket.send_json({"method": "SUBSCRIBE", "params": ["btcusdt@kline_1s"], "id": 1})
                await socket.receive_json()
                sockets.append(socket)
            assert server.connection_count == 10
            for socket in sockets[:5]:
                await socket.close()
        # The other five vanish without a word.

    asyncio.run(come_and_go())
    assert wait_until(lambda: server.connection_count == 0 and server.stream_count == 0, 30)


def test_a_client_that_never_reads_is_cut_off(live_sandbox, caplog):
    caplog.set_level(logging.INFO)
    server = live_sandbox.streams

    async def never_read():
        host, port = live_sandbox.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port), limit=1)
        writer.write(
            f"GET /binance/ws HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        request = json.dumps({"method": "LIST_SUBSCRIPTIONS", "id": "x" * 16_000}).encode()
        # A masked text frame, with an empty mask; its answer echoes the long id.
        frame = b"\x81\xfe" + len(request).to_bytes(2, "big") + b"\0\0\0\0" + request
        try:
            async with asyncio.timeout(60):
                while server.connection_count or reader.at_eof() is False:
                    writer.write(frame)
                    await writer.drain()
                    if not server.connection_count and writer.transport.is_closing():
                        break
        except ConnectionError:
            pass
        finally:
            writer.close()

    asyncio.run(never_read())
    assert "cut off a websocket" in caplog.text
    assert wait_until(lambda: server.connection_count == 0, 30)


@pytest.fixture
def pro(live_sandbox):
    def make():
        client = ccxt.pro.binance(
            {
                "enableRateLimit": False,
                "options": {"fetchMarkets": {"types": ["spot"]}, "fetchCurrencies": False, "fetchMargins": False},
            }
        )
        client.urls["api"] = redirected(client.urls["api"], live_sandbox.url + "/binance")
        return client

    return make


def test_ccxt_pro_watches_candles_and_tickers(live_sandbox, pro):
    async def watch():
        client = pro()
        try:
            async with asyncio.timeout(60):
                seen: dict[int, Any] = {}
                while len(seen) < 4:
                    for row in await client.watch_ohlcv("BTC/USDT", "1s"):
                        seen[row[0]] = row
                ticker = await client.watch_ticker("ETH/USDT")
                tickers: dict[str, Any] = {}
                while len(tickers) < 2:
                    tickers |= await client.watch_tickers(["BTC/USDT", "SOL/USDT"])
                history = await client.fetch_ohlcv("BTC/USDT", "1s", since=min(seen), limit=10)
                return seen, ticker, tickers, history
        finally:
            await client.close()

    seen, ticker, tickers, history = asyncio.run(watch())
    known = {row[0]: row for row in history}
    for opened in sorted(seen)[:-1]:
        assert seen[opened] == known[opened]
    assert ticker["symbol"] == "ETH/USDT"
    assert ticker["last"] > 0
    assert set(tickers) == {"BTC/USDT", "SOL/USDT"}


def test_many_streams_at_once_all_tell(live_sandbox):
    names = [
        f"{symbol}@kline_{timeframe}"
        for symbol in ("btcusdt", "ethusdt", "solusdt", "xrpusdt", "adausdt", "bnbusdt", "ethbtc")
        for timeframe in ("1s", "1m", "5m", "1h", "1d")
    ]

    def enough(messages):
        told = {(message["s"].lower(), message["k"]["i"]) for _, message in messages}
        return len(told) == len(names) and sum(message["k"]["x"] for _, message in messages) >= 21

    messages, _ = asyncio.run(listen(live_sandbox, "/binance/ws", names, enough))
    closed = [(message["s"], message["k"]["i"], message["k"]["t"]) for message in messages if message["k"]["x"]]
    assert len(set(closed)) == len(closed), "a candle was closed twice"
