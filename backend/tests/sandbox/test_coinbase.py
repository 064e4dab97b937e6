"""Coinbase by plain signed HTTP: products, order configurations, fees, pages, tokens and refusals."""

from decimal import ROUND_DOWN, Decimal

import pytest

from backend.sandbox.prices.levels import TICK
from backend.sandbox.prices.timeframes import MINUTE
from backend.tests.sandbox.conftest import MOMENT, money

EIGHT = Decimal("0.00000001")
MAKER, TAKER = Decimal("0.004"), Decimal("0.006")
TRADE = "/api/v3/brokerage"


@pytest.fixture
def key(sandbox):
    return sandbox.create_key(venue="coinbase", balances={"USDT": "10000", "BTC": "1"})


@pytest.fixture
def ask(sandbox, key):
    def call(path, body=None):
        answer = sandbox.coinbase_signed("GET" if body is None else "POST", TRADE + path, key, body)
        assert answer.status == 200, answer.content
        return answer.content

    return call


def public(sandbox, path):
    answer = sandbox.ask("GET", f"/coinbase{path}")
    assert answer.status == 200, answer.content
    return answer.content


def market(size="0.1", **changes):
    return order({"market_market_ioc": {"base_size": size}}, **changes)


def limit(price="50000", size="0.1", name="limit_limit_gtc", **changes):
    return order({name: {"base_size": size, "limit_price": price}}, **changes)


def order(configuration, **changes):
    return {
        "client_order_id": "one",
        "product_id": "BTC-USDT",
        "side": "BUY",
        "order_configuration": configuration,
        **changes,
    }


def placed(ask, body):
    answer = ask("/orders", body)
    assert answer["success"], answer
    return answer["success_response"]["order_id"]


def balances(ask):
    return {
        row["currency"]: (money(row["available_balance"]["value"]), money(row["hold"]["value"]))
        for row in ask("/accounts?limit=250")["accounts"]
        if row["currency"] in {"USDT", "BTC"}
    }


