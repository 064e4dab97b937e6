"""Orders as every venue must take, find, cancel and account for them."""

from decimal import Decimal
from typing import Any

import pytest

from backend.exchanges.errors import OrderRefused
from backend.exchanges.nouns import OrderRequest
from backend.tests.exchanges.conformance.desk import PRICE, Trader, every_market

pytestmark = every_market

RESTING: tuple[dict[str, Any], ...] = (
    {"type": "limit", "side": "buy", "price": Decimal(40_000)},
    {"type": "limit", "side": "sell", "price": Decimal(60_000)},
    # A sell waits for a fall, a buy for a rise: the other way round it would go out at once, or never.
    {"type": "stop_limit", "side": "sell", "stop_price": Decimal(45_000), "price": Decimal(44_000)},
    {"type": "stop_limit", "side": "buy", "stop_price": Decimal(55_000), "price": Decimal(56_000)},
)


@pytest.mark.parametrize("wish", RESTING, ids=lambda wish: f"{wish['type']} {wish['side']}")
def test_a_resting_order_is_placed_found_listed_and_canceled(trader: Trader, wish: dict[str, Any]) -> None:
    request = trader.request(**wish)
    placed = trader.gateway.place_order(request)
    assert (placed.client_order_id, placed.symbol, placed.side) == (
        request.client_order_id,
        trader.symbol,
        request.side,
    )
    found = trader.find(request)
    assert found is not None
    assert found.exchange_order_id == placed.exchange_order_id
    assert (found.status, found.quantity, found.filled_quantity) == ("open", request.quantity, Decimal(0))
    assert (found.side, found.price) == (request.side, request.price)
    assert trader.find(request, placed.exchange_order_id) == found
    assert trader.gateway.open_orders(trader.symbol) == [found]
    assert trader.gateway.open_orders() == [found]
    assert trader.gateway.cancel_order(trader.symbol, request.client_order_id, None) is True
    gone = trader.find(request)
    assert gone is not None
    assert gone.status == "canceled"
    assert trader.gateway.open_orders(trader.symbol) == []
    assert trader.gateway.cancel_order(trader.symbol, request.client_order_id, placed.exchange_order_id) is False


@pytest.mark.parametrize("side", ["buy", "sell"])
def test_a_market_order_fills_with_its_fills_told(trader: Trader, side: str) -> None:
    before = trader.gateway.balances()
    request = trader.market_order(side=side)
    placed = trader.gateway.place_order(request)
    found = trader.find(request)
    assert found is not None
    assert (found.status, found.exchange_order_id) == ("filled", placed.exchange_order_id)
    fills = trader.gateway.fills(trader.symbol, placed.exchange_order_id)
    assert len({fill.fill_id for fill in fills}) == len(fills) > 0
    bought = sum(fill.quantity for fill in fills)
    assert bought == found.filled_quantity
    # A buy sized in quote may be a step short.
    assert abs(bought - request.quantity) <= Decimal("0.0002")
    for fill in fills:
        assert (fill.exchange_order_id, fill.symbol, fill.side) == (placed.exchange_order_id, trader.symbol, side)
        assert abs(fill.price - PRICE) < PRICE / 100
        assert fill.fee > 0
        assert fill.fee_currency in {"BTC", trader.quote}
        assert fill.executed_at.tzinfo is not None
    # The fees are what the account has really paid, in the currency that is told.
    sign = 1 if side == "buy" else -1
    expected = {"BTC": sign * bought, trader.quote: -sign * sum(fill.price * fill.quantity for fill in fills)}
    for fill in fills:
        expected[fill.fee_currency] -= fill.fee
    after = trader.gateway.balances()
    for currency, change in expected.items():
        assert abs(after[currency].total - before[currency].total - change) < Decimal("0.00001")
    assert trader.gateway.fills_since(trader.symbol, fills[0].executed_at) == fills


