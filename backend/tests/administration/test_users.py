"""Administration of accounts: finding them, looking at one without any secret, roles, deactivating."""

import json
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from backend.accounts.models import User
from backend.administration.commands import change_user
from backend.administration.errors import LastAdministrator
from backend.bots.models import TradingBot
from backend.foundation.audit import AuditEntry
from backend.foundation.ids import new_id
from backend.foundation.platform import Platform
from backend.tests.factories import PASSWORD, Factory


def listed(client: FlaskClient, headers: dict[str, str], query: str) -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/admin/users?{query}", headers=headers)
    assert answer.status_code == 200, answer.get_json()
    rows: list[dict[str, Any]] = answer.get_json()["data"]["items"]
    return rows


def log_in(client: FlaskClient, user: User) -> Any:
    return client.post("/api/v1/auth/login", json={"email": user.email, "password": PASSWORD})


def audit_of(platform: Platform, user_id: UUID, action: str) -> list[AuditEntry]:
    with platform.database.across_tenants("test") as session:
        statement = select(AuditEntry).where(AuditEntry.user_id == user_id, AuditEntry.action == action)
        return list(session.scalars(statement.order_by(AuditEntry.id)))


def test_accounts_are_found_by_words_role_and_state(
    client: FlaskClient, make: Factory, support: dict[str, str]
) -> None:
    make.user(email="ada@example.com", username="ada_l")
    make.user(email="grace@example.com", username="hopper", role="admin")
    make.user(email="gone@example.com", username="goner", is_active=False)

    def names(query: str) -> list[str]:
        return [row["username"] for row in listed(client, support, query)]

    assert names("search=ADA@ex") == ["ada_l"]
    assert names("search=hop") == ["hopper"]
    # Of SQL's wild cards none is one here.
    assert names("search=a%25a") == []
    assert names("search=a_l") == ["ada_l"]
    assert names("role=admin") == ["hopper"]
    assert names("is_active=false") == ["goner"]
    assert names("sort=username&limit=2&offset=1") == ["goner", "hopper"]
    assert client.get("/api/v1/admin/users?sort=password_hash", headers=support).status_code == 422


def test_a_row_tells_plan_bots_and_the_newest_visit(
    client: FlaskClient, make: Factory, support: dict[str, str], user: User
) -> None:
    for status in ("running", "paused", "stopped"):
        make.bot(user.id, status=status)
    make.bot(user.id, status="stopped", is_active=False)
    (row,) = listed(client, support, f"search={user.email}")
    assert (row["bots_count"], row["watched_bots"], row["subscription_plan"]) == (3, 2, "free")
    assert row["last_seen_at"] is None
    assert log_in(client, user).status_code == 200
    (row,) = listed(client, support, f"search={user.email}")
    assert row["last_seen_at"] is not None


def test_one_account_is_shown_with_all_but_its_secrets(
    client: FlaskClient, make: Factory, support: dict[str, str], user: User, platform: Platform
) -> None:
    key = make.api_key(user.id, passphrase_enc=platform.vault.encrypt("pass-phrase-of-key"))
    bot = make.bot(user.id, name="Watched", status="running")
    log_in(client, user)
    answer = client.get(f"/api/v1/admin/users/{user.id}", headers=support)
    shown = answer.get_json()["data"]
    assert (shown["logins_count"], shown["access_tokens_count"]) == (1, 0)
    assert [one["id"] for one in shown["bots"]] == [str(bot.id)]
    (shown_key,) = shown["api_keys"]
    assert (shown_key["label"], shown_key["status"], shown_key["permissions"]["can_trade"]) == (
        key.label,
        "valid",
        True,
    )
    lists = (f"users?search={user.email}", f"bots?user_id={user.id}", "audit-log", "orders")
    answers = [answer, *(client.get(f"/api/v1/admin/{path}", headers=support) for path in lists)]
    texts = [one.get_data(as_text=True) for one in answers]
    secrets = ("public-part", "secret-part", "pass-phrase", key.api_key_enc, key.api_secret_enc, key.masked_key)
    for text in texts:
        assert not [secret for secret in (*secrets, user.password_hash, "_enc", "_hash") if secret in text]


def test_that_an_account_was_looked_at_stands_in_both_logs(
    client: FlaskClient, make: Factory, user: User, platform: Platform
) -> None:
    helper = make.user(role="support")
    headers = {**make.headers(helper), "User-Agent": "curl/8.5"}
    client.get(f"/api/v1/admin/users/{user.id}", headers=headers)
    (own,) = audit_of(platform, helper.id, "admin.viewed_user")
    assert (own.actor, own.subject_id, own.ip_address, own.user_agent) == (
        "login", str(user.id), "127.0.0.1", "curl/8.5",
    )  # fmt: skip
    (theirs,) = audit_of(platform, user.id, "admin.viewed_user")
    assert (theirs.actor, theirs.ip_address, theirs.user_agent) == ("operator", None, None)


