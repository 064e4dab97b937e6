"""Stop orders, set prices and partial fills on Binance: what waits, what triggers it, and what it fills at."""

from decimal import ROUND_DOWN, Decimal

import ccxt
import pytest

from backend.sandbox.prices.levels import TICK
from backend.sandbox.prices.timeframes import HOUR, MINUTE
from backend.tests.sandbox.conftest import MOMENT, money, running, settings_for


@pytest.fixture
def key(sandbox):
    return sandbox.create_key(balances={"USDT": "10000", "BTC": "1"})


@pytest.fixture
def client(sandbox, key):
    client = sandbox.binance(key)
    client.load_markets()
    return client


@pytest.fixture
def set_price(sandbox, clock):
    def change(price, symbol="BTC/USDT"):
        answer = sandbox.ask("POST", "/_sandbox/markets/price", json={"symbol": symbol, "price": price})
        assert answer.status == 200, answer.content
        clock.moment += TICK
        return answer.content

    return change


def stop(client, side, trigger, limit, kind="STOP_LOSS_LIMIT", **more):
    parameters = {"stopPrice": trigger, "timeInForce": "GTC", **more}
    return client.create_order("BTC/USDT", kind, side, 0.1, limit, parameters)


@pytest.mark.parametrize(
    ("kind", "side", "trigger", "limit", "price", "fills_at"),
    [
        ("STOP_LOSS_LIMIT", "sell", 58_000, 57_000, "57999", "bid"),
        ("STOP_LOSS_LIMIT", "buy", 62_000, 63_000, "62000", "ask"),
        ("TAKE_PROFIT_LIMIT", "sell", 62_000, 61_000, "62000.01", "bid"),
        ("TAKE_PROFIT_LIMIT", "buy", 58_000, 59_000, "58000", "ask"),
    ],
)
def test_a_stop_waits_for_its_trigger_and_then_takes(
    sandbox, client, set_price, clock, kind, side, trigger, limit, price, fills_at
):
    set_price("60000")
    placed = stop(client, side, trigger, limit, kind)
    clock.moment += HOUR
    waiting = client.fetch_order(placed["id"], "BTC/USDT")
    assert (waiting["status"], waiting["triggerPrice"], waiting["info"]["isWorking"]) == ("open", trigger, False)
    set_price(price)
    filled = client.fetch_order(placed["id"], "BTC/USDT")
    assert filled["status"] == "closed"
    market = sandbox.exchange.markets["BTC/USDT"]
    assert money(filled["average"]) == getattr(market, fills_at)(clock.moment)
    types = [entry["type"] for entry in sandbox.ask("GET", "/_sandbox/journal").content["entries"][-3:]]
    assert types == ["price_moved", "order_triggered", "order_filled"]


def test_a_triggered_stop_whose_limit_is_not_met_rests_as_maker(client, set_price):
    set_price("60000")
    placed = stop(client, "sell", 58_000, 59_000)
    set_price("57900")
    resting = client.fetch_order(placed["id"], "BTC/USDT")
    assert (resting["status"], resting["info"]["isWorking"]) == ("open", True)
    set_price("59010")
    [fill] = client.fetch_my_trades("BTC/USDT")
    assert (fill["price"], fill["takerOrMaker"]) == (59_000, "maker")


def test_a_stop_on_the_path_triggers_at_the_first_tick_beyond(sandbox, client, clock):
    market = sandbox.exchange.markets["BTC/USDT"]
    trigger = market.last(MOMENT) - 30
    placed = stop(client, "sell", float(trigger), float(trigger - 1000))
    clock.moment += 12 * HOUR
    [fill] = client.fetch_my_trades("BTC/USDT", None, None, {"orderId": placed["id"]})
    assert market.last(fill["timestamp"]) <= trigger < market.last(fill["timestamp"] - TICK)
    assert money(fill["price"]) == market.bid(fill["timestamp"])


