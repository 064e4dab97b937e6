"""Kraken by plain signed HTTP: markets, candles, orders, fees to the last digit, and every refusal's text."""

import json
from datetime import UTC, datetime, timedelta
from decimal import ROUND_DOWN, Decimal

import pytest

from backend.sandbox.prices.levels import TICK
from backend.sandbox.prices.timeframes import MINUTE
from backend.tests.sandbox.conftest import MOMENT, money

EIGHT = Decimal("0.00000001")
MAKER, TAKER = Decimal("0.0025"), Decimal("0.004")
UUID = "6d1b345e-2821-40e2-ad83-4ecb18a06876"


@pytest.fixture
def key(sandbox):
    return sandbox.create_key(venue="kraken", balances={"USDT": "10000", "BTC": "1"})


@pytest.fixture
def ask(sandbox, key):
    def call(method, **parameters):
        answer = sandbox.kraken_signed(method, key, **parameters)
        assert answer["error"] == [], answer
        return answer["result"]

    return call


def public(sandbox, path):
    answer = sandbox.ask("GET", f"/kraken/0/public/{path}").content
    assert answer["error"] == [], answer
    return answer["result"]


def order(**changes):
    values = {"pair": "XBTUSDT", "type": "buy", "ordertype": "market", "volume": "0.1", **changes}
    return {name: value for name, value in values.items() if value is not None}


