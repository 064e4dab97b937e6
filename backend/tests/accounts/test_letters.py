"""Letters: sent by a worker, tried again, given up, never forged; and the one about a new device."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from backend.accounts.letter_texts import compose
from backend.accounts.letters import send_letter, send_waiting, subscribe
from backend.accounts.models import Letter, UserSession
from backend.foundation.clock import FixedClock
from backend.foundation.events import Subscribers, dispatch_waiting
from backend.foundation.mail import MailNotSent, send_mail
from backend.foundation.platform import Platform
from backend.tests.accounts.conftest import PostOffice
from backend.tests.accounts.test_emails import register
from backend.tests.accounts.test_logins import FIREFOX, log_in
from backend.tests.factories import Factory
from backend.tests.mail_server import text_of, unused_port
from backend.tests.recording_queue import RecordingQueue

ADA = "ada@example.com"


def the_letter(platform: Platform) -> Letter:
    with platform.database.across_tenants("test") as session:
        return session.scalars(select(Letter)).one()


def test_a_worker_is_asked_as_soon_as_it_is_written(mail_client: FlaskClient, post: PostOffice) -> None:
    register(mail_client)
    queue, subscribers = RecordingQueue(), Subscribers()
    subscribe(subscribers, queue)
    dispatch_waiting(post.platform.database, subscribers, post.platform.clock)
    letter = the_letter(post.platform)
    assert queue.sent == [("accounts.send_letter", (str(letter.id),))]
    send_letter(post.platform, letter.id)
    send_letter(post.platform, letter.id)
    (mail,) = post.mailbox.mails
    assert mail["To"] == ADA
    assert mail["From"] == "Tradefleet <no-reply@127.0.0.1>"
    assert "/verify-email#token=" in text_of(mail)
    assert mail.get_body(("html",)) is not None


def test_what_the_server_does_not_take_is_sent_later(
    mail_client: FlaskClient, post: PostOffice, clock: FixedClock
) -> None:
    register(mail_client)
    post.mailbox.refusal = "451 Try again later"
    post.deliver()
    assert "451" in str(the_letter(post.platform).problem)
    post.mailbox.refusal = None
    post.deliver()
    assert post.mailbox.mails == [], "the pause is not over"
    clock.moment += timedelta(seconds=30)
    assert len(post.deliver().mails) == 1
    assert (the_letter(post.platform).attempts, the_letter(post.platform).problem) == (2, None)


def test_an_address_that_is_refused_for_good_is_given_up(
    mail_client: FlaskClient, post: PostOffice, clock: FixedClock
) -> None:
    register(mail_client)
    post.mailbox.refusal = "550 No such user"
    post.deliver()
    post.mailbox.refusal = None
    clock.moment += timedelta(hours=3)
    assert post.deliver().mails == []
    assert the_letter(post.platform).next_attempt_at is None


def test_a_server_that_is_down_for_a_day_ends_it(
    mail_client: FlaskClient, post: PostOffice, mailing: Platform, clock: FixedClock
) -> None:
    register(mail_client)
    object.__setattr__(mailing, "settings", mailing.settings.model_copy(update={"mail_port": unused_port()}))
    for _ in range(40):
        send_waiting(mailing)
        clock.moment += timedelta(hours=1)
    letter = the_letter(mailing)
    assert (letter.sent_at, letter.next_attempt_at) == (None, None)
    assert "ConnectionRefusedError" in str(letter.problem)
    assert letter.attempts > 10


def test_a_password_is_not_sent_in_the_clear_across_a_network(mailing: Platform) -> None:
    settings = mailing.settings.model_copy(update={"mail_server": "127.0.0.1", "mail_username": "robot"})
    mail = compose("mfa_enabled", ADA, {"username": "ada"}, "http://x", None)
    with pytest.raises(MailNotSent):
        # On this machine it is allowed, and this server knows no logins.
        send_mail(settings, mail)
    elsewhere = settings.model_copy(update={"mail_server": "localhost.localdomain"})
    with pytest.raises(MailNotSent, match=r"encryption|gaierror"):
        send_mail(elsewhere, mail)


def test_words_of_users_stay_words() -> None:
    details = {"device": "<b>bold</b>{0}", "ip_address": "x", "username": "ada", "moment": "now"}
    mail = compose("new_login", ADA, details, "http://x", None)
    assert "<b>" not in mail.html
    assert "&lt;b&gt;bold" in mail.html


def test_a_login_from_a_new_device_is_told_once(
    mail_client: FlaskClient, post: PostOffice, make: Factory, clock: FixedClock
) -> None:
    user = make.user()

    def come(agent: str, forgets: bool = False) -> int:
        if forgets:
            mail_client.delete_cookie("tradefleet_device", path="/api/v1/auth")
        assert log_in(mail_client, user.email, agent).status_code == 200
        return len(post.deliver().to(user.email))

    assert come(FIREFOX) == 0, "the first login of all is no news"
    assert come(FIREFOX) == 0, "the browser is known"
    assert come(f"{FIREFOX} updated") == 0, "by its cookie, whatever it calls itself"
    assert come("curl/8.5", forgets=True) == 1
    assert "curl 8.5 from 127.0.0.1" in text_of(post.mailbox.newest(user.email, "New login"))
    assert come("curl/8.5", forgets=True) == 1, "a script is known by its name and address"
    with post.platform.database.across_tenants("test") as session:
        session.execute(update(UserSession).values(created_at=clock.now() - timedelta(days=91)))
    assert come("curl/8.5", forgets=True) == 2, "what was long ago is new again"
