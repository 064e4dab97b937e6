"""What every venue refuses, told apart by what to do next, in words that hold no secret."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import redis

from backend.exchanges.errors import (
    BelowMinimum,
    ExchangeBusy,
    InsufficientBalance,
    KeyRefused,
    MarketUnavailable,
)
from backend.exchanges.nouns import Credentials
from backend.tests.exchanges.conformance.desk import SYMBOL, Trader


@pytest.mark.parametrize("side", ["buy", "sell"])
def test_an_account_that_does_not_hold_enough(open_trader: Callable[..., Trader], side: str) -> None:
    trader = open_trader(balances={"USDT": "20", "BTC": "0.0001"})
    for request in (trader.request(side=side, price=Decimal(50_500)), trader.market_order(side=side)):
        with pytest.raises(InsufficientBalance) as refusal:
            trader.gateway.place_order(request)
        assert "enough" in refusal.value.reason
        assert trader.find(request) is None


def test_a_market_that_is_not_there(trader: Trader) -> None:
    with pytest.raises(MarketUnavailable, match="no market BTC/NOTHING"):
        trader.gateway.place_order(trader.request(symbol="BTC/NOTHING"))
    assert trader.gateway.market("BTC/NOTHING") is None


def test_a_delisted_market_is_refused_by_the_venue_and_noticed(trader: Trader) -> None:
    market = trader.gateway.market(SYMBOL)
    assert market is not None
    assert market.is_active
    trader.sandbox.ask("POST", "/markets/delist", {"symbol": SYMBOL})
    request = trader.request()
    with pytest.raises(MarketUnavailable):
        trader.gateway.place_order(request)
    assert trader.accepted() == []
    # The refusal has the markets loaded anew, though they are not an hour old.
    noticed = trader.gateway.market(SYMBOL)
    assert noticed is None or not noticed.is_active
    trader.sandbox.ask("POST", "/markets/relist", {"symbol": SYMBOL})


def test_an_order_below_the_minimum_is_not_sent(trader: Trader) -> None:
    trader.order_fault(kind="drop_answer", count=1)
    market = trader.gateway.market(SYMBOL)
    assert market is not None
    for request in (
        trader.request(quantity=market.quantity_step, price=Decimal(40_000)),
        trader.market_order(quantity=market.quantity_step),
    ):
        with pytest.raises(BelowMinimum, match="smallest order on BTC/USDT"):
            trader.gateway.place_order(request)
    assert len(trader.sandbox.ask("GET", "/faults")["faults"]) == 1


def test_an_order_that_the_venue_finds_too_small(trader: Trader) -> None:
    # Without a reference price only the exchange can tell what a market sale is worth.
    market = trader.gateway.market(SYMBOL)
    assert market is not None
    smallest = max(market.minimum_quantity, market.quantity_step)
    if smallest * 50_000 >= max(market.minimum_notional, Decimal(1)):
        pytest.skip("the smallest quantity of this market is worth enough")
    with pytest.raises(BelowMinimum):
        trader.gateway.place_order(trader.market_order(side="sell", quantity=smallest, reference_price=None))


def _broken(credentials: Credentials, other: Credentials) -> dict[str, Credentials]:
    return {
        "the secret of another key": replace(credentials, api_secret=other.api_secret),
        "an unknown key": replace(credentials, api_key=credentials.api_key[:-6] + "aaaaaa"),
    }


@pytest.mark.parametrize("which", ["the secret of another key", "an unknown key"])
def test_a_key_that_does_not_fit(trader: Trader, which: str) -> None:
    other = trader.sandbox.key(trader.venue)
    credentials = _broken(trader.credentials, other)[which]
    gateway = trader.access.account(trader.venue, uuid4(), credentials)
    attempts: tuple[Callable[[], Any], ...] = (
        gateway.key_rights,
        gateway.balances,
        lambda: gateway.place_order(trader.request()),
    )
    for attempt in attempts:
        with pytest.raises(KeyRefused) as refusal:
            attempt()
        words = repr(refusal.value) + str(refusal.value.__cause__) + refusal.value.reason
        assert credentials.api_secret not in words
        assert credentials.api_key not in words
        assert "://" not in words


def test_a_revoked_key(trader: Trader) -> None:
    trader.gateway.place_order(trader.request())
    trader.sandbox.ask("POST", "/keys/revoke", {"api_key": trader.credentials.api_key})
    with pytest.raises(KeyRefused):
        trader.gateway.balances()
    with pytest.raises(KeyRefused):
        trader.gateway.place_order(trader.request())


@pytest.mark.parametrize("seconds", [600, -600], ids=["ten minutes ahead", "ten minutes behind"])
def test_a_clock_that_is_off_is_healed(trader: Trader, redis_client: redis.Redis, seconds: int) -> None:
    trader.gateway.place_order(trader.request())
    trader.sandbox.fault(kind="clock_skew", venue=trader.venue, seconds=seconds)
    placed = trader.gateway.place_order(trader.request())
    assert placed.status == "open"
    assert trader.gateway.balances()["BTC"].total == 1
    assert len(trader.accepted()) == 2
    # And back again, by another gateway that starts with the time that was measured.
    trader.sandbox.ask("DELETE", "/faults")
    gateway = trader.access.account(trader.venue, uuid4(), trader.credentials)
    assert gateway.balances()["BTC"].total == 1


def test_what_the_venue_takes_only_slowly(trader: Trader) -> None:
    trader.order_fault(kind="status", status=429, retry_after=30, count=1)
    with pytest.raises(ExchangeBusy) as busy:
        trader.gateway.place_order(trader.request())
    assert busy.value.retry_after == 30
    assert trader.accepted() == []
