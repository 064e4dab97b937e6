"""Verifying an address by a letter, changing it by one, and what an unverified account may not do."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from backend.accounts.models import Letter, OneTimeLink, User
from backend.bots.models import TradingBot
from backend.foundation.clock import FixedClock
from backend.foundation.platform import Platform
from backend.tests.accounts.conftest import PostOffice
from backend.tests.factories import PASSWORD, Factory
from backend.tests.mail_server import text_of

NEW_ADDRESS = "ada@new.example.com"
KEY = {"exchange": "binance", "label": "Mine", "api_key": "k" * 20, "api_secret": "s" * 20}


def register(client: FlaskClient, email: str = "ada@example.com", username: str = "ada") -> Any:
    body = {"email": email, "username": username, "password": "Analytical-1"}
    return client.post("/api/v1/auth/register", json=body)


def verify(client: FlaskClient, token: str) -> Any:
    return client.post("/api/v1/auth/verify-email", json={"token": token})


def me(client: FlaskClient, headers: dict[str, str]) -> dict[str, Any]:
    data: dict[str, Any] = client.get("/api/v1/users/me", headers=headers).get_json()["data"]
    return data


def user_of(platform: Platform, email: str) -> User:
    with platform.database.across_tenants("test") as session:
        user = session.scalar(select(User).where(User.email == email))
        assert user is not None
        return user


def test_the_link_of_the_first_letter_verifies_the_address_once(
    mail_client: FlaskClient, post: PostOffice, make: Factory
) -> None:
    assert register(mail_client).get_json()["data"]["email_verified"] is False
    box = post.deliver()
    token = box.token("ada@example.com", "Verify")
    headers = make.headers(user_of(post.platform, "ada@example.com"))
    assert verify(mail_client, token).get_json()["data"] == {"email": "ada@example.com"}
    assert me(mail_client, headers)["email_verified"] is True
    again = verify(mail_client, token)
    assert (again.status_code, again.get_json()["details"][0]["field"]) == (422, "token")
    assert "Ask for another" in again.get_json()["error"]
    assert len(box.to("ada@example.com")) == 1
    assert post.deliver().to("ada@example.com") == box.to("ada@example.com")


def test_a_new_letter_ends_the_link_of_the_one_before_and_links_grow_old(
    mail_client: FlaskClient, post: PostOffice, make: Factory, clock: FixedClock
) -> None:
    register(mail_client)
    first = post.deliver().token("ada@example.com", "Verify")
    headers = make.headers(user_of(post.platform, "ada@example.com"))
    assert mail_client.post("/api/v1/auth/resend-verification", headers=headers).status_code == 204
    second = post.deliver().token("ada@example.com", "Verify")
    assert verify(mail_client, first).status_code == 422
    clock.moment += timedelta(days=3)
    assert verify(mail_client, second).status_code == 422


def test_a_verified_address_needs_no_letter(mail_client: FlaskClient, make: Factory) -> None:
    headers = make.headers(make.user())
    answer = mail_client.post("/api/v1/auth/resend-verification", headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "CONFLICT")


def test_without_verified_address_there_are_neither_keys_nor_live_bots(
    mail_client: FlaskClient, make: Factory, platform: Platform
) -> None:
    user = make.user(email_verified=False)
    headers = make.headers(user)
    refused = mail_client.post("/api/v1/api-keys", json=KEY, headers=headers)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "EMAIL_NOT_VERIFIED")
    assert "link in our letter" in refused.get_json()["error"]
    bot = make.bot(user.id, is_paper_trading=False, api_key_id=make.api_key(user.id).id)
    refused = mail_client.post(f"/api/v1/bots/{bot.id}/start", headers=headers)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "EMAIL_NOT_VERIFIED")
    with platform.database.across_tenants("test") as session:
        assert session.scalar(select(TradingBot.status).where(TradingBot.id == bot.id)) == "stopped"
    paper = make.bot(user.id)
    started = mail_client.post(f"/api/v1/bots/{paper.id}/start", headers=headers).get_json()
    # Whatever else may be missing here, it is not the address.
    assert started.get("code") != "EMAIL_NOT_VERIFIED"


def test_where_no_mail_is_sent_nobody_is_asked_to_verify(client: FlaskClient, make: Factory) -> None:
    headers = make.headers(make.user(email_verified=False))
    refused = client.post("/api/v1/api-keys", json={**KEY, "exchange": "nowhere"}, headers=headers)
    assert refused.get_json()["code"] != "EMAIL_NOT_VERIFIED"
    answer = client.post("/api/v1/auth/resend-verification", headers=headers)
    assert (answer.status_code, "MAIL_SERVER" in answer.get_json()["error"]) == (503, True)


def test_the_address_changes_when_the_new_one_is_confirmed(
    mail_client: FlaskClient, post: PostOffice, make: Factory
) -> None:
    user = make.user()
    headers = make.headers(user)
    body = {"new_email": NEW_ADDRESS, "current_password": PASSWORD}
    assert mail_client.put("/api/v1/users/me/email", json=body, headers=headers).status_code == 204
    box = post.deliver()
    assert NEW_ADDRESS in text_of(box.newest(user.email, "about to change"))
    assert me(mail_client, headers)["email"] == user.email
    assert verify(mail_client, box.token(NEW_ADDRESS, "Confirm")).get_json()["data"] == {"email": NEW_ADDRESS}
    assert me(mail_client, headers)["email"] == NEW_ADDRESS
    assert NEW_ADDRESS in text_of(post.deliver().newest(user.email, "was changed"))
    credentials = {"email": NEW_ADDRESS, "password": PASSWORD}
    assert mail_client.post("/api/v1/auth/login", json=credentials).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"new_email": NEW_ADDRESS, "current_password": "Wrong-horse-1"}, 422),
        ({"new_email": "no address", "current_password": PASSWORD}, 422),
        ({"new_email": "TRADER1@example.com", "current_password": PASSWORD}, 409),
        ({"new_email": "a@example.com\nBcc: b@example.com", "current_password": PASSWORD}, 422),
    ],
)
def test_an_address_is_not_changed_by_a_stranger_or_to_nonsense(
    mail_client: FlaskClient, post: PostOffice, make: Factory, body: dict[str, str], status: int
) -> None:
    headers = make.headers(make.user())
    assert mail_client.put("/api/v1/users/me/email", json=body, headers=headers).status_code == status
    assert post.deliver().mails == []


def test_an_address_of_somebody_else_is_neither_told_nor_taken(
    mail_client: FlaskClient, post: PostOffice, make: Factory
) -> None:
    other, user = make.user(), make.user()
    body = {"new_email": other.email.upper(), "current_password": PASSWORD}
    assert mail_client.put("/api/v1/users/me/email", json=body, headers=make.headers(user)).status_code == 204
    token = post.deliver().token(other.email.upper(), "Confirm")
    assert verify(mail_client, token).status_code == 422
    assert user_of(post.platform, user.email).id == user.id


def test_no_token_is_kept_in_plain_text(mail_client: FlaskClient, post: PostOffice, platform: Platform) -> None:
    register(mail_client)
    token = post.deliver().token("ada@example.com", "Verify")
    with platform.database.across_tenants("test") as session:
        (link,) = session.scalars(select(OneTimeLink)).all()
        (letter,) = session.scalars(select(Letter)).all()
    assert token not in f"{vars(link)} {vars(letter)}"
    assert link.token_hash


def test_a_link_of_an_address_that_has_changed_since_does_not_verify_the_new_one(
    mail_client: FlaskClient, post: PostOffice, platform: Platform
) -> None:
    register(mail_client)
    token = post.deliver().token("ada@example.com", "Verify")
    with platform.database.across_tenants("test") as session:
        session.execute(update(User).where(User.email == "ada@example.com").values(email="other@example.com"))
    assert verify(mail_client, token).status_code == 422
