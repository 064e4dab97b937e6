"""Personal access tokens: made once, held as hashes, refused beyond their scopes and after their end."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from backend.accounts.models import User
from backend.accounts.roles import ROLE_SCOPES
from backend.accounts.scopes import LOGIN_ONLY, SCOPES
from backend.foundation.clock import FixedClock
from backend.foundation.platform import Platform
from backend.tests.factories import Factory


@pytest.fixture
def user(make: Factory) -> User:
    return make.user()


def make_token(client: FlaskClient, headers: dict[str, str], *scopes: str, **values: Any) -> dict[str, Any]:
    """A new token, with its text."""
    body = {"name": "My script", "scopes": list(scopes), **values}
    answer = client.post("/api/v1/access-tokens", json=body, headers=headers)
    assert answer.status_code == 201, answer.get_json()
    made: dict[str, Any] = answer.get_json()["data"]
    return made


def bearing(token: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {token['token']}"}


def test_a_token_may_do_what_its_scopes_say(client: FlaskClient, make: Factory, user: User) -> None:
    token = make_token(client, make.headers(user), "bots:read")
    assert token["token"].startswith("tf_")
    assert token["token"].startswith(token["prefix"])
    bot = make.bot(user.id)
    seen = client.get(f"/api/v1/bots/{bot.id}", headers=bearing(token))
    assert (seen.status_code, seen.get_json()["data"]["name"]) == (200, bot.name)
    refused = client.post(f"/api/v1/bots/{bot.id}/stop", headers=bearing(token))
    assert (refused.status_code, refused.get_json()["code"]) == (403, "FORBIDDEN")
    assert "does not hold the scope bots:trade" in refused.get_json()["error"]


def test_only_a_login_manages_tokens_and_the_account(client: FlaskClient, make: Factory, user: User) -> None:
    token = make_token(client, make.headers(user), *SCOPES)
    for answer in (
        client.get("/api/v1/access-tokens", headers=bearing(token)),
        client.post("/api/v1/access-tokens", json={"name": "More", "scopes": ["bots:read"]}, headers=bearing(token)),
        client.patch("/api/v1/users/me", json={"first_name": "Eve"}, headers=bearing(token)),
    ):
        assert answer.status_code == 403
        assert "Only a login" in answer.get_json()["error"]


def test_the_text_is_told_once_and_kept_as_a_hash(
    client: FlaskClient, make: Factory, user: User, platform: Platform
) -> None:
    headers = make.headers(user)
    token = make_token(client, headers, "bots:read")
    (listed,) = client.get("/api/v1/access-tokens", headers=headers).get_json()["data"]
    assert "token" not in listed
    assert (listed["name"], listed["scopes"], listed["last_used_at"]) == ("My script", ["bots:read"], None)
    with platform.database.across_tenants("test") as session:
        for table in ("access_tokens", "events"):
            rows = session.execute(text(f"SELECT {table}::text FROM {table}")).scalars().all()
            assert rows
            assert not any(token["token"] in row for row in rows)


def test_its_last_use_is_noted(client: FlaskClient, make: Factory, user: User, clock: FixedClock) -> None:
    headers = make.headers(user)
    token = make_token(client, headers, "bots:read")
    client.get("/api/v1/bots", headers=bearing(token))
    noted = clock.moment
    clock.moment += timedelta(seconds=30)
    client.get("/api/v1/bots", headers=bearing(token))
    (listed,) = client.get("/api/v1/access-tokens", headers=headers).get_json()["data"]
    assert listed["last_used_at"] == noted.isoformat().replace("+00:00", "Z")


def test_a_revoked_token_and_one_past_its_end_are_refused(
    client: FlaskClient, make: Factory, user: User, clock: FixedClock
) -> None:
    headers = make.headers(user)
    revoked = make_token(client, headers, "bots:read")
    short = make_token(client, headers, "bots:read", expires_in_days=1)
    assert client.delete(f"/api/v1/access-tokens/{revoked['id']}", headers=headers).status_code == 204
    assert client.get("/api/v1/bots", headers=bearing(revoked)).status_code == 401
    assert client.delete(f"/api/v1/access-tokens/{revoked['id']}", headers=headers).status_code == 404
    clock.moment += timedelta(days=1)
    expired = client.get("/api/v1/bots", headers=bearing(short))
    assert (expired.status_code, expired.get_json()["code"]) == (401, "TOKEN_EXPIRED")
    assert client.get("/api/v1/bots", headers={"Authorization": "Bearer tf_nothing"}).status_code == 401


def test_nobody_revokes_somebody_elses_token(client: FlaskClient, make: Factory, user: User) -> None:
    token = make_token(client, make.headers(user), "bots:read")
    theirs = make.headers(make.user())
    assert client.delete(f"/api/v1/access-tokens/{token['id']}", headers=theirs).status_code == 404
    assert client.get("/api/v1/access-tokens", headers=theirs).get_json()["data"] == []
    assert client.get("/api/v1/bots", headers=bearing(token)).status_code == 200
    assert UUID(token["id"])


@pytest.mark.parametrize(
    ("change", "field"),
    [({"scopes": ["everything"]}, "scopes.0"), ({"scopes": []}, "scopes"), ({"expires_in_days": 0}, "expires_in_days")],
)
def test_bad_tokens_are_refused_with_the_field(
    client: FlaskClient, make: Factory, user: User, change: dict[str, Any], field: str
) -> None:
    body = {"name": "My script", "scopes": ["bots:read"], **change}
    answer = client.post("/api/v1/access-tokens", json=body, headers=make.headers(user))
    assert (answer.status_code, answer.get_json()["details"][0]["field"]) == (422, field)


def test_every_route_of_the_api_names_its_scope(app: Flask) -> None:
    known = {LOGIN_ONLY, *SCOPES, *ROLE_SCOPES}
    views = [rule.endpoint for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/v1/")]
    unnamed = []
    for endpoint in views:
        resource = getattr(app.view_functions[endpoint], "view_class", None)
        for method in getattr(resource, "methods", None) or ():
            parts = getattr(getattr(resource, method.lower(), None), "__document__", None)
            if parts is not None and parts.get("secured") and parts.get("scope") not in known:
                unnamed.append((endpoint, method))
    assert unnamed == []
    assert len(views) > 50
