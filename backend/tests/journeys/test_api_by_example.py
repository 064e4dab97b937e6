"""The commands of the API's documentation, run as they are written, and the Python client's example."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from backend.config import PROJECT_ROOT
from backend.tests.journeys.running_platform import RunningPlatform

CLIENT = PROJECT_ROOT / "clients" / "python"
PATIENCE_SECONDS = 400


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_every_command_of_the_documentation_does_what_it_says(running: RunningPlatform, tmp_path: Path) -> None:
    text = (PROJECT_ROOT / "docs" / "API_DOCUMENTATION.md").read_text()
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    assert len(blocks) > 8
    script = "\n".join(blocks).replace("http://127.0.0.1:5000", running.url)
    done = subprocess.run(
        ["bash", "-euxo", "pipefail", "-c", script],
        capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]


def test_the_first_bot_of_the_python_client_trades(running: RunningPlatform) -> None:
    done = subprocess.run(
        [sys.executable, CLIENT / "examples" / "first_bot.py", running.url],
        capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS, env={"PYTHONPATH": str(CLIENT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "My first bot is running with 10,000 of play money." in done.stdout
    assert re.search(r"\d\d:\d\d:\d\d buy +[\d.]+ BTC/USDT at [\d.]+", done.stdout), done.stdout
