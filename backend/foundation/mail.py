"""Sends e-mail through the operator's SMTP server."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from ipaddress import ip_address

from backend.config import Settings

_TIMEOUT_SECONDS = 20
_TLS_FROM_THE_START = 465


class MailNotSent(Exception):
    """The mail server did not take it; the message says why, without the mail's text. Trying again may help."""


class MailServerDown(MailNotSent):
    """Nobody is reached at all, whatever the letter."""


class AddressRefused(MailNotSent):
    """The mail server refuses the recipient for good; trying again does not help."""


@dataclass(frozen=True)
class Mail:
    """One e-mail: plain text, and the same as a page."""

    recipient: str
    subject: str
    text: str
    html: str


def send_mail(settings: Settings, mail: Mail) -> None:
    """Hand the mail to the server. Raises MailNotSent."""
    assert settings.mail_server, "who sends has looked at settings.sends_mail"
    message = _message(settings, mail)
    try:
        with _connected(settings) as server:
            if settings.mail_username:
                server.login(settings.mail_username, _password(settings))
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code, _words = next(iter(error.recipients.values()), (0, b""))
        refused = f"The mail server refuses the recipient ({code})."
        raise (AddressRefused if code >= 500 else MailNotSent)(refused) from None
    except smtplib.SMTPResponseException as error:
        raise MailNotSent(f"The mail server did not take it ({error.smtp_code}).") from None
    except (smtplib.SMTPConnectError, smtplib.SMTPServerDisconnected, OSError) as error:
        raise MailServerDown(f"The mail server is not reached: {type(error).__name__}.") from None
    except smtplib.SMTPException as error:
        raise MailNotSent(f"The mail server did not take it: {type(error).__name__}.") from None


def _connected(settings: Settings) -> smtplib.SMTP:
    server, port, context = str(settings.mail_server), settings.mail_port, ssl.create_default_context()
    if port == _TLS_FROM_THE_START:
        return smtplib.SMTP_SSL(server, port, timeout=_TIMEOUT_SECONDS, context=context)
    connection = smtplib.SMTP(server, port, timeout=_TIMEOUT_SECONDS)
    try:
        _encrypt(connection, settings, context)
    except BaseException:
        connection.close()
        raise
    return connection


def _encrypt(connection: smtplib.SMTP, settings: Settings, context: ssl.SSLContext) -> None:
    connection.ehlo_or_helo_if_needed()
    if connection.has_extn("starttls"):
        connection.starttls(context=context)
        connection.ehlo()
    elif settings.mail_username and not _is_this_machine(str(settings.mail_server)):
        # A password never crosses a network in the clear.
        raise MailNotSent("The mail server offers no encryption, and MAIL_USERNAME is set. Use another port.")


def _is_this_machine(server: str) -> bool:
    try:
        return ip_address(server).is_loopback
    except ValueError:
        return server == "localhost"


def _password(settings: Settings) -> str:
    return settings.mail_password.get_secret_value() if settings.mail_password else ""


def _message(settings: Settings, mail: Mail) -> EmailMessage:
    sender = settings.mail_sender
    message = EmailMessage()
    # EmailMessage refuses line breaks in headers, so that no text of a user's adds one.
    message["Subject"], message["From"], message["To"] = mail.subject, sender, mail.recipient
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2] or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message
