"""A POST sent again under its Idempotency-Key acts once."""

from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from backend.foundation.idempotency import forget_old_answers
from backend.foundation.platform import Platform
from backend.tests.bots.test_bots_api import BOT
from backend.tests.factories import Factory

AGED = "UPDATE idempotent_answers SET created_at = created_at - interval '25 hours' RETURNING key"


@pytest.fixture
def headers(make: Factory) -> dict[str, str]:
    return make.headers(make.user())


def create(client: FlaskClient, headers: dict[str, str], key: str, **changes: Any) -> Any:
    return client.post("/api/v1/bots", json={**BOT, **changes}, headers={**headers, "Idempotency-Key": key})


def names(client: FlaskClient, headers: dict[str, str]) -> list[str]:
    return [bot["name"] for bot in client.get("/api/v1/bots", headers=headers).get_json()["data"]["items"]]


def test_the_same_request_makes_one_bot_and_has_one_answer(client: FlaskClient, headers: dict[str, str]) -> None:
    key = str(uuid4())
    first, second = create(client, headers, key), create(client, headers, key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.get_json() == second.get_json()
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert names(client, headers) == ["Trend"]
    other = create(client, headers, str(uuid4()), name="Another")
    assert other.get_json()["data"]["id"] != first.get_json()["data"]["id"]


def test_another_request_under_a_used_key_is_refused(client: FlaskClient, headers: dict[str, str]) -> None:
    key = str(uuid4())
    create(client, headers, key)
    refused = create(client, headers, key, name="Changed")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")
    elsewhere = client.post("/api/v1/bots/panic", json={}, headers={**headers, "Idempotency-Key": key})
    assert elsewhere.status_code == 409
    assert names(client, headers) == ["Trend"]


def test_a_request_that_failed_may_be_sent_again_under_its_key(client: FlaskClient, headers: dict[str, str]) -> None:
    key = str(uuid4())
    assert create(client, headers, key, base_amount="-1").status_code == 422
    assert create(client, headers, key).status_code == 201


def test_keys_belong_to_their_user(client: FlaskClient, headers: dict[str, str], make: Factory) -> None:
    key, theirs = str(uuid4()), make.headers(make.user())
    mine = create(client, headers, key).get_json()["data"]["id"]
    answer = create(client, theirs, key)
    assert answer.status_code == 201
    assert answer.get_json()["data"]["id"] != mine


@pytest.mark.parametrize("key", ["", "with space", "x" * 201, "ümlaut"])
def test_keys_that_are_none_are_refused(client: FlaskClient, headers: dict[str, str], key: str) -> None:
    answer = create(client, headers, key)
    assert answer.status_code == 400
    assert "such as a UUID" in answer.get_json()["error"]


def test_answers_are_kept_for_a_day_and_encrypted(
    client: FlaskClient, headers: dict[str, str], platform: Platform
) -> None:
    key = str(uuid4())
    create(client, headers, key)
    assert "Trend" not in stored(platform, "SELECT answer_enc FROM idempotent_answers")
    assert forget_old_answers(platform) == 0
    stored(platform, AGED)
    # The key is as good as new, also for something else.
    assert create(client, headers, key, name="Later").status_code == 201
    assert forget_old_answers(platform) == 0
    stored(platform, AGED)
    assert forget_old_answers(platform) == 1


def stored(platform: Platform, statement: str) -> Any:
    with platform.database.across_tenants("test") as session:
        return session.execute(text(statement)).scalar_one()
