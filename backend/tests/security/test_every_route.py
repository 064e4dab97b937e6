"""Attacks that are tried at every route there is: broken bodies, fields that nobody may set, SQL, foreign addresses."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import RAISE, Schema, fields
from sqlalchemy import func, select

from backend.accounts.login_answers import REFRESH_COOKIE
from backend.accounts.models import User
from backend.bots.models import TradingBot
from backend.foundation.ids import new_id
from backend.foundation.platform import Platform
from backend.tests.factories import PASSWORD, Factory
from backend.tests.operations.test_tenant_walk import routes
from backend.tests.security.conftest import Operation

BROKEN: dict[str, bytes] = {
    "nothing": b"",
    "cut off": b'{"name": "x"',
    "no quotes": b"{name: 1}",
    "list": b"[1, 2]",
    "text": b'"name"',
    "number": b"7",
    "null": b"null",
    "true": b"true",
    "not UTF-8": b'{"name": "\xff\xfe"}',
    "number of 10,000 digits": b'{"name": ' + b"9" * 10_000 + b"}",
    "deep": b"[" * 100_000,
    "deep objects": b'{"a":' * 1000 + b"1" + b"}" * 1000,
    "10 MB": b'{"name": "' + b"x" * 10_000_000 + b'"}',
}
NOBODY_SETS = {
    "role": "admin",
    "user_id": "00000000-0000-7000-8000-000000000000",
    "id": "00000000-0000-7000-8000-000000000000",
    "is_active": True,
    "is_admin": True,
    "email_verified": True,
    "mfa_secret_enc": None,
    "password_hash": "x",
    "status": "running",
    "total_profit_loss": "1000000",
    "permissions": ["admin:write"],
    "subscription_plan": "elite",
    "can_withdraw": False,
    "frozen_until": None,
    "__proto__": {"role": "admin"},
}
SQL = (
    "' OR '1'='1",
    "1; DROP TABLE users; --",
    "id) UNION SELECT password_hash FROM users --",
    "created_at; SELECT pg_sleep(60)",
    "(SELECT password_hash FROM users LIMIT 1)",
    "-id DESC, (SELECT 1/0)",
    "%' --",
    "\\'; COMMIT; --",
)
TELLING = ("victim", "$2b$", "psycopg", "syntax error", "sqlalchemy")
"""Words of somebody else's rows, and of the database."""


class Administrator:
    """Somebody whom no route turns away before it reads; each of their requests is of a login of its own."""

    def __init__(self, client: FlaskClient, make: Factory) -> None:
        self._client, self._make, self._user = client, make, make.user(role="admin")

    def open(self, method: str, address: str, **body: Any) -> Any:
        """One request."""
        return self._client.open(address, method=method, headers=self._make.headers(self._user), **body)


@pytest.fixture
def administrator(client: FlaskClient, make: Factory) -> Administrator:
    """An administrator."""
    return Administrator(client, make)


@pytest.mark.parametrize("what", BROKEN)
def test_a_body_that_is_no_object_is_refused_by_every_route(
    administrator: Administrator, operations: list[Operation], what: str
) -> None:
    wrong, walked = [], 0
    for one in operations:
        if one.method == "GET" or (one.body is None and what == "10 MB"):
            continue
        answer = administrator.open(one.method, one.address(), data=BROKEN[what], content_type="application/json")
        walked += one.body is not None
        expected = {413} if what == "10 MB" else {400}
        # What reads no body has its own word on ids of nothing; what it never does is fail.
        if (answer.status_code not in expected) if one.body is not None else answer.status_code >= 500:
            wrong.append((one.method, one.path, answer.status_code, answer.get_data(as_text=True)[:200]))
        answer.close()
    assert wrong == []
    assert walked > 30


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_what_a_form_of_another_site_may_send_is_no_request(
    administrator: Administrator, operations: list[Operation], kind: str
) -> None:
    for one in operations:
        if one.body is not None:
            answer = administrator.open(one.method, one.address(), data=b'{"a": 1}', content_type=kind)
            assert answer.status_code == 400, (one.method, one.path, answer.get_json())