def test_public_data_in_coinbase_words(sandbox):
    assert public(sandbox, TRADE + "/time")["epochMillis"] == str(MOMENT)
    assert public(sandbox, "/v2/time")["data"]["epoch"] == MOMENT // 1000
    products = public(sandbox, TRADE + "/market/products")
    assert products["num_products"] == len(products["products"]) == 8
    assert public(sandbox, TRADE + "/market/products?product_type=FUTURE")["products"] == []
    one = public(sandbox, TRADE + "/market/products/BTC-USDT")
    market = sandbox.exchange.markets["BTC/USDT"]
    assert (money(one["price"]), one["base_increment"], one["status"]) == (market.last(MOMENT), "0.00001", "online")
    ticker = public(sandbox, TRADE + "/market/products/BTC-USDT/ticker?limit=2")
    assert [money(ticker[name]) for name in ("best_bid", "best_ask")] == [market.bid(MOMENT), market.ask(MOMENT)]
    assert [int(row["trade_id"]) for row in ticker["trades"]] == [MOMENT // TICK, MOMENT // TICK - 1]
    book = public(sandbox, TRADE + "/market/product_book?product_id=BTC-USDT&limit=2")["pricebook"]
    assert money(book["bids"][1]["price"]) < money(book["bids"][0]["price"]) < money(book["asks"][0]["price"])
    assert public(sandbox, "/v2/exchange-rates")["data"]["rates"]["USD"] == "1"
    assert {row["code"] for row in public(sandbox, "/v2/currencies/crypto")["data"]} >= {"BTC", "USDT"}
    missing = sandbox.ask("GET", f"/coinbase{TRADE}/market/products/NO-PE")
    assert (missing.status, missing.content["error"]) == (404, "NOT_FOUND")


def test_candles_are_the_same_as_at_the_other_venues_newest_first(sandbox):
    start = MOMENT // MINUTE * 60 - 300
    path = f"{TRADE}/market/products/BTC-USDT/candles?granularity=ONE_MINUTE&start={start}&end={start + 600}"
    rows = public(sandbox, path)["candles"]
    assert [int(row["start"]) for row in rows] == list(range(start + 300, start - 1, -60))
    binance = sandbox.ask("GET", "/binance/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=6").content
    assert [[money(row[name]) for name in ("open", "high", "low", "close", "volume")] for row in rows[::-1]] == [
        [money(row[n]) for n in (1, 2, 3, 4, 5)] for row in binance
    ]
    for wrong in ("granularity=ONE_YEAR&start=1&end=2", f"granularity=ONE_MINUTE&start={start - 99999}&end={start}"):
        answer = sandbox.ask("GET", f"/coinbase{TRADE}/market/products/BTC-USDT/candles?{wrong}")
        assert (answer.status, answer.content["error"]) == (400, "INVALID_ARGUMENT")


def test_a_market_buy_by_cost_holds_its_fee_within_the_cost(sandbox, ask):
    answer = ask("/orders", order({"market_market_ioc": {"quote_size": "100"}}))
    assert answer["success_response"]["client_order_id"] == "one"
    price = sandbox.exchange.markets["BTC/USDT"].ask(MOMENT)
    quantity = (100 / (1 + TAKER) / price).quantize(Decimal("0.00001"), ROUND_DOWN)
    cost = (price * quantity).quantize(EIGHT, ROUND_DOWN)
    fee = (cost * TAKER).quantize(EIGHT, ROUND_DOWN)
    assert cost + fee <= 100
    found = ask(f"/orders/historical/{answer['order_id']}")["order"]
    assert (found["status"], found["order_type"], found["size_in_quote"]) == ("FILLED", "MARKET", True)
    assert [money(found[name]) for name in ("filled_size", "filled_value", "total_fees")] == [quantity, cost, fee]
    assert found["order_configuration"] == {"market_market_ioc": {"quote_size": "100"}}
    assert balances(ask) == {"USDT": (10_000 - cost - fee, 0), "BTC": (1 + quantity, 0)}
    [fill] = ask("/orders/historical/fills?order_ids=" + answer["order_id"])["fills"]
    assert (money(fill["price"]), money(fill["commission"]), fill["liquidity_indicator"]) == (price, fee, "TAKER")
    [filled] = sandbox.ask("GET", "/_sandbox/journal?venue=coinbase&type=order_filled").content["entries"]
    assert (filled["exchange_order_id"], filled["trade_id"]) == (answer["order_id"], fill["trade_id"])


def test_a_market_sell_pays_from_what_it_receives(sandbox, ask):
    placed(ask, market("0.5", side="SELL"))
    received = (sandbox.exchange.markets["BTC/USDT"].bid(MOMENT) / 2).quantize(EIGHT, ROUND_DOWN)
    fee = (received * TAKER).quantize(EIGHT, ROUND_DOWN)
    assert balances(ask) == {"USDT": (10_000 + received - fee, 0), "BTC": (Decimal("0.5"), 0)}


def test_a_resting_order_holds_its_fee_and_fills_as_maker(sandbox, ask, clock):
    body = order({"limit_limit_gtc": {"base_size": "0.1", "limit_price": "50000", "post_only": True}})
    name = placed(ask, body)
    found = ask(f"/orders/historical/{name}")["order"]
    assert (found["status"], found["outstanding_hold_amount"], found["time_in_force"]) == (
        "OPEN", "5030", "GOOD_UNTIL_CANCELLED",
    )  # fmt: skip
    assert found["order_configuration"]["limit_limit_gtc"]["post_only"] is True
    assert balances(ask)["USDT"] == (4970, 5030)
    sandbox.ask("POST", "/_sandbox/markets/price", json={"symbol": "BTC/USDT", "price": "49000"})
    clock.moment += TICK
    filled = ask(f"/orders/historical/{name}")["order"]
    assert (filled["status"], filled["average_filled_price"], filled["total_fees"]) == ("FILLED", "50000", "20")
    assert balances(ask)["USDT"] == (10_000 - 5000 - 5000 * MAKER, 0)


@pytest.mark.parametrize(
    ("side", "direction", "stop", "limit_price", "price"),
    [
        ("SELL", "STOP_DIRECTION_STOP_DOWN", "58000", "56000", "57000"),
        ("BUY", "STOP_DIRECTION_STOP_UP", "62000", "64000", "63000"),
        ("SELL", "STOP_DIRECTION_STOP_UP", "62000", "61000", "63000"),
        ("BUY", "STOP_DIRECTION_STOP_DOWN", "58000", "59000", "57000"),
    ],
)
def test_stops_in_both_directions(sandbox, ask, clock, side, direction, stop, limit_price, price):
    sandbox.ask("POST", "/_sandbox/markets/price", json={"symbol": "BTC/USDT", "price": "60000"})
    clock.moment += TICK
    values = {"base_size": "0.1", "limit_price": limit_price, "stop_price": stop, "stop_direction": direction}
    configuration = {"stop_limit_stop_limit_gtc": values}
    name = placed(ask, order(configuration, side=side))
    waiting = ask(f"/orders/historical/{name}")["order"]
    assert (waiting["trigger_status"], waiting["order_configuration"]) == ("STOP_PENDING", configuration)
    sandbox.ask("POST", "/_sandbox/markets/price", json={"symbol": "BTC/USDT", "price": price})
    clock.moment += TICK
    done = ask(f"/orders/historical/{name}")["order"]
    assert (done["status"], done["trigger_status"], done["order_type"]) == ("FILLED", "STOP_TRIGGERED", "STOP_LIMIT")


def test_the_same_client_order_id_gives_the_first_order_again(sandbox, ask):
    first = ask("/orders", market())
    again = ask("/orders", market("0.05", side="SELL"))
    assert again == first
    assert len(sandbox.ask("GET", "/_sandbox/journal?type=order_accepted").content["entries"]) == 1
    name = placed(ask, limit(size="0.01", client_order_id="two"))
    ask("/orders/batch_cancel", {"order_ids": [name]})
    assert placed(ask, limit(size="0.01", client_order_id="two")) == name


@pytest.mark.parametrize("name", ["sor_limit_ioc", "limit_limit_ioc", "limit_limit_fok"])
def test_immediate_orders(ask, name):
    missed = placed(ask, limit("20000", name=name))
    taken = placed(ask, limit("90000", name=name, client_order_id="two"))
    assert ask(f"/orders/historical/{missed}")["order"]["status"] == "CANCELLED"
    found = ask(f"/orders/historical/{taken}")["order"]
    assert (found["status"], list(found["order_configuration"])) == (
        "FILLED", ["sor_limit_ioc" if name.endswith("ioc") else name],
    )  # fmt: skip


def test_canceling_is_answered_for_each_order(sandbox, key, ask):
    name = placed(ask, limit())
    results = ask("/orders/batch_cancel", {"order_ids": [name, "nothing"]})["results"]
    assert [(one["success"], one["failure_reason"]) for one in results] == [
        (True, "UNKNOWN_CANCEL_FAILURE_REASON"), (False, "UNKNOWN_CANCEL_ORDER"),
    ]  # fmt: skip
    assert ask(f"/orders/historical/{name}")["order"]["status"] == "CANCELLED"
    assert ask("/orders/batch_cancel", {"order_ids": [name]})["results"][0]["success"] is False
    assert sandbox.coinbase_signed("POST", TRADE + "/orders/batch_cancel", key, {}).status == 400
    missing = sandbox.coinbase_signed("GET", TRADE + "/orders/historical/nothing", key)
    assert (missing.status, missing.content["message"]) == (404, "order with this orderID was not found")


def test_lists_are_filtered_and_come_in_pages_newest_first(ask, clock):
    names = []
    for number in range(5):
        clock.moment += 1000
        names.append(placed(ask, market("0.001", client_order_id=f"m{number}")))
    resting = placed(ask, limit(client_order_id="rests"))
    path = "/orders/historical/batch?product_ids=BTC-USDT&limit=4"
    first = ask(path)
    second = ask(f"{path}&cursor={first['cursor']}")
    listed = [row["order_id"] for page in (first, second) for row in page["orders"]]
    assert listed == [resting, *names[::-1]]
    assert (first["has_next"], second["has_next"], second["cursor"]) == (True, False, "")
    assert [row["order_id"] for row in ask("/orders/historical/batch?order_status=OPEN")["orders"]] == [resting]
    assert ask("/orders/historical/batch?product_id=ETH-BTC")["orders"] == []
    since = ask(f"/orders/historical/{names[3]}")["order"]["created_time"]
    late = ask(f"/orders/historical/batch?start_date={since}&order_status=FILLED")["orders"]
    assert [row["order_id"] for row in late] == [names[4], names[3]]
    fills = ask(f"/orders/historical/fills?product_ids=BTC-USDT&start_sequence_timestamp={since}")["fills"]
    assert [row["order_id"] for row in fills] == [names[4], names[3]]


def test_wallets_fees_and_rights(sandbox, key, ask):
    rows = ask("/accounts")["accounts"]
    bitcoin = next(row for row in rows if row["currency"] == "BTC")
    assert ask(f"/accounts/{bitcoin['uuid']}")["account"] == bitcoin
    old = sandbox.coinbase_signed("GET", "/v2/accounts", key).content["data"]
    assert next(row for row in old if row["currency"]["code"] == "USDT")["balance"]["amount"] == "10000"
    tier = ask("/transaction_summary")["fee_tier"]
    assert (tier["maker_fee_rate"], tier["taker_fee_rate"]) == ("0.004", "0.006")
    assert ask("/key_permissions")["can_transfer"] is False
    assert ask("/products/BTC-USDT")["product_id"] == "BTC-USDT"
    assert len(ask("/best_bid_ask?product_ids=BTC-USDT")["pricebooks"]) == 1
    looking = sandbox.create_key(venue="coinbase", can_trade=False, can_withdraw=True)
    told = sandbox.coinbase_signed("GET", TRADE + "/key_permissions", looking).content
    assert (told["can_view"], told["can_trade"], told["can_transfer"]) == (True, False, True)
    refused = sandbox.coinbase_signed("POST", TRADE + "/orders", looking, market())
    assert (refused.status, refused.content["error"]) == (403, "PERMISSION_DENIED")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (market("1"), "INSUFFICIENT_FUND"),
        (market("2", side="SELL"), "INSUFFICIENT_FUND"),
        (market("0.000001"), "INVALID_BASE_SIZE_TOO_SMALL"),
        (market("0.00002"), "INVALID_BASE_SIZE_TOO_SMALL"),
        (market("0.0000111"), "INVALID_SIZE_PRECISION"),
        (order({"market_market_ioc": {"quote_size": "1"}}), "INVALID_QUOTE_SIZE_TOO_SMALL"),
        (order({"market_market_ioc": {"quote_size": "0.01"}}), "INVALID_QUOTE_SIZE_TOO_SMALL"),
        (limit("50000.001"), "INVALID_PRICE_PRECISION"),
        (market(product_id="NO-PE"), "INVALID_PRODUCT_ID"),
        (limit(name="limit_limit_gtd"), "UNSUPPORTED_ORDER_CONFIGURATION"),
        (
            order({"limit_limit_gtc": {"base_size": "0.1", "limit_price": "90000", "post_only": True}}),
            "INVALID_LIMIT_PRICE_POST_ONLY",
        ),
        (
            order(
                {
                    "stop_limit_stop_limit_gtc": {
                        "base_size": "0.1",
                        "limit_price": "90000",
                        "stop_price": "99000",
                        "stop_direction": "STOP_DIRECTION_STOP_DOWN",
                    }
                },
                side="SELL",
            ),
            "STOP_PRICE_ABOVE_LAST_TRADE_PRICE",
        ),
    ],
)
def test_refused_orders_are_told_inside_the_answer(sandbox, ask, body, error):
    before = len(sandbox.exchange.journal.events)
    answer = ask("/orders", body)
    assert answer["success"] is False
    assert answer["error_response"]["error"] == error
    assert len(sandbox.exchange.journal.events) == before


