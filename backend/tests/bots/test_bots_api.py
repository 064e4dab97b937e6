"""Bots by the API: made, changed, started, stopped, deleted; and every refusal in words."""

import json
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from backend.bots.models import TradingBot
from backend.engine.models import Order, Position
from backend.foundation.events import EventRow
from backend.foundation.ids import new_id
from backend.foundation.platform import Platform
from backend.tests.conftest import NOW
from backend.tests.factories import Factory

BOT: dict[str, Any] = {
    "name": "Trend",
    "kind": "signal",
    "symbols": ["BTC/USDT"],
    "strategy": "sma_crossover",
    "strategy_config": {"short_period": 10, "long_period": 30},
    "timeframe": "1m",
    "base_amount": "100.50",
    "stop_loss_percentage": "2",
    "take_profit_percentage": None,
    "is_paper_trading": True,
    "api_key_id": None,
}


@pytest.fixture
def headers(make: Factory) -> dict[str, str]:
    return make.headers(make.user())


def create(client: FlaskClient, headers: dict[str, str], **changes: Any) -> Any:
    return client.post("/api/v1/bots", json={**BOT, **changes}, headers=headers)


def test_life_of_a_bot(client: FlaskClient, headers: dict[str, str], platform: Platform) -> None:
    created = create(client, headers)
    assert created.status_code == 201
    bot = created.get_json()["data"]
    assert (bot["status"], bot["is_running"], bot["base_amount"], bot["exchange"]) == (
        "stopped",
        False,
        "100.5",
        "binance",
    )
    path = f"/api/v1/bots/{bot['id']}"
    started = client.post(f"{path}/start", headers=headers).get_json()["data"]
    assert (started["status"], started["is_running"]) == ("running", True)
    assert client.post(f"{path}/start", headers=headers).status_code == 200
    refused = client.patch(path, json={"base_amount": "50"}, headers=headers)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "CONFLICT")
    assert client.patch(path, json={"name": "Renamed"}, headers=headers).get_json()["data"]["name"] == "Renamed"
    assert client.delete(path, headers=headers).status_code == 409
    assert client.post(f"{path}/stop", headers=headers).get_json()["data"]["status_reason"] == "Stopped by you."
    assert client.patch(path, json={"base_amount": "50"}, headers=headers).get_json()["data"]["base_amount"] == "50"
    assert client.delete(path, headers=headers).status_code == 204
    assert client.get(path, headers=headers).status_code == 404
    with platform.database.across_tenants("test") as session:
        types = session.scalars(select(EventRow.type).order_by(EventRow.id)).all()
    assert types == ["bot.created", "bot.started", "bot.changed", "bot.stopped", "bot.changed", "bot.deleted"]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"symbols": ["NO/SUCH"]}, "symbols.0", "has no market “NO/SUCH”"),
        ({"symbols": []}, "symbols", "exactly one market"),
        ({"symbols": "BTC/USDT"}, "symbols", "list"),
        ({"base_amount": "-5"}, "base_amount", "more than zero"),
        ({"base_amount": "0"}, "base_amount", "more than zero"),
        ({"base_amount": "a lot"}, "base_amount", "must be a number"),
        ({"base_amount": "NaN"}, "base_amount", "must be a number"),
        ({"base_amount": "1e400"}, "base_amount", "too large"),
        ({"base_amount": "0.1"}, "base_amount", "smallest order"),
        ({"base_amount": None}, "base_amount", "null"),
        ({"strategy": "magic"}, "strategy", "Choose one of: atr_channel, bollinger"),
        (
            {"strategy": "rules", "strategy_config": {"buy": {"all": [{"left": {"price": "close"}}]}}},
            "strategy_config.buy.all.0",
            "is missing",
        ),
        ({"strategy_config": {"short_period": 30, "long_period": 10}}, "strategy_config.short_period", "less than"),
        ({"strategy_config": {"short_period": 1}}, "strategy_config.short_period", "from 2 to 500"),
        ({"strategy_config": {"speed": 1}}, "strategy_config.speed", "no such parameter"),
        ({"timeframe": "7m"}, "timeframe", "Choose one of"),
        ({"stop_loss_percentage": "100"}, "stop_loss_percentage", "less than 100"),
        ({"take_profit_percentage": "-1"}, "take_profit_percentage", "More than 0"),
        ({"is_paper_trading": False}, "api_key_id", "Choose the exchange account"),
        ({"api_key_id": str(new_id())}, "api_key_id", "takes no API key"),
        ({"exchange": "mtgox"}, "exchange", "no exchange “mtgox”"),
        ({"kind": "grid"}, "grid", "needs its range"),
        ({"kind": "dca"}, "dca", "needs its safety orders"),
        ({"stop_on_exchange": True}, "stop_on_exchange", "no exchange to leave its stop at"),
        ({"name": ""}, "name", "1 to 80"),
        ({"nmae": "x"}, "nmae", "no such field"),
    ],
)
def test_bad_bots_are_refused_with_field_and_sentence(
    client: FlaskClient, headers: dict[str, str], change: dict[str, Any], field: str, words: str
) -> None:
    answer = create(client, headers, **change)
    body = answer.get_json()
    assert answer.status_code == 422
    messages = {detail["field"]: detail["message"] for detail in body["details"]}
    assert words in messages[field]


