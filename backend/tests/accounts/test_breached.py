"""Passwords that are tried first: the list that comes along, the public service, and a service that is down."""

import hashlib
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from flask.testing import FlaskClient

from backend.accounts.breached import BreachedPasswords
from backend.foundation.clock import FixedClock
from backend.foundation.platform import Platform
from backend.tests.mail_server import unused_port

KNOWN, PADDED, UNKNOWN = "Analytical-1", "Analytical-2", "Analytical-3"


def sha1(password: str) -> str:
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


class RangeService(ThreadingHTTPServer):
    """Answers as the service does, for two passwords; one of them is padding."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []
        self.is_broken = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/range/"


class _Handler(BaseHTTPRequestHandler):
    server: RangeService

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        prefix = self.path.rpartition("/")[2]
        lines = [
            f"{sha1(password)[5:]}:{count}"
            for password, count in ((KNOWN, 7), (PADDED, 0))
            if sha1(password)[:5] == prefix
        ]
        body = b"<html>busy" if self.server.is_broken else "\r\n".join(lines).encode()
        self.send_response(503 if self.server.is_broken else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def service() -> Iterator[RangeService]:
    """The service, on loopback."""
    server = RangeService()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def asking(platform: Platform, url: str, clock: FixedClock) -> BreachedPasswords:
    return BreachedPasswords(platform.settings.model_copy(update={"pwned_passwords_url": url}), clock)


def test_the_service_is_told_five_digits_and_its_word_counts(
    platform: Platform, clock: FixedClock, service: RangeService
) -> None:
    passwords = asking(platform, service.url, clock)
    assert [passwords.know(one) for one in (KNOWN, PADDED, UNKNOWN)] == [True, False, False]
    assert service.asked == [f"/range/{sha1(one)[:5]}" for one in (KNOWN, PADDED, UNKNOWN)]


def test_a_service_that_is_down_lets_everybody_in_and_is_asked_again_later(
    platform: Platform, clock: FixedClock, service: RangeService
) -> None:
    service.is_broken = True
    passwords = asking(platform, service.url, clock)
    assert [passwords.know(KNOWN) for _ in range(3)] == [False] * 3
    assert len(service.asked) == 1
    service.is_broken = False
    clock.moment += timedelta(minutes=5)
    assert passwords.know(KNOWN)
    nowhere = asking(platform, f"http://127.0.0.1:{unused_port()}/", clock)
    assert not nowhere.know(KNOWN)
    assert nowhere.know("P@ssw0rd1"), "the list that comes along needs no network"


@pytest.mark.parametrize("password", ["Password1!", "Qwerty123!", "P@ssword123"])
def test_what_everybody_takes_is_refused_at_sign_up(client: FlaskClient, password: str) -> None:
    body = {"email": "ada@example.com", "username": "ada", "password": password}
    refused = client.post("/api/v1/auth/register", json=body)
    assert (refused.status_code, refused.get_json()["details"][0]["field"]) == (422, "password")
    assert "Choose another" in refused.get_json()["error"]
