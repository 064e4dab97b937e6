"""API keys: tested at the exchange, kept encrypted, never shown again."""

import json
import urllib.request
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from backend.config import Settings
from backend.exchanges.models import ApiKey
from backend.foundation.platform import Platform
from backend.tests.factories import Factory


def sandbox_key(settings: Settings, **wish: Any) -> dict[str, Any]:
    request = urllib.request.Request(f"{settings.sandbox_url}/_sandbox/keys", json.dumps(wish).encode(), method="POST")
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=10) as answer:
        made: dict[str, Any] = json.load(answer)
    return {"exchange": "binance", "label": "Mine", "api_key": made["api_key"], "api_secret": made["api_secret"]}


@pytest.fixture
def headers(make: Factory) -> dict[str, str]:
    return make.headers(make.user())


def test_a_good_key_is_kept_encrypted_and_masked(
    client: FlaskClient, headers: dict[str, str], settings: Settings, platform: Platform
) -> None:
    key = sandbox_key(settings)
    answer = client.post("/api/v1/api-keys", json=key, headers=headers)
    assert answer.status_code == 201
    data = answer.get_json()["data"]
    assert (data["status"], data["is_testnet"]) == ("valid", True)
    assert data["permissions"] == {"can_trade": True, "can_withdraw": False}
    assert data["masked_key"] == f"{key['api_key'][:4]}…{key['api_key'][-4:]}"
    listed = client.get("/api/v1/api-keys", headers=headers)
    for text in (answer.text, listed.text):
        assert key["api_key"] not in text
        assert key["api_secret"] not in text
    with platform.database.across_tenants("test") as session:
        row = session.scalars(select(ApiKey)).one()
        assert platform.vault.decrypt(row.api_secret_enc) == key["api_secret"]
        assert key["api_secret"] not in row.api_secret_enc


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"api_secret": "x" * 64}, "Binance refused this key"),
        ({"api_key": "y" * 64}, "Binance refused this key"),
    ],
)
def test_a_wrong_key_is_refused_in_the_exchanges_words(
    client: FlaskClient, headers: dict[str, str], settings: Settings, change: dict[str, str], words: str
) -> None:
    answer = client.post("/api/v1/api-keys", json={**sandbox_key(settings), **change}, headers=headers)
    body = answer.get_json()
    assert (answer.status_code, body["code"]) == (422, "EXCHANGE_REFUSED")
    assert words in body["error"]
    assert "{" not in body["error"], "the exchange's sentence, not its JSON"
    assert "copied whole" in body["error"]
    assert next(iter(change.values())) not in answer.text


def test_a_key_that_can_withdraw_is_refused(client: FlaskClient, headers: dict[str, str], settings: Settings) -> None:
    answer = client.post("/api/v1/api-keys", json=sandbox_key(settings, can_withdraw=True), headers=headers)
    assert answer.status_code == 422
    assert "can withdraw money" in answer.get_json()["error"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"exchange": "mtgox"}, "exchange"),
        ({"api_key": "short"}, "api_key"),
        ({"label": ""}, "label"),
        ({"api_secret": None}, "api_secret"),
    ],
)
def test_bad_forms_name_their_field(
    client: FlaskClient, headers: dict[str, str], change: dict[str, Any], field: str
) -> None:
    body = {"exchange": "binance", "label": "Mine", "api_key": "a" * 20, "api_secret": "b" * 20, **change}
    answer = client.post("/api/v1/api-keys", json=body, headers=headers)
    assert answer.status_code == 422
    assert answer.get_json()["details"][0]["field"] == field


def test_labels_are_unique_and_free_again_after_deletion(
    client: FlaskClient, headers: dict[str, str], settings: Settings, platform: Platform
) -> None:
    key = sandbox_key(settings)
    first = client.post("/api/v1/api-keys", json=key, headers=headers).get_json()["data"]
    again = client.post("/api/v1/api-keys", json=key, headers=headers)
    assert (again.status_code, again.get_json()["details"][0]["field"]) == (409, "label")
    assert client.delete(f"/api/v1/api-keys/{first['id']}", headers=headers).status_code == 204
    with platform.database.across_tenants("test") as session:
        row = session.scalars(select(ApiKey)).one()
        assert (row.status, row.api_key_enc, row.api_secret_enc) == ("deleted", "", "")
    assert client.delete(f"/api/v1/api-keys/{first['id']}", headers=headers).status_code == 404
    assert client.post("/api/v1/api-keys", json=key, headers=headers).status_code == 201


def test_a_key_that_a_bot_uses_stays(client: FlaskClient, make: Factory) -> None:
    user = make.user()
    key = make.api_key(user.id)
    make.bot(user.id, is_paper_trading=False, api_key_id=key.id)
    answer = client.delete(f"/api/v1/api-keys/{key.id}", headers=make.headers(user))
    assert (answer.status_code, answer.get_json()["code"]) == (409, "CONFLICT")
    assert "1 bot uses this key" in answer.get_json()["error"]


def test_testing_again_notes_what_the_exchange_says(
    client: FlaskClient, make: Factory, headers: dict[str, str], settings: Settings
) -> None:
    key = client.post("/api/v1/api-keys", json=sandbox_key(settings), headers=headers).get_json()["data"]
    good = client.post(f"/api/v1/api-keys/{key['id']}/test", headers=headers)
    assert good.get_json()["data"]["status"] == "valid"
    user = make.user()
    revoked = make.api_key(user.id)
    bad = client.post(f"/api/v1/api-keys/{revoked.id}/test", headers=make.headers(user))
    assert (bad.status_code, bad.get_json()["data"]["status"]) == (200, "invalid")


def test_an_exchange_that_does_not_answer_is_said_so(
    client: FlaskClient, headers: dict[str, str], settings: Settings
) -> None:
    key = sandbox_key(settings)
    request = urllib.request.Request(
        f"{settings.sandbox_url}/_sandbox/faults",
        json.dumps({"kind": "status", "status": 503, "count": 1, "path": "/api/v3/account"}).encode(),
        method="POST",
    )
    request.add_header("Content-Type", "application/json")
    urllib.request.urlopen(request, timeout=10).close()
    answer = client.post("/api/v1/api-keys", json=key, headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (503, "DEPENDENCY_UNAVAILABLE")
    assert "try again" in answer.get_json()["error"]
