"""The document says all of every route: what it takes, answers and refuses, who may ask, with examples."""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend.accounts.scopes import LOGIN_ONLY, SCOPES
from backend.foundation.documented_errors import errors_of
from backend.tests.factories import Factory
from backend.tests.operations.test_tenant_walk import routes

OPEN = {
    "/auth/login",
    "/auth/logout",
    "/auth/refresh",
    "/auth/register",
    "/hooks/signals/{token}",
}
"""The routes that need no login, as far as they are known here; whoever opens one more has to say so."""
NEEDY = ("/api-keys", "/backtests", "/optimizations")
METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    """The document as the platform serves it."""
    found: dict[str, Any] = client.get("/api/v1/swagger.json").get_json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Address, method and what is said of it."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def as_json_schema(part: Any) -> Any:
    """The part as JSON Schema says it: what may be null is one of two things."""
    if isinstance(part, list):
        return [as_json_schema(one) for one in part]
    if not isinstance(part, dict):
        return part
    plain = {name: as_json_schema(one) for name, one in part.items() if name not in {"x-nullable", "example"}}
    return {"anyOf": [plain, {"type": "null"}]} if part.get("x-nullable") is True else plain


def schema_of(parameter: dict[str, Any]) -> dict[str, Any]:
    """What JSON Schema understands of a parameter."""
    told = ("type", "enum", "minimum", "maximum", "minLength", "maxLength", "items")
    return {name: part for name, part in parameter.items() if name in told}


def test_every_route_is_in_the_document_with_all_there_is_to_say(app: Flask, document: dict[str, Any]) -> None:
    routed = {(route.path, route.method.lower()) for route in routes(app) if route.path != "/swagger.json"}
    assert {(path, method) for path, method, _ in operations(document)} == routed
    for path, method, operation in operations(document):
        place = f"{method.upper()} {path}"
        assert operation.get("summary"), f"{place} has no docstring"
        assert operation["x-rate-limit"], place
        if operation["security"]:
            assert operation["x-scope"], f"{place} names no scope"
        else:
            assert path in OPEN or path.startswith("/auth/"), f"{place} lets everybody in"
        success = {code: answer for code, answer in operation["responses"].items() if code.startswith("2")}
        assert success, place
        for code, answer in success.items():
            assert code == "204" or "schema" in answer, f"{place} does not say what it answers"
        arguments = re.findall(r"{(\w+)}", path)
        assert [one["name"] for one in document["paths"][path].get("parameters", ())] == arguments, place


def test_scopes_are_those_that_there_are(document: dict[str, Any]) -> None:
    used = {operation["x-scope"] for _, _, operation in operations(document) if "x-scope" in operation}
    assert {*SCOPES, LOGIN_ONLY} - used == set()
    for scope in used:
        assert re.fullmatch(r"[a-z]+(:[a-z]+)?", scope), scope


