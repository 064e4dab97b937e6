"""Limits that all processes share, nonces that rise over all of them, and one loading of markets for all."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Any

import ccxt
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from backend.config import Settings
from backend.exchanges import traffic as traffic_module
from backend.exchanges.client import make_client
from backend.exchanges.errors import ExchangeBusy
from backend.exchanges.markets import HeldTables, MarketShelf
from backend.exchanges.nonces import Nonces
from backend.exchanges.traffic import Limiter, Traffic
from backend.exchanges.venue import RequestLimit, RequestLimits, Venue
from backend.exchanges.venue_table import BINANCE, COINBASE, KRAKEN

ORDERS = ("private", "POST", "order", 1.0)
QUESTIONS = ("private", "GET", "account", 1.0)
PRICES = ("public", "GET", "klines", 1.0)
SLOW = replace(
    BINANCE,
    limits=RequestLimits(
        public=RequestLimit(4, 3600), private=RequestLimit(3, 3600), orders=RequestLimit(2, 3600), weight_of_cost=1
    ),
)


def nothing_more(_: Any) -> None:
    """A source of markets that needs nothing besides."""


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would be waited for is refused at once."""
    monkeypatch.setattr(traffic_module, "_LONGEST_WAIT_SECONDS", -1.0)


def open_traffic(connections: redis.Redis, account: str | None) -> Traffic:
    return Traffic(connections, Limiter(connections), SLOW, "own", account)


def admitted(traffic: Traffic, request: tuple[Any, ...], attempts: int = 10) -> int:
    """How many of so many requests are let through."""
    count = 0
    for _ in range(attempts):
        with suppress(ExchangeBusy):
            traffic.admit(*request)
            count += 1
    return count


def test_each_kind_of_request_has_its_own_limit_shared_by_all(redis_client: redis.Redis, settings: Settings) -> None:
    assert settings.redis_url
    elsewhere = redis.Redis.from_url(settings.redis_url)
    mine, theirs = open_traffic(redis_client, "account"), open_traffic(elsewhere, "account")
    assert admitted(mine, ORDERS, 1) == 1
    assert admitted(theirs, ORDERS) == 1
    with pytest.raises(ExchangeBusy, match="share of Binance's requests is used up") as busy:
        mine.admit(*ORDERS)
    assert busy.value.retry_after == 3600
    assert admitted(theirs, QUESTIONS) == 3
    assert admitted(mine, QUESTIONS) == 0
    assert admitted(open_traffic(elsewhere, "another account"), ORDERS) == 2
    assert admitted(mine, PRICES, 2) == 2
    assert admitted(open_traffic(elsewhere, None), PRICES) == 2
    elsewhere.close()


def test_a_heavy_request_takes_a_larger_share(redis_client: redis.Redis) -> None:
    traffic = open_traffic(redis_client, None)
    traffic.admit("public", "GET", "exchangeInfo", 3.0)
    assert admitted(traffic, PRICES) == 1


WEIGHT = '{"code": -1003, "msg": "Too much request weight used."}'
TOO_MANY_ORDERS = '{"code": -1015, "msg": "Too many new orders."}'


def is_paused(traffic: Traffic, request: tuple[Any, ...]) -> bool:
    try:
        traffic.admit(*request)
    except ExchangeBusy as busy:
        return "asked to hold back" in busy.reason
    return False


@pytest.mark.parametrize(
    ("venue", "api", "status", "text", "all_of_us"),
    [
        # Binance weighs all requests of an address together, and counts an account's orders apart.
        (BINANCE, "private", 429, WEIGHT, True),
        (BINANCE, "private", 429, "", True),
        (BINANCE, "private", 429, TOO_MANY_ORDERS, False),
        (BINANCE, "private", 418, TOO_MANY_ORDERS, True),
        (KRAKEN, "private", 429, "", False),
        (KRAKEN, "private", 418, "", True),
        (KRAKEN, "public", 429, "", True),
        (COINBASE, ["v3", "private"], 429, "", False),
        (COINBASE, ["v3", "public"], 429, "", True),
    ],
)
def test_a_pause_is_for_whom_it_concerns(
    redis_client: redis.Redis, venue: Venue, api: Any, status: int, text: str, all_of_us: bool
) -> None:
    mine, theirs, public = (
        Traffic(redis_client, Limiter(redis_client), venue, "own", name) for name in ("mine", "theirs", None)
    )
    assert mine.hold_back(api, status, text, "30") == 30
    assert is_paused(mine, ORDERS)
    with pytest.raises(ExchangeBusy) as busy:
        mine.admit(*QUESTIONS)
    assert busy.value.retry_after is not None
    assert 0 < busy.value.retry_after <= 30
    assert [is_paused(theirs, ORDERS), is_paused(public, PRICES), is_paused(mine, PRICES)] == [all_of_us] * 3
    for name in redis_client.scan_iter("exchange:pause:*"):
        redis_client.delete(name)
    assert not is_paused(mine, ORDERS)


