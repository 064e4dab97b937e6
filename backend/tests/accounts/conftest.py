"""Accounts with a mail server: a real one on loopback."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend.accounts.letters import send_waiting
from backend.app import create_app
from backend.foundation.platform import Platform
from backend.tests.mail_server import Mailbox, running_mail_server

NEW_PASSWORD = "Another-horse-2"


class PostOffice:
    """The test's mailbox, and the worker that sends what waits."""

    def __init__(self, platform: Platform, mailbox: Mailbox) -> None:
        self.platform = platform
        self.mailbox = mailbox

    def deliver(self) -> Mailbox:
        """Send every letter that is due."""
        send_waiting(self.platform)
        return self.mailbox


@pytest.fixture(scope="session")
def mail_port_and_box() -> Iterator[tuple[int, Mailbox]]:
    """One server a test process."""
    box = Mailbox()
    with running_mail_server(box) as port:
        yield port, box


@pytest.fixture
def mailing(platform: Platform, mail_port_and_box: tuple[int, Mailbox]) -> Platform:
    """The test's plugs, with the mail server set up."""
    port, _ = mail_port_and_box
    settings = platform.settings.model_copy(update={"mail_server": "127.0.0.1", "mail_port": port})
    return Platform(
        settings=settings,
        clock=platform.clock,
        database=platform.database,
        redis=platform.redis,
        vault=platform.vault,
        tasks=platform.tasks,
    )


@pytest.fixture
def post(mailing: Platform, mail_port_and_box: tuple[int, Mailbox]) -> PostOffice:
    """The post office, with an empty box."""
    _, box = mail_port_and_box
    box.mails.clear()
    box.refusal = None
    return PostOffice(mailing, box)


@pytest.fixture
def mail_app(mailing: Platform) -> Flask:
    """The application that sends mail."""
    return create_app(mailing.settings, mailing)


@pytest.fixture
def mail_client(mail_app: Flask) -> FlaskClient:
    """A browser without a page, at an application that sends mail."""
    return mail_app.test_client()
