"""Guesses by the thousand: refused per address and per account, in any time zone, without telling who is here."""

import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient

from backend.accounts.models import User
from backend.accounts.passwords import hash_password
from backend.app import create_app
from backend.foundation.clock import FixedClock
from backend.foundation.platform import Platform
from backend.tests.factories import PASSWORD, Factory

GUESSES = 1000
HOME = "198.51.100.7"


def guarded(platform: Platform, **changes: Any) -> FlaskClient:
    """A client of an application with the limits that it has outside tests."""
    defaults = {
        name: type(platform.settings).model_fields[name].default for name in ("rate_limit_page", "rate_limit_auth")
    }
    settings = platform.settings.model_copy(update={**defaults, **changes})
    return create_app(settings, replace(platform, settings=settings)).test_client()


def log_in(client: FlaskClient, email: str, password: str, address: str, **headers: str) -> Any:
    body = {"email": email, "password": password}
    return client.post("/api/v1/auth/login", json=body, environ_base={"REMOTE_ADDR": address}, headers=headers)


@pytest.fixture
def user(make: Factory) -> User:
    return make.user()


def test_a_thousand_guesses_from_two_hundred_addresses_do_not_get_in(platform: Platform, user: User) -> None:
    client = guarded(platform)
    assert log_in(client, user.email, PASSWORD, HOME).status_code == 200
    seen: Counter[int] = Counter()
    for number in range(GUESSES):
        # The right password is among them.
        password = PASSWORD if number == GUESSES // 2 else f"Guess-number-{number}"
        seen[log_in(client, user.email, password, f"203.0.113.{number % 200}").status_code] += 1
    # Ten failures a quarter of an hour; twenty where a quarter ended meanwhile.
    assert seen[401] <= 20
    assert seen.keys() == {401, 429}
    # The owner was here before, and is not locked out.
    assert log_in(client, user.email, PASSWORD, HOME).status_code == 200


@pytest.mark.parametrize("forwarded", [False, True], ids=["plain", "with forwarded addresses"])
def test_a_thousand_guesses_from_one_address_are_few(platform: Platform, make: Factory, forwarded: bool) -> None:
    """One password at many accounts: none of them has many failures, their address has."""
    client = guarded(platform)
    began, seen = time.monotonic(), Counter[int]()
    for number in range(GUESSES):
        claimed = {"X-Forwarded-For": f"192.0.2.{number % 250}", "X-Real-IP": f"192.0.2.{number % 250}"}
        answer = log_in(
            client, f"somebody{number}@example.com", "Summer-2026!", "203.0.113.9", **(claimed if forwarded else {})
        )
        seen[answer.status_code] += 1
    minutes = (time.monotonic() - began) / 60
    assert seen[401] <= 5 * (minutes + 2)
    assert seen[401] + seen[429] == GUESSES
    # Who comes from elsewhere is not concerned.
    assert log_in(client, make.user().email, PASSWORD, HOME).status_code == 200


def test_behind_a_configured_proxy_each_address_is_counted_for_itself(platform: Platform) -> None:
    client = guarded(platform, trusted_proxies=("127.0.0.0/8",))

    def guess(forwarded: str) -> int:
        headers = {"X-Forwarded-For": forwarded}
        status: int = log_in(client, f"{forwarded[:3]}@example.com", "Wrong-1!", "127.0.0.1", **headers).status_code
        return status

    first = [guess("203.0.113.1") for _ in range(11)]
    assert first[:5] == [401] * 5
    assert 429 in first
    assert guess("198.51.100.1") == 401
    # The proxy adds whom it saw at the end; what comes before, anybody may have written.
    assert guess("192.0.2.77, 203.0.113.1") == 429


@pytest.fixture(params=["UTC", "Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kathmandu"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The server's local time zone, for the length of a test."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def test_waiting_times_and_tokens_are_the_same_in_every_time_zone(
    platform: Platform, make: Factory, user: User, zone: str, clock: FixedClock
) -> None:
    client = guarded(platform)
    # A few more than are allowed: a new quarter of an hour, or minute, may begin meanwhile.
    guesses = [log_in(client, user.email, "Wrong-horse-1", f"203.0.113.{number}") for number in range(21)]
    account = next(one for one in guesses if one.status_code == 429)
    assert 1 <= int(account.headers["Retry-After"]) <= 900
    guesses = [log_in(client, "nobody@example.com", "Wrong-horse-1", "203.0.113.250") for _ in range(11)]
    address = next(one for one in guesses if one.status_code == 429)
    assert 1 <= int(address.headers["Retry-After"]) <= 60
    login = log_in(client, make.user().email, PASSWORD, HOME)
    token = login.get_json()["data"]["access_token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (claims["iat"], claims["exp"]) == (clock.now().timestamp(), clock.now().timestamp() + 900)
    headers = {"Authorization": f"Bearer {token}"}
    clock.moment += timedelta(seconds=899)
    assert client.get("/api/v1/users/me", headers=headers).status_code == 200
    clock.moment += timedelta(seconds=1)
    assert client.get("/api/v1/users/me", headers=headers).status_code == 401


def test_how_long_a_login_takes_does_not_tell_who_has_an_account(client: FlaskClient, make: Factory) -> None:
    """Without the comparison with nobody's hash, unknown addresses would be answered a hundred times sooner."""
    costly = hash_password(PASSWORD)
    make.user(email="known@example.com", password_hash=costly)
    make.user(email="gone@example.com", password_hash=costly, is_active=False)
    whose = ("known@example.com", "gone@example.com", "nobody@example.com")
    spent: dict[str, list[float]] = {email: [] for email in whose}
    for number in range(7):
        for email in whose:
            # What this thread computes, whatever else the machine does meanwhile.
            began = time.thread_time()
            assert log_in(client, email, "Wrong-horse-1", f"203.0.113.{number}").status_code == 401
            spent[email].append(time.thread_time() - began)
    known, gone, nobody = (statistics.median(spent[email]) for email in whose)
    assert 0.5 < nobody / known < 2
    assert 0.5 < gone / known < 2
    assert known > 0.02, "the hash is not a costly one, and nothing was measured"
