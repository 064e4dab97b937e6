"""Signing up, logging in, staying logged in, logging out."""

from datetime import timedelta

import jwt
import pytest
from flask.testing import FlaskClient

from backend.accounts.login_answers import REFRESH_COOKIE
from backend.foundation.clock import FixedClock
from backend.tests.factories import PASSWORD, Factory

NEW = {"email": "Ada@example.com", "username": "ada", "password": "Analytical-1"}


def test_register_answers_the_account_without_its_password(client: FlaskClient) -> None:
    answer = client.post("/api/v1/auth/register", json=NEW)
    body = answer.get_json()
    assert answer.status_code == 201
    assert body["success"] is True
    assert body["data"]["email"] == "Ada@example.com"
    assert body["data"]["subscription_plan"] == "free"
    assert body["data"]["email_verified"] is False
    assert "Analytical-1" not in answer.text
    assert "hash" not in answer.text


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("Ab1!", "8 characters"),
        ("ANALYTICAL-1", "lower-case"),
        ("analytical-1", "upper-case"),
        ("Analytical-!", "digit"),
        ("Analytical11", "symbol"),
        ("Aa1!" * 20, "72 bytes"),
    ],
)
def test_weak_password_is_refused_with_what_it_needs(client: FlaskClient, password: str, words: str) -> None:
    answer = client.post("/api/v1/auth/register", json={**NEW, "password": password})
    body = answer.get_json()
    assert answer.status_code == 422
    assert body["code"] == "VALIDATION_ERROR"
    assert body["details"][0]["field"] == "password"
    assert words in body["details"][0]["message"]


@pytest.mark.parametrize(
    ("second", "field"),
    [
        ({**NEW, "username": "grace", "email": "ADA@EXAMPLE.COM"}, "email"),
        ({**NEW, "email": "grace@example.com", "username": "ADA"}, "username"),
    ],
)
def test_taken_email_and_username_are_told_apart(client: FlaskClient, second: dict[str, str], field: str) -> None:
    client.post("/api/v1/auth/register", json=NEW)
    answer = client.post("/api/v1/auth/register", json=second)
    assert answer.status_code == 409
    assert answer.get_json()["details"][0]["field"] == field
    assert "already taken" in answer.get_json()["error"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**NEW, "email": "not-an-address"}, "email"),
        ({**NEW, "username": "a b"}, "username"),
        ({"email": "x@example.com"}, "password"),
        ({**NEW, "role": "admin"}, "role"),
    ],
)
def test_bad_registration_names_its_field(client: FlaskClient, body: dict[str, str], field: str) -> None:
    answer = client.post("/api/v1/auth/register", json=body)
    assert answer.status_code == 422
    assert field in [detail["field"] for detail in answer.get_json()["details"]]