@pytest.mark.parametrize(
    "changes",
    [
        {"client_order_id": ""},
        {"side": "HOLD"},
        {"order_configuration": {}},
        {"order_configuration": {"limit_limit_gtc": {"base_size": "x", "limit_price": "1"}}},
        {"order_configuration": {"market_market_ioc": {"base_size": "1", "quote_size": "1"}}},
        {"order_configuration": {"market_market_ioc": {"quote_size": "100"}}, "side": "SELL"},
    ],
)
def test_senseless_orders_are_bad_requests(sandbox, key, changes):
    answer = sandbox.coinbase_signed("POST", TRADE + "/orders", key, {**market(), **changes})
    assert (answer.status, answer.content["error"]) == (400, "INVALID_ARGUMENT")


@pytest.mark.parametrize(
    "changes",
    [
        {"uri": "GET wrong.example/api/v3/brokerage/accounts"},
        {"uri": None},
        {"sub": "somebody else"},
        {"exp": MOMENT // 1000},
        {"exp": MOMENT // 1000 + 3600},
        {"nbf": MOMENT // 1000 + 60, "exp": MOMENT // 1000 + 180},
        {"nbf": None},
    ],
)
def test_tokens_that_are_not_believed(sandbox, key, changes):
    answer = sandbox.coinbase_signed("GET", TRADE + "/accounts", key, **changes)
    assert (answer.status, answer.content) == (401, "Unauthorized")


def test_keys_that_are_not_believed(sandbox, key):
    other = sandbox.create_key(venue="coinbase")
    path = TRADE + "/accounts"
    assert sandbox.coinbase_signed("GET", path, {**key, "api_secret": other["api_secret"]}).status == 401
    assert sandbox.coinbase_signed("GET", path, {**key, "api_key": "organizations/x/apiKeys/y"}).status == 401
    assert sandbox.ask("GET", "/coinbase" + path).status == 401
    assert sandbox.ask("GET", "/coinbase" + path, headers={"Authorization": "Bearer no.to.ken"}).status == 401
    assert sandbox.coinbase_signed("GET", path, key).status == 200
    sandbox.ask("POST", "/_sandbox/keys/revoke", json={"api_key": key["api_key"]})
    assert sandbox.coinbase_signed("GET", path, key).status == 401


def test_a_closed_market_and_unknown_addresses(sandbox, key, ask):
    sandbox.ask("POST", "/_sandbox/markets/delist", json={"symbol": "BTC/USDT"})
    assert ask("/orders", market())["error_response"]["message"] == "source is not enabled for trading"
    assert public(sandbox, TRADE + "/market/products/BTC-USDT")["trading_disabled"] is True
    assert sandbox.ask("GET", "/coinbase/api/v3/nowhere").status == 404
    assert sandbox.ask("GET", "/coinbase").status == 404
    assert sandbox.coinbase_signed("POST", TRADE + "/orders", key, [1]).status == 400