def test_public_data_in_kraken_words(sandbox):
    assert public(sandbox, "Time")["unixtime"] == MOMENT // 1000
    assert public(sandbox, "SystemStatus")["status"] == "online"
    assert public(sandbox, "Assets?asset=XBT") == {
        "XXBT": {
            "aclass": "currency",
            "altname": "XBT",
            "decimals": 8,
            "display_decimals": 8,
            "status": "enabled",
        }
    }
    pairs = public(sandbox, "AssetPairs")
    assert {"XBTUSDT", "ETHUSDT", "XETHXXBT"} <= set(pairs)
    assert pairs["XETHXXBT"]["wsname"] == "ETH/XBT"
    assert (pairs["XBTUSDT"]["pair_decimals"], pairs["XBTUSDT"]["ordermin"]) == (2, "0.00001")
    for name in ("XBTUSDT", "XBT/USDT", "BTC/USDT"):
        assert list(public(sandbox, f"Ticker?pair={name}")) == ["XBTUSDT"]
    ticker = public(sandbox, "Ticker?pair=XBTUSDT,ETHXBT")["XBTUSDT"]
    market = sandbox.exchange.markets["BTC/USDT"]
    assert [money(ticker[name][0]) for name in "abc"] == [market.ask(MOMENT), market.bid(MOMENT), market.last(MOMENT)]
    assert money(ticker["l"][1]) <= money(ticker["l"][0]) <= money(ticker["h"][0]) <= money(ticker["h"][1])
    book = public(sandbox, "Depth?pair=XBTUSDT&count=3")["XBTUSDT"]
    assert [len(book[side]) for side in ("asks", "bids")] == [3, 3]
    assert money(book["bids"][0][0]) < market.last(MOMENT) < money(book["asks"][0][0])
    trades = public(sandbox, f"Trades?pair=XBTUSDT&since={(MOMENT - 1000) * 1_000_000}")
    assert [row[6] * TICK for row in trades["XBTUSDT"]] == [MOMENT // TICK * TICK - 250 * n for n in (3, 2, 1, 0)]


def test_candles_are_the_same_as_at_the_other_venues_and_at_most_720(sandbox):
    rows = public(sandbox, "OHLC?pair=XBTUSDT&interval=1")
    assert len(rows["XBTUSDT"]) == 720
    last = MOMENT // MINUTE * 60
    assert (rows["XBTUSDT"][-1][0], rows["last"]) == (last, last - 60)
    binance = sandbox.ask("GET", "/binance/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=720").content
    assert [[money(row[n]) for n in (1, 2, 3, 4, 6)] for row in rows["XBTUSDT"]] == [
        [money(row[n]) for n in (1, 2, 3, 4, 5)] for row in binance
    ]
    some = public(sandbox, f"OHLC?pair=XBTUSDT&interval=5&since={last // 300 * 300 - 600}")["XBTUSDT"]
    assert [row[0] for row in some] == [last // 300 * 300 - 300, last // 300 * 300]
    assert public(sandbox, f"OHLC?pair=XBTUSDT&since={last + 600}")["XBTUSDT"] == []


def test_a_market_buy_pays_its_fee_in_quote_and_can_be_found_everywhere(sandbox, ask, clock):
    clock.moment += 1
    placed = ask("AddOrder", **order(cl_ord_id=UUID))
    [name] = placed["txid"]
    assert placed["descr"] == {"order": "buy 0.10000000 XBTUSDT @ market"}
    price = sandbox.exchange.markets["BTC/USDT"].ask(clock.moment)
    cost = (price / 10).quantize(EIGHT, ROUND_DOWN)
    fee = (cost * TAKER).quantize(EIGHT, ROUND_DOWN)
    assert ask("BalanceEx") == {
        "XXBT": {"balance": "1.10000000", "hold_trade": "0.00000000"},
        "USDT": {"balance": f"{10_000 - cost - fee:.8f}", "hold_trade": "0.00000000"},
    }
    assert ask("Balance")["XXBT"] == "1.10000000"
    found = ask("QueryOrders", txid=name, trades="true")[name]
    assert (found["status"], found["cl_ord_id"], found["vol_exec"], found["oflags"]) == (
        "closed", UUID, "0.10000000", "fciq",
    )  # fmt: skip
    assert (money(found["cost"]), money(found["fee"]), money(found["price"])) == (cost, fee, price)
    closed = ask("ClosedOrders", cl_ord_id=UUID)
    assert (closed["count"], list(closed["closed"])) == (1, [name])
    assert ask("OpenOrders", cl_ord_id=UUID) == {"open": {}}
    assert ask("ClosedOrders", cl_ord_id="other")["closed"] == {}
    history = ask("TradesHistory", start=clock.moment // 1000 - 1)
    [trade] = history["trades"].values()
    assert history["count"] == 1
    assert (trade["ordertxid"], trade["pair"], trade["maker"], money(trade["fee"])) == (name, "XBTUSDT", False, fee)
    assert found["trades"] == list(history["trades"])
    assert ask("QueryTrades", txid=found["trades"][0]) == history["trades"]
    [filled] = sandbox.ask("GET", "/_sandbox/journal?venue=kraken&type=order_filled").content["entries"]
    assert (filled["exchange_order_id"], filled["trade_id"], filled["commission"]) == (
        name, found["trades"][0], f"{fee:f}",
    )  # fmt: skip


def test_a_buy_by_cost_spends_the_cost_and_the_fee_on_top(sandbox, ask):
    placed = ask("AddOrder", **order(volume="100", oflags="viqc"))
    assert placed["descr"]["order"] == "buy 100.00000000 XBTUSDT @ market"
    ask_price = sandbox.exchange.markets["BTC/USDT"].ask(MOMENT)
    quantity = (100 / ask_price).quantize(Decimal("0.00001"), ROUND_DOWN)
    found = ask("QueryOrders", txid=placed["txid"][0])[placed["txid"][0]]
    assert (money(found["vol_exec"]), found["oflags"]) == (quantity, "fciq,viqc")
    spent = money(found["cost"]) + money(found["fee"])
    assert money(ask("BalanceEx")["USDT"]["balance"]) == 10_000 - spent


def test_a_resting_order_locks_its_fee_and_fills_as_maker(sandbox, ask, clock):
    [name] = ask("AddOrder", **order(ordertype="limit", price="50000", oflags="fciq,post", userref=7))["txid"]
    locked = Decimal(5000) * (1 + TAKER)
    assert money(ask("BalanceEx")["USDT"]["hold_trade"]) == locked
    [(open_name, resting)] = ask("OpenOrders", userref=7)["open"].items()
    assert (open_name, resting["status"], resting["oflags"], resting["descr"]["price"]) == (
        name, "open", "fciq,post", "50000.00",
    )  # fmt: skip
    assert ask("OpenOrders", userref=8) == {"open": {}}
    sandbox.ask("POST", "/_sandbox/markets/price", json={"symbol": "BTC/USDT", "price": "49000"})
    clock.moment += TICK
    assert ask("OpenOrders") == {"open": {}}
    [trade] = ask("TradesHistory")["trades"].values()
    assert (trade["maker"], money(trade["price"]), money(trade["fee"])) == (True, Decimal(50_000), 5000 * MAKER)
    assert money(ask("BalanceEx")["USDT"]["balance"]) == 5000 - 5000 * MAKER


@pytest.mark.parametrize(
    ("changes", "price", "words", "kind"),
    [
        ({"ordertype": "stop-loss", "price": "58000"}, "57000", "stop loss 58000.00", "bid"),
        (
            {"ordertype": "stop-loss-limit", "price": "58000", "price2": "56000"},
            "57000",
            "stop loss 58000.00 -> limit 56000.00",
            "bid",
        ),
        ({"ordertype": "take-profit", "price": "62000"}, "63000", "take profit 62000.00", "bid"),
        (
            {"ordertype": "take-profit-limit", "price": "58000", "price2": "59000", "type": "buy"},
            "57000",
            "take profit 58000.00 -> limit 59000.00",
            "ask",
        ),
        ({"ordertype": "stop-loss", "price": "62000", "type": "buy"}, "63000", "stop loss 62000.00", "ask"),
    ],
)
def test_stops(sandbox, ask, clock, changes, price, words, kind):
    def set_price(wanted):
        sandbox.ask("POST", "/_sandbox/markets/price", json={"symbol": "BTC/USDT", "price": wanted})
        clock.moment += TICK

    set_price("60000")
    placed = ask("AddOrder", **order(**{"type": "sell", **changes}))
    side = changes.get("type", "sell")
    assert placed["descr"]["order"] == f"{side} 0.10000000 XBTUSDT @ {words}"
    [name] = placed["txid"]
    waiting = ask("OpenOrders")["open"][name]
    assert (waiting["trigger"], waiting["limitprice"]) == ("last", "0.00000000")
    assert money(waiting["stopprice"]) == money(changes["price"])
    set_price(price)
    filled = ask("QueryOrders", txid=name)[name]
    market = sandbox.exchange.markets["BTC/USDT"]
    assert (filled["status"], money(filled["price"])) == ("closed", getattr(market, kind)(clock.moment))


def test_a_stop_that_is_already_reached_triggers_at_once(ask):
    [name] = ask("AddOrder", **order(type="sell", ordertype="stop-loss", price="90000"))["txid"]
    assert ask("QueryOrders", txid=name)[name]["status"] == "closed"


def test_a_stop_buy_whose_price_has_run_away_is_given_up(sandbox, ask, clock):
    [name] = ask("AddOrder", **order(ordertype="stop-loss", price="80000"))["txid"]
    sandbox.ask("POST", "/_sandbox/markets/price", json={"symbol": "BTC/USDT", "price": "99000"})
    clock.moment += TICK
    found = ask("QueryOrders", txid=name)[name]
    assert (found["status"], found["vol_exec"]) == ("canceled", "0.00000000")
    assert ask("BalanceEx")["USDT"] == {"balance": "10000.00000000", "hold_trade": "0.00000000"}


def test_canceling_by_either_id_and_all(sandbox, key, ask):
    far = {"ordertype": "limit", "price": "20000", "volume": "0.01"}
    [first] = ask("AddOrder", **order(**far, cl_ord_id="mine"))["txid"]
    [second] = ask("AddOrder", **order(**far))["txid"]
    for _ in range(2):
        ask("AddOrder", **order(**far, userref=5))
    assert ask("CancelOrder", cl_ord_id="mine") == {"count": 1}
    assert ask("CancelOrder", txid=second) == {"count": 1}
    assert ask("CancelOrder", txid="5") == {"count": 2}
    canceled = ask("QueryOrders", txid=f"{first},{second}")
    assert {row["status"] for row in canceled.values()} == {"canceled"}
    assert canceled[first]["reason"] == "User requested"
    assert sandbox.kraken_signed("CancelOrder", key, txid=first)["error"] == ["EOrder:Unknown order"]
    ask("AddOrder", **order(**far))
    assert ask("CancelAll") == {"count": 1}
    assert ask("CancelAll") == {"count": 0}


def test_lists_come_fifty_at_a_time_newest_first(ask, clock):
    for _ in range(52):
        clock.moment += 1000
        ask("AddOrder", **order(volume="0.001"))
    first, second = ask("TradesHistory"), ask("TradesHistory", ofs=50)
    assert (first["count"], len(first["trades"]), len(second["trades"])) == (52, 50, 2)
    times = [row["time"] for row in (*first["trades"].values(), *second["trades"].values())]
    assert times == sorted(times, reverse=True)
    assert len(ask("ClosedOrders", ofs=50)["closed"]) == 2
    late = ask("TradesHistory", start=clock.moment // 1000 - 2, end=clock.moment // 1000)
    assert late["count"] == 2


def test_fees_and_rights_are_told(sandbox, ask):
    fees = ask("TradeVolume", pair="XBTUSDT")
    assert (fees["fees"]["XBTUSDT"]["fee"], fees["fees_maker"]["XBTUSDT"]["fee"]) == ("0.4000", "0.2500")
    assert {"query-funds", "modify-trades", "close-trades"} <= set(ask("GetApiKeyInfo")["permissions"])
    strange = sandbox.create_key(venue="kraken", can_trade=False, can_withdraw=True, ip_restricted=True, label="x")
    told = sandbox.kraken_signed("GetApiKeyInfo", strange)["result"]
    assert "withdraw-funds" in told["permissions"]
    assert "modify-trades" not in told["permissions"]
    assert (told["ipAllowlist"], told["apiKeyName"]) == (["127.0.0.1"], "x")
    assert sandbox.kraken_signed("AddOrder", strange, **order())["error"] == ["EGeneral:Permission denied"]
    assert sandbox.kraken_signed("BalanceEx", strange)["error"] == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"pair": "NOPE"}, "EQuery:Unknown asset pair"),
        ({"pair": None}, "EGeneral:Invalid arguments:pair"),
        ({"type": "hold"}, "EGeneral:Invalid arguments:type"),
        ({"ordertype": "trailing-stop"}, "EGeneral:Invalid arguments:ordertype"),
        ({"volume": "lots"}, "EGeneral:Invalid arguments:volume"),
        ({"volume": "0.000001"}, "EGeneral:Invalid arguments:volume minimum not met"),
        ({"volume": "0.00002"}, "EOrder:Cost minimum not met"),
        ({"volume": "1"}, "EOrder:Insufficient funds"),
        ({"type": "sell", "volume": "2"}, "EOrder:Insufficient funds"),
        ({"ordertype": "limit"}, "EGeneral:Invalid arguments:price"),
        (
            {"ordertype": "limit", "price": "50000.001"},
            "EOrder:Invalid price:XBTUSDT price can only be specified up to 2 decimals.",
        ),
        ({"ordertype": "limit", "price": "0"}, "EGeneral:Invalid arguments:price"),
        ({"ordertype": "stop-loss-limit", "price": "50000"}, "EGeneral:Invalid arguments:price2"),
        ({"ordertype": "limit", "price": "90000", "oflags": "post"}, "EOrder:Post only order"),
        ({"ordertype": "market", "oflags": "post"}, "EGeneral:Invalid arguments:oflags"),
        ({"oflags": "magic"}, "EGeneral:Invalid arguments:oflags"),
        ({"type": "sell", "oflags": "viqc"}, "EGeneral:Invalid arguments:viqc"),
        ({"timeinforce": "GTD"}, "EGeneral:Invalid arguments:timeinforce"),
        ({"cl_ord_id": "longer than eighteen"}, "EGeneral:Invalid arguments:cl_ord_id"),
        ({"cl_ord_id": "a", "userref": "1"}, "EGeneral:Invalid arguments:cl_ord_id"),
        ({"userref": "one"}, "EGeneral:Invalid arguments:userref"),
        ({"deadline": "tomorrow"}, "EGeneral:Invalid arguments:deadline"),
    ],
)
def test_refused_orders(sandbox, key, changes, error):
    before = len(sandbox.exchange.journal.events)
    assert sandbox.kraken_signed("AddOrder", key, **order(**changes)) == {"error": [error]}
    assert len(sandbox.exchange.journal.events) == before