def test_fields_that_nobody_sets_are_refused_by_every_route(
    administrator: Administrator, operations: list[Operation]
) -> None:
    walked = 0
    for one in operations:
        if one.body is None:
            continue
        tried = {name: value for name, value in NOBODY_SETS.items() if name not in one.body}
        answer = administrator.open(one.method, one.address(), json=tried)
        told = {detail["field"]: detail["message"] for detail in answer.get_json()["details"]}
        assert answer.status_code == 422, (one.method, one.path, answer.get_json())
        for name in tried:
            assert told.get(name, told.get(f"{name}.role")) == "There is no such field.", (one.method, one.path, name)
        walked += 1
    assert walked > 30
    # Where such a name is a field, it is one on purpose.
    known = {(one.path, name) for one in operations for name in NOBODY_SETS if name in (one.body or ())}
    assert known == {("/admin/users/{user_id}", "role"), ("/admin/users/{user_id}", "is_active")}


def schemas_within(schema: Schema) -> Iterator[Schema]:
    """The schema and those of its nested fields."""
    yield schema
    for field in schema.fields.values():
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            yield from schemas_within(inner.schema)


def test_every_schema_that_reads_refuses_what_it_does_not_know(app: Flask) -> None:
    read = set()
    for rule in app.url_map.iter_rules():
        resource = getattr(app.view_functions[rule.endpoint], "view_class", None)
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}:
            document = getattr(getattr(resource, method.lower(), None), "__document__", {})
            for part in ("body", "query"):
                if part in document:
                    read |= {type(one) for one in schemas_within(document[part]()) if one.unknown != RAISE}
    assert read == set()


@pytest.mark.parametrize("status", ["running", "paused"])
def test_a_bot_at_work_does_not_change_sides(
    client: FlaskClient, make: Factory, platform: Platform, status: str
) -> None:
    user = make.user()
    key, bot = make.api_key(user.id), make.bot(user.id, status=status, started_at=platform.clock.now())
    change = {"is_paper_trading": False, "api_key_id": str(key.id)}
    answer = client.patch(f"/api/v1/bots/{bot.id}", json=change, headers=make.headers(user))
    assert (answer.status_code, answer.get_json()["code"]) == (409, "CONFLICT")
    with platform.database.across_tenants("test") as session:
        kept = session.get_one(TradingBot, bot.id)
        assert (kept.is_paper_trading, kept.api_key_id, kept.status) == (True, None, status)


def test_sql_in_arguments_and_addresses_stays_text(
    client: FlaskClient, operations: list[Operation], make: Factory, platform: Platform
) -> None:
    victim, attacker = make.user(username="victim-of-sql"), make.user()
    make.bot(victim.id, name="Bot of the victim")
    asked = 0
    for one in operations:
        places = [f"{one.address()}?{name}={{}}" for name in one.query] if one.method == "GET" else []
        names = [part[1:-1] for part in one.path.split("/") if part.startswith("{")]
        places += [one.address(**{name: "{}"}) for name in names]
        for place in places:
            for attack in SQL:
                answer = client.open(place.format(_quoted(attack)), method=one.method, headers=make.headers(attacker))
                said = answer.get_data(as_text=True)
                answer.close()
                asked += 1
                assert answer.status_code < 500, (place, attack, said)
                assert not [word for word in TELLING if word in said], (place, attack, said)
    with platform.database.across_tenants("test") as session:
        assert session.scalar(select(func.count()).select_from(User)) == 2
    assert asked > 1000


def test_sql_in_an_order_is_refused_by_administration_too(
    administrator: Administrator, operations: list[Operation]
) -> None:
    sorted_lists = [one for one in operations if "sort" in one.query and one.path.startswith("/admin/")]
    assert len(sorted_lists) >= 3
    for one in sorted_lists:
        for attack in SQL:
            answer = administrator.open("GET", f"{one.address()}?sort={_quoted(attack)}")
            assert answer.status_code == 422, (one.path, attack, answer.get_json())