@pytest.mark.parametrize("body", ["{not json", '"text"', "[1, 2]", "null", ""])
def test_malformed_json_is_400_with_a_sentence(client: FlaskClient, body: str) -> None:
    answer = client.post("/api/v1/auth/login", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.get_json()["code"] == "MALFORMED_REQUEST"
    assert answer.get_json()["request_id"] == answer.headers["X-Request-ID"]


def test_login_gives_a_token_with_the_claims_and_a_strict_cookie(client: FlaskClient, make: Factory) -> None:
    user = make.user()
    answer = client.post("/api/v1/auth/login", json={"email": user.email.upper(), "password": PASSWORD})
    data = answer.get_json()["data"]
    claims = jwt.decode(data["access_token"], options={"verify_signature": False})
    assert data["expires_in"] == 900
    assert claims["user_id"] == str(user.id)
    assert claims["exp"] - claims["iat"] == 900
    assert claims.keys() >= {"user_id", "email", "subscription_plan", "permissions", "iat", "exp", "jti"}
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(REFRESH_COOKIE)
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Strict", "Path=/api/v1/auth"))


@pytest.mark.parametrize("email", ["trader1@example.com", "nobody@example.com"])
def test_wrong_credentials_do_not_tell_who_exists(client: FlaskClient, make: Factory, email: str) -> None:
    make.user()
    answer = client.post("/api/v1/auth/login", json={"email": email, "password": "Wrong-password-1"})
    assert answer.status_code == 401
    assert answer.get_json()["error"] == "The e-mail address or the password is not right."


def test_refresh_rotates_and_a_spent_token_ends_the_whole_login(client: FlaskClient, make: Factory) -> None:
    user = make.user()
    client.post("/api/v1/auth/login", json={"email": user.email, "password": PASSWORD})
    stolen = client.get_cookie(REFRESH_COOKIE, path="/api/v1/auth")
    assert stolen is not None
    renewed = client.post("/api/v1/auth/refresh")
    assert renewed.status_code == 200
    token = renewed.get_json()["data"]["access_token"]
    mine = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/users/me", headers=mine).status_code == 200

    thief = client.application.test_client()
    thief.set_cookie(REFRESH_COOKIE, stolen.value, path="/api/v1/auth")
    assert thief.post("/api/v1/auth/refresh").status_code == 401
    # The owner's newer token dies with it, and so does the access token.
    assert client.post("/api/v1/auth/refresh").status_code == 401
    assert client.get("/api/v1/users/me", headers=mine).status_code == 401


def test_logout_ends_cookie_and_access_token(client: FlaskClient, make: Factory) -> None:
    user = make.user()
    login = client.post("/api/v1/auth/login", json={"email": user.email, "password": PASSWORD})
    mine = {"Authorization": f"Bearer {login.get_json()['data']['access_token']}"}
    assert client.post("/api/v1/auth/logout").status_code == 204
    assert client.get_cookie(REFRESH_COOKIE, path="/api/v1/auth") is None
    assert client.get("/api/v1/users/me", headers=mine).status_code == 401
    assert client.post("/api/v1/auth/logout").status_code == 204


def test_expired_token_is_told_from_a_wrong_one(client: FlaskClient, make: Factory, clock: FixedClock) -> None:
    headers = make.headers(make.user())
    assert client.get("/api/v1/users/me", headers=headers).status_code == 200
    clock.moment += timedelta(minutes=15)
    expired = client.get("/api/v1/users/me", headers=headers)
    assert (expired.status_code, expired.get_json()["code"]) == (401, "TOKEN_EXPIRED")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x.y.z", "Basic abc", "Bearer " + "a" * 5000])
def test_useless_authorization_is_401(client: FlaskClient, header: str) -> None:
    answer = client.get("/api/v1/users/me", headers={"Authorization": header})
    assert answer.status_code == 401


def test_token_signed_by_nobody_or_somebody_else_is_refused(client: FlaskClient, make: Factory) -> None:
    claims = jwt.decode(
        make.headers(make.user())["Authorization"].removeprefix("Bearer "), options={"verify_signature": False}
    )
    for forged in (
        jwt.encode(claims, "", algorithm="none"),
        jwt.encode(claims, "another-secret-of-at-least-32-characters!", algorithm="HS256"),
    ):
        assert client.get("/api/v1/users/me", headers={"Authorization": f"Bearer {forged}"}).status_code == 401


def test_refresh_ends_after_a_week(client: FlaskClient, make: Factory, clock: FixedClock) -> None:
    user = make.user()
    client.post("/api/v1/auth/login", json={"email": user.email, "password": PASSWORD})
    clock.moment += timedelta(days=7, seconds=1)
    # The test client, like a browser, may drop the cookie itself; the server must refuse it in any case.
    assert client.post("/api/v1/auth/refresh").status_code == 401


def test_profile_changes_only_what_may_change(client: FlaskClient, make: Factory) -> None:
    headers = make.headers(make.user())
    changed = client.patch("/api/v1/users/me", json={"first_name": "Ada", "timezone": "Europe/Berlin"}, headers=headers)
    assert changed.get_json()["data"]["timezone"] == "Europe/Berlin"
    refused = client.patch("/api/v1/users/me", json={"timezone": "Mars/Olympus"}, headers=headers)
    assert refused.status_code == 422
    assert client.patch("/api/v1/users/me", json={"email_verified": True}, headers=headers).status_code == 422
