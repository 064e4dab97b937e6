"""Public data through ccxt and as plain HTTP: what a client of the real venue expects, it finds here."""

import json

import ccxt
import pytest

from backend.sandbox.numbers import units_text
from backend.sandbox.prices.timeframes import MINUTE, TIMEFRAMES, count_between, open_of
from backend.tests.sandbox.conftest import MOMENT, money

SYMBOLS = {"BTC/USDT", "BTC/USD", "ETH/USDT", "SOL/USDT", "XRP/USDT", "ADA/USDT", "BNB/USDT", "ETH/BTC"}


def test_load_markets_finds_the_markets_with_their_filters(sandbox):
    client = sandbox.binance()
    markets = client.load_markets()
    assert set(markets) == SYMBOLS
    bitcoin = markets["BTC/USDT"]
    assert bitcoin["spot"]
    assert bitcoin["active"]
    assert (bitcoin["precision"]["price"], bitcoin["precision"]["amount"]) == (0.01, 0.00001)
    assert bitcoin["limits"]["cost"]["min"] == 5
    assert client.price_to_precision("BTC/USDT", 60000.129) == "60000.13"


def test_loading_the_markets_with_ccxts_own_defaults_asks_for_more_than_there_is(sandbox):
    client = sandbox.binance()
    client.options["fetchMarkets"] = {"types": ["spot", "linear"]}
    with pytest.raises(ccxt.BadRequest, match="does not offer"):
        client.load_markets()


def test_exchange_info_of_chosen_symbols(sandbox):
    one = sandbox.ask("GET", "/binance/api/v3/exchangeInfo?symbol=ETHBTC").content
    two = sandbox.ask("GET", "/binance/api/v3/exchangeInfo?symbols=%5B%22ETHBTC%22,%22BTCUSDT%22%5D").content
    assert [row["symbol"] for row in one["symbols"]] == ["ETHBTC"]
    assert [row["symbol"] for row in two["symbols"]] == ["ETHBTC", "BTCUSDT"]
    kinds = {each["filterType"] for each in one["symbols"][0]["filters"]}
    assert {"PRICE_FILTER", "LOT_SIZE", "MARKET_LOT_SIZE", "NOTIONAL"} <= kinds


def test_time_is_the_clocks(sandbox):
    assert sandbox.binance().fetch_time() == MOMENT
    assert sandbox.ask("GET", "/binance/api/v3/ping").content == {}


@pytest.mark.parametrize("timeframe", TIMEFRAMES)
def test_candles_of_every_time_frame_end_with_the_unfinished_one(sandbox, timeframe):
    rows = sandbox.binance().fetch_ohlcv("BTC/USDT", timeframe, limit=1000)
    opens = [row[0] for row in rows]
    assert opens[-1] == open_of(timeframe, MOMENT)
    assert opens == sorted(set(opens))
    assert count_between(timeframe, opens[0], opens[-1]) == len(rows)
    assert len(rows) == (1000 if timeframe not in {"3d", "1w", "1M"} else len(rows))
    for _, first, high, low, last, volume in rows:
        assert low <= min(first, last) <= max(first, last) <= high
        assert volume >= 0


def test_candles_from_a_start_are_those_that_open_from_it_on(sandbox):
    client = sandbox.binance()
    start = MOMENT - 100 * MINUTE
    rows = client.fetch_ohlcv("BTC/USDT", "1m", since=start, limit=3)
    first = start // MINUTE * MINUTE + MINUTE
    assert [row[0] for row in rows] == [first, first + MINUTE, first + 2 * MINUTE]
    until = sandbox.ask(
        "GET", f"/binance/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime={start}&endTime={first + MINUTE}"
    ).content
    assert [row[0] for row in until] == [first, first + MINUTE]
    ending = sandbox.ask("GET", f"/binance/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=2&endTime={start}").content
    assert [row[0] for row in ending] == [first - 2 * MINUTE, first - MINUTE]
    future = sandbox.ask("GET", f"/binance/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime={MOMENT + MINUTE}")
    assert future.content == []


def test_a_candle_row_has_the_venues_twelve_fields(sandbox):
    row = sandbox.ask("GET", "/binance/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=2").content[0]
    opened = MOMENT // MINUTE * MINUTE - MINUTE
    assert (row[0], row[6], row[8], row[11]) == (opened, opened + MINUTE - 1, 240, "0")
    assert all(
        isinstance(row[index], str) and len(row[index].partition(".")[2]) == 8 for index in (1, 2, 3, 4, 5, 7, 9, 10)
    )
    turnover, volume = money(row[7]), money(row[5])
    assert money(row[3]) * money("0.9") <= turnover / volume <= money(row[2]) * money("1.1")


def test_candles_stay_as_they_were_told_when_time_goes_on(sandbox, clock):
    client = sandbox.binance()
    before = client.fetch_ohlcv("ETH/BTC", "1s", limit=100)
    clock.moment += 7 * MINUTE
    after = client.fetch_ohlcv("ETH/BTC", "1s", since=before[0][0], limit=99)
    assert after == before[:99]