def test_stops_are_refused_as_the_venue_does(sandbox, client, key, set_price):
    set_price("60000")
    with pytest.raises(ccxt.OrderImmediatelyFillable, match="trigger immediately"):
        stop(client, "sell", 60_001, 59_000)
    for _ in range(5):
        stop(client, "sell", 50_000, 49_000)
    with pytest.raises(ccxt.BadRequest, match="MAX_NUM_ALGO_ORDERS"):
        stop(client, "sell", 50_000, 49_000)
    order = {"symbol": "BTCUSDT", "side": "SELL", "quantity": "0.1"}
    for changes, code in (
        ({"type": "STOP_LOSS_LIMIT", "timeInForce": "GTC", "price": "49000"}, -1102),
        ({"type": "LIMIT", "timeInForce": "GTC", "price": "90000", "stopPrice": "1"}, -1106),
        ({"type": "STOP_LOSS_LIMIT", "timeInForce": "GTC", "price": "49000", "stopPrice": "0.001"}, -1013),
        ({"type": "MARKET", "quantity": "1001"}, -1013),
    ):
        answer = sandbox.signed("POST", "/api/v3/order", key, **{**order, **changes})
        assert (answer.status, answer.content["code"]) == (400, code), answer.content


def test_a_canceled_stop_gives_back_what_it_locked(client):
    placed = stop(client, "buy", 900_000, 950_000, kind="STOP_LOSS_LIMIT", quantity="0.001")
    assert client.fetch_balance()["USDT"]["used"] == 950
    client.cancel_order(placed["id"], "BTC/USDT")
    assert client.fetch_balance()["USDT"] == {"free": 10_000, "used": 0, "total": 10_000}


def test_a_set_price_leads_everywhere_until_it_is_given_back(sandbox, client, set_price, clock):
    market = sandbox.exchange.markets["BTC/USDT"]
    before = client.fetch_ohlcv("BTC/USDT", "1m", limit=5)
    last = market.last(MOMENT)
    answer = set_price("65000.01")
    assert (answer["price"], answer["price_is_set"]) == ("65000.01", True)
    assert client.fetch_ticker("BTC/USDT")["last"] == 65_000.01
    clock.moment = MOMENT // MINUTE * MINUTE + 3 * MINUTE
    after = client.fetch_ohlcv("BTC/USDT", "1m", since=before[0][0], limit=20)
    assert after[:4] == before[:4]
    assert after[4][2] == 65_000.01
    assert after[4][1] == before[4][1]
    assert after[5][1:5] == [65_000.01] * 4
    assert after[5][5] > 0
    assert client.fetch_ticker("BTC/USDT")["high"] == max(65_000.01, client.fetch_ticker("BTC/USDT")["high"])
    plain = sandbox.ask("GET", "/binance/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=2").content[0]
    assert money(plain[7]) == pytest.approx(money(plain[5]) * Decimal("65000.01"), rel=Decimal("0.0001"))
    assert client.fetch_ohlcv("BTC/USDT", "1h", limit=1)[0][4] == 65_000.01
    bought = client.create_order("BTC/USDT", "market", "buy", 0.001)
    assert 65_000.01 < bought["average"] < 65_001
    set_price(None)
    assert abs(market.last(clock.moment) - last) < 1000
    assert client.fetch_ohlcv("BTC/USDT", "1m", since=before[0][0], limit=6) == after[:6]


def test_set_prices_survive_a_restart_with_their_fills(tmp_path, clock):
    settings = settings_for(tmp_path / "again")
    with running(settings, clock) as first:
        client = first.binance(first.create_key())
        client.load_markets()
        client.create_order("BTC/USDT", "limit", "buy", 0.1, 50_000, {"clientOrderId": "low"})
        first.ask("POST", "/_sandbox/markets/price", json={"symbol": "BTC/USDT", "price": "49000"})
        moved_at = clock.moment
        rows = client.fetch_ohlcv("BTC/USDT", "1s", limit=5)
    clock.moment += MINUTE
    with running(settings, clock) as second:
        again = second.binance({"api_key": client.apiKey, "api_secret": client.secret})
        again.load_markets()
        found = again.fetch_order(None, "BTC/USDT", {"clientOrderId": "low"})
        assert (found["status"], found["average"]) == ("closed", 50_000)
        assert found["lastTradeTimestamp"] - moved_at < 2 * TICK
        assert again.fetch_ohlcv("BTC/USDT", "1s", since=rows[0][0], limit=4) == rows[:4]
        assert again.fetch_ticker("BTC/USDT")["last"] == 49_000


