"""The audit log: what was changed in a user's name, from what to what, and never a secret."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from backend.foundation.platform import Platform
from backend.tests.factories import PASSWORD, Factory


def entries(client: FlaskClient, headers: dict[str, str]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = client.get("/api/v1/users/me/audit-log", headers=headers).get_json()["data"]["items"]
    return rows


def test_a_change_is_told_from_what_to_what_with_where_it_came_from(client: FlaskClient, make: Factory) -> None:
    user = make.user(first_name="Ada")
    headers = {**make.headers(user), "User-Agent": "curl/8.5", "X-Request-ID": "asked-by-a-test"}
    client.patch("/api/v1/users/me", json={"first_name": "Grace"}, headers=headers)
    (entry,) = entries(client, headers)
    assert (entry["action"], entry["actor"], entry["subject_id"]) == ("users.changed", "login", str(user.id))
    assert entry["changes"] == {"first_name": ["Ada", "Grace"]}
    assert (entry["ip_address"], entry["user_agent"]) == ("127.0.0.1", "curl/8.5")
    assert entry["request_id"] == "asked-by-a-test"


def test_bots_and_what_a_token_did_are_told(client: FlaskClient, make: Factory) -> None:
    user = make.user()
    headers, bot = make.headers(user), make.bot(user.id, status="paused")
    made = client.post("/api/v1/access-tokens", json={"name": "S", "scopes": ["bots:trade"]}, headers=headers)
    token = made.get_json()["data"]
    client.post(f"/api/v1/bots/{bot.id}/stop", headers={"Authorization": f"Bearer {token['token']}"})
    changed, created = entries(client, headers)
    assert (changed["action"], changed["actor"]) == ("trading_bots.changed", f"token {token['id']}")
    assert changed["changes"]["status"] == ["paused", "stopped"]
    assert created["action"] == "access_tokens.created"
    assert created["changes"]["scopes"] == [None, ["bots:trade"]]
    assert created["changes"]["token_hash"] == [None, "•••"]


def test_log_ins_and_a_new_password_are_told_without_it(client: FlaskClient, make: Factory, platform: Platform) -> None:
    user = make.user()
    login = client.post("/api/v1/auth/login", json={"email": user.email, "password": PASSWORD})
    headers = {"Authorization": f"Bearer {login.get_json()['data']['access_token']}"}
    change = {"current_password": PASSWORD, "new_password": "Another-horse-2"}
    client.put("/api/v1/users/me/password", json=change, headers=headers)
    changed, began = entries(client, headers)
    assert (began["action"], changed["action"]) == ("login.began", "users.changed")
    assert changed["changes"] == {"password_hash": ["•••", "•••"]}
    with platform.database.across_tenants("test") as session:
        stored = " ".join(session.execute(text("SELECT audit_log::text FROM audit_log")).scalars())
    assert PASSWORD not in stored
    assert "$2b$" not in stored


def test_what_is_refused_or_read_leaves_no_line(client: FlaskClient, make: Factory) -> None:
    headers = make.headers(make.user())
    client.patch("/api/v1/users/me", json={"timezone": "Nowhere/City"}, headers=headers)
    client.get("/api/v1/bots", headers=headers)
    assert entries(client, headers) == []


def test_nobody_reads_somebody_elses(client: FlaskClient, make: Factory) -> None:
    mine, theirs = make.headers(make.user()), make.headers(make.user())
    client.patch("/api/v1/users/me", json={"first_name": "Grace"}, headers=mine)
    assert entries(client, theirs) == []


@pytest.mark.parametrize("statement", ["UPDATE audit_log SET action = 'x'", "DELETE FROM audit_log"])
@pytest.mark.parametrize("role", ["web", "engine"])
def test_rows_are_only_added(platform: Platform, make: Factory, role: str, statement: str) -> None:
    user = make.user()
    opened = platform.database.as_tenant(user.id) if role == "web" else platform.database.across_tenants("test: tamper")
    with pytest.raises(ProgrammingError, match="permission denied"), opened as session:
        session.execute(text(statement))
