"""The README's commands, run as they are written."""

import json
import re
import shutil
import subprocess
from typing import Any

import pytest

from backend.config import PROJECT_ROOT
from backend.tests.journeys.running_platform import RunningPlatform


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_from_sign_up_to_a_trade_by_curl(running: RunningPlatform) -> None:
    text = (PROJECT_ROOT / "README.md").read_text()
    section = text.split("## From sign-up to a trade, by curl")[1]
    found = re.search(r"```sh\n(.*?)```", section, re.DOTALL)
    assert found is not None
    # In one pass: a port that was put in must not be taken for one that is to be replaced.
    addresses = {"http://127.0.0.1:5000": running.url, "http://127.0.0.1:5002": running.sandbox_url}
    script = re.sub("|".join(addresses), lambda match: addresses[match[0]], found.group(1))
    done = subprocess.run(["bash", "-eu", "-c", script], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    # The last two commands print formatted JSON: our trades, then the exchange's journal.
    trades, journal = _documents(done.stdout)[-2:]
    ours = {(trade["price"], trade["quantity"]) for trade in trades["data"]["items"]}
    assert ours
    theirs = {
        (entry["price"].rstrip("0").rstrip("."), entry["quantity"].rstrip("0").rstrip("."))
        for entry in journal["entries"]
    }
    assert ours <= theirs


def _documents(text: str) -> list[Any]:
    decoder = json.JSONDecoder()
    documents, position = [], 0
    while (start := text.find("{", position)) >= 0:
        document, position = decoder.raw_decode(text, start)
        documents.append(document)
    return documents
