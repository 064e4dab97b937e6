"""Guesses at one account's password are few, from however many addresses; its owner is not locked out."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from backend.accounts.models import User
from backend.tests.factories import PASSWORD, Factory


def log_in(client: FlaskClient, email: str, password: str, address: str) -> Any:
    body = {"email": email, "password": password}
    return client.post("/api/v1/auth/login", json=body, environ_base={"REMOTE_ADDR": address})


@pytest.fixture
def user(make: Factory) -> User:
    return make.user()


@pytest.mark.parametrize("exists", [True, False], ids=["an account", "none"])
def test_many_addresses_guess_together_in_vain(client: FlaskClient, user: User, exists: bool) -> None:
    email = user.email if exists else "nobody@example.com"
    answers = [log_in(client, email.upper(), "Wrong-horse-1", f"203.0.113.{n}") for n in range(12)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 2
    refused = answers[-1]
    assert "Too many failed log-ins" in refused.get_json()["error"]
    assert 1 <= int(refused.headers["Retry-After"]) <= 900
    # The right password does not help the guesser either: it would tell that it is right.
    assert log_in(client, email, PASSWORD, "203.0.113.200").status_code == 429


def test_the_owner_still_gets_in_from_where_they_were_before(client: FlaskClient, user: User) -> None:
    assert log_in(client, user.email, PASSWORD, "198.51.100.7").status_code == 200
    for number in range(12):
        log_in(client, user.email, "Wrong-horse-1", f"203.0.113.{number}")
    assert log_in(client, user.email, PASSWORD, "203.0.113.99").status_code == 429
    assert log_in(client, user.email, PASSWORD, "198.51.100.7").status_code == 200


def test_a_known_address_may_not_guess_for_ever(client: FlaskClient, user: User) -> None:
    log_in(client, user.email, PASSWORD, "198.51.100.7")
    answers = [log_in(client, user.email, "Wrong-horse-1", "198.51.100.7").status_code for _ in range(21)]
    assert answers == [401] * 20 + [429]


def test_other_accounts_are_not_concerned(client: FlaskClient, user: User, make: Factory) -> None:
    for number in range(12):
        log_in(client, user.email, "Wrong-horse-1", f"203.0.113.{number}")
    assert log_in(client, make.user().email, PASSWORD, "203.0.113.1").status_code == 200
