"""Starts the whole platform the way `make run` does, and stops it the way Ctrl-C does."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from backend.config import PROJECT_ROOT
from backend.foundation.waiting import wait_until

START_SECONDS = 300


@dataclass
class Answer:
    """An HTTP answer; `body` is parsed JSON where it is JSON."""

    status: int
    body: Any
    headers: Any


_MANY_USERS_AT_ONE_ADDRESS = dict.fromkeys(("RATE_LIMIT_AUTH", "RATE_LIMIT_TRADING", "RATE_LIMIT_BACKTESTS"), "10000")


@dataclass
class RunningPlatform:
    """One platform under its own `var` folder and ports."""

    var: Path
    ports: dict[str, int]
    settings: dict[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def log_path(self) -> Path:
        """Everything the processes print."""
        return self.var.parent / f"{self.var.name}.log"

    @property
    def url(self) -> str:
        """The page's address."""
        return f"http://127.0.0.1:{self.ports['PORT']}"

    @property
    def sandbox_url(self) -> str:
        """The sandbox's address."""
        return f"http://127.0.0.1:{self.ports['SANDBOX_PORT']}"

    def start(self) -> float:
        """Start and wait until the address is printed; returns the seconds it took."""
        began = time.monotonic()
        self.launch()
        assert self.process is not None
        process = self.process
        ready = wait_until(lambda: self.printed("Stop with Ctrl-C") or process.poll() is not None, START_SECONDS)
        if not ready:
            # Left running, it would take from all who come after.
            self.stop()
        assert ready, self.log_path.read_text()[-6000:]
        assert process.poll() is None, self.log_path.read_text()[-6000:]
        return time.monotonic() - began

    def launch(self) -> None:
        """Start without waiting."""
        if self.process is not None:
            # The one before was killed; nobody else asks for its end.
            self.process.wait(timeout=10)
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("TRADEFLEET", "PYTEST"))},
            **{name: str(port) for name, port in self.ports.items()},
            **_MANY_USERS_AT_ONE_ADDRESS,
            **self.settings,
            "VAR_DIRECTORY": str(self.var),
        }
        with self.log_path.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "scripts.run"],
                cwd=PROJECT_ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def printed(self, words: str) -> bool:
        """Whether the log holds these words."""
        return words in self.log_path.read_text(errors="replace")

    def family(self) -> list[psutil.Process]:
        """The supervisor and every process below it."""
        assert self.process is not None
        supervisor = psutil.Process(self.process.pid)
        return [supervisor, *supervisor.children(recursive=True)]

    def stop(self) -> list[psutil.Process]:
        """Ctrl-C; returns the processes that are still there afterwards."""
        assert self.process is not None
        family = self.family()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=60)
        return psutil.wait_procs(family, timeout=5)[1]

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        token: str | None = None,
        base: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """One HTTP request, as curl would send it."""
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        request = urllib.request.Request((base or self.url) + path, data=data, method=method, headers=headers or {})
        if data is not None:
            request.add_header("Content-Type", "application/json")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return Answer(answer.status, _parse(answer.read()), answer.headers)
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, _parse(error.read()), error.headers)

    def sandbox_key(self) -> dict[str, Any]:
        """A fresh key of the sandbox with play money."""
        answer = self.call("POST", "/_sandbox/keys", {"balances": {"USDT": "10000"}}, base=self.sandbox_url)
        assert answer.status == 201, answer.body
        key: dict[str, Any] = answer.body
        return key

    def fills(self, api_key: str) -> list[dict[str, Any]]:
        """What the sandbox's journal says it executed for a key."""
        answer = self.call("GET", f"/_sandbox/journal?api_key={api_key}&type=order_filled", base=self.sandbox_url)
        rows: list[dict[str, Any]] = answer.body["entries"] if isinstance(answer.body, dict) else answer.body
        return rows


def free_ports() -> dict[str, int]:
    """Three ports that nobody listens on."""
    sockets = [socket.socket() for _ in range(3)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return dict(zip(("PORT", "REALTIME_PORT", "SANDBOX_PORT"), ports, strict=True))


def _parse(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return content.decode(errors="replace")