def test_a_paused_bot_is_watched_and_cannot_be_changed(client: FlaskClient, headers: dict[str, str]) -> None:
    path = f"/api/v1/bots/{create(client, headers).get_json()['data']['id']}"
    assert client.post(f"{path}/pause", headers=headers).status_code == 409
    client.post(f"{path}/start", headers=headers)
    paused = client.post(f"{path}/pause", headers=headers).get_json()["data"]
    assert (paused["status"], paused["is_running"]) == ("paused", False)
    assert paused["next_look_by"]
    assert "buys nothing" in paused["status_reason"]
    assert client.post(f"{path}/pause", headers=headers).status_code == 200
    assert client.patch(path, json={"base_amount": "50"}, headers=headers).status_code == 409
    assert client.delete(path, headers=headers).status_code == 409
    assert client.post(f"{path}/resume", headers=headers).get_json()["data"]["status"] == "running"
    assert client.post(f"{path}/stop", headers=headers).get_json()["data"]["next_look_by"] is None


def test_somebody_elses_key_is_no_key(client: FlaskClient, headers: dict[str, str], make: Factory) -> None:
    key = make.api_key(make.user().id)
    answer = create(client, headers, is_paper_trading=False, api_key_id=str(key.id))
    assert answer.status_code == 422
    assert answer.get_json()["details"][0] == {"field": "api_key_id", "message": "You have no API key with this id."}


def test_names_are_unique_per_user(client: FlaskClient, headers: dict[str, str], make: Factory) -> None:
    assert create(client, headers).status_code == 201
    again = create(client, headers, name="TREND")
    assert (again.status_code, again.get_json()["details"][0]["field"]) == (409, "name")
    assert create(client, make.headers(make.user())).status_code == 201


def test_lists_are_paged_sorted_and_filtered(client: FlaskClient, make: Factory) -> None:
    user = make.user()
    for index in range(5):
        make.bot(user.id, name=f"Bot {index}", status="running" if index % 2 else "stopped")
    headers = make.headers(user)

    def names(query: str) -> list[str]:
        data = client.get(f"/api/v1/bots?{query}", headers=headers).get_json()["data"]
        return [bot["name"] for bot in data["items"]]

    assert names("sort=name&limit=2") == ["Bot 0", "Bot 1"]
    assert names("sort=-name&limit=2&offset=2") == ["Bot 2", "Bot 1"]
    assert names("status=running&sort=name") == ["Bot 1", "Bot 3"]
    page = client.get("/api/v1/bots?limit=2&offset=2", headers=headers).get_json()["data"]
    assert (page["total"], page["has_next"], page["has_prev"]) == (5, True, True)
    for bad in ("limit=0", "limit=101", "offset=-1", "sort=password", "status=flying", "colour=red"):
        assert client.get(f"/api/v1/bots?{bad}", headers=headers).status_code == 422, bad


def test_a_bot_that_holds_something_warns_and_cannot_be_deleted(
    client: FlaskClient, make: Factory, platform: Platform
) -> None:
    user = make.user()
    bot = make.bot(user.id, status="running")
    with platform.database.across_tenants("test") as session:
        session.add(
            Position(user_id=user.id, bot_id=bot.id, symbol="BTC/USDT", side="long", quantity=Decimal(1),
                     entry_price=Decimal(1), opened_at=NOW)
        )  # fmt: skip
    headers = make.headers(user)
    stopped = client.post(f"/api/v1/bots/{bot.id}/stop", headers=headers).get_json()["data"]
    assert "still holds its position" in stopped["status_reason"]
    refused = client.delete(f"/api/v1/bots/{bot.id}", headers=headers)
    assert refused.status_code == 409
    assert "still holds a position" in refused.get_json()["error"]


