"""The command that makes administrators."""

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from backend.accounts.models import User
from backend.cli import create_admin
from backend.foundation.audit import AuditEntry
from backend.foundation.platform import Platform
from backend.tests.factories import PASSWORD, Factory

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Run:
    # The database is migrated; roles belong to the whole cluster, which other test processes use at the same time.
    monkeypatch.setattr("backend.administration.command_line.migrate", lambda *_: None)
    monkeypatch.delenv("ADMIN_PASSWORD", raising=False)

    def invoke(*arguments: str, **options: Any) -> Result:
        with app.app_context():
            return CliRunner().invoke(create_admin, arguments, **options)

    return invoke


def test_an_administrator_is_made_and_logs_in(run: Run, client: FlaskClient) -> None:
    made = run("Root@example.com", input=f"{PASSWORD}\n{PASSWORD}\n")
    assert made.exit_code == 0, made.output
    assert "Root@example.com (Root) is an administrator." in made.output
    assert PASSWORD not in made.output
    login = client.post("/api/v1/auth/login", json={"email": "root@example.com", "password": PASSWORD})
    account = login.get_json()["data"]
    assert (account["user"]["role"], account["user"]["email_verified"]) == ("admin", True)
    headers = {"Authorization": f"Bearer {account['access_token']}"}
    assert client.get("/api/v1/admin/users", headers=headers).status_code == 200


def test_a_script_gives_the_password_by_the_environment(run: Run, platform: Platform) -> None:
    made = run("root@example.com", "--username", "chief", env={"ADMIN_PASSWORD": PASSWORD})
    assert made.exit_code == 0, made.output
    with platform.database.across_tenants("test") as session:
        user = session.scalars(select(User)).one()
        (entry,) = session.scalars(select(AuditEntry)).all()
    assert (user.username, user.role) == ("chief", "admin")
    assert (entry.actor, entry.changes) == ("operator", {"role": ["user", "admin"]})


def test_an_account_that_is_there_is_promoted_once(run: Run, platform: Platform, user: User) -> None:
    assert run(user.email.upper(), "--promote").exit_code == 0
    with platform.database.across_tenants("test") as session:
        assert session.get_one(User, user.id).role == "admin"
    again = run(user.email, "--promote")
    assert (again.exit_code, "is an administrator already" in again.output) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "password", "words"),
    [
        (["nonsense"], PASSWORD, "This is not an e-mail address."),
        (["root@example.com"], "short", "The password needs"),
        (["a@example.com"], PASSWORD, "3 to 30 letters"),
        (["taken@example.com", "--username", "fresh"], PASSWORD, "already taken"),
        (["nobody@example.com", "--promote"], PASSWORD, "There is no account"),
        (["gone@example.com", "--promote"], PASSWORD, "is deactivated"),
    ],
)
def test_bad_input_is_told_in_words(
    run: Run, make: Factory, platform: Platform, arguments: list[str], password: str, words: str
) -> None:
    make.user(email="taken@example.com", username="taken")
    make.user(email="gone@example.com", username="gone", is_active=False)
    refused = run(*arguments, env={"ADMIN_PASSWORD": password})
    assert refused.exit_code == 1
    assert words in refused.output
    with platform.database.across_tenants("test") as session:
        assert session.scalars(select(User.id).where(User.role == "admin")).all() == []


def test_two_passwords_that_differ_make_nobody(run: Run, platform: Platform) -> None:
    assert run("root@example.com", input=f"{PASSWORD}\nanother\n").exit_code == 1
    with platform.database.across_tenants("test") as session:
        assert session.scalars(select(User)).all() == []
