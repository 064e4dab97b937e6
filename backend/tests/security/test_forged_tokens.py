"""Tokens that were edited, signed otherwise, stolen or ended open nothing."""

import base64
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import jwt
import pytest
import redis
from flask.testing import FlaskClient

from backend.accounts.challenges import make_challenge
from backend.accounts.login_answers import REFRESH_COOKIE
from backend.accounts.tokens import REMEMBERED_SINCE
from backend.app import create_app
from backend.config import Settings
from backend.foundation.clock import FixedClock
from backend.foundation.ids import new_id
from backend.foundation.platform import Platform
from backend.tests.factories import PASSWORD, Factory

ME = "/api/v1/users/me"
SOMEBODYS_KEY = "somebody-elses-key-of-at-least-64-characters-so-that-it-is-good-for-every-hash"


def claims_of(headers: dict[str, str]) -> dict[str, Any]:
    return jwt.decode(headers["Authorization"].split()[1], options={"verify_signature": False})


def encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def forgeries(genuine: str, claims: dict[str, Any]) -> dict[str, str]:
    """Tokens as they are tried, by what is wrong with them."""
    header, payload, signature = genuine.split(".")
    admin = encoded({**claims, "permissions": ["trade", "admin:read", "admin:write"], "role": "admin"})
    own_key = {"kty": "oct", "k": base64.urlsafe_b64encode(SOMEBODYS_KEY.encode()).decode().rstrip("=")}
    return {
        "role edited": f"{header}.{admin}.{signature}",
        "other user": f"{header}.{encoded({**claims, 'user_id': str(new_id())})}.{signature}",
        "longer life": f"{header}.{encoded({**claims, 'exp': claims['exp'] + 86_400})}.{signature}",
        "none": f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{payload}.",
        "None": f"{encoded({'alg': 'None', 'typ': 'JWT'})}.{payload}.",
        "nOnE with the signature": f"{encoded({'alg': 'nOnE', 'typ': 'JWT'})}.{payload}.{signature}",
        "no algorithm": f"{encoded({'typ': 'JWT'})}.{payload}.{signature}",
        "no signature": f"{header}.{payload}.",
        "two parts": f"{header}.{payload}",
        "signature changed": f"{header}.{payload}.{signature[:-4]}AAAA",
        "wrong key": jwt.encode(claims, SOMEBODYS_KEY, "HS256"),
        "empty file as key": jwt.encode(claims, SOMEBODYS_KEY, "HS256", headers={"kid": "../../../../dev/null"}),
        "its own key": jwt.encode(claims, SOMEBODYS_KEY, "HS256", headers={"jwk": own_key}),
        "key of an address": jwt.encode(claims, SOMEBODYS_KEY, "HS256", headers={"jku": "https://evil.example.com/k"}),
    }


@pytest.mark.parametrize("what", list(forgeries("a.b.c", {"exp": 0})))
def test_a_forged_token_is_nobodys(client: FlaskClient, make: Factory, what: str) -> None:
    headers = make.headers(make.user())
    genuine = headers["Authorization"].split()[1]
    forged = forgeries(genuine, claims_of(headers))[what]
    answers = [client.get(path, headers=bearer(forged)) for path in (ME, "/api/v1/admin/users", "/api/v1/bots")]
    assert [answer.status_code for answer in answers] == [401] * 3
    assert client.get(ME, headers=headers).status_code == 200


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_no_other_algorithm_is_taken_even_with_the_right_key(
    client: FlaskClient, make: Factory, settings: Settings, algorithm: str
) -> None:
    claims = claims_of(make.headers(make.user()))
    # The key is shorter than these algorithms like, which PyJWT warns of.
    with pytest.warns(jwt.warnings.InsecureKeyLengthWarning):
        forged = jwt.encode(claims, settings.jwt_secret_key.get_secret_value(), algorithm)
    assert client.get(ME, headers=bearer(forged)).status_code == 401


def test_a_role_in_a_token_gives_nothing_even_where_the_signature_is_right(
    client: FlaskClient, make: Factory, settings: Settings
) -> None:
    claims = {**claims_of(make.headers(make.user())), "permissions": ["admin:read", "admin:write"], "role": "admin"}
    signed = jwt.encode(claims, settings.jwt_secret_key.get_secret_value(), "HS256")
    assert client.get(ME, headers=bearer(signed)).get_json()["data"]["role"] == "user"
    assert client.get("/api/v1/admin/users", headers=bearer(signed)).status_code == 403


@pytest.mark.parametrize("missing", ["exp", "iat", "jti", "user_id", "family", "email", "permissions"])
def test_a_token_without_a_claim_is_refused(
    client: FlaskClient, make: Factory, settings: Settings, missing: str
) -> None:
    claims = claims_of(make.headers(make.user()))
    del claims[missing]
    signed = jwt.encode(claims, settings.jwt_secret_key.get_secret_value(), "HS256")
    assert client.get(ME, headers=bearer(signed)).status_code == 401


