"""What all processes share: limits, pauses, clocks, markets and the circuit breaker."""

from typing import Any
from uuid import uuid4

import ccxt
import pytest
import redis

from backend.config import Settings
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.errors import ExchangeBusy, ExchangeDown, OutcomeUnknown
from backend.exchanges.markets import HeldTables
from backend.tests.exchanges.conformance.desk import (
    BALANCE_PATHS,
    SYMBOL,
    Sandbox,
    Trader,
    access_of_another_process,
)


@pytest.fixture
def elsewhere(settings: Settings, redis_client: redis.Redis) -> ExchangeAccess:
    """What another process has."""
    return access_of_another_process(settings)


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The exchanges that were asked for their markets, once for each time."""
    asked: list[str] = []
    original = ccxt.Exchange.load_markets

    def noted(client: Any, *arguments: Any, **named: Any) -> Any:
        asked.append(client.id)
        return original(client, *arguments, **named)

    monkeypatch.setattr(ccxt.Exchange, "load_markets", noted)
    return asked


def test_markets_are_loaded_once_for_all_processes(
    venue: str, sandbox: Sandbox, access: ExchangeAccess, elsewhere: ExchangeAccess, loads: list[str]
) -> None:
    first, second = access.public(venue), elsewhere.public(venue)
    assert first.market(SYMBOL) == second.market(SYMBOL)
    assert first.markets() == access.public(venue).markets() == second.markets()
    credentials = sandbox.key(venue)
    assert elsewhere.account(venue, uuid4(), credentials).balances()["BTC"].total == 1
    assert loads == [venue]


def test_markets_tell_their_filters(venue: str, sandbox: Sandbox, access: ExchangeAccess) -> None:
    market = access.public(venue).market(SYMBOL)
    assert market is not None
    assert (market.base, market.quote, market.is_active) == ("BTC", "USDT", True)
    assert 0 < market.price_tick <= 1
    assert 0 < market.quantity_step < 1
    assert market.minimum_quantity > 0 or market.minimum_notional > 0


def test_old_markets_serve_while_the_exchange_does_not_answer(
    venue: str, sandbox: Sandbox, access: ExchangeAccess, settings: Settings, redis_client: redis.Redis
) -> None:
    known = access.public(venue).markets()
    for name in redis_client.scan_iter("exchange:markets:*:version"):
        redis_client.delete(name)
    sandbox.fault(kind="maintenance", venue=venue)
    fresh = ExchangeAccess(settings, redis_client, HeldTables())
    assert fresh.public(venue).markets() == known
    redis_client.flushdb()
    with pytest.raises(ExchangeDown):
        ExchangeAccess(settings, redis_client, HeldTables()).public(venue).markets()


def test_a_pause_that_one_was_told_is_kept_by_whom_it_concerns(trader: Trader, elsewhere: ExchangeAccess) -> None:
    account_id = uuid4()
    gateway = trader.access.account(trader.venue, account_id, trader.credentials)
    other = elsewhere.account(trader.venue, account_id, trader.credentials)
    stranger = elsewhere.account(trader.venue, uuid4(), trader.sandbox.key(trader.venue))
    assert other.balances()
    assert stranger.balances()
    trader.order_fault(kind="status", status=429, retry_after=120, count=1)
    with pytest.raises(ExchangeBusy):
        gateway.place_order(trader.request())
    # A request of the other process would wait for this fault, if it were sent.
    trader.sandbox.fault(kind="status", status=502, venue=trader.venue, path=BALANCE_PATHS[trader.venue], count=1)
    with pytest.raises(ExchangeBusy) as busy:
        other.balances()
    assert busy.value.retry_after is not None
    assert 60 < busy.value.retry_after <= 120
    # The weight of all requests from one address is what Binance was asked too much of; elsewhere it is the account's.
    if trader.venue == "binance":
        with pytest.raises(ExchangeBusy, match="hold back"):
            stranger.balances()
        assert len(trader.sandbox.ask("GET", "/faults")["faults"]) == 1
    else:
        with pytest.raises(ExchangeDown):
            stranger.balances()


def test_tickers_tell_what_a_market_costs(venue: str, sandbox: Sandbox, access: ExchangeAccess) -> None:
    gateway = access.public(venue)
    ticker = gateway.ticker(SYMBOL)
    assert ticker.symbol == SYMBOL
    assert ticker.bid is not None
    assert ticker.ask is not None
    assert ticker.bid <= ticker.last <= ticker.ask
    assert abs(ticker.last - 50_000) < 500
    assert ticker.quote_volume is not None
    assert ticker.quote_volume > 0
    several = gateway.tickers([SYMBOL, "ETH/USDT", "BTC/NOTHING"])
    assert sorted(several) == [SYMBOL, "ETH/USDT"]


def test_candles_come_oldest_first(venue: str, sandbox: Sandbox, access: ExchangeAccess) -> None:
    gateway = access.public(venue)
    newest = gateway.candles(SYMBOL, "1m", None, 5)
    assert 3 <= len(newest) <= 5
    since = int(newest["opened_at"][0])
    again = gateway.candles(SYMBOL, "1m", since, 3)
    assert again["opened_at"].tolist() == [since + step * 60_000 for step in range(3)]


def test_the_breaker_opens_after_failures_and_closes_with_an_answer(
    trader: Trader, access: ExchangeAccess, elsewhere: ExchangeAccess, redis_client: redis.Redis
) -> None:
    breaker = elsewhere.breaker(trader.venue)
    assert trader.gateway.balances()
    assert not breaker.is_open()
    path = BALANCE_PATHS[trader.venue]
    trader.sandbox.fault(kind="status", status=503, venue=trader.venue, path=path, count=7)
    for _ in range(6):
        with pytest.raises(ExchangeDown):
            trader.gateway.balances()
    assert breaker.is_open()
    # Its rest is over: one entry probes, the next ones wait for what comes of it.
    for rest in redis_client.scan_iter("exchange:breaker:*:rest"):
        redis_client.delete(rest)
    assert [breaker.is_open() for _ in range(3)] == [False, True, True]
    with pytest.raises(ExchangeDown):
        trader.gateway.balances()
    assert breaker.is_open()
    # Exits are never halted, and an answer to one closes the breaker.
    assert trader.gateway.place_order(trader.request()).status == "open"
    assert not breaker.is_open()


def test_another_venues_breaker_stays_closed(trader: Trader, access: ExchangeAccess) -> None:
    other = next(venue for venue in ("binance", "kraken") if venue != trader.venue)
    for _ in range(8):
        access.breaker(trader.venue).note_failure("question")
    assert access.breaker(trader.venue).is_open()
    assert not access.breaker(other).is_open()


def test_the_breaker_opens_when_only_orders_fail(
    trader: Trader, access: ExchangeAccess, elsewhere: ExchangeAccess, redis_client: redis.Redis
) -> None:
    breaker = elsewhere.breaker(trader.venue)
    trader.order_fault(kind="status", status=503, count=5)
    for _ in range(5):
        assert not breaker.is_open()
        with pytest.raises(OutcomeUnknown):
            trader.gateway.place_order(trader.request())
        # As the exchange is asked about each of them, and answers.
        assert trader.gateway.balances()
    assert breaker.is_open()
    for rest in redis_client.scan_iter("exchange:breaker:*:rest"):
        redis_client.delete(rest)
    # Half open: a question closes nothing, one entry probes, and its answer decides.
    assert trader.gateway.balances()
    assert [breaker.is_open() for _ in range(3)] == [False, True, True]
    assert trader.gateway.balances()
    assert breaker.is_open()
    trader.order_fault(kind="drop_request", count=1)
    with pytest.raises(OutcomeUnknown):
        trader.gateway.place_order(trader.request())
    for rest in redis_client.scan_iter("exchange:breaker:*:rest"):
        redis_client.delete(rest)
    assert not breaker.is_open()
    assert trader.gateway.place_order(trader.request()).status == "open"
    assert [breaker.is_open() for _ in range(3)] == [False, False, False]
