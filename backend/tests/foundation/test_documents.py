"""The API document is complete, and the envelope is the same everywhere."""

import re

from flask.testing import FlaskClient

from backend.foundation.ids import new_id


def test_document_resolves_and_describes_every_route(client: FlaskClient) -> None:
    document = client.get("/api/v1/swagger.json").get_json()
    references = set(re.findall(r"#/definitions/(\w+)", str(document)))
    assert references <= document["definitions"].keys()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method == "parameters":
                continue
            codes = operation["responses"].keys()
            assert "default" in codes, (method, path)
            success = next(code for code in codes if code != "default")
            assert success == "204" or "schema" in operation["responses"][success], (method, path)


def test_amounts_are_text_in_the_document(client: FlaskClient) -> None:
    bot = client.get("/api/v1/swagger.json").get_json()["definitions"]["NewBot"]
    assert bot["properties"]["base_amount"] == {"type": "string", "format": "decimal"}


def test_swagger_page_is_served(client: FlaskClient) -> None:
    assert "swagger" in client.get("/api/v1/docs").text.lower()


def test_unknown_address_and_method_answer_in_the_envelope(client: FlaskClient) -> None:
    missing = client.get("/api/v1/nothing")
    assert (missing.status_code, missing.get_json()["code"]) == (404, "NOT_FOUND")
    method = client.delete("/api/v1/auth/login")
    assert (method.status_code, method.get_json()["success"]) == (405, False)


def test_request_id_is_taken_over_when_it_is_harmless(client: FlaskClient) -> None:
    assert client.get("/health", headers={"X-Request-ID": "abc-1"}).headers["X-Request-ID"] == "abc-1"
    assert client.get("/health", headers={"X-Request-ID": "a b<script>"}).headers["X-Request-ID"] != "a b<script>"


def test_ids_sort_by_time() -> None:
    ids = [new_id() for _ in range(100)]
    assert ids == sorted(ids)
    assert {one.version for one in ids} == {7}
