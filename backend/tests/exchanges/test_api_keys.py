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
    assert data["permissions"] == {"can_trade": True, "can_withdraw": False, "ip_restricted": False}
    assert (data["trades_live"], data["problem"], data["confirmed_at"]) == (True, None, None)
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


ALPACA_KEY = {"exchange": "alpaca", "label": "Stocks", "api_key": "AKTESTTESTTEST", "api_secret": "secret-of-the-key"}
CONFIRMATION = {"confirm_no_withdrawal": "This key cannot withdraw."}


def test_a_key_whose_rights_nobody_tells_trades_after_the_users_word_only(
    client: FlaskClient, headers: dict[str, str], make: Factory
) -> None:
    added = client.post("/api/v1/api-keys", json=ALPACA_KEY, headers=headers)
    assert added.status_code == 201, added.text
    key = added.get_json()["data"]
    assert (key["status"], key["trades_live"], key["confirmed_at"]) == ("valid", False, None)
    assert key["permissions"]["can_withdraw"] is None
    address = f"/api/v1/api-keys/{key['id']}/confirm"
    wrong = client.post(address, json={"confirm_no_withdrawal": "yes"}, headers=headers)
    assert (wrong.status_code, wrong.get_json()["details"][0]["field"]) == (422, "confirm_no_withdrawal")
    stranger = make.headers(make.user())
    assert client.post(address, json=CONFIRMATION, headers=stranger).status_code == 404
    confirmed = client.post(address, json=CONFIRMATION, headers=headers).get_json()["data"]
    assert confirmed["trades_live"] is True
    assert confirmed["confirmed_at"] is not None
    tested = client.post(f"/api/v1/api-keys/{key['id']}/test", headers=headers).get_json()["data"]
    assert tested["trades_live"] is True


def test_the_users_word_can_come_with_the_key(client: FlaskClient, headers: dict[str, str]) -> None:
    wrong = client.post("/api/v1/api-keys", json={**ALPACA_KEY, "confirm_no_withdrawal": "sure"}, headers=headers)
    assert (wrong.status_code, wrong.get_json()["details"][0]["field"]) == (422, "confirm_no_withdrawal")
    added = client.post("/api/v1/api-keys", json={**ALPACA_KEY, **CONFIRMATION}, headers=headers)
    assert added.get_json()["data"]["trades_live"] is True


def test_the_users_word_does_not_outdo_the_exchanges(
    client: FlaskClient, headers: dict[str, str], settings: Settings
) -> None:
    key = {**sandbox_key(settings, can_withdraw=True), **CONFIRMATION}
    assert client.post("/api/v1/api-keys", json=key, headers=headers).status_code == 422


def test_a_paper_accounts_money_cannot_leave_it(client: FlaskClient, headers: dict[str, str]) -> None:
    added = client.post("/api/v1/api-keys", json={**ALPACA_KEY, "is_testnet": True}, headers=headers)
    data = added.get_json()["data"]
    assert (data["is_testnet"], data["trades_live"], data["permissions"]["can_withdraw"]) == (True, True, False)


def test_what_is_wrong_with_a_key_is_said_and_unsaid(
    client: FlaskClient, headers: dict[str, str], settings: Settings, platform: Platform
) -> None:
    body = sandbox_key(settings)
    key = client.post("/api/v1/api-keys", json=body, headers=headers).get_json()["data"]
    with platform.database.across_tenants("test") as session:
        row = session.scalars(select(ApiKey)).one()
        good, row.api_secret_enc = row.api_secret_enc, platform.vault.encrypt("x" * 64)
    bad = client.post(f"/api/v1/api-keys/{key['id']}/test", headers=headers).get_json()["data"]
    assert (bad["status"], bad["trades_live"]) == ("invalid", False)
    assert "Binance refused this key" in bad["problem"]
    with platform.database.across_tenants("test") as session:
        session.scalars(select(ApiKey)).one().api_secret_enc = good
    healed = client.post(f"/api/v1/api-keys/{key['id']}/test", headers=headers).get_json()["data"]
    assert (healed["status"], healed["problem"], healed["trades_live"]) == ("valid", None, True)


