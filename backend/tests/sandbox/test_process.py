"""The process itself: it starts, says what is wrong in one line, and survives being killed."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from backend.foundation.waiting import wait_until
from backend.sandbox.journal import Journal

ROOT = Path(__file__).resolve().parents[3]


def environment(directory, **values):
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SANDBOX_")}
    return {**inherited, "SANDBOX_STATE_DIR": str(directory), "SANDBOX_PORT": "0", **values}


@contextmanager
def process(directory, log, **values):
    with (
        log.open("w") as output,
        subprocess.Popen(
            [sys.executable, "-m", "backend.sandbox"], cwd=ROOT, env=environment(directory, **values), stderr=output
        ) as started,
    ):
        try:
            assert wait_until(lambda: "listening on" in log.read_text() or started.poll() is not None, 60)
            address = re.search(r"listening on (http://\S+)", log.read_text())
            assert address, log.read_text()
            yield started, address[1]
        finally:
            if started.poll() is None:
                started.terminate()
                started.wait(30)


def ask(url, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data=data), timeout=30) as answer:
        return json.loads(answer.read())


def test_it_starts_stops_and_goes_on_after_a_kill(tmp_path):
    state = tmp_path / "state"
    with process(state, tmp_path / "log1") as (started, url):
        key = ask(url + "/_sandbox/keys", {"balances": {"USDT": "5"}})
        klines = "/binance/api/v3/klines?symbol=BTCUSDT&interval=1s&limit=5"
        before = ask(url + klines)[:-1]
        started.send_signal(signal.SIGKILL)
        started.wait(30)
    with (state / "journal.jsonl").open("ab") as journal:
        journal.write(b'[{"at":1,"api_key":"half a li')
    with process(state, tmp_path / "log2") as (started, url):
        [listed] = ask(url + "/_sandbox/keys")["keys"]
        assert listed["api_key"] == key["api_key"]
        assert ask(f"{url}{klines}&startTime={before[0][0]}&endTime={before[-1][0]}") == before
        ask(url + "/_sandbox/keys", {})
        started.send_signal(signal.SIGTERM)
        assert started.wait(30) == 0
    journal = Journal(state / "journal.jsonl")
    assert [event.type for event in journal.events] == ["key_created", "key_created"]
    journal.close()


def failure(directory, **values):
    finished = subprocess.run(
        [sys.executable, "-m", "backend.sandbox"],
        cwd=ROOT,
        env=environment(directory, **values),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 1, finished.stderr
    lines = finished.stderr.splitlines()
    assert len(lines) == 1, finished.stderr
    return lines[0]


def test_an_occupied_port_is_named(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        line = failure(tmp_path, SANDBOX_PORT=str(port))
    assert str(port) in line
    assert "SANDBOX_PORT" in line


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"SANDBOX_PORT": "70000"}, "SANDBOX_PORT"),
        ({"SANDBOX_SEED": "many"}, "SANDBOX_SEED"),
        ({"SANDBOX_CANDLES": "nowhere/binance_BTC-USDT_1m.csv.gz"}, "no file"),
        ({"SANDBOX_HOST": "not a host"}, "SANDBOX_HOST"),
        ({"SANDBOX_STATE_DIR": "/dev/null/state"}, "SANDBOX_STATE_DIR"),
    ],
)
def test_settings_that_cannot_be_used_are_named(tmp_path, values, words):
    assert words in failure(tmp_path, **values)


def test_two_processes_do_not_share_a_state_directory(tmp_path):
    with process(tmp_path / "state", tmp_path / "log"):
        assert "another sandbox is running" in failure(tmp_path / "state")


def test_it_imports_nothing_of_the_rest_of_the_backend():
    own = sorted((ROOT / "backend" / "sandbox").rglob("*.py"))
    assert own
    foreign = {
        line.strip()
        for path in own
        for line in path.read_text().splitlines()
        if re.match(r"\s*(from|import) backend(?!\.sandbox)", line)
    }
    assert foreign == set()