def test_a_long_pause_is_not_cut_short_by_a_short_one(redis_client: redis.Redis) -> None:
    traffic = open_traffic(redis_client, None)
    for asked in ("600", None, "1"):
        traffic.hold_back("public", 429, "", asked)
    with pytest.raises(ExchangeBusy) as busy:
        traffic.admit(*PRICES)
    assert busy.value.retry_after is not None
    assert 300 < busy.value.retry_after <= 600
    traffic.hold_back("public", 418, "", "3600")
    with pytest.raises(ExchangeBusy) as busy:
        traffic.admit(*PRICES)
    assert busy.value.retry_after is not None
    assert 3000 < busy.value.retry_after <= 3600


def test_what_counts_by_address_is_shared_by_all_accounts_and_the_public(redis_client: redis.Redis) -> None:
    venue = replace(SLOW, limits=replace(SLOW.limits, address=RequestLimit(4, 3600)))
    first, second, public = (
        Traffic(redis_client, Limiter(redis_client), venue, "own", name) for name in ("first", "second", None)
    )
    assert admitted(first, QUESTIONS) == 3
    # An account whose own share is used up takes none of the others'.
    assert admitted(second, ORDERS) == 1
    assert admitted(public, PRICES) == 0
    elsewhere = Traffic(redis_client, Limiter(redis_client), venue, "testnet", "first")
    assert admitted(elsewhere, QUESTIONS) == 3


def test_the_weight_of_binance_is_that_of_all_accounts_together(redis_client: redis.Redis) -> None:
    traffics = [Traffic(redis_client, Limiter(redis_client), BINANCE, "own", str(number)) for number in range(8)]
    # Eight accounts, each within its own share; 6,000 a minute is what Binance bans above.
    weight = sum(admitted(traffic, ("private", "GET", "account", 200.0), 2) * 1000 for traffic in traffics)
    assert weight <= 6000


@pytest.mark.parametrize(
    ("asked", "seconds"), [("7", 7), ("0.5", 0.5), (None, 10), ("Wed, 21 Oct 2026", 10), ("-3", 0)]
)
def test_retry_after_is_read(redis_client: redis.Redis, asked: str | None, seconds: float) -> None:
    assert open_traffic(redis_client, None).hold_back("public", 429, "", asked) == seconds


def test_without_redis_nothing_is_held_up() -> None:
    nowhere = redis.Redis(host="127.0.0.1", port=1, retry=Retry(NoBackoff(), 0))
    traffic = Traffic(nowhere, Limiter(nowhere), SLOW, "own", None)
    assert admitted(traffic, PRICES, 6) == 6


def test_nonces_rise_strictly_over_processes(redis_client: redis.Redis, settings: Settings) -> None:
    assert settings.redis_url
    elsewhere = redis.Redis.from_url(settings.redis_url)
    pair = (Nonces(redis_client, "key"), Nonces(elsewhere, "key"))
    now = 1_772_452_800_000
    told = [pair[turn % 2].next(now) for turn in range(10)]
    assert told == list(range(now, now + 10))
    assert pair[0].next(now - 60_000) == now + 10, "a clock that is behind numbers on"
    assert pair[1].next(now + 5000) == now + 5000
    assert Nonces(redis_client, "another key").next(now) == now
    assert b"key" not in b" ".join(name.split(b":")[-1] for name in redis_client.scan_iter("exchange:nonce:*"))
    with ThreadPoolExecutor(4) as threads:
        crowd = list(threads.map(lambda turn: pair[turn % 2].next(now), range(200)))
    assert len(set(crowd)) == 200
    elsewhere.close()


def test_markets_are_asked_for_by_one_of_many(redis_client: redis.Redis, settings: Settings) -> None:
    loads: list[int] = []
    begin = threading.Barrier(4)

    def load() -> Any:
        loads.append(1)
        client = make_client(ccxt, settings, "binance")
        client.load_markets()
        return client

    def process(_: int) -> tuple[str, ...]:
        shelf = MarketShelf(
            redis_client, HeldTables(), "test", (), lambda: make_client(ccxt, settings, "binance"), nothing_more
        )
        begin.wait(30)
        return tuple(shelf.table(load).markets)

    with ThreadPoolExecutor(4) as threads:
        told = set(threads.map(process, range(4)))
    assert len(told) == 1
    assert "BTC/USDT" in told.pop()
    assert loads == [1]


def test_a_process_holds_one_table_of_an_exchange(redis_client: redis.Redis, settings: Settings) -> None:
    held = HeldTables()

    def client() -> Any:
        return make_client(ccxt, settings, "binance")

    def load() -> Any:
        loaded = client()
        loaded.load_markets()
        return loaded

    first, second = (MarketShelf(redis_client, held, "test", ("orderTypes",), client, nothing_more) for _ in range(2))
    table = first.table(load)
    assert second.table(load) is table
    # Little is kept of what the exchange itself said: it is most of a market's weight.
    assert set(table.source.markets["BTC/USDT"]["info"]) == {"orderTypes"}
    first.mark_stale()
    assert second.table(load) is not table
