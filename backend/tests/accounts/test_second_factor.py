"""The second factor: set up, asked for at log-in, each code once, recovery codes, turned off."""

from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from backend.accounts.models import RecoveryCode, User
from backend.foundation.clock import FixedClock
from backend.foundation.platform import Platform
from backend.tests.accounts.conftest import PostOffice
from backend.tests.factories import PASSWORD, Factory
from backend.tests.mail_server import text_of

MFA = "/api/v1/users/me/mfa"


class Authenticator:
    """A telephone: shows the code of now."""

    def __init__(self, client: FlaskClient, clock: FixedClock, headers: dict[str, str]) -> None:
        self.client, self.clock, self.headers = client, clock, headers
        enrolled = self.ask("enrol", current_password=PASSWORD)
        assert enrolled.status_code == 200
        self.enrolment: dict[str, str] = enrolled.get_json()["data"]
        self.totp = pyotp.TOTP(self.enrolment["secret"])

    def ask(self, what: str, **body: str) -> Any:
        return self.client.post(f"{MFA}/{what}", json=body, headers=self.headers)

    def code(self) -> str:
        """A code that was not used before: half a minute passes."""
        self.clock.moment += timedelta(seconds=30)
        return self.totp.at(self.clock.now())

    def turn_on(self) -> list[str]:
        codes: list[str] = self.ask("confirm", code=self.code()).get_json()["data"]["codes"]
        return codes


@pytest.fixture
def user(make: Factory) -> User:
    """Whose account it is."""
    return make.user()


@pytest.fixture
def phone(mail_client: FlaskClient, make: Factory, user: User, clock: FixedClock) -> Authenticator:
    """An authenticator that was told the secret, and is not confirmed yet."""
    return Authenticator(mail_client, clock, make.headers(user))


def log_in(client: FlaskClient, user: User) -> Any:
    return client.post("/api/v1/auth/login", json={"email": user.email, "password": PASSWORD})


def verify(client: FlaskClient, login: Any, code: str) -> Any:
    body = {"mfa_token": login.get_json()["data"]["mfa_token"], "code": code}
    return client.post("/api/v1/auth/mfa/verify", json=body)


def test_it_is_asked_for_once_it_is_confirmed(mail_client: FlaskClient, phone: Authenticator, user: User) -> None:
    assert phone.enrolment["uri"].startswith("otpauth://totp/Tradefleet:")
    assert phone.enrolment["qr_svg"].startswith("<svg")
    assert log_in(mail_client, user).status_code == 200
    wrong = phone.ask("confirm", code="000000")
    assert (wrong.status_code, wrong.get_json()["details"][0]["field"]) == (422, "code")
    assert len(set(phone.turn_on())) == 10
    mail_client.delete_cookie("tradefleet_refresh", path="/api/v1/auth")
    login = log_in(mail_client, user)
    assert (login.status_code, "access_token" in login.get_json()["data"]) == (202, False)
    assert "tradefleet_refresh" not in str(login.headers)
    done = verify(mail_client, login, phone.code())
    assert (done.status_code, done.get_json()["data"]["user"]["mfa_enabled"]) == (200, True)
    assert "tradefleet_refresh" in str(done.headers)


def test_a_code_is_good_once_and_for_a_minute_and_a_half(
    mail_client: FlaskClient, phone: Authenticator, user: User, clock: FixedClock
) -> None:
    phone.turn_on()
    code = phone.code()
    assert verify(mail_client, log_in(mail_client, user), code).status_code == 200
    assert verify(mail_client, log_in(mail_client, user), code).status_code == 422
    before = phone.code()
    clock.moment += timedelta(seconds=30)
    assert verify(mail_client, log_in(mail_client, user), before).status_code == 200
    before = phone.code()
    clock.moment += timedelta(seconds=60)
    assert verify(mail_client, log_in(mail_client, user), before).status_code == 422
    ahead = phone.totp.at(clock.now() + timedelta(seconds=30))
    assert verify(mail_client, log_in(mail_client, user), ahead).status_code == 200