def test_balances_tell_what_is_bound(trader: Trader) -> None:
    before = trader.gateway.balances()
    assert before[trader.quote].free == before[trader.quote].total == 100_000
    trader.gateway.place_order(trader.request())
    bound = trader.gateway.balances()[trader.quote]
    assert bound.total == 100_000
    assert Decimal(400) <= bound.total - bound.free <= Decimal(410)


def test_the_same_id_twice_is_never_two_open_orders(trader: Trader) -> None:
    request = trader.request()
    first = trader.gateway.place_order(request)
    again = trader.gateway.place_order(request)
    assert again.exchange_order_id == first.exchange_order_id
    assert len(trader.accepted()) == 1


def test_a_filled_order_cannot_be_canceled(trader: Trader) -> None:
    request = trader.market_order()
    placed = trader.gateway.place_order(request)
    assert trader.gateway.cancel_order(trader.symbol, request.client_order_id, placed.exchange_order_id) is False
    assert trader.gateway.cancel_order(trader.symbol, request.client_order_id, None) is False


def test_what_was_never_sent_is_not_there(trader: Trader) -> None:
    request = trader.request()
    assert trader.find(request) is None
    assert trader.gateway.cancel_order(trader.symbol, request.client_order_id, None) is False


def test_an_exchange_id_that_is_not_known_is_not_there(trader: Trader) -> None:
    unknown = {
        "binance": "999999999",
        "kraken": "OAAAAA-BBBBB-CCCCCC",
        "coinbase": "00000000-0000-4000-8000-000000000000",
    }[trader.venue]
    request = trader.request()
    assert trader.find(request, unknown) is None
    assert trader.gateway.cancel_order(trader.symbol, request.client_order_id, unknown) is False


def test_a_partial_fill_is_seen_and_survives_the_cancel(trader: Trader) -> None:
    trader.sandbox.fault(kind="partial_fill", venue=trader.venue, fraction="0.4", seconds=3600, count=1)
    request = trader.request(price=Decimal(51_000))
    placed = trader.gateway.place_order(request)
    part = trader.find(request)
    assert part is not None
    assert part.status == "partially_filled"
    assert 0 < part.filled_quantity < request.quantity
    fills = trader.gateway.fills(trader.symbol, placed.exchange_order_id)
    assert sum(fill.quantity for fill in fills) == part.filled_quantity
    assert trader.gateway.cancel_order(trader.symbol, request.client_order_id, placed.exchange_order_id) is True
    ended = trader.find(request)
    assert ended is not None
    assert (ended.status, ended.filled_quantity) == ("canceled", part.filled_quantity)
    assert trader.gateway.fills(trader.symbol, placed.exchange_order_id) == fills


def _shapes() -> dict[str, dict[str, Any]]:
    price, stop = {"price": Decimal(40_000)}, {"stop_price": Decimal(45_000)}
    return {
        "market with a price": {"type": "market", **price},
        "market with a stop": {"type": "market", **stop},
        "limit without a price": {"type": "limit", "price": None},
        "limit with a stop": {"type": "limit", **price, **stop},
        "stop-limit without a stop": {"type": "stop_limit", **price},
        "stop-limit without a price": {"type": "stop_limit", **stop},
        "no quantity": {"type": "limit", **price, "quantity": Decimal(0)},
        "a quantity below zero": {"type": "market", "quantity": Decimal(-1)},
        "a quantity that is no number": {"type": "market", "quantity": Decimal("NaN")},
        "an unknown kind": {"type": "stop", **stop},
        "a trailing stop": {"type": "trailing_stop", **stop},
        "an unknown side": {"type": "market", "side": "short"},
    }


@pytest.mark.parametrize("wish", _shapes().values(), ids=_shapes())
def test_every_other_shape_is_refused_before_it_is_sent(trader: Trader, wish: dict[str, Any]) -> None:
    request: OrderRequest = trader.request(**wish)
    trader.order_fault(kind="drop_answer", count=1)
    with pytest.raises(OrderRefused):
        trader.gateway.place_order(request)
    # The fault still waits for a request: none was sent.
    assert len(trader.sandbox.ask("GET", "/faults")["faults"]) == 1
    assert trader.accepted() == []
