"""Where a user is logged in, ending logins, a new password, and requests that another site has a browser send."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from backend.accounts.devices import device_words
from backend.tests.factories import PASSWORD, Factory

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
NEW_PASSWORD = "Another-horse-2"


def log_in(client: FlaskClient, email: str, agent: str = "curl/8.5", password: str = PASSWORD) -> Any:
    client.delete_cookie("tradefleet_refresh", path="/api/v1/auth")
    return client.post("/api/v1/auth/login", json={"email": email, "password": password}, headers={"User-Agent": agent})


def bearing(login: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {login.get_json()['data']['access_token']}"}


def test_logins_are_listed_and_ended_one_by_one(client: FlaskClient, make: Factory) -> None:
    user = make.user()
    phone, here = log_in(client, user.email, FIREFOX), log_in(client, user.email)
    listed = client.get("/api/v1/users/me/sessions", headers=bearing(here)).get_json()["data"]
    assert {(row["device"], row["is_current"]) for row in listed} == {("Firefox on Linux", False), ("curl 8.5", True)}
    other = next(row["id"] for row in listed if not row["is_current"])
    assert client.delete(f"/api/v1/users/me/sessions/{other}", headers=bearing(here)).status_code == 204
    assert client.get("/api/v1/users/me", headers=bearing(phone)).status_code == 401
    assert client.get("/api/v1/users/me", headers=bearing(here)).status_code == 200
    assert client.delete(f"/api/v1/users/me/sessions/{other}", headers=bearing(here)).status_code == 404


def test_nobody_ends_somebody_elses_login(client: FlaskClient, make: Factory) -> None:
    mine, theirs = log_in(client, make.user().email), log_in(client, make.user().email)
    (row,) = client.get("/api/v1/users/me/sessions", headers=bearing(theirs)).get_json()["data"]
    assert client.delete(f"/api/v1/users/me/sessions/{row['id']}", headers=bearing(mine)).status_code == 404
    assert client.get("/api/v1/users/me", headers=bearing(theirs)).status_code == 200


def test_logging_out_everywhere_else(client: FlaskClient, make: Factory) -> None:
    user = make.user()
    others, here = [log_in(client, user.email) for _ in range(2)], log_in(client, user.email)
    assert client.delete("/api/v1/users/me/sessions", headers=bearing(here)).status_code == 204
    assert [client.get("/api/v1/users/me", headers=bearing(one)).status_code for one in others] == [401, 401]
    assert len(client.get("/api/v1/users/me/sessions", headers=bearing(here)).get_json()["data"]) == 1


def test_a_new_password_ends_the_other_logins(client: FlaskClient, make: Factory) -> None:
    user = make.user()
    other, here = log_in(client, user.email), log_in(client, user.email)
    change = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert client.put("/api/v1/users/me/password", json=change, headers=bearing(here)).status_code == 204
    assert client.get("/api/v1/users/me", headers=bearing(other)).status_code == 401
    assert client.get("/api/v1/users/me", headers=bearing(here)).status_code == 200
    assert log_in(client, user.email).status_code == 401
    assert log_in(client, user.email, password=NEW_PASSWORD).status_code == 200


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"current_password": "Wrong-horse-1"}, "current_password", "not your present password"),
        ({"new_password": "short"}, "new_password", "at least 8 characters"),
    ],
)
def test_a_password_is_not_changed_without_the_present_one_or_for_a_weak_one(
    client: FlaskClient, make: Factory, change: dict[str, str], field: str, words: str
) -> None:
    user = make.user()
    here = log_in(client, user.email)
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD, **change}
    refused = client.put("/api/v1/users/me/password", json=body, headers=bearing(here))
    assert (refused.status_code, refused.get_json()["details"][0]["field"]) == (422, field)
    assert words in refused.get_json()["error"]
    assert log_in(client, user.email).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "https://evil.example.com"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_another_site_cannot_have_the_cookie_renewed(
    client: FlaskClient, make: Factory, headers: dict[str, str], status: int
) -> None:
    log_in(client, make.user().email)
    assert client.post("/api/v1/auth/refresh", headers=headers).status_code == status
    if status == 403:
        assert client.post("/api/v1/auth/logout", headers=headers).status_code == 403
        assert client.post("/api/v1/auth/refresh").status_code == 200


WEBKIT = "AppleWebKit/605.1.15"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (None, "Unknown device"),
        (FIREFOX, "Firefox on Linux"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/128.0 Safari/537.36 Edg/128.0", "Edge on Windows"),
        (f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {WEBKIT} CriOS/128.0", "Chrome on iPhone"),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) {WEBKIT} Version/17.5 Safari/605.1.15", "Safari on macOS"),
        ("python-requests/2.32.3", "python-requests 2.32.3"),
    ],
    ids=["none", "firefox", "edge", "chrome", "safari", "script"],
)
def test_devices_in_words(agent: str | None, words: str) -> None:
    assert device_words(agent) == words
