"""What is known of an order whose answer never came: never sent twice, never lost."""

import pytest

from backend.exchanges.errors import ExchangeBusy, ExchangeDown, OutcomeUnknown
from backend.tests.exchanges.conformance.desk import BALANCE_PATHS, Trader, every_market

pytestmark = every_market


@pytest.mark.parametrize("kind", ["drop_answer", "cut_body"])
def test_an_order_whose_answer_is_cut_off_is_found(trader: Trader, kind: str) -> None:
    trader.order_fault(kind=kind, count=1)
    request = trader.request()
    with pytest.raises(OutcomeUnknown):
        trader.gateway.place_order(request)
    found = trader.find(request)
    assert found is not None
    assert (found.status, found.quantity) == ("open", request.quantity)
    assert len(trader.accepted()) == 1


def test_a_market_order_whose_answer_is_cut_off_is_found_filled(trader: Trader) -> None:
    trader.order_fault(kind="drop_answer", count=1)
    request = trader.market_order()
    with pytest.raises(OutcomeUnknown):
        trader.gateway.place_order(request)
    found = trader.find(request)
    assert found is not None
    assert found.status == "filled"
    assert trader.gateway.fills(trader.symbol, found.exchange_order_id)


def test_an_order_whose_request_is_cut_off_is_certainly_absent(trader: Trader) -> None:
    trader.order_fault(kind="drop_request", count=1)
    request = trader.request()
    with pytest.raises(OutcomeUnknown):
        trader.gateway.place_order(request)
    assert trader.find(request) is None
    assert trader.accepted() == []
    # Then it is sent again under the same id.
    assert trader.gateway.place_order(request).status == "open"
    assert len(trader.accepted()) == 1


@pytest.mark.parametrize("accept", [True, False], ids=["accepted", "not accepted"])
def test_a_failing_server_leaves_the_outcome_open(trader: Trader, accept: bool) -> None:
    trader.order_fault(kind="status", status=502, accept=accept, count=1)
    request = trader.request()
    with pytest.raises(OutcomeUnknown):
        trader.gateway.place_order(request)
    assert (trader.find(request) is not None) is accept


@pytest.mark.parametrize("kind", ["drop_answer", "cut_body"])
def test_a_question_without_an_answer_is_busy_and_can_be_asked_again(trader: Trader, kind: str) -> None:
    path = BALANCE_PATHS[trader.venue]
    trader.sandbox.fault(kind=kind, venue=trader.venue, path=path, count=1)
    with pytest.raises(ExchangeBusy):
        trader.gateway.balances()
    assert trader.gateway.balances()["BTC"].total == 1


def test_maintenance_is_busy(trader: Trader) -> None:
    request = trader.request()
    trader.gateway.place_order(request)
    trader.sandbox.fault(kind="maintenance", venue=trader.venue)
    with pytest.raises(ExchangeDown):
        trader.gateway.balances()
    with pytest.raises(ExchangeDown):
        trader.find(request)
    # What a venue took before it closed its doors, nobody knows.
    with pytest.raises(OutcomeUnknown):
        trader.gateway.place_order(trader.request())
    trader.sandbox.reset()
    assert len(trader.gateway.open_orders(trader.symbol)) == 1


@pytest.mark.parametrize("kind", ["drop_answer", "cut_body"])
def test_a_cancel_whose_answer_is_cut_off_can_be_repeated(trader: Trader, kind: str) -> None:
    request = trader.request()
    placed = trader.gateway.place_order(request)
    way = {
        "binance": {"method": "DELETE", "path": "/api/v3/order"},
        "kraken": {"method": "POST", "path": "/0/private/CancelOrder"},
        "coinbase": {"method": "POST", "path": "/api/v3/brokerage/orders/batch_cancel"},
    }[trader.venue]
    trader.sandbox.fault(kind=kind, venue=trader.venue, count=1, **way)
    with pytest.raises(OutcomeUnknown):
        trader.gateway.cancel_order(trader.symbol, request.client_order_id, placed.exchange_order_id)
    assert trader.gateway.cancel_order(trader.symbol, request.client_order_id, placed.exchange_order_id) is False
    found = trader.find(request)
    assert found is not None
    assert found.status == "canceled"
