"""Lists come in the order that was asked for, and narrowed as was asked."""

from datetime import timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from backend.engine.models import Order, Position, Trade
from backend.foundation.platform import Platform
from backend.tests.factories import Factory
from backend.tests.foundation.paged_lists import Reader, paged_lists


def test_every_list_can_be_had_in_every_order_it_names_and_in_no_other(client: FlaskClient, reader: Reader) -> None:
    walked = set()
    for one in paged_lists(client):
        assert one.sorts, f"{one.path} cannot be sorted"
        for sort in one.sorts:
            answer = reader.get(one.path, f"?sort={sort}&limit=7")
            assert answer.status_code == 200, (one.path, sort, answer.get_json())
            first = [item["id"] for item in answer.get_json()["data"]["items"]] if "id" in one.columns else []
            rest = reader.items(one.path, f"?sort={sort}&limit=100&offset=7") if first else []
            assert not set(first) & {item["id"] for item in rest}, (one.path, sort)
        refused = reader.get(one.path, "?sort=nothing")
        assert refused.status_code == 422, one.path
        (detail,) = refused.get_json()["details"]
        assert detail["field"] == "sort"
        assert all(sort in detail["message"] for sort in one.sorts)
        walked.add(one.path)
    assert {"/trades", "/orders", "/positions", "/bots", "/bots/{bot_id}/decisions", "/api-keys", "/drifts"} <= walked


def test_trades_are_sorted_both_ways_with_what_has_no_value_last(platform: Platform, reader: Reader) -> None:
    with platform.database.across_tenants("test") as session:
        for number, trade in enumerate(session.scalars(select(Trade).order_by(Trade.id)).all()[:5]):
            session.execute(
                update(Trade).where(Trade.id == trade.id).values(profit_loss=Decimal((3, -1, 2, 2, 0)[number]))
            )
    for sort, expected in (("profit_loss", ["-1", "0", "2", "2", "3"]), ("-profit_loss", ["3", "2", "2", "0", "-1"])):
        gains = [trade["profit_loss"] for trade in reader.items("/trades", f"?sort={sort}&limit=6")]
        assert gains == [*expected, None]
    newest = [trade["executed_at"] for trade in reader.items("/trades", "?limit=100")]
    assert newest == sorted(newest, reverse=True)
    names = [bot["name"] for bot in reader.items("/bots", "?sort=name&limit=100")]
    assert names == sorted(names, key=str.lower)


def test_filters_narrow_and_a_period_ends_before_its_end(platform: Platform, reader: Reader) -> None:
    now = platform.clock.now()
    with platform.database.across_tenants("test") as session:
        chosen = session.scalars(select(Order.id).order_by(Order.id).limit(2)).all()
        session.execute(update(Order).where(Order.id.in_(chosen)).values(side="sell", symbol="ETH/USDT"))
        session.execute(
            update(Position)
            .where(Position.id.in_(select(Position.id).order_by(Position.id).limit(3)))
            .values(closed_at=now, opened_at=now - timedelta(days=2))
        )
    assert {order["id"] for order in reader.items("/orders", "?side=sell")} == {str(one) for one in chosen}
    assert len(reader.items("/orders", "?symbol=ETH/USDT&status=filled")) == 2
    assert reader.items("/orders", "?symbol=ETH/USDT&side=buy") == []
    assert len(reader.items("/positions", "?status=closed")) == 3
    assert len(reader.items("/positions", "?until=2026-03-01&limit=100")) == 3
    assert len(reader.items("/positions", "?since=2026-03-01&limit=100")) == 27
    # The thirty trades are a second apart.
    begin, end = "2026-03-02T12:00:05Z", "2026-03-02T12:00:08Z"
    assert len(reader.items("/trades", f"?since={begin}&until={end}")) == 3
    assert len(reader.items("/bots/{bot_id}/trades", "?since=2026-03-02&type=buy")) == 1
    assert reader.items("/bots/{bot_id}/trades", "?type=sell") == []
    assert len(reader.items("/bots/{bot_id}/decisions", "?action=buy&outcome=acted")) == 1
    assert reader.items("/bots/{bot_id}/decisions", "?action=sell") == []
    assert len(reader.items("/bots", "?symbol=BTC/USDT&kind=signal&is_paper_trading=true&limit=100")) == 30
    assert reader.items("/bots", "?symbol=ETH/USDT") == []


@pytest.mark.parametrize(
    "query",
    ["side=both", "status=happy", "since=yesterday", "until=2026-13-01", "bot_id=7", "purpose=fun", "colour=red"],
)
def test_filters_that_mean_nothing_are_refused(client: FlaskClient, make: Factory, query: str) -> None:
    answer = client.get(f"/api/v1/orders?{query}", headers=make.headers(make.user()))
    assert answer.status_code == 422
    assert [detail["field"] for detail in answer.get_json()["details"]] == [query.split("=", maxsplit=1)[0]]
