"""Links that somebody else may have asked for end with what the owner does: a new password, a new address, the end."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from backend.foundation.clock import FixedClock
from backend.tests.accounts.conftest import NEW_PASSWORD, PostOffice
from backend.tests.factories import PASSWORD, Factory

THIEF = "thief@example.net"


def follow(client: FlaskClient, token: str) -> int:
    return client.post("/api/v1/auth/verify-email", json={"token": token}).status_code


def ask_for_change(client: FlaskClient, headers: dict[str, str]) -> None:
    body = {"new_email": THIEF, "current_password": PASSWORD}
    assert client.put("/api/v1/users/me/email", json=body, headers=headers).status_code == 204


def reset(client: FlaskClient, token: str) -> int:
    body = {"token": token, "new_password": NEW_PASSWORD}
    return client.post("/api/v1/auth/password/reset", json=body).status_code


def forgot(client: FlaskClient, email: str) -> None:
    assert client.post("/api/v1/auth/password/forgot", json={"email": email}).status_code == 204


def change_password(client: FlaskClient, post: PostOffice, user: Any, make: Factory) -> None:
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert client.put("/api/v1/users/me/password", json=body, headers=make.headers(user)).status_code == 204


def reset_password(client: FlaskClient, post: PostOffice, user: Any, _make: Factory) -> None:
    forgot(client, user.email)
    post.mailbox.refusal = None
    assert reset(client, post.deliver().token(user.email, "Set a new password")) == 204


def delete_account(client: FlaskClient, post: PostOffice, user: Any, make: Factory) -> None:
    body = {"username": user.username, "current_password": PASSWORD}
    assert client.delete("/api/v1/users/me", json=body, headers=make.headers(user)).status_code == 204


@pytest.mark.parametrize("end", [change_password, reset_password, delete_account])
def test_a_link_that_was_sent_before_is_not_good_any_more(
    mail_client: FlaskClient, post: PostOffice, make: Factory, end: Any
) -> None:
    user = make.user()
    ask_for_change(mail_client, make.headers(user))
    token = post.deliver().token(THIEF, "Confirm")
    end(mail_client, post, user, make)
    assert follow(mail_client, token) == 422


@pytest.mark.parametrize("end", [change_password, reset_password, delete_account])
def test_a_letter_that_waits_is_not_sent_any_more(
    mail_client: FlaskClient, post: PostOffice, make: Factory, clock: FixedClock, end: Any
) -> None:
    user = make.user()
    ask_for_change(mail_client, make.headers(user))
    post.mailbox.refusal = "451 Not now"
    post.deliver()
    end(mail_client, post, user, make)
    post.mailbox.refusal = None
    clock.moment += timedelta(hours=1)
    assert post.deliver().to(THIEF) == []


def test_a_reset_letter_to_an_address_that_was_given_up_sets_no_password(
    mail_client: FlaskClient, post: PostOffice, make: Factory, clock: FixedClock
) -> None:
    user = make.user()
    headers = make.headers(user)
    body = {"new_email": "new@example.com", "current_password": PASSWORD}
    mail_client.put("/api/v1/users/me/email", json=body, headers=headers)
    link = post.deliver().token("new@example.com", "Confirm")
    forgot(mail_client, user.email)
    post.mailbox.refusal = "451 Not now"
    post.deliver()
    post.mailbox.refusal = None
    assert follow(mail_client, link) == 200
    clock.moment += timedelta(hours=1)
    assert [mail for mail in post.deliver().to(user.email) if "Set a new" in mail["Subject"]] == []


def test_nobody_is_kept_out_or_flooded_by_whoever_asks_again_and_again(
    mail_client: FlaskClient, post: PostOffice, make: Factory, clock: FixedClock
) -> None:
    user = make.user()
    for _ in range(6):
        forgot(mail_client, user.email)
    box = post.deliver()
    assert len(box.to(user.email)) == 3
    assert reset(mail_client, box.token(user.email, "Set a new password")) == 204
    clock.moment += timedelta(hours=1)
    forgot(mail_client, user.email)
    assert "Set a new password" in post.deliver().to(user.email)[-1]["Subject"]
