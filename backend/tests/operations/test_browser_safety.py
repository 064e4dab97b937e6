"""What every answer tells a browser, and what the application refuses to believe or to read."""

from collections.abc import Iterator
from typing import Any

import flask
import pytest
from flask.testing import FlaskClient

from backend.app import create_app
from backend.foundation.platform import Platform
from backend.operations.browser_safety import content_security_policy
from backend.tests.conftest import make_settings


def changed(platform: Platform, **settings: Any) -> FlaskClient:
    """A client of an application with other settings."""
    return create_app(platform.settings.model_copy(update=settings), platform).test_client()


@pytest.fixture(params=["/health", "/api/v1/users/me", "/api/v1/docs", "/nowhere", "/config.json"])
def answer(client: FlaskClient, request: pytest.FixtureRequest) -> Iterator[Any]:
    given = client.get(request.param)
    yield given
    given.close()


def test_every_answer_carries_the_headers(answer: Any) -> None:
    headers = answer.headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    # Only where TLS is certain.
    assert "Strict-Transport-Security" not in headers


def test_the_policy_lets_the_page_speak_to_its_sockets() -> None:
    told = content_security_policy(make_settings("any", 0, realtime_url="https://live.example.com"))["connect-src"]
    assert told == "'self' https://live.example.com wss://live.example.com"


def test_no_page_needs_inline_script(client: FlaskClient) -> None:
    page = client.get("/api/v1/docs").get_data(as_text=True)
    assert 'data-document="/api/v1/swagger.json' in page
    assert page.count("<script") == page.count("<script src=") == 2
    start = client.get("/api/v1/docs/start.js")
    assert (start.status_code, start.mimetype) == (200, "text/javascript")


def test_tls_is_demanded_in_production_behind_a_believed_proxy(platform: Platform) -> None:
    environment = {"environment": "production", "trusted_proxies": ("127.0.0.1",)}
    headers = changed(platform, **environment).get("/health", headers={"X-Forwarded-Proto": "https"}).headers
    assert headers["Strict-Transport-Security"].startswith("max-age=15768000")


@pytest.mark.parametrize(("proxies", "seen"), [((), "127.0.0.1"), (("127.0.0.0/8",), "203.0.113.7")])
def test_forwarded_addresses_are_believed_of_configured_proxies_only(
    platform: Platform, proxies: tuple[str, ...], seen: str
) -> None:
    asking = changed(platform, trusted_proxies=proxies)
    noted: list[str | None] = []

    @asking.application.before_request
    def note() -> None:
        noted.append(flask.request.remote_addr)

    asking.get("/health", headers={"X-Forwarded-For": "203.0.113.7"})
    assert noted == [seen]


def test_other_origins_may_ask_only_where_configured(platform: Platform) -> None:
    asking = changed(platform, allowed_origins=("https://desk.example.com",))
    allowed = asking.get("/api/v1/users/me", headers={"Origin": "https://desk.example.com"}).headers
    assert allowed["Access-Control-Allow-Origin"] == "https://desk.example.com"
    assert "Access-Control-Allow-Credentials" not in allowed
    refused = asking.get("/api/v1/users/me", headers={"Origin": "https://evil.example.com"}).headers
    assert "Access-Control-Allow-Origin" not in refused


@pytest.mark.parametrize("algorithm", ["br", "gzip"])
def test_answers_are_compressed_for_those_who_read_it(client: FlaskClient, algorithm: str) -> None:
    answer = client.get("/api/v1/swagger.json", headers={"Accept-Encoding": algorithm})
    assert answer.headers["Content-Encoding"] == algorithm
    assert "Content-Encoding" not in client.get("/api/v1/swagger.json").headers


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ("[" * 100_000, 400, "20 levels"),
        ('{"email":' * 30 + "1" + "}" * 30, 400, "20 levels"),
        ('{"email": "' + "x" * (2 * 1024 * 1024) + '"}', 413, "larger than"),
        ("[1, 2]", 400, "JSON object"),
        ("nothing", 400, "not valid JSON"),
    ],
)
def test_bodies_that_are_no_request_are_refused(client: FlaskClient, body: str, status: int, said: str) -> None:
    answer = client.post("/api/v1/auth/login", data=body, content_type="application/json")
    assert answer.status_code == status
    assert said in answer.get_json()["error"]
