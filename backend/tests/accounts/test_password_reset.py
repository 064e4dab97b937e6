"""A forgotten password: the letter, the new password, ended logins, and frozen keys."""

from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from backend.accounts.models import User
from backend.accounts.password_reset import set_by_operator
from backend.bots.models import TradingBot
from backend.foundation.clock import FixedClock
from backend.foundation.errors import NotFound
from backend.foundation.platform import Platform
from backend.tests.accounts.conftest import NEW_PASSWORD, PostOffice
from backend.tests.factories import PASSWORD, Factory
from backend.tests.mail_server import text_of

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def forgot(client: FlaskClient, email: str) -> Any:
    return client.post("/api/v1/auth/password/forgot", json={"email": email})


def reset(client: FlaskClient, token: str, password: str = NEW_PASSWORD) -> Any:
    return client.post("/api/v1/auth/password/reset", json={"token": token, "new_password": password})


def log_in(client: FlaskClient, email: str, password: str) -> Any:
    return client.post("/api/v1/auth/login", json={"email": email, "password": password})


def reset_by_letter(client: FlaskClient, post: PostOffice, user: User) -> None:
    assert forgot(client, user.email).status_code == 204
    assert reset(client, post.deliver().token(user.email, "Set a new password")).status_code == 204


def test_a_letter_sets_a_new_password_and_ends_every_login(
    mail_client: FlaskClient, post: PostOffice, make: Factory
) -> None:
    user = make.user()
    login = log_in(mail_client, user.email, PASSWORD).get_json()["data"]["access_token"]
    assert forgot(mail_client, user.email.upper()).status_code == 204
    token = post.deliver().token(user.email, "Set a new password")
    assert reset(mail_client, token, "short").status_code == 422
    assert reset(mail_client, token).status_code == 204
    assert mail_client.get("/api/v1/users/me", headers={"Authorization": f"Bearer {login}"}).status_code == 401
    assert mail_client.post("/api/v1/auth/refresh").status_code == 401
    assert log_in(mail_client, user.email, PASSWORD).status_code == 401
    assert log_in(mail_client, user.email, NEW_PASSWORD).status_code == 200
    assert "was set anew" in text_of(post.deliver().newest(user.email, "was reset"))


def test_a_link_is_good_once_and_for_an_hour(
    mail_client: FlaskClient, post: PostOffice, make: Factory, clock: FixedClock
) -> None:
    user = make.user()
    reset_by_letter(mail_client, post, user)
    spent = post.mailbox.token(user.email, "Set a new password")
    assert reset(mail_client, spent, "Third-horse-3!").status_code == 422
    forgot(mail_client, user.email)
    late = post.deliver().token(user.email, "Set a new password")
    clock.moment += timedelta(hours=1)
    assert reset(mail_client, late).status_code == 422
    assert log_in(mail_client, user.email, NEW_PASSWORD).status_code == 200


def test_nobody_learns_who_has_an_account(mail_client: FlaskClient, post: PostOffice, make: Factory) -> None:
    known, gone = make.user(), make.user(is_active=False)
    answers = [forgot(mail_client, email) for email in (known.email, gone.email, "nobody@example.com")]
    assert [(one.status_code, one.get_data()) for one in answers] == [(204, b"")] * 3
    assert {mail["To"] for mail in post.deliver().mails} == {known.email}


def test_a_link_for_another_purpose_sets_no_password(mail_client: FlaskClient, post: PostOffice, make: Factory) -> None:
    user = make.user()
    body = {"new_email": "ada@new.example.com", "current_password": PASSWORD}
    mail_client.put("/api/v1/users/me/email", json=body, headers=make.headers(user))
    assert reset(mail_client, post.deliver().token("ada@new.example.com", "Confirm")).status_code == 422
    assert log_in(mail_client, user.email, PASSWORD).status_code == 200


def test_without_mail_it_says_so(client: FlaskClient, make: Factory) -> None:
    answer = forgot(client, make.user().email)
    assert (answer.status_code, answer.get_json()["code"]) == (503, "DEPENDENCY_UNAVAILABLE")
    assert "operator" in answer.get_json()["error"]


@pytest.fixture
def trader(make: Factory, platform: Platform) -> User:
    """Somebody with a second factor, a key, a live bot that runs, and a paper bot that runs."""
    user = make.user(
        mfa_secret_enc=platform.vault.encrypt(SECRET), mfa_confirmed_at=platform.clock.now() - timedelta(days=30)
    )
    key = make.api_key(user.id)
    make.bot(user.id, name="live", status="running", is_paper_trading=False, api_key_id=key.id)
    make.bot(user.id, name="paper", status="running")
    return user