@pytest.mark.parametrize("status", ["intended", "submitting", "open", "partially_filled", "review"])
def test_an_order_under_way_binds_bot_and_key(
    client: FlaskClient, make: Factory, platform: Platform, status: str
) -> None:
    """What it fills must find the bot that sent it, its market, and the key to ask about it with."""
    user = make.user()
    key, other = make.api_key(user.id), make.api_key(user.id)
    bot = make.bot(user.id, is_paper_trading=False, api_key_id=key.id)
    order = Order(
        user_id=user.id, bot_id=bot.id, api_key_id=key.id, client_order_id="order-1", symbol="BTC/USDT", side="buy",
        purpose="entry", quantity=Decimal(1), status=status, candle_at=NOW, intended_at=NOW,
    )  # fmt: skip
    with platform.database.across_tenants("test") as session:
        session.add(order)
    headers, path = make.headers(user), f"/api/v1/bots/{bot.id}"
    refused = client.delete(path, headers=headers)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "CONFLICT")
    assert "An order of this bot is still under way" in refused.get_json()["error"]
    paper = {"is_paper_trading": True, "api_key_id": None}
    for change in ({"symbols": ["ETH/USDT"]}, {"api_key_id": str(other.id)}, paper):
        answer = client.patch(path, json=change, headers=headers)
        assert answer.status_code == 409, change
        assert {detail["field"] for detail in answer.get_json()["details"]} == change.keys()
    assert client.patch(path, json={"name": "Renamed", "base_amount": "50"}, headers=headers).status_code == 200
    with platform.database.across_tenants("test") as session:
        # As if the bot had been deleted all the same.
        session.get_one(TradingBot, bot.id).is_active = False
    kept = client.delete(f"/api/v1/api-keys/{key.id}", headers=headers)
    assert kept.status_code == 409
    assert "An order that was sent with this key is still under way" in kept.get_json()["error"]
    with platform.database.across_tenants("test") as session:
        session.get_one(TradingBot, bot.id).is_active = True
        session.get_one(Order, order.id).status = "canceled"
    assert client.delete(path, headers=headers).status_code == 204
    assert client.delete(f"/api/v1/api-keys/{key.id}", headers=headers).status_code == 204


def test_strategies_and_markets_are_described(client: FlaskClient, headers: dict[str, str]) -> None:
    described = client.get("/api/v1/strategies", headers=headers).get_json()["data"]
    strategies = {strategy["name"]: strategy for strategy in described}
    assert next(iter(strategies)) == "sma_crossover"
    assert strategies["sma_crossover"]["parameters"]["properties"]["short_period"]["default"] == 10
    assert strategies["rsi"]["parameters"]["properties"]["act_on"]["enum"] == ["leaving", "entering"]
    assert strategies["rules"]["parameters"]["properties"]["buy"]["allOf"] == [{"$ref": "#/$defs/condition"}]
    assert "condition" in strategies["rules"]["parameters"]["$defs"]
    assert strategies["score"]["parameters"]["properties"]["votes"]["type"] == "array"
    assert client.get("/api/v1/strategies/rules", headers=headers).get_json()["data"] == strategies["rules"]
    assert client.get("/api/v1/strategies/none", headers=headers).status_code == 404
    exchanges = client.get("/api/v1/exchanges", headers=headers).get_json()["data"]
    exchange = next(one for one in exchanges if one["id"] == "binance")
    assert exchange["is_sandbox"] is True
    assert exchange["key_guide"]
    markets = client.get("/api/v1/exchanges/binance/markets", headers=headers).get_json()["data"]
    bitcoin = next(market for market in markets if market["symbol"] == "BTC/USDT")
    assert Decimal(bitcoin["minimum_notional"]) > 0
    assert client.get("/api/v1/exchanges/mtgox/markets", headers=headers).status_code == 422


@pytest.mark.parametrize("encoding", ["identity", "gzip", "br"])
def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, headers: dict[str, str], encoding: str) -> None:
    for number in range(5):
        create(client, headers, name=f"Bot {number}")
    asking = {**headers, "Accept-Encoding": encoding}
    first = client.get("/api/v1/bots", headers=asking)
    assert first.headers["ETag"].startswith('W/"')
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = client.get("/api/v1/bots", headers={**asking, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    create(client, headers, name="Another")
    changed = client.get("/api/v1/bots", headers={**asking, "If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize("text", ["a\u0000b", "a\ud800b"], ids=["nul", "half a pair"])
def test_texts_that_cannot_be_stored_are_refused_in_words(
    client: FlaskClient, headers: dict[str, str], text: str
) -> None:
    def post(path: str, body: dict[str, Any], method: str = "POST") -> Any:
        return client.open(path, method=method, data=json.dumps(body), headers=headers, content_type="application/json")

    for answer in (
        post("/api/v1/bots", {**BOT, "name": text}),
        post("/api/v1/bots", {**BOT, "strategy_config": {text: 1}}),
        post("/api/v1/trading-switch", {"is_halted": True, "reason": text}, "PUT"),
    ):
        assert answer.status_code == 400
        assert "must not hold" in answer.get_json()["error"]
    assert client.get("/api/v1/trades?symbol=%00", headers=headers).status_code == 400
