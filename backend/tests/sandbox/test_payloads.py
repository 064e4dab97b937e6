"""The sandbox's answers hold every field of the venues' own recorded or documented payloads, in the same types."""

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from backend.tests.sandbox.test_user_stream_binance import signed_in, talk

PAYLOADS = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "venue_payloads"
TRADE = "/api/v3/brokerage"


def recorded(name):
    path = PAYLOADS / name
    if not path.is_file():
        pytest.skip("the recorded payloads are not beside the checkout (../shared/data/venue_payloads)")
    return json.loads(path.read_text())


def assert_holds(ours, theirs, place="", but=()):
    """Every field of theirs is in ours with a value of the same kind; None says nothing about the kind."""
    if isinstance(theirs, dict):
        assert isinstance(ours, dict), place
        missing = theirs.keys() - ours.keys() - set(but)
        assert not missing, f"{place}: {sorted(missing)}"
        for name in theirs.keys() - set(but):
            assert_holds(ours[name], theirs[name], f"{place}.{name}", but)
    elif isinstance(theirs, list) and theirs and ours:
        assert isinstance(ours, list), place
        assert_holds(ours[0], theirs[0], f"{place}[0]", but)
    elif theirs is not None and ours is not None:
        kinds = (int, float) if isinstance(theirs, (int, float)) and not isinstance(theirs, bool) else type(theirs)
        assert isinstance(ours, kinds), f"{place}: {ours!r} is not like {theirs!r}"


@pytest.mark.parametrize(
    ("name", "path", "but"),
    [
        ("server_time_response", "/api/v3/time", ()),
        ("ticker_24hr_response", "/api/v3/ticker/24hr?symbol=BTCUSDT", ()),
        ("book_ticker_response", "/api/v3/ticker/bookTicker?symbol=BTCUSDT", ()),
        ("ticker_price_response", "/api/v3/ticker/price?symbol=BTCUSDT", ()),
        ("depth_response", "/api/v3/depth?symbol=BTCUSDT", ()),
        ("trades_response", "/api/v3/trades?symbol=BTCUSDT", ()),
        ("klines_response", "/api/v3/klines?symbol=BTCUSDT&interval=1m", ()),
        ("exchange_info_response", "/api/v3/exchangeInfo", ("sors",)),
    ],
)
def test_binances_public_answers(sandbox, name, path, but):
    assert_holds(sandbox.ask("GET", "/binance" + path).content, recorded(f"binance/http_json/{name}.json"), but=but)


def test_binances_orders_trades_and_balances(sandbox):
    key = sandbox.create_key(balances={"USDT": "10000", "BTC": "1"})
    order = {"symbol": "BTCUSDT", "side": "BUY", "quantity": "0.01"}
    limit = {**order, "type": "LIMIT", "timeInForce": "GTC", "price": "50000"}
    # Of self-trade prevention and lists of orders the sandbox has none.
    but = ("preventedMatchId", "preventedQuantity")
    answers = [
        ("new_order_full_response", sandbox.signed("POST", "/api/v3/order", key, **order, type="MARKET")),
        ("order_response", sandbox.signed("POST", "/api/v3/order", key, **limit)),
        ("open_orders_response", sandbox.signed("GET", "/api/v3/openOrders", key, symbol="BTCUSDT")),
        ("all_orders_response", sandbox.signed("GET", "/api/v3/allOrders", key, symbol="BTCUSDT")),
        ("account_trades_response", sandbox.signed("GET", "/api/v3/myTrades", key, symbol="BTCUSDT")),
        ("account_response", sandbox.signed("GET", "/api/v3/account", key)),
    ]
    for name, answer in answers:
        assert answer.status == 200
        theirs = recorded(f"binance/http_json/{name}.json")
        ours = answer.content
        if name == "order_response":
            number = ours["orderId"]
            ours = sandbox.signed("GET", "/api/v3/order", key, symbol="BTCUSDT", orderId=number).content
        assert_holds(ours, theirs, name, but)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("http_server_time", "Time"),
        ("http_system_status", "SystemStatus"),
        ("http_ticker", "Ticker?pair=XBTUSDT"),
        ("http_asset_pairs", "AssetPairs?pair=XBTUSDT"),
        ("http_ohlc", "OHLC?pair=XBTUSDT"),
        ("http_trades", "Trades?pair=XBTUSDT"),
    ],
)
def test_krakens_public_answers(sandbox, name, path):
    ours = sandbox.ask("GET", f"/kraken/0/public/{path}").content
    # Positions on margin are not offered.
    assert_holds(ours, recorded(f"kraken/{name}.json"), but=("long_position_limit", "short_position_limit"))


def first(rows):
    return next(iter(rows.values()))


