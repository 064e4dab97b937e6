"""A real SMTP server on loopback that keeps what it is sent, and can refuse."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

_LINK = re.compile(r"https?://\S+#token=(\S+)")


class Mailbox:
    """What arrived, oldest first; `refusal` is what the server says to every recipient from now on."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refusal: str | None = None

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep a mail."""
        content = cast(bytes, envelope.content)
        self.mails.append(message_from_bytes(content, policy=policy.default))
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """The mails to an address, oldest first."""
        return [mail for mail in self.mails if mail["To"] == address]

    def newest(self, address: str, subject: str) -> EmailMessage:
        """The newest mail to an address whose subject holds these words."""
        return next(mail for mail in reversed(self.to(address)) if subject in mail["Subject"])

    def token(self, address: str, subject: str) -> str:
        """The token of the link in it."""
        found = _LINK.search(text_of(self.newest(address, subject)))
        assert found is not None
        return found.group(1)


def text_of(mail: EmailMessage) -> str:
    """A mail's plain text."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


class _AnyPort(Controller):
    def _trigger_server(self) -> None:
        # The port was chosen by the system a moment ago.
        server: Any = self.server
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def running_mail_server(mailbox: Mailbox) -> Iterator[int]:
    """The server, until the end of the block; yields its port."""
    controller = _AnyPort(mailbox, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        yield controller.port
    finally:
        with suppress(AssertionError):
            controller.stop()


def unused_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