def test_a_delisted_market_takes_no_orders_and_cancels_what_rests(sandbox, client, key):
    resting = client.create_order("BTC/USDT", "limit", "sell", 0.1, 150_000)
    assert sandbox.ask("POST", "/_sandbox/markets/delist", json={"symbol": "BTC/USDT"}).content["listed"] is False
    assert client.fetch_order(resting["id"], "BTC/USDT")["status"] == "canceled"
    assert client.load_markets(True)["BTC/USDT"]["active"] is False
    with pytest.raises(ccxt.MarketClosed):
        client.create_order("BTC/USDT", "market", "buy", 0.001)
    sandbox.ask("POST", "/_sandbox/markets/relist", json={"symbol": "BTC/USDT"})
    assert client.create_order("BTC/USDT", "market", "buy", 0.001)["status"] == "closed"


def test_tickers_tell_the_conditions_somebody_set(sandbox, client):
    conditions = {"symbol": "BTC/USDT", "daily_volume": "1000", "spread": "0.02"}
    assert sandbox.ask("POST", "/_sandbox/markets/conditions", json=conditions).content["spread"] == "0.02"
    ticker = client.fetch_ticker("BTC/USDT")
    assert ticker["quoteVolume"] == 1000
    assert (ticker["ask"] - ticker["bid"]) / ticker["last"] == pytest.approx(0.02, rel=1e-4)
    assert ticker["baseVolume"] == pytest.approx(1000 / ticker["last"], rel=1e-6)


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("price", {"symbol": "NO/PE", "price": "1"}, 404, "NO/PE"),
        ("price", {"symbol": "BTC/USDT", "price": "1.001"}, 422, "multiple of 0.01"),
        ("price", {"symbol": "BTC/USDT", "price": "0"}, 422, "price"),
        ("price", {"symbol": "BTC/USDT"}, 422, "price"),
        ("conditions", {"symbol": "BTC/USDT", "spread": "1"}, 422, "spread"),
    ],
)
def test_senseless_wishes_for_a_market(sandbox, path, body, status, words):
    answer = sandbox.ask("POST", f"/_sandbox/markets/{path}", json=body)
    assert answer.status == status
    assert words in answer.content["error"]


def partly(sandbox, **more):
    fault = {"kind": "partial_fill", "fraction": "0.3", "seconds": 3, **more}
    assert sandbox.ask("POST", "/_sandbox/faults", json=fault).status == 201


def test_a_partial_fill_comes_in_two_parts_and_adds_up(sandbox, client, key, clock):
    partly(sandbox)
    order = client.create_order("BTC/USDT", "market", "buy", 0.1)
    assert (order["status"], order["filled"]) == ("open", 0.03)
    clock.moment += 3_000 - 1
    assert client.fetch_order(order["id"], "BTC/USDT")["filled"] == 0.03
    clock.moment += TICK
    assert client.fetch_order(order["id"], "BTC/USDT")["status"] == "closed"
    fills = client.fetch_my_trades("BTC/USDT")
    assert [fill["amount"] for fill in fills] == [0.03, 0.07]
    assert fills[0]["price"] == fills[1]["price"]
    price = money(fills[0]["price"])
    spent = sum((price * money(fill["amount"])).quantize(Decimal("1e-8"), ROUND_DOWN) for fill in fills)
    assert money(client.fetch_balance()["USDT"]["total"]) == 10_000 - spent
    assert client.create_order("BTC/USDT", "market", "sell", 0.1)["status"] == "closed"


@pytest.mark.parametrize(("time_in_force", "status", "filled"), [("IOC", "expired", 0.03), ("FOK", "closed", 0.1)])
def test_partial_fills_of_immediate_orders(sandbox, client, time_in_force, status, filled):
    partly(sandbox)
    order = client.create_order("BTC/USDT", "limit", "buy", 0.1, 90_000, {"timeInForce": time_in_force})
    assert (order["status"], order["filled"]) == (status, filled)
    assert client.fetch_balance()["USDT"]["used"] == 0


def test_a_partly_filled_order_can_be_canceled_and_keeps_what_it_got(sandbox, client, set_price):
    set_price("60000")
    partly(sandbox, seconds=600)
    placed = client.create_order("BTC/USDT", "limit", "buy", 0.1, 59_000)
    set_price("58900")
    resting = client.fetch_order(placed["id"], "BTC/USDT")
    assert (resting["status"], resting["filled"]) == ("open", 0.03)
    assert client.cancel_order(placed["id"], "BTC/USDT")["filled"] == 0.03
    balance = client.fetch_balance()
    assert balance["USDT"] == {"free": 10_000 - 59_000 * 0.03, "used": 0, "total": 10_000 - 59_000 * 0.03}