def test_deactivating_ends_logins_refuses_tokens_and_has_bots_buy_nothing(
    client: FlaskClient, make: Factory, platform: Platform, user: User
) -> None:
    administrator = make.user(role="admin")
    running, stopped = make.bot(user.id, status="running"), make.bot(user.id, status="stopped")
    foreign = make.bot(make.user().id, status="running")
    login = log_in(client, user)
    theirs = {"Authorization": f"Bearer {login.get_json()['data']['access_token']}"}
    made = client.post("/api/v1/access-tokens", json={"name": "S", "scopes": ["bots:read"]}, headers=theirs)
    token = {"Authorization": f"Bearer {made.get_json()['data']['token']}"}
    for headers in (theirs, token):
        assert client.get("/api/v1/bots", headers=headers).status_code == 200
    address, admin = f"/api/v1/admin/users/{user.id}", make.headers(administrator)
    answer = client.patch(address, json={"is_active": False}, headers=admin)
    assert (answer.status_code, answer.get_json()["data"]["is_active"]) == (200, False)
    for headers in (theirs, token):
        assert client.get("/api/v1/bots", headers=headers).status_code == 401
    assert client.post("/api/v1/auth/refresh").status_code == 401
    assert log_in(client, user).status_code == 401
    with platform.database.across_tenants("test") as session:
        states = {bot.id: bot.status for bot in session.scalars(select(TradingBot))}
        assert states == {running.id: "paused", stopped.id: "stopped", foreign.id: "running"}
        assert "deactivated" in (session.get_one(TradingBot, running.id).status_reason or "")
    for user_id in (administrator.id, user.id):
        (entry,) = audit_of(platform, user_id, "admin.changed_user")
        assert entry.changes == {"is_active": [True, False], "paused_bots": [None, 1]}
    # Back again, they log in anew; their bots wait for them.
    assert client.patch(address, json={"is_active": True}, headers=admin).status_code == 200
    assert log_in(client, user).status_code == 200
    with platform.database.across_tenants("test") as session:
        assert session.get_one(TradingBot, running.id).status == "paused"


def test_a_role_is_given_and_noted_on_both_sides(
    client: FlaskClient, make: Factory, platform: Platform, user: User
) -> None:
    administrator = make.user(role="admin")
    headers = make.headers(administrator)
    for _ in range(2):
        answer = client.patch(f"/api/v1/admin/users/{user.id}", json={"role": "support"}, headers=headers)
        assert (answer.status_code, answer.get_json()["data"]["role"]) == (200, "support")
    # What changed nothing is not told.
    for user_id in (administrator.id, user.id):
        (entry,) = audit_of(platform, user_id, "admin.changed_user")
        assert entry.changes == {"role": ["user", "support"]}
    assert client.get("/api/v1/admin/users", headers=make.headers(user)).status_code == 200


@pytest.mark.parametrize("body", [{}, {"role": "root"}, {"email_verified": True}, {"is_active": "perhaps"}])
def test_what_cannot_be_set_is_refused(
    client: FlaskClient, admin: dict[str, str], user: User, body: dict[str, Any]
) -> None:
    answer = client.patch(f"/api/v1/admin/users/{user.id}", json=body, headers=admin)
    assert answer.status_code == 422, json.dumps(body)


def test_nobody_changes_their_own_account_and_the_last_administrator_stays(
    client: FlaskClient, make: Factory, platform: Platform
) -> None:
    last = make.user(role="admin")
    headers = make.headers(last)
    for body in ({"role": "user"}, {"is_active": False}):
        assert client.patch(f"/api/v1/admin/users/{last.id}", json=body, headers=headers).status_code == 409
        # As it would be when two take the role from each other at once: the second finds nobody else left.
        with pytest.raises(LastAdministrator), platform.database.across_tenants("test") as session:
            change_user(session, platform.clock, make.user().id, last.id, body)
    assert client.get("/api/v1/admin/users", headers=headers).status_code == 200
    other = make.user(role="admin")
    answer = client.patch(f"/api/v1/admin/users/{other.id}", json={"role": "user"}, headers=headers)
    assert answer.status_code == 200


def test_an_account_that_its_owner_deleted_is_not_brought_back(
    client: FlaskClient, make: Factory, platform: Platform, admin: dict[str, str]
) -> None:
    gone = make.user(is_active=False, deleted_at=platform.clock.now())
    answer = client.patch(f"/api/v1/admin/users/{gone.id}", json={"is_active": True}, headers=admin)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "CONFLICT")
    (row,) = listed(client, admin, f"search={gone.email}")
    assert (row["is_active"], row["deleted_at"] is None) == (False, False)
    with platform.database.across_tenants("test") as session:
        assert not session.get_one(User, gone.id).is_active


def test_an_account_that_is_not_there(client: FlaskClient, admin: dict[str, str]) -> None:
    for answer in (
        client.get(f"/api/v1/admin/users/{new_id()}", headers=admin),
        client.patch(f"/api/v1/admin/users/{new_id()}", json={"role": "user"}, headers=admin),
        client.post(f"/api/v1/admin/bots/{new_id()}/stop", json={"reason": "Test"}, headers=admin),
    ):
        assert (answer.status_code, answer.get_json()["code"]) == (404, "NOT_FOUND")