def _quoted(attack: str) -> str:
    return "".join(f"%{byte:02x}" for byte in attack.encode())


def test_every_id_that_is_no_part_of_an_address_is_known_here(
    document: dict[str, Any], operations: list[Operation]
) -> None:
    """Ids in addresses are walked by the tenants' walk; those elsewhere are listed, and tested where they are."""
    definitions = document["definitions"]
    in_bodies = {
        (method, path, name)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
        for parameter in operation["parameters"]
        if parameter["in"] == "body"
        for name, field in definitions[parameter["schema"]["$ref"].rsplit("/", 1)[1]]["properties"].items()
        if "uuid" in json.dumps(field)
    }
    assert in_bodies == {
        ("post", "/bots", "api_key_id"),
        ("patch", "/bots/{bot_id}", "api_key_id"),
        ("post", "/bots/{bot_id}/promote", "api_key_id"),
        ("put", "/trading-limits", "api_key_id"),
    }
    in_queries = {
        (one.path, name)
        for one in operations
        for name in one.query
        if name.endswith("id") or name == "ids"
        if not one.path.startswith("/admin/")
    }
    assert in_queries == {
        ("/backtests/compare", "ids"),
        ("/bots/{bot_id}/promote", "api_key_id"),
        ("/drifts", "bot_id"),
        ("/orders", "bot_id"),
        ("/positions", "bot_id"),
        ("/trades", "bot_id"),
    }


def test_no_route_fetches_what_a_user_names(administrator: Administrator, operations: list[Operation]) -> None:
    """There is nothing to aim at the private network: no field takes an address, and exchanges are names of a list."""
    taken = {name for one in operations for name in (*(one.body or ()), *one.query)}
    assert not {name for name in taken for word in ("url", "uri", "host", "webhook", "callback") if word in name}
    for address in ("http://169.254.169.254/latest/meta-data", "127.0.0.1:6379", "file:///etc/passwd", "../binance"):
        for one in operations:
            if "exchange" in one.query:
                answer = administrator.open("GET", f"{one.address()}?exchange={_quoted(address)}")
                # A filter finds nothing by it.
                assert answer.status_code == 422 or answer.get_json()["data"]["items"] == [], (one.path, address)
        body = {"exchange": address, "label": "x", "api_key": "k" * 20, "api_secret": "s" * 20}
        refused = administrator.open("POST", "/api/v1/api-keys", json=body)
        assert (refused.status_code, refused.get_json()["details"][0]["field"]) == (422, "exchange")


def test_a_cookie_alone_opens_nothing_but_its_own_routes(app: Flask, client: FlaskClient, make: Factory) -> None:
    """Another site can have the browser send cookies, not the header; so no route acts on them."""
    client.post("/api/v1/auth/login", json={"email": make.user().email, "password": PASSWORD})
    cookie = client.get_cookie(REFRESH_COOKIE, path="/api/v1/auth")
    assert cookie is not None
    client.set_cookie(REFRESH_COOKIE, cookie.value)
    client.set_cookie("access_token", make.headers(make.user())["Authorization"])
    opened = set()
    for route in routes(app):
        path = route.path.replace("{exchange_id}", "binance").replace("{name}", "rsi").replace("{token}", "none")
        for argument in route.arguments:
            path = path.replace(f"{{{argument}}}", str(new_id()))
        if path in {"/auth/refresh", "/auth/logout"}:
            continue
        answer = client.open(f"/api/v1{path}", method=route.method, json={} if route.method != "GET" else None)
        if answer.status_code != 401:
            opened.add((path, answer.status_code))
        answer.close()
    # What is open to everybody reads its body, and finds nothing in it.
    assert opened == {
        ("/auth/register", 422),
        ("/auth/login", 422),
        ("/auth/mfa/verify", 422),
        ("/auth/password/forgot", 422),
        ("/auth/password/reset", 422),
        ("/auth/verify-email", 422),
        ("/hooks/signals/none", 404),
        ("/swagger.json", 200),
    }
