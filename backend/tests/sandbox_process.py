"""Starts the sandbox exchange as the process that it is, for tests that speak to an exchange."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend.config import PROJECT_ROOT
from backend.foundation.waiting import wait_until
from backend.tests.journeys.running_platform import free_ports


@contextmanager
def running_sandbox(state: Path, **settings: str) -> Iterator[str]:
    """Its address, for the length of the block."""
    port = free_ports()["SANDBOX_PORT"]
    url = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "SANDBOX_PORT": str(port), "SANDBOX_STATE_DIR": str(state), **settings}
    process = subprocess.Popen(
        [sys.executable, "-m", "backend.sandbox"],
        cwd=PROJECT_ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def answers() -> bool:
        try:
            with urllib.request.urlopen(f"{url}/_sandbox/health", timeout=1) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    try:
        assert wait_until(answers, 30), "the sandbox did not start"
        yield url
    finally:
        process.terminate()
        process.wait(timeout=10)