def statuses(platform: Platform, user: User) -> dict[str, str]:
    with platform.database.across_tenants("test") as session:
        rows = session.scalars(select(TradingBot).where(TradingBot.user_id == user.id)).all()
        return {bot.name: bot.status for bot in rows}


def keys_of(client: FlaskClient, headers: dict[str, str]) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.get("/api/v1/api-keys", headers=headers).get_json()["data"]["items"]
    return items


def test_keys_are_frozen_for_a_day_and_live_bots_buy_nothing(
    mail_client: FlaskClient, post: PostOffice, make: Factory, trader: User, clock: FixedClock
) -> None:
    reset_by_letter(mail_client, post, trader)
    headers = make.headers(trader)
    assert statuses(post.platform, trader) == {"live": "paused", "paper": "running"}
    (key,) = keys_of(mail_client, headers)
    assert key["frozen_until"] == "2026-03-03T12:00:00Z"
    live = next(
        bot
        for bot in mail_client.get("/api/v1/bots", headers=headers).get_json()["data"]["items"]
        if bot["name"] == "live"
    )
    refused = mail_client.post(f"/api/v1/bots/{live['id']}/resume", headers=headers)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "KEY_FROZEN")
    assert "2026-03-03 12:00 UTC" in refused.get_json()["error"]
    clock.moment += timedelta(hours=24)
    assert mail_client.post(f"/api/v1/bots/{live['id']}/resume", headers=make.headers(trader)).status_code == 200
    assert "frozen until 2026-03-03 12:00 UTC" in text_of(post.deliver().newest(trader.email, "was reset"))


def test_a_code_of_the_old_authenticator_ends_the_freeze(
    mail_client: FlaskClient, post: PostOffice, make: Factory, trader: User, clock: FixedClock
) -> None:
    reset_by_letter(mail_client, post, trader)
    headers = make.headers(trader)
    wrong = mail_client.post("/api/v1/api-keys/unfreeze", json={"code": "000000"}, headers=headers)
    assert (wrong.status_code, wrong.get_json()["details"][0]["field"]) == (422, "code")
    code = pyotp.TOTP(SECRET).at(clock.now())
    assert mail_client.post("/api/v1/api-keys/unfreeze", json={"code": code}, headers=headers).status_code == 204
    assert keys_of(mail_client, headers)[0]["frozen_until"] is None
    again = mail_client.post("/api/v1/api-keys/unfreeze", json={"code": code}, headers=headers)
    assert again.status_code == 409


def test_an_authenticator_that_came_after_the_reset_ends_nothing(
    mail_client: FlaskClient, post: PostOffice, make: Factory, platform: Platform, clock: FixedClock
) -> None:
    user = make.user()
    make.api_key(user.id)
    reset_by_letter(mail_client, post, user)
    headers = make.headers(user)
    clock.moment += timedelta(minutes=1)
    enrolled = mail_client.post(
        "/api/v1/users/me/mfa/enrol", json={"current_password": NEW_PASSWORD}, headers=headers
    ).get_json()["data"]
    totp = pyotp.TOTP(enrolled["secret"])
    confirm = {"code": totp.at(clock.now())}
    assert mail_client.post("/api/v1/users/me/mfa/confirm", json=confirm, headers=headers).status_code == 200
    clock.moment += timedelta(minutes=1)
    code = {"code": totp.at(clock.now())}
    refused = mail_client.post("/api/v1/api-keys/unfreeze", json=code, headers=headers)
    assert (refused.status_code, "before the password was reset" in refused.get_json()["error"]) == (403, True)


def test_an_operator_sets_a_password_where_no_mail_is_sent(client: FlaskClient, app: Flask, make: Factory) -> None:
    user = make.user()
    with app.app_context(), app.extensions["tradefleet"].database.across_tenants("test") as session:
        with pytest.raises(NotFound, match="no account"):
            set_by_operator(session, app.extensions["tradefleet"].clock, "x@example.com", NEW_PASSWORD, ())
        assert set_by_operator(session, app.extensions["tradefleet"].clock, user.email, NEW_PASSWORD, ()) == []
    assert log_in(client, user.email, NEW_PASSWORD).status_code == 200