def test_a_recovery_code_is_good_once_and_is_told(
    mail_client: FlaskClient, phone: Authenticator, user: User, post: PostOffice
) -> None:
    code = phone.turn_on()[0]
    assert verify(mail_client, log_in(mail_client, user), code.upper().replace("-", " ")).status_code == 200
    assert verify(mail_client, log_in(mail_client, user), code).status_code == 422
    assert "9 are left" in text_of(post.deliver().newest(user.email, "recovery code"))
    state = mail_client.get(MFA, headers=phone.headers).get_json()["data"]
    assert (state["enabled"], state["recovery_codes_left"]) == (True, 9)


def test_new_recovery_codes_end_the_old_ones(
    mail_client: FlaskClient, phone: Authenticator, user: User, platform: Platform
) -> None:
    old = phone.turn_on()
    assert phone.ask("recovery-codes", current_password="Wrong-horse-1", code=phone.code()).status_code == 422
    renewed = phone.ask("recovery-codes", current_password=PASSWORD, code=phone.code())
    new = renewed.get_json()["data"]["codes"]
    assert verify(mail_client, log_in(mail_client, user), old[0]).status_code == 422
    assert verify(mail_client, log_in(mail_client, user), new[0]).status_code == 200
    with platform.database.across_tenants("test") as session:
        stored = session.scalars(select(RecoveryCode.code_hash)).all()
    assert len(stored) == 10
    assert not set(stored) & {*new, *old}


def test_it_is_turned_off_by_password_and_code(
    mail_client: FlaskClient, phone: Authenticator, user: User, post: PostOffice, platform: Platform
) -> None:
    phone.turn_on()
    assert phone.ask("enrol", current_password=PASSWORD).status_code == 409
    assert phone.ask("disable", current_password="Wrong-horse-1", code=phone.code()).status_code == 422
    assert phone.ask("disable", current_password=PASSWORD, code="000000").status_code == 422
    assert phone.ask("disable", current_password=PASSWORD, code=phone.code()).status_code == 204
    assert log_in(mail_client, user).status_code == 200
    assert {"Second factor turned on", "Second factor turned off"} <= {
        mail["Subject"].removeprefix("Tradefleet: ") for mail in post.deliver().to(user.email)
    }
    with platform.database.across_tenants("test") as session:
        assert session.get_one(User, user.id).mfa_secret_enc is None


def test_guesses_at_the_code_come_to_an_end(mail_client: FlaskClient, phone: Authenticator, user: User) -> None:
    phone.turn_on()
    login = log_in(mail_client, user)
    statuses = [verify(mail_client, login, f"{guess:06}").status_code for guess in range(11)]
    assert statuses == [422] * 10 + [429]
    # The owner's own password is still taken: only codes were guessed.
    assert log_in(mail_client, user).status_code == 202


def test_the_note_between_password_and_code_is_no_access_token_and_ends(
    mail_client: FlaskClient, phone: Authenticator, user: User, clock: FixedClock, make: Factory
) -> None:
    phone.turn_on()
    login = log_in(mail_client, user)
    note = login.get_json()["data"]["mfa_token"]
    assert mail_client.get("/api/v1/users/me", headers={"Authorization": f"Bearer {note}"}).status_code == 401
    access = make.headers(user)["Authorization"].removeprefix("Bearer ")
    body = {"mfa_token": access, "code": phone.code()}
    assert mail_client.post("/api/v1/auth/mfa/verify", json=body).status_code == 401
    change = {"current_password": PASSWORD, "new_password": "Another-horse-2"}
    other = log_in(mail_client, user)
    clock.moment += timedelta(minutes=5)
    assert verify(mail_client, other, phone.code()).status_code == 401
    fresh = log_in(mail_client, user)
    headers = make.headers(user)
    assert mail_client.put("/api/v1/users/me/password", json=change, headers=headers).status_code == 204
    assert verify(mail_client, fresh, phone.code()).status_code == 401
