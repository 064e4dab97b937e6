"""Logging in with an OpenID Connect provider: a real one on loopback, with real keys."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from flask.testing import FlaskClient
from pydantic import SecretStr, ValidationError
from sqlalchemy import select

from backend.accounts.models import Identity, User
from backend.app import create_app
from backend.foundation.platform import Platform
from backend.tests.accounts.openid_provider import CLIENT, SECRET, Provider, running_provider
from backend.tests.conftest import make_settings
from backend.tests.factories import Factory

ADA = {"sub": "ada-1", "email": "ada@example.com", "email_verified": True, "preferred_username": "ada"}


@pytest.fixture(scope="module")
def one_provider() -> Iterator[Provider]:
    """One for all tests."""
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(one_provider: Provider) -> Provider:
    """The provider, where Ada has logged in."""
    one_provider.person, one_provider.changes = dict(ADA), {}
    return one_provider


@pytest.fixture
def browser(platform: Platform, provider: Provider) -> FlaskClient:
    """A browser at an application that knows the provider."""
    settings = platform.settings.model_copy(
        update={
            "oidc_issuer": provider.issuer,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SecretStr(SECRET),
            "oidc_name": "Example",
        }
    )
    return create_app(settings, replace(platform, settings=settings)).test_client()


def come(browser: FlaskClient, provider: Provider, **changes: str) -> Any:
    """There and back; returns the answer to coming back."""
    sent = browser.get("/api/v1/auth/oidc/start")
    assert sent.status_code == 302
    assert sent.headers["Location"].startswith(f"{provider.issuer}/authorize?")
    query = provider.agree(sent.headers["Location"])
    for name, value in changes.items():
        query = f"{name}={value}" if name == "error" else query.replace(provider.asked[name], value)
    return browser.get(f"/api/v1/auth/oidc/callback?{query}")


def place(answer: Any) -> str:
    """What stands behind the # of the login page that the browser is led to."""
    assert answer.status_code == 302
    address: str = answer.headers["Location"]
    assert address.startswith("http://127.0.0.1:5000/login#")
    return address.partition("#")[2]


def test_the_first_time_makes_an_account_and_the_next_finds_it(
    browser: FlaskClient, provider: Provider, platform: Platform
) -> None:
    assert browser.get("/config.json").get_json()["login_provider"] == "Example"
    for _ in range(2):
        assert place(come(browser, provider)) == "logged-in"
        data = browser.post("/api/v1/auth/refresh").get_json()["data"]
        assert (data["user"]["username"], data["user"]["email_verified"]) == ("ada", True)
    # The provider's subject counts, whatever address it tells later.
    provider.person["email"] = "countess@example.com"
    assert place(come(browser, provider)) == "logged-in"
    with platform.database.across_tenants("test") as session:
        assert len(session.scalars(select(User)).all()) == 1
        assert session.scalars(select(Identity.subject)).all() == ["ada-1"]


def test_an_account_that_is_verified_on_both_sides_is_the_same(
    browser: FlaskClient, provider: Provider, make: Factory
) -> None:
    user = make.user(email="ADA@example.com")
    assert place(come(browser, provider)) == "logged-in"
    assert browser.post("/api/v1/auth/refresh").get_json()["data"]["user"]["id"] == str(user.id)


@pytest.mark.parametrize(
    ("here", "there", "problem"),
    [
        ({"email_verified": False}, {}, "unverified-here"),
        ({}, {"email_verified": False}, "unverified-there"),
        ({}, {"email_verified": "true"}, "unverified-there"),
        ({}, {"email": None}, "unverified-there"),
        ({"is_active": False}, {}, "inactive"),
    ],
)
def test_nobody_gets_an_account_by_an_address_that_may_be_anothers(
    browser: FlaskClient,
    provider: Provider,
    make: Factory,
    here: dict[str, Any],
    there: dict[str, Any],
    problem: str,
) -> None:
    make.user(email="ada@example.com", **here)
    provider.changes = there
    assert place(come(browser, provider)) == f"problem={problem}"
    assert browser.post("/api/v1/auth/refresh").status_code == 401


def test_a_name_that_is_taken_or_useless_gets_another(browser: FlaskClient, provider: Provider, make: Factory) -> None:
    make.user(username="Ada")
    come(browser, provider)
    assert browser.post("/api/v1/auth/refresh").get_json()["data"]["user"]["username"].startswith("ada-")
    provider.person = {**ADA, "sub": "2", "email": "x@example.com", "preferred_username": "Ä/ö"}
    come(browser, provider)
    assert browser.post("/api/v1/auth/refresh").get_json()["data"]["user"]["username"].startswith("trader-")


def test_the_second_factor_is_asked_for_all_the_same(
    browser: FlaskClient, provider: Provider, platform: Platform, make: Factory
) -> None:
    make.user(
        email="ada@example.com", mfa_secret_enc=platform.vault.encrypt("A" * 32), mfa_confirmed_at=platform.clock.now()
    )
    answer = come(browser, provider)
    assert place(answer).startswith("mfa_token=ey")
    assert "tradefleet_refresh" not in str(answer.headers)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://elsewhere.example.com"},
        {"aud": "another client"},
        {"nonce": "another"},
        {"exp": 1},
        {"sub": None},
    ],
)
def test_a_token_that_is_not_for_this_login_is_refused(
    browser: FlaskClient, provider: Provider, changes: dict[str, Any]
) -> None:
    provider.changes = changes
    assert place(come(browser, provider)) == "problem=refused"


def test_another_key_another_state_and_a_refusal_there(browser: FlaskClient, provider: Provider) -> None:
    assert place(come(browser, provider, state="forged")) == "problem=refused"
    assert place(come(browser, provider, error="access_denied&error_description=<script>")) == "problem=refused"
    assert place(browser.get("/api/v1/auth/oidc/callback")) == "problem=refused"
    own, provider.key = provider.key, rsa.generate_private_key(public_exponent=65537, key_size=2048)
    try:
        assert place(come(browser, provider)) == "problem=refused"
    finally:
        provider.key = own


def test_a_code_is_spent_with_its_state(browser: FlaskClient, provider: Provider) -> None:
    sent = browser.get("/api/v1/auth/oidc/start")
    query = provider.agree(sent.headers["Location"])
    assert place(browser.get(f"/api/v1/auth/oidc/callback?{query}")) == "logged-in"
    assert place(browser.get(f"/api/v1/auth/oidc/callback?{query}")) == "problem=refused"


def test_without_a_provider_it_says_so(client: FlaskClient) -> None:
    assert client.get("/config.json").get_json()["login_provider"] is None
    for path in ("start", "callback"):
        answer = client.get(f"/api/v1/auth/oidc/{path}")
        assert (answer.status_code, "not set up" in answer.get_json()["error"]) == (503, True)


def test_half_a_provider_is_refused() -> None:
    with pytest.raises(ValidationError, match="OIDC_CLIENT_ID and OIDC_CLIENT_SECRET must be set"):
        make_settings("x", 0, oidc_issuer="https://login.example.com")