def test_a_test_network_that_is_not_there_is_told(client: FlaskClient, headers: dict[str, str]) -> None:
    plain = {"exchange": "kraken", "label": "Mine", "api_key": "k" * 30, "api_secret": "s" * 30}
    answer = client.post("/api/v1/api-keys", json={**plain, "is_testnet": True}, headers=headers)
    # The sandbox stands in for Kraken here, where every key is one of a test network.
    assert answer.get_json()["details"][0]["field"] == "api_key"


def test_the_exchanges_are_listed_with_what_draws_their_forms(client: FlaskClient, headers: dict[str, str]) -> None:
    listed = {one["id"]: one for one in client.get("/api/v1/exchanges", headers=headers).get_json()["data"]}
    assert set(listed) >= {"alpaca", "binance", "coinbase", "kraken"}
    for one in listed.values():
        if one["trades"]:
            assert [field["name"] for field in one["key_fields"]][:2] == ["api_key", "api_secret"]
            assert {"market", "limit"} <= set(one["order_types"])
    assert listed["coinbase"]["key_fields"][1]["is_multiline"] is True
    assert (listed["alpaca"]["has_testnet"], listed["alpaca"]["tells_rights"]) == (True, False)
    assert (listed["binance"]["is_sandbox"], listed["binance"]["has_testnet"]) == (True, False)


def test_markets_of_an_exchange_are_listed(client: FlaskClient, headers: dict[str, str]) -> None:
    listed = client.get("/api/v1/exchanges/binance/markets", headers=headers).get_json()["data"]
    (market,) = (one for one in listed if one["symbol"] == "BTC/USDT")
    assert (market["base"], market["quote"]) == ("BTC", "USDT")
    assert float(market["minimum_quantity"]) > 0


@pytest.mark.parametrize("field", ["api_key", "api_secret", "passphrase"])
def test_a_key_with_a_character_that_no_key_has_is_refused_before_anybody_is_asked(
    client: FlaskClient, make: Factory, field: str
) -> None:
    body = {"exchange": "binance", "label": "Mine", "api_key": "a" * 20, "api_secret": "b" * 20, "passphrase": None}
    changed = {**body, field: "copied\u200bwith-a-space-of-no-width"}
    answer = client.post("/api/v1/api-keys", json=changed, headers=make.headers(make.user()))
    (detail,) = answer.get_json()["details"]
    assert (answer.status_code, detail["field"]) == (422, field)
    assert "Copy it anew" in detail["message"]


def test_a_key_is_replaced_once_the_new_one_is_good(
    client: FlaskClient, headers: dict[str, str], settings: Settings, platform: Platform
) -> None:
    old, new = sandbox_key(settings), sandbox_key(settings)
    key_id = client.post("/api/v1/api-keys", json=old, headers=headers).get_json()["data"]["id"]
    path = f"/api/v1/api-keys/{key_id}/rotate"
    wrong = {"api_key": new["api_key"], "api_secret": "x" * 64}
    assert client.post(path, json=wrong, headers=headers).status_code == 422
    assert stored_secret(platform) == old["api_secret"]
    withdrawing = sandbox_key(settings, can_withdraw=True)
    refused = client.post(path, json={name: withdrawing[name] for name in wrong}, headers=headers)
    assert "can withdraw" in refused.get_json()["error"]
    assert client.post(path, json={**wrong, "label": "Other"}, headers=headers).status_code == 422
    done = client.post(path, json={name: new[name] for name in wrong}, headers=headers)
    data = done.get_json()["data"]
    assert (done.status_code, data["id"], data["label"]) == (200, key_id, "Mine")
    assert data["masked_key"].startswith(new["api_key"][:4])
    assert data["rotated_at"] == "2026-03-02T12:00:00Z"
    assert stored_secret(platform) == new["api_secret"]


def stored_secret(platform: Platform) -> str:
    with platform.database.across_tenants("test") as session:
        return platform.vault.decrypt(session.scalars(select(ApiKey.api_secret_enc)).one())