def test_krakens_orders_trades_and_balances(sandbox):
    key = sandbox.create_key(venue="kraken", balances={"USDT": "10000", "BTC": "1"})
    order = {"pair": "XBTUSDT", "type": "buy", "volume": "0.01"}
    placed = sandbox.kraken_signed("AddOrder", key, **order, ordertype="market")
    # The documented answer of AddOrder repeats the request; the venue's own and ccxt know the sentence only.
    theirs = recorded("kraken/http_add_order_spot.json")
    assert_holds(placed, theirs, but=("pair", "type", "ordertype", "price", "price2", "leverage"))
    sandbox.kraken_signed("AddOrder", key, **order, ordertype="limit", price="50000")
    for name, method, field in (
        ("http_open_orders", "OpenOrders", "open"),
        ("http_closed_orders", "ClosedOrders", "closed"),
        ("http_trades_history", "TradesHistory", "trades"),
    ):
        ours = sandbox.kraken_signed(method, key)["result"]
        assert_holds(first(ours[field]), first(recorded(f"kraken/{name}.json")["result"][field]), name, ("ledgers",))


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("http_products", "/market/products"),
        ("http_product", "/market/products/BTC-USDT"),
        ("http_ticker", "/market/products/BTC-USDT/ticker?limit=3"),
        ("http_product_book", "/market/product_book?product_id=BTC-USDT"),
        (
            "http_candles",
            "/market/products/BTC-USDT/candles?granularity=ONE_HOUR&start=1763700000&end=1763710000",
        ),
    ],
)
def test_coinbases_public_answers(sandbox, name, path):
    ours = sandbox.ask("GET", f"/coinbase{TRADE}{path}").content
    # Decoration of the venue's own pages.
    decoration = (
        "market_cap", "base_cbrn", "quote_cbrn", "product_cbrn", "icon_color", "icon_url", "display_name_overwrite",
        "is_alpha_testing", "about_description", "best_bid_price", "best_ask_price", "last", "mid_market",
        "spread_bps", "spread_absolute",
    )  # fmt: skip
    assert_holds(ours, recorded(f"coinbase/{name}.json"), but=decoration)


def test_coinbases_orders_fills_and_wallets(sandbox):
    key = sandbox.create_key(venue="coinbase", balances={"USDT": "10000", "BTC": "1"})
    configuration: dict[str, Any] = {"limit_limit_gtc": {"base_size": "0.01", "limit_price": "90000"}}
    body = {"client_order_id": "a", "product_id": "BTC-USDT", "side": "BUY", "order_configuration": configuration}
    name = sandbox.coinbase_signed("POST", TRADE + "/orders", key, body).content["order_id"]
    for file, path in (
        ("http_order", f"/orders/historical/{name}"),
        ("http_orders_list", "/orders/historical/batch"),
        ("http_fills", "/orders/historical/fills"),
        ("http_accounts", "/accounts"),
    ):
        assert_holds(sandbox.coinbase_signed("GET", TRADE + path, key).content, recorded(f"coinbase/{file}.json"), file)


def messages_of(sandbox, path, request, wanted):
    async def run():
        found: dict[tuple[str, str], Any] = {}
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(sandbox.url.replace("http", "ws") + path) as socket,
            asyncio.timeout(60),
        ):
            await socket.send_json(request)
            while not wanted <= found.keys():
                message = await socket.receive_json()
                events = message.get("events", [message])
                found[(message.get("channel", message.get("method")), events[0].get("type", ""))] = message
        return found

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("channel", "file", "kind", "more"),
    [
        ("ticker", "ws_ticker_snapshot", "snapshot", {}),
        ("ohlc", "ws_ohlc_update", "update", {"interval": 1}),
        ("trade", "ws_trade_update", "update", {}),
    ],
)
def test_krakens_channels(live_sandbox, channel, file, kind, more):
    theirs = recorded(f"kraken/{file}.json")
    request = {"method": "subscribe", "params": {"channel": channel, "symbol": ["BTC/USDT"], **more}, "req_id": 1}
    found = messages_of(live_sandbox, "/kraken/v2", request, {(channel, kind), ("subscribe", "")})
    assert_holds(found[(channel, kind)], theirs)
    assert_holds(found[("subscribe", "")], recorded("kraken/ws_subscribe_response.json"))


@pytest.mark.parametrize(
    ("channel", "file", "kind"),
    [
        ("ticker", "ws_ticker", "snapshot"),
        ("market_trades", "ws_market_trades", "update"),
        ("user", "ws_user", "snapshot"),
    ],
)
def test_coinbases_channels(live_sandbox, channel, file, kind):
    theirs = recorded(f"coinbase/{file}.json")
    key = live_sandbox.create_key(venue="coinbase")
    configuration = {"limit_limit_gtc": {"base_size": "0.01", "limit_price": "10000"}}
    body = {"client_order_id": "a", "product_id": "BTC-USDT", "side": "BUY", "order_configuration": configuration}
    assert live_sandbox.coinbase_signed("POST", TRADE + "/orders", key, body).content["success"]
    token = live_sandbox.coinbase_token(key, None)
    request = {"type": "subscribe", "channel": channel, "product_ids": ["BTC-USDT"], "jwt": token}
    found = messages_of(live_sandbox, "/coinbase", request, {(channel, kind)})
    assert_holds(found[(channel, kind)], theirs)


@pytest.mark.parametrize("file", ["execution_report_wrapped", "account_position_wrapped"])
def test_binances_user_stream(sandbox, clock, file):
    theirs = recorded(f"binance/user_data_json/{file}.json")
    key = sandbox.create_key()
    market = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.001"}
    _, told = talk(
        sandbox,
        signed_in(key, clock),
        then=lambda: sandbox.signed("POST", "/api/v3/order", key, **market),
        messages=3,
    )
    ours = next(one for one in told if one["event"]["e"] == theirs["event"]["e"])
    assert_holds(ours, theirs)