def test_a_client_id_is_unique_among_open_orders_of_all_pairs(sandbox, key, ask):
    far = {"ordertype": "limit", "price": "20000", "volume": "0.01", "cl_ord_id": UUID}
    ask("AddOrder", **order(**far))
    for changes in ({}, {"pair": "ETHUSDT", "price": "1000"}):
        refused = sandbox.kraken_signed("AddOrder", key, **order(**{**far, **changes}))
        assert refused["error"] == ["EOrder:Duplicate cl_ord_id"]
    ask("CancelOrder", cl_ord_id=UUID)
    for _ in range(2):
        ask("AddOrder", **order(cl_ord_id=UUID, volume="0.01"))
    for _ in range(2):
        ask("AddOrder", **order(ordertype="limit", price="20000", volume="0.01"))
    assert ask("ClosedOrders", cl_ord_id=UUID)["count"] == 3


def test_deadlines_and_mere_checks(sandbox, key, ask):
    now = datetime.fromtimestamp(MOMENT / 1000, UTC)
    late = sandbox.kraken_signed("AddOrder", key, **order(deadline=(now - timedelta(seconds=1)).isoformat()))
    assert late["error"] == ["EService:Deadline elapsed"]
    far = sandbox.kraken_signed("AddOrder", key, **order(deadline=(now + timedelta(seconds=61)).isoformat()))
    assert far["error"] == ["EGeneral:Invalid arguments:deadline"]
    before = len(sandbox.exchange.journal.events)
    assert "txid" not in ask("AddOrder", **order(validate="true"))
    assert sandbox.kraken_signed("AddOrder", key, **order(validate="true", volume="9"))["error"]
    assert len(sandbox.exchange.journal.events) == before
    in_time = (now + timedelta(seconds=5)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    assert ask("AddOrder", **order(deadline=in_time))["txid"]


def test_immediate_orders(ask):
    [name] = ask("AddOrder", **order(ordertype="limit", price="20000", timeinforce="IOC"))["txid"]
    assert ask("QueryOrders", txid=name)[name]["status"] == "canceled"


def test_keys_signatures_and_nonces(sandbox, key, ask):
    def error(changed_key, **parameters):
        return sandbox.kraken_signed("BalanceEx", changed_key, **parameters)["error"]

    assert error({**key, "api_key": "nobody"}) == ["EAPI:Invalid key"]
    assert error(sandbox.create_key()) == ["EAPI:Invalid key"]
    assert error({**key, "api_secret": "AAAA"}) == ["EAPI:Invalid signature"]
    ask("BalanceEx", nonce=1_000)
    for nonce in ("1000", "999", "", "x"):
        assert error(key, nonce=nonce) == ["EAPI:Invalid nonce"]
    ask("BalanceEx", nonce=1_001)
    sandbox.ask("POST", "/_sandbox/keys/revoke", json={"api_key": key["api_key"]})
    assert error(key, nonce=2_000) == ["EAPI:Invalid key"]


def test_unknown_methods_and_senseless_bodies(sandbox, key):
    assert sandbox.ask("POST", "/kraken/0/private/Dance", json={}).content["error"] == ["EGeneral:Unknown method"]
    headers = {"API-Key": key["api_key"], "API-Sign": "?", "Content-Type": "application/json"}
    answer = sandbox.ask("POST", "/kraken/0/private/BalanceEx", data="{", headers=headers)
    assert answer.content["error"] == ["EGeneral:Invalid arguments"]
    answer = sandbox.ask("POST", "/kraken/0/private/BalanceEx", data=json.dumps({"nonce": True}), headers=headers)
    assert answer.content["error"] == ["EAPI:Invalid signature"]
    assert sandbox.kraken_signed("QueryOrders", key)["error"] == ["EGeneral:Invalid arguments:txid"]
    assert sandbox.kraken_signed("QueryOrders", key, txid="OAAAAA-AAAAA-AAAAAA")["error"] == ["EOrder:Unknown order"]


def test_a_closed_market_takes_no_orders(sandbox, key):
    sandbox.ask("POST", "/_sandbox/markets/delist", json={"symbol": "BTC/USDT"})
    refused = sandbox.kraken_signed("AddOrder", key, **order())
    assert refused["error"] == ["EService:Market in cancel_only mode"]
    assert public(sandbox, "AssetPairs?pair=XBTUSDT")["XBTUSDT"]["status"] == "cancel_only"
