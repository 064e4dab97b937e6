"""`make run`: services, migrations, demo data and every process, in one terminal with one readable log."""

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from functools import partial
from pathlib import Path

import psutil
from cryptography.fernet import Fernet
from honcho.environ import parse_procfile

from backend.config import PROJECT_ROOT, Settings, SettingsError, load_settings
from backend.foundation.embedded import EmbeddedServiceError, EmbeddedServices
from backend.foundation.migration import migrate
from backend.foundation.platform import owner_url
from backend.foundation.waiting import wait_until
from backend.trading import compilation
from scripts.keep import Keeper

_PORTS = {"PORT": "port", "REALTIME_PORT": "realtime_port", "SANDBOX_PORT": "sandbox_port"}
_SLOWEST_START_SECONDS = 60
SANDBOX_VENUES = ("binance", "kraken", "coinbase")
"""The exchanges that the sandbox stands in for."""
_NOTING = threading.Lock()


class StartRefused(Exception):
    """The platform cannot start; the message says why and what to do."""


def main() -> int:
    """Run until Ctrl-C; returns the exit code."""
    try:
        settings = prepare_settings()
        end_leftovers(settings.var_directory)
        check_ports(settings)
        return serve(settings)
    except (StartRefused, SettingsError, EmbeddedServiceError) as error:
        print(f"\nTradefleet cannot start.\n{error}\n", file=sys.stderr)
        return 1


def prepare_settings() -> Settings:
    """The settings, with secrets generated on the first run and the sandbox standing in for the exchanges."""
    var = Path(os.environ.get("VAR_DIRECTORY") or PROJECT_ROOT / "var").resolve()
    var.mkdir(parents=True, exist_ok=True)
    os.environ["VAR_DIRECTORY"] = str(var)
    for name, value in generated_secrets(var).items():
        os.environ.setdefault(name, value)
    first = load_settings()
    os.environ.setdefault("SANDBOX_URL", f"http://{first.host}:{first.sandbox_port}")
    os.environ.setdefault("SANDBOX_STATE_DIR", str(var / "sandbox"))
    addresses = {venue: f"{os.environ['SANDBOX_URL']}/{venue}" for venue in SANDBOX_VENUES}
    os.environ.setdefault("EXCHANGE_URLS", json.dumps(addresses))
    # The virtual environment's programs come first, whoever started this one.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    os.environ["PYTHONPATH"] = str(PROJECT_ROOT)
    os.environ["PYTHONUNBUFFERED"] = "1"
    return load_settings()


def generated_secrets(var: Path) -> dict[str, str]:
    """The secrets of this installation, made once and readable by its owner only."""
    path = var / "secrets.env"
    if not path.exists():
        lines = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "JWT_SECRET_KEY": secrets.token_urlsafe(48),
            "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
            "DEMO_PASSWORD": f"Demo-{secrets.token_hex(4)}",
        }
        text = "".join(f"{name}={value}\n" for name, value in lines.items())
        partial = path.with_suffix(".partial")
        partial.touch(mode=0o600)
        partial.write_text(text)
        # Whole or not at all: half a secrets file would lock the installation out of its own data.
        partial.rename(path)
    pairs = (line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)
    return dict(pairs)


def check_ports(settings: Settings) -> None:
    """Raises StartRefused naming every port that is taken, and the setting that changes it."""
    taken = []
    for name, attribute in _PORTS.items():
        port = getattr(settings, attribute)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.host, port))
            except OSError as error:
                reason = "taken by another program" if error.errno == 98 else str(error.strerror)
                taken.append(f"  Port {port} is {reason}. Choose another: {name}={port + 10} make run")
    if taken:
        raise StartRefused("\n".join(taken))


