"""The API document resolves, and the envelope is the same everywhere."""

import re

from flask.testing import FlaskClient

from backend.foundation.ids import new_id


def test_document_resolves(client: FlaskClient) -> None:
    document = client.get("/api/v1/swagger.json").get_json()
    references = set(re.findall(r"#/(definitions|responses)/(\w+)", str(document)))
    assert len(references) > 100
    assert {name for place, name in references if name not in document[place]} == set()


def test_amounts_are_text_in_the_document(client: FlaskClient) -> None:
    bot = client.get("/api/v1/swagger.json").get_json()["definitions"]["NewBot"]
    amount = bot["properties"]["base_amount"]
    assert (amount["type"], amount["format"]) == ("string", "decimal")
    assert all(re.search(amount["pattern"], text) for text in ("100", "-0.25"))


def test_swagger_page_is_served(client: FlaskClient) -> None:
    assert "swagger" in client.get("/api/v1/docs").text.lower()


def test_unknown_address_and_method_answer_in_the_envelope(client: FlaskClient) -> None:
    missing = client.get("/api/v1/nothing")
    assert (missing.status_code, missing.get_json()["code"]) == (404, "NOT_FOUND")
    for refused in (client.delete("/api/v1/auth/login"), client.get("/api/v1/auth/login")):
        assert (refused.status_code, refused.get_json()["success"]) == (405, False)
        assert set(refused.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


def test_request_id_is_taken_over_when_it_is_harmless(client: FlaskClient) -> None:
    assert client.get("/health", headers={"X-Request-ID": "abc-1"}).headers["X-Request-ID"] == "abc-1"
    assert client.get("/health", headers={"X-Request-ID": "a b<script>"}).headers["X-Request-ID"] != "a b<script>"


def test_ids_sort_by_time() -> None:
    ids = [new_id() for _ in range(100)]
    assert ids == sorted(ids)
    assert {one.version for one in ids} == {7}