def test_tokens_of_other_kinds_are_no_access_tokens(client: FlaskClient, make: Factory, platform: Platform) -> None:
    user = make.user()
    client.post("/api/v1/auth/login", json={"email": user.email, "password": PASSWORD})
    cookie = client.get_cookie(REFRESH_COOKIE, path="/api/v1/auth")
    assert cookie is not None
    for other in (cookie.value, make_challenge(platform, user), f"tf_{cookie.value}", "tf_"):
        assert client.get(ME, headers=bearer(other)).status_code == 401
    # Nor is an access token good where the others are.
    access = make.headers(user)["Authorization"].split()[1]
    client.set_cookie(REFRESH_COOKIE, access, path="/api/v1/auth")
    assert client.post("/api/v1/auth/refresh").status_code == 401
    body = {"mfa_token": access, "code": "123456"}
    assert client.post("/api/v1/auth/mfa/verify", json=body).status_code == 401


@pytest.mark.parametrize("way", ["logout", "logout-all", "sessions", "password"])
def test_however_a_login_ends_its_tokens_end_with_it(client: FlaskClient, make: Factory, way: str) -> None:
    user = make.user()
    credentials = {"email": user.email, "password": PASSWORD}
    elsewhere = client.application.test_client()
    stolen, own = (
        bearer(browser.post("/api/v1/auth/login", json=credentials).get_json()["data"]["access_token"])
        for browser in (elsewhere, client)
    )
    assert client.get(ME, headers=stolen).status_code == 200
    if way == "logout":
        assert elsewhere.post("/api/v1/auth/logout").status_code == 204
    elif way == "logout-all":
        assert client.post("/api/v1/auth/logout-all", headers=own).status_code == 204
    elif way == "sessions":
        assert client.delete(f"{ME}/sessions", headers=own).status_code == 204
    else:
        body = {"current_password": PASSWORD, "new_password": "Another-horse-2"}
        assert client.put(f"{ME}/password", json=body, headers=own).status_code == 204
    assert client.get(ME, headers=stolen).status_code == 401
    assert elsewhere.post("/api/v1/auth/refresh").status_code == 401
    assert client.get(ME, headers=own).status_code == (401 if way == "logout-all" else 200)


def test_an_ended_login_stays_ended_when_redis_forgets(
    client: FlaskClient, make: Factory, platform: Platform, clock: FixedClock
) -> None:
    credentials = {"email": make.user().email, "password": PASSWORD}
    elsewhere = client.application.test_client()
    ended, living = (
        bearer(browser.post("/api/v1/auth/login", json=credentials).get_json()["data"]["access_token"])
        for browser in (elsewhere, client)
    )
    # Redis has been up for longer than a token lives, so that its word is taken.
    assert client.get(ME, headers=living).status_code == 200
    platform.redis.set(REMEMBERED_SINCE, clock.now().timestamp() - 900)
    assert elsewhere.post("/api/v1/auth/logout").status_code == 204
    for _ in range(2):
        assert client.get(ME, headers=ended).status_code == 401
        assert client.get(ME, headers=living).status_code == 200
        # Started anew, as the private one is after each stop.
        platform.redis.flushdb()
    clock.moment += timedelta(minutes=14)
    assert client.get(ME, headers=ended).get_json()["code"] == "UNAUTHORIZED"
    assert client.get(ME, headers=living).status_code == 200


def test_an_ended_login_stays_ended_while_redis_is_down(make: Factory, platform: Platform) -> None:
    nowhere = replace(platform, redis=redis.Redis.from_url("unix:///nonexistent/redis.sock"))
    client = create_app(platform.settings, nowhere).test_client()
    credentials = {"email": make.user().email, "password": PASSWORD}
    headers = bearer(client.post("/api/v1/auth/login", json=credentials).get_json()["data"]["access_token"])
    assert client.get(ME, headers=headers).status_code == 200
    assert client.post("/api/v1/auth/logout").status_code == 204
    assert client.get(ME, headers=headers).status_code == 401


def test_a_family_dies_whichever_of_its_spent_tokens_comes_again(client: FlaskClient, make: Factory) -> None:
    user = make.user()
    client.post("/api/v1/auth/login", json={"email": user.email, "password": PASSWORD})
    spent = []
    for _ in range(3):
        cookie = client.get_cookie(REFRESH_COOKIE, path="/api/v1/auth")
        assert cookie is not None
        spent.append(cookie.value)
        newest = client.post("/api/v1/auth/refresh").get_json()["data"]["access_token"]
    other = client.application.test_client()
    other.post("/api/v1/auth/login", json={"email": user.email, "password": PASSWORD})
    thief = client.application.test_client()
    thief.set_cookie(REFRESH_COOKIE, spent[0], path="/api/v1/auth")
    assert thief.post("/api/v1/auth/refresh").status_code == 401
    assert client.post("/api/v1/auth/refresh").status_code == 401
    assert client.get(ME, headers=bearer(newest)).status_code == 401
    # Another login of the same account is another family.
    assert other.post("/api/v1/auth/refresh").status_code == 200


def test_an_access_token_ends_after_its_minutes_and_not_before(
    client: FlaskClient, make: Factory, clock: FixedClock
) -> None:
    headers = make.headers(make.user())
    clock.moment += timedelta(minutes=15) - timedelta(seconds=1)
    assert client.get(ME, headers=headers).status_code == 200
    clock.moment += timedelta(seconds=1)
    assert client.get(ME, headers=headers).get_json()["code"] == "TOKEN_EXPIRED"