def test_the_day_ticker_agrees_with_the_candles(sandbox):
    client = sandbox.binance()
    client.load_markets()
    ticker = client.fetch_ticker("BTC/USDT")
    row = sandbox.ask("GET", "/binance/api/v3/ticker/24hr?symbol=BTCUSDT").content
    minutes = client.fetch_ohlcv("BTC/USDT", "1m", since=row["openTime"], limit=1000)
    minutes += client.fetch_ohlcv("BTC/USDT", "1m", since=minutes[-1][0] + 1, limit=1000)
    assert len(minutes) == 1440
    assert ticker["open"] == minutes[0][1]
    assert ticker["high"] == max(row[2] for row in minutes)
    assert ticker["low"] == min(row[3] for row in minutes)
    assert ticker["last"] == minutes[-1][4]
    assert ticker["baseVolume"] == pytest.approx(sum(row[5] for row in minutes), abs=1e-6)
    assert ticker["bid"] < ticker["last"] < ticker["ask"]
    assert money(row["priceChange"]) == money(row["lastPrice"]) - money(row["openPrice"])


def test_tickers_of_one_several_and_all(sandbox):
    client = sandbox.binance()
    client.load_markets()
    assert set(client.fetch_tickers()) == SYMBOLS
    assert set(client.fetch_tickers(["BTC/USDT", "ADA/USDT"])) == {"BTC/USDT", "ADA/USDT"}
    for name in ("24hr", "price", "bookTicker"):
        path = f"/binance/api/v3/ticker/{name}"
        assert len(sandbox.ask("GET", path).content) == len(SYMBOLS)
        assert sandbox.ask("GET", path + "?symbol=BTCUSDT").content["symbol"] == "BTCUSDT"
        names = json.dumps(["BTCUSDT"], separators=(",", ":"))
        assert [row["symbol"] for row in sandbox.ask("GET", path, params={"symbols": names}).content] == ["BTCUSDT"]


def test_the_book_surrounds_the_price(sandbox):
    client = sandbox.binance()
    book = client.fetch_order_book("BTC/USDT", limit=20)
    last = float(sandbox.exchange.markets["BTC/USDT"].last(MOMENT))
    assert len(book["bids"]) == len(book["asks"]) == 20
    assert book["bids"][0][0] < last < book["asks"][0][0]
    assert book["asks"][0][0] / book["bids"][0][0] < 1.0001


def test_recent_trades_are_the_ticks_of_the_candles(sandbox):
    client = sandbox.binance()
    trades = client.fetch_trades("BTC/USDT", limit=1000)
    plain = sandbox.ask("GET", "/binance/api/v3/trades?symbol=BTCUSDT&limit=1000").content
    opened = MOMENT // MINUTE * MINUTE
    rows = sandbox.ask("GET", f"/binance/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime={opened}").content
    of_minute = [row for row in plain if row["time"] >= opened]
    assert sum(money(row["qty"]) for row in of_minute) == money(rows[0][5])
    assert max(money(row["price"]) for row in of_minute) == money(rows[0][2])
    assert len(trades) == 1000
    assert trades[-1]["price"] == float(rows[0][4])
    known = sandbox.ask("GET", f"/binance/api/v3/aggTrades?symbol=BTCUSDT&startTime={opened}&limit=5").content
    assert [(row["T"], row["p"]) for row in known] == [(row["time"], row["price"]) for row in of_minute[:5]]


def test_every_answer_tells_the_used_weight(sandbox, clock):
    first = sandbox.ask("GET", "/binance/api/v3/ping")
    second = sandbox.ask("GET", "/binance/api/v3/klines?symbol=BTCUSDT&interval=1m")
    clock.moment += MINUTE
    third = sandbox.ask("GET", "/binance/api/v3/klines?symbol=NOPE&interval=1m")
    assert [one.headers["X-MBX-USED-WEIGHT-1M"] for one in (first, second, third)] == ["1", "3", "2"]


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        ("klines?symbol=NOPE&interval=1m", -1121, "Invalid symbol."),
        ("klines?symbol=btcusdt&interval=1m", -1100, "'symbol'"),
        ("klines?interval=1m", -1102, "'symbol'"),
        ("klines?symbol=BTCUSDT", -1102, "'interval'"),
        ("klines?symbol=BTCUSDT&interval=7m", -1120, "Invalid interval."),
        ("klines?symbol=BTCUSDT&interval=1m&limit=x", -1100, "'limit'"),
        ("klines?symbol=BTCUSDT&interval=1m&startTime=-5", -1100, "'startTime'"),
        ("ticker/24hr?symbols=%5B%22NOPE%22%5D", -1121, "Invalid symbol."),
        ("ticker/24hr?symbols=x", -1100, "'symbols'"),
        ("ticker/24hr?symbol=BTCUSDT&symbols=%5B%22BTCUSDT%22%5D", -1128, "Combination"),
    ],
)
def test_refusals_of_public_requests(sandbox, path, code, words):
    answer = sandbox.ask("GET", f"/binance/api/v3/{path}")
    assert (answer.status, answer.content["code"]) == (400, code)
    assert words in answer.content["msg"]


def test_ccxt_sees_a_bad_symbol(sandbox):
    client = sandbox.binance()
    client.load_markets()
    with pytest.raises(ccxt.BadSymbol):
        client.public_get_klines({"symbol": "NOPE", "interval": "1m"})


def test_an_unknown_address_says_that_it_is_not_offered(sandbox):
    answer = sandbox.ask("GET", "/binance/api/v3/nowhere")
    assert (answer.status, answer.content["code"]) == (404, -1020)


@pytest.mark.parametrize(
    ("units", "decimals", "text"),
    [(0, 2, "0.00000000"), (5, 8, "0.00000005"), (123456, 2, "1234.56000000"), (7, 0, "7.00000000")],
)
def test_numbers_have_eight_decimals(units, decimals, text):
    assert units_text(units, decimals) == text