def test_every_error_that_a_route_declares_is_described_with_an_example(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        refused = {code: answer for code, answer in operation["responses"].items() if not code.startswith("2")}
        expected = {"429", "500", "503"}
        if operation["security"]:
            expected |= {"401", "403"}
        if "{" in path:
            expected.add("404")
        if any(one["in"] in {"query", "body"} for one in operation["parameters"]):
            expected |= {"400", "422"}
        assert expected <= refused.keys(), (method, path)
        for answer in refused.values():
            described = document["responses"][answer["$ref"].rsplit("/", 1)[1]]
            assert described["description"]
            assert described["schema"] == {"$ref": "#/definitions/ErrorAnswer"}
            shape = jsonschema_rs.Draft4Validator(as_json_schema(document["definitions"]["ErrorAnswer"]))
            shape.validate(described["examples"]["application/json"])


def test_every_body_and_answer_has_an_example_that_it_allows(document: dict[str, Any]) -> None:
    plain = as_json_schema(document["definitions"])
    needed = set()
    for _, _, operation in operations(document):
        needed |= {one["schema"]["$ref"] for one in operation["parameters"] if one["in"] == "body"}
        needed |= {one["schema"]["$ref"] for one in operation["responses"].values() if "$ref" in one.get("schema", {})}
    assert len(needed) > 80
    for reference in needed:
        definition = document["definitions"][reference.rsplit("/", 1)[1]]
        checker = jsonschema_rs.Draft4Validator({"$ref": reference, "definitions": plain})
        wrong = [
            f"{'.'.join(map(str, one.instance_path))}: {one.message}"
            for one in checker.iter_errors(definition["example"])
        ]
        assert wrong == [], reference
    for path, method, operation in operations(document):
        for one in (*operation["parameters"], *document["paths"][path].get("parameters", ())):
            if one["in"] in {"query", "path"}:
                jsonschema_rs.Draft4Validator(schema_of(one)).validate(one["x-example"])
                assert one["x-example"] is not None, (method, path, one["name"])


def test_money_is_text_in_every_answer(document: dict[str, Any]) -> None:
    words = re.compile(r"(price|amount|quantity|balance|profit|fee|pnl|equity)$")
    shown = {
        f"{name}.{field}"
        for name, definition in document["definitions"].items()
        for field, schema in definition.get("properties", {}).items()
        if words.search(field) and schema.get("type") in {"number", "integer"}
    }
    # Rates, not money.
    assert shown == {"Exchange.maker_fee", "Exchange.taker_fee"}


def test_what_was_created_is_linked_to_its_own_routes(document: dict[str, Any]) -> None:
    links = document["paths"]["/bots"]["post"]["responses"]["201"]["x-links"]
    assert {"get_one_bot", "post_start_bot", "get_bot_trades", "delete_one_bot"} <= links.keys()
    assert links["get_one_bot"]["parameters"] == {"bot_id": "$response.body#/data/id"}


def test_what_an_example_creates_is_found_by_its_links(
    client: FlaskClient, document: dict[str, Any], make: Factory
) -> None:
    places = {one["operationId"]: (path, method, one) for path, method, one in operations(document)}
    created, followed = set(), 0
    for path, method, operation in operations(document):
        links = operation["responses"].get("201", {}).get("x-links", {})
        body = next((one["schema"]["$ref"] for one in operation["parameters"] if one["in"] == "body"), None)
        if method != "post" or not links or body is None:
            continue
        headers = make.headers(make.user())
        example = document["definitions"][body.rsplit("/", 1)[1]]["example"]
        answer = client.post(f"/api/v1{path}", json=example, headers=headers)
        if answer.status_code != 201:
            # What needs stored candles, or a key that an exchange knows, is refused for want of them.
            assert (answer.status_code, path) in {(422, one) for one in NEEDY}, answer.get_json()
            continue
        created.add(path)
        own = answer.get_json()["data"]["id"]
        for link in sorted(links, key=lambda name: ("get", "post", "patch", "delete").index(places[name][1])):
            address, how, told = places[link]
            address = re.sub(r"{\w+}", own, address)
            found = client.open(f"/api/v1{address}", method=how, headers=headers, json={} if how != "get" else None)
            assert str(found.status_code) in told["responses"], (link, found.get_data(as_text=True))
            assert found.status_code not in {404, 500, 503}, (link, found.get_data(as_text=True))
            followed += 1
    assert created >= {"/bots", "/access-tokens", "/candles/downloads"}
    assert followed > 20


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b"{}{}", b"[" * 5000])
def test_what_is_no_json_object_is_malformed_wherever_a_body_is_read(
    client: FlaskClient, document: dict[str, Any], make: Factory, body: bytes
) -> None:
    headers, asked = make.headers(make.user(role="admin")), 0
    for path, method, operation in operations(document):
        if not any(one["in"] == "body" for one in operation["parameters"]):
            continue
        address = "/api/v1" + re.sub(r"{\w+}", "01957a3e-5b1c-7c42-9f0d-2d1f8e7a6b30", path)
        answer = client.open(address, method=method, data=body, content_type="application/json", headers=headers)
        assert (answer.status_code, answer.get_json()["code"]) == (400, "MALFORMED_REQUEST"), (method, path)
        asked += 1
    assert asked > 20


def test_errors_follow_from_what_a_route_declares() -> None:
    plain = errors_of("/things", "get", {})
    assert plain.keys() == {"429", "500", "503"}
    one = errors_of("/things/{thing_id}", "delete", {"secured": True, "has_uuids_only": True})
    assert one.keys() == {"401", "403", "404", "409", "429", "500", "503"}
    told = errors_of("/things", "post", {"secured": True, "body": object, "refusals": frozenset({404})})
    assert told.keys() == {"400", "401", "403", "404", "409", "413", "422", "429", "500", "503"}
