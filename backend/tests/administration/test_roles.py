"""Who may do what in administration: by role, asked of the database, never by an access token."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from backend.accounts.models import User
from backend.accounts.roles import ROLE_SCOPES
from backend.accounts.scopes import SCOPES
from backend.foundation.ids import new_id
from backend.foundation.platform import Platform
from backend.tests.factories import Factory


def administration_routes(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Every route under /admin: method, address with some id, scope."""
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/api/v1/admin/"):
            continue
        address = rule.rule
        for argument in rule.arguments:
            address = address.replace(f"<uuid:{argument}>", str(new_id()))
        view: Any = app.view_functions[rule.endpoint]
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            yield method, address, getattr(view.view_class, method.lower()).__document__["scope"]


def ask(client: FlaskClient, method: str, address: str, headers: dict[str, str]) -> Any:
    return client.open(address, method=method, json={} if method != "GET" else None, headers=headers)


def set_user(platform: Platform, user_id: UUID, **values: Any) -> None:
    with platform.database.across_tenants("test") as session:
        session.execute(update(User).where(User.id == user_id).values(**values))


def test_each_role_has_its_part(app: Flask, client: FlaskClient, make: Factory) -> None:
    headers = {role: make.headers(make.user(role=role)) for role in ("user", "support", "admin")}
    scopes = set()
    for method, address, scope in administration_routes(app):
        scopes.add(scope)
        assert scope == ("admin:read" if method == "GET" else "admin:write"), address
        refused = {
            role for role, login in headers.items() if ask(client, method, address, login).status_code == 403
        }  # fmt: skip
        assert refused == ({"user"} if method == "GET" else {"user", "support"}), (method, address)
    assert scopes == set(ROLE_SCOPES)


def test_a_role_that_was_taken_is_gone_at_once_whatever_the_token_says(
    client: FlaskClient, make: Factory, platform: Platform
) -> None:
    administrator = make.user(role="admin")
    headers = make.headers(administrator)
    assert client.get("/api/v1/admin/users", headers=headers).status_code == 200
    set_user(platform, administrator.id, role="user")
    refused = client.get("/api/v1/admin/users", headers=headers)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "FORBIDDEN")
    set_user(platform, administrator.id, role="admin", is_active=False)
    assert client.get("/api/v1/admin/users", headers=headers).status_code in {401, 403}


def test_no_access_token_gets_in_however_many_scopes_it_has(
    app: Flask, client: FlaskClient, make: Factory, admin: dict[str, str]
) -> None:
    made = client.post("/api/v1/access-tokens", json={"name": "All", "scopes": list(SCOPES)}, headers=admin)
    token = {"Authorization": f"Bearer {made.get_json()['data']['token']}"}
    for method, address, _scope in administration_routes(app):
        refused = ask(client, method, address, token)
        assert refused.status_code == 403, address
        assert "Only a login" in refused.get_json()["error"]


@pytest.mark.parametrize("scope", ROLE_SCOPES)
def test_no_access_token_can_be_given_what_a_role_gives(client: FlaskClient, admin: dict[str, str], scope: str) -> None:
    refused = client.post("/api/v1/access-tokens", json={"name": "More", "scopes": [scope]}, headers=admin)
    assert refused.status_code == 422
