"""Orders through ccxt: placing, filling, finding and canceling, with balances to the last digit."""

from decimal import ROUND_DOWN, Decimal

import ccxt
import pytest

from backend.foundation.waiting import wait_until
from backend.sandbox.prices.levels import TICK
from backend.sandbox.prices.timeframes import DAY, HOUR, MINUTE
from backend.tests.sandbox.conftest import MOMENT, money

EIGHT = Decimal("0.00000001")


@pytest.fixture
def key(sandbox):
    return sandbox.create_key(balances={"USDT": "10000", "BTC": "1"})


@pytest.fixture
def client(sandbox, key):
    client = sandbox.binance(key)
    client.load_markets()
    return client


@pytest.fixture
def market(sandbox):
    return sandbox.exchange.markets["BTC/USDT"]


def balances(sandbox, key):
    rows = sandbox.signed("GET", "/api/v3/account", key, omitZeroBalances="true").content["balances"]
    return {row["asset"]: (money(row["free"]), money(row["locked"])) for row in rows}


def test_a_market_buy_fills_at_the_ask_and_pays_its_fee_in_what_it_received(sandbox, client, key, market):
    order = client.create_order("BTC/USDT", "market", "buy", 0.05, None, {"clientOrderId": "buy-1"})
    ask = market.ask(MOMENT)
    assert (order["status"], order["filled"], order["clientOrderId"]) == ("closed", 0.05, "buy-1")
    assert money(order["average"]) == ask
    assert order["fees"] == [{"cost": 0.00005, "currency": "BTC"}]
    paid = (ask * Decimal("0.05")).quantize(EIGHT, ROUND_DOWN)
    assert balances(sandbox, key) == {"USDT": (10_000 - paid, 0), "BTC": (Decimal("1.04995"), 0)}


def test_a_market_sell_fills_at_the_bid_and_pays_its_fee_in_the_quote_asset(sandbox, client, key, market):
    client.create_order("BTC/USDT", "market", "sell", 0.00777)
    bid = market.bid(MOMENT)
    received = (bid * Decimal("0.00777")).quantize(EIGHT, ROUND_DOWN)
    fee = (received / 1000).quantize(EIGHT, ROUND_DOWN)
    assert balances(sandbox, key) == {"USDT": (10_000 + received - fee, 0), "BTC": (Decimal("0.99223"), 0)}


def test_a_market_buy_by_cost_spends_at_most_the_cost(sandbox, client, key, market):
    order = client.create_market_buy_order_with_cost("BTC/USDT", 100)
    ask = market.ask(MOMENT)
    quantity = (Decimal(100) / ask).quantize(Decimal("0.00001"), ROUND_DOWN)
    assert money(order["filled"]) == quantity
    assert balances(sandbox, key)["USDT"][0] == 10_000 - (ask * quantity).quantize(EIGHT, ROUND_DOWN)
    plain = sandbox.signed("GET", "/api/v3/order", key, symbol="BTCUSDT", orderId=order["id"]).content
    assert plain["origQuoteOrderQty"] == "100.00000000"


