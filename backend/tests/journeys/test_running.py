"""Starting, stopping, and starting again after the worst."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import psutil

from backend.config import PROJECT_ROOT
from backend.foundation.waiting import wait_until
from backend.tests.journeys.running_platform import RunningPlatform, free_ports


def test_killed_whole_it_recovers_and_ctrl_c_leaves_nothing(var_folder: Path) -> None:
    platform = RunningPlatform(var_folder / "killed", free_ports())
    platform.start()
    login = next(line for line in platform.log_path.read_text().splitlines() if "Demo account" in line)
    family = platform.family()
    assert len(family) > 8
    for process in family:
        process.kill()
    assert psutil.wait_procs(family, timeout=20)[1] == []

    seconds = platform.start()
    assert seconds < 120, "generous for a busy machine; the figure is measured on a quiet one"
    # The demo account survived, password and all.
    assert login in platform.log_path.read_text()
    email, password = login.split(":", 1)[1].split("/")
    credentials = {"email": email.strip(), "password": password.strip()}
    answer = platform.call("POST", "/api/v1/auth/login", credentials)
    token = answer.body["data"]["access_token"]
    assert platform.call("GET", "/api/v1/bots?status=running", token=token).body["data"]["total"] == 5

    family = platform.family()
    assert platform.stop() == []
    assert [process for process in family if process.is_running()] == []


def test_supervisor_killed_alone_leaves_nothing_that_stops_the_next_start(var_folder: Path) -> None:
    platform = RunningPlatform(var_folder / "orphaned", free_ports())
    platform.start()
    orphans = platform.family()[1:]
    assert platform.process is not None
    platform.process.kill()
    platform.process.wait(timeout=10)
    assert any(process.is_running() for process in orphans)
    platform.start()
    assert wait_until(lambda: not any(process.is_running() for process in orphans), 10)
    assert platform.stop() == []


def test_occupied_ports_are_named_with_their_settings(tmp_path: Path) -> None:
    ports = free_ports()
    with socket.socket() as first, socket.socket() as second:
        for holder, name in ((first, "PORT"), (second, "SANDBOX_PORT")):
            holder.bind(("127.0.0.1", ports[name]))
            holder.listen()
        platform = RunningPlatform(tmp_path / "var", ports)
        platform.launch()
        assert platform.process is not None
        assert platform.process.wait(timeout=60) == 1
    text = platform.log_path.read_text()
    assert f"Port {ports['PORT']} is taken by another program" in text
    assert f"PORT={ports['PORT'] + 10} make run" in text
    assert f"SANDBOX_PORT={ports['SANDBOX_PORT'] + 10} make run" in text
    assert "Traceback" not in text


def test_bad_settings_are_told_without_a_traceback(tmp_path: Path) -> None:
    platform = RunningPlatform(tmp_path / "var", free_ports(), {"ENCRYPTION_KEYS": "no-key", "LOG_LEVEL": "LOUD"})
    platform.launch()
    assert platform.process is not None
    assert platform.process.wait(timeout=60) == 1
    text = platform.log_path.read_text()
    assert "ENCRYPTION_KEYS: key 1 is not a Fernet key" in text
    assert "LOG_LEVEL" in text
    assert "Traceback" not in text


def test_contracts_fail_when_a_lower_layer_imports_an_upper_one(tmp_path: Path) -> None:
    copy = tmp_path / "project"
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(PROJECT_ROOT), str(copy)], check=True)
    lint = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    assert subprocess.run(lint, cwd=copy, capture_output=True, check=False).returncode == 0
    room = copy / "backend" / "foundation" / "ids.py"
    room.write_text(room.read_text() + "\nfrom backend.engine import cycle  # noqa: E402, F401\n")
    refused = subprocess.run(lint, cwd=copy, capture_output=True, text=True, check=False)
    assert refused.returncode != 0
    assert "backend.foundation.ids -> backend.engine.cycle" in refused.stdout


def test_make_help_lists_the_targets() -> None:
    printed = subprocess.run(["make", "help"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True).stdout
    assert "make run " in printed
    assert "make test " in printed


def test_the_served_document_is_the_one_the_page_was_built_from(running: RunningPlatform) -> None:
    served = running.call("GET", "/api/v1/swagger.json").body
    built = json.loads((PROJECT_ROOT / "frontend" / "src" / "api" / "swagger.json").read_text())
    assert served["paths"] == built["paths"], "run `make types`"
    assert served["definitions"] == built["definitions"], "run `make types`"