def end_leftovers(var: Path) -> None:
    """End what a supervisor that was killed left running, recognised by process id and start time."""
    path = var / "processes.json"
    if not path.exists():
        return
    running = []
    for pid, started, *_ in json.loads(path.read_text() or "[]"):
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            if process.create_time() == started:
                running += [process, *process.children(recursive=True)]
    if running and psutil.Process(running[0].pid).name().startswith("python") and _is_supervisor(running[0]):
        raise StartRefused("  It is already running from this folder. Stop that one with Ctrl-C first.")
    for process in running:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    _, stubborn = psutil.wait_procs(running, timeout=10)
    for process in stubborn:
        process.kill()
    path.unlink(missing_ok=True)


def _is_supervisor(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return "scripts.run" in process.cmdline()
    return False


def serve(settings: Settings) -> int:
    """Start everything, run until a signal, stop everything in order."""
    services = EmbeddedServices(settings.var_directory)
    embedded = not (settings.database_url and settings.redis_url)
    compiler = threading.Thread(target=compilation.warm)
    compiler.start()
    try:
        if embedded:
            print("Starting PostgreSQL and Redis …", flush=True)
            services.start()
        migrate(settings, owner_url(settings))
        compiler.join()
        keep_up(settings, services)
        return 0
    finally:
        services.stop()
        (settings.var_directory / "processes.json").unlink(missing_ok=True)


def keep_up(settings: Settings, services: EmbeddedServices) -> None:
    """Run every process of the Procfile, and keep all of them and the services up until a signal ends it."""
    keeper = Keeper(changed=lambda: note_processes(settings.var_directory, keeper.process_ids))
    for name, process in services.processes.items():
        keeper.adopt(name, process, partial(services.revive, name))
    procfile = parse_procfile((PROJECT_ROOT / "Procfile").read_text())
    for name, command in procfile.processes.items():
        keeper.add_command(name, command, str(PROJECT_ROOT))
    threading.Thread(target=after_start, args=(settings, keeper), daemon=True).start()
    keeper.run()


def after_start(settings: Settings, keeper: Keeper) -> None:
    """Note the processes for recovery, add the demo data once the page answers, and say where it is."""
    addresses = (f"http://{settings.host}:{settings.port}/health", f"{settings.sandbox_url}/_sandbox/health")
    if not wait_until(lambda: all(map(_answers, addresses)), _SLOWEST_START_SECONDS):
        print("\nThe page does not answer yet; the log above says why.\n", flush=True)
        while not wait_until(lambda: all(map(_answers, addresses)), _SLOWEST_START_SECONDS):
            # A busy machine takes its time, and what cannot start may be mended meanwhile.
            continue
    note_processes(settings.var_directory, keeper.process_ids)
    login = demo_login() if settings.environment == "development" else None
    banner = [f"Tradefleet is running:  {settings.page_url}"]
    if login:
        banner.append(f"Demo account:           {login}")
    banner.append(f"Sandbox exchange:       {settings.sandbox_url}   API: {settings.page_url}/api/v1/docs")
    banner.append("Stop with Ctrl-C.")
    line = "─" * (max(len(text) for text in banner) + 2)
    print("\n" + "\n".join([line, *(f" {text}" for text in banner), line]) + "\n", flush=True)


def demo_login() -> str | None:
    """Make the demo account where it is missing; returns its login."""
    result = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "backend.cli:app", "demo"],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        print(f"The demo account could not be made:\n{result.stdout}{result.stderr}", flush=True)
        return None
    return f"demo@tradefleet.example / {os.environ['DEMO_PASSWORD']}"


def note_processes(var: Path, named: dict[str, int]) -> None:
    """Write down who runs (process id, moment it was started, name), the supervisor first.

    The next start ends by it what a killed supervisor leaves behind, and programs find by it whom they look for.
    """
    supervisor = psutil.Process()
    rows: list[tuple[int, float, str]] = [(supervisor.pid, supervisor.create_time(), "supervisor")]
    for name, pid in named.items():
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            rows += [(one.pid, one.create_time(), name) for one in (process, *process.children(recursive=True))]
    with _NOTING:
        partial_file = var / "processes.json.partial"
        partial_file.write_text(json.dumps(rows))
        partial_file.rename(var / "processes.json")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own loopback address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(main())