def test_a_resting_limit_order_locks_fills_as_maker_and_frees_nothing_twice(sandbox, client, key, market, clock):
    last = market.last(MOMENT)
    limit = last - 5
    order = client.create_order("BTC/USDT", "limit", "buy", 0.1, float(limit), {"clientOrderId": "rest"})
    assert (order["status"], order["filled"]) == ("open", 0)
    assert balances(sandbox, key)["USDT"] == (10_000 - limit / 10, limit / 10)
    assert [row["clientOrderId"] for row in client.fetch_open_orders("BTC/USDT")] == ["rest"]
    # The path itself tells when the ask first comes down to the limit; a tick before, nothing has happened.
    reached = next(
        moment for moment in range(MOMENT // TICK * TICK + TICK, MOMENT + DAY, TICK) if market.ask(moment) <= limit
    )
    clock.moment = reached - 1
    assert client.fetch_order(None, "BTC/USDT", {"clientOrderId": "rest"})["status"] == "open"
    clock.moment = reached
    found = client.fetch_order(None, "BTC/USDT", {"clientOrderId": "rest"})
    assert (found["status"], money(found["average"]), found["id"]) == ("closed", limit, order["id"])
    [fill] = client.fetch_my_trades("BTC/USDT")
    assert (fill["takerOrMaker"], fill["timestamp"], fill["order"]) == ("maker", reached, order["id"])
    assert balances(sandbox, key) == {"USDT": (10_000 - limit / 10, 0), "BTC": (Decimal("1.0999"), 0)}
    assert client.fetch_open_orders("BTC/USDT") == []


def test_a_crossing_between_two_looks_is_not_missed(client, market, clock):
    lows = market.path.candles("1m", MOMENT // MINUTE * MINUTE + MINUTE, 12 * 60, MOMENT + DAY)
    limit = market.price(int(lows.low.min())) + 10
    assert market.last(MOMENT + 13 * HOUR) > limit + 20, "choose a moment after which the price comes back"
    order = client.create_order("BTC/USDT", "limit", "buy", 0.01, float(limit))
    clock.moment += 13 * HOUR
    found = client.fetch_order(order["id"], "BTC/USDT")
    assert found["status"] == "closed"
    [fill] = client.fetch_my_trades("BTC/USDT", None, None, {"orderId": order["id"]})
    assert market.ask(fill["timestamp"]) <= limit < market.ask(fill["timestamp"] - TICK)


def test_the_background_fills_without_being_asked(sandbox, client, market, clock):
    limit = market.last(MOMENT) - 5
    client.create_order("BTC/USDT", "limit", "buy", 0.01, float(limit))
    clock.moment += DAY
    journal = sandbox.exchange.journal
    assert wait_until(lambda: journal.events[-1].type == "order_filled", 30)


def test_a_limit_order_through_the_book_takes_at_the_better_price(sandbox, client, key, market):
    limit = market.last(MOMENT) + 1000
    order = client.create_order("BTC/USDT", "limit", "buy", 0.01, float(limit))
    ask = market.ask(MOMENT)
    assert (order["status"], money(order["average"])) == ("closed", ask)
    assert balances(sandbox, key)["USDT"] == (10_000 - ask / 100, 0)


@pytest.mark.parametrize("time_in_force", ["IOC", "FOK"])
def test_immediate_orders_fill_or_expire(sandbox, client, key, market, time_in_force):
    last = market.last(MOMENT)
    missed = client.create_order("BTC/USDT", "limit", "buy", 0.01, float(last - 100), {"timeInForce": time_in_force})
    taken = client.create_order("BTC/USDT", "limit", "buy", 0.01, float(last + 100), {"timeInForce": time_in_force})
    assert (missed["status"], missed["filled"]) == ("expired", 0)
    assert (taken["status"], taken["filled"]) == ("closed", 0.01)
    assert balances(sandbox, key)["USDT"] == (10_000 - market.ask(MOMENT) / 100, 0)


def test_a_post_only_order_rests_or_is_refused(client, market):
    last = float(market.last(MOMENT))
    order = client.create_order("BTC/USDT", "limit", "buy", 0.01, last - 100, {"postOnly": True})
    assert client.fetch_order(order["id"], "BTC/USDT")["status"] == "open"
    with pytest.raises(ccxt.OrderImmediatelyFillable):
        client.create_order("BTC/USDT", "limit", "buy", 0.01, last + 100, {"postOnly": True})


def test_canceling_gives_back_what_was_locked(sandbox, client, key):
    order = client.create_order("BTC/USDT", "limit", "sell", 0.3, 200_000, {"clientOrderId": "far"})
    assert balances(sandbox, key)["BTC"] == (Decimal("0.7"), Decimal("0.3"))
    canceled = client.cancel_order(None, "BTC/USDT", {"clientOrderId": "far"})
    assert (canceled["status"], canceled["id"]) == ("canceled", order["id"])
    assert balances(sandbox, key)["BTC"] == (1, 0)
    with pytest.raises(ccxt.OrderNotFound):
        client.cancel_order(order["id"], "BTC/USDT")
    assert client.fetch_order(order["id"], "BTC/USDT")["status"] == "canceled"


def test_canceling_all_orders_of_a_market_leaves_the_others(client):
    for price in (150_000, 160_000):
        client.create_order("BTC/USDT", "limit", "sell", 0.1, price)
    other = client.create_order("ETH/BTC", "limit", "buy", 1, 0.02)
    assert len(client.cancel_all_orders("BTC/USDT")) == 2
    assert [row["id"] for row in client.fetch_open_orders()] == [other["id"]]
    with pytest.raises(ccxt.OrderNotFound):
        client.cancel_all_orders("BTC/USDT")


def test_a_client_order_id_is_unique_among_open_orders_only(client):
    ids = {"clientOrderId": "same"}
    first = client.create_order("BTC/USDT", "market", "buy", 0.001, None, ids)
    second = client.create_order("BTC/USDT", "limit", "sell", 0.1, 150_000, ids)
    with pytest.raises(ccxt.InvalidOrder, match="Duplicate order sent"):
        client.create_order("BTC/USDT", "market", "buy", 0.001, None, ids)
    assert client.fetch_order(None, "BTC/USDT", ids)["id"] == second["id"]
    client.cancel_order(second["id"], "BTC/USDT")
    third = client.create_order("BTC/USDT", "market", "buy", 0.001, None, ids)
    assert len({first["id"], second["id"], third["id"]}) == 3


def test_orders_are_listed_oldest_first_and_by_number(client):
    placed = [client.create_order("BTC/USDT", "market", "buy", 0.001)["id"] for _ in range(3)]
    assert [row["id"] for row in client.fetch_orders("BTC/USDT")] == placed
    assert [row["id"] for row in client.fetch_orders("BTC/USDT", limit=2)] == placed[1:]
    later = client.fetch_orders("BTC/USDT", params={"orderId": placed[1]})
    assert [row["id"] for row in later] == placed[1:]
    assert len(client.fetch_closed_orders("BTC/USDT")) == 3
    assert client.fetch_orders("ETH/BTC") == []


def test_the_balance_through_ccxt(client):
    client.create_order("BTC/USDT", "limit", "sell", 0.25, 150_000)
    balance = client.fetch_balance()
    assert balance["BTC"] == {"free": 0.75, "used": 0.25, "total": 1.0}
    assert balance["USDT"]["free"] == 10_000


@pytest.mark.parametrize("detail", ["ACK", "RESULT", "FULL"])
def test_the_answers_detail_is_as_asked(sandbox, key, detail):
    answer = sandbox.signed(
        "POST",
        "/api/v3/order",
        key,
        symbol="BTCUSDT",
        side="BUY",
        type="MARKET",
        quantity="0.001",
        newOrderRespType=detail,
    )
    assert answer.status == 200
    assert ("status" in answer.content) == (detail != "ACK")
    assert ("fills" in answer.content) == (detail == "FULL")


def test_a_test_order_changes_nothing(sandbox, key):
    parameters = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.001"}
    before = len(sandbox.exchange.journal.events)
    assert sandbox.signed("POST", "/api/v3/order/test", key, **parameters).content == {}
    refused = sandbox.signed("POST", "/api/v3/order/test", key, **{**parameters, "quantity": "100"})
    assert refused.content["code"] == -2010
    assert len(sandbox.exchange.journal.events) == before


def test_what_the_key_may_do(sandbox):
    for can_withdraw in (False, True):
        client = sandbox.binance(sandbox.create_key(can_withdraw=can_withdraw))
        rights = client.sapi_get_account_apirestrictions()
        assert rights["enableWithdrawals"] is can_withdraw
        assert rights["enableSpotAndMarginTrading"] is True


def test_the_fees_are_told(client):
    fees = client.fetch_trading_fees()
    assert (fees["BTC/USDT"]["maker"], fees["BTC/USDT"]["taker"]) == (0.001, 0.001)
    assert client.fetch_trading_fee("BTC/USDT")["taker"] == 0.001


def test_accounts_do_not_see_each_other(sandbox, client):
    order = client.create_order("BTC/USDT", "limit", "sell", 0.25, 150_000, {"clientOrderId": "mine"})
    other = sandbox.binance(sandbox.create_key())
    other.load_markets()
    assert other.fetch_open_orders("BTC/USDT") == []
    with pytest.raises(ccxt.OrderNotFound):
        other.fetch_order(order["id"], "BTC/USDT")
    with pytest.raises(ccxt.OrderNotFound):
        other.cancel_order(None, "BTC/USDT", {"clientOrderId": "mine"})
