"""The trade list of one user among a thousand, over HTTP: how late answers are, and how many there are a second."""

import argparse
import asyncio
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import aiohttp
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from backend.accounts.models import User
from backend.accounts.tokens import REMEMBERED_SINCE, AccessTokens
from backend.billing.queries import plan_claims
from backend.config import PROJECT_ROOT
from backend.foundation.database import normalize_url
from backend.foundation.ids import new_id
from backend.foundation.platform import Platform
from backend.foundation.waiting import wait_until
from scripts.workshop import open_workshop

_USERS = 1_000
_CALLERS = 50
_MONTHS = 12
_SECRET = "bench-jwt-key-of-at-least-32-characters"  # noqa: S105
_MANY = "100000000"

_SEED = (
    "INSERT INTO users (id, email, username, password_hash, is_active, email_verified, role, locale, timezone)"
    " SELECT gen_random_uuid(), 'trader' || n || '@example.com', 'trader' || n, 'x', true, true, 'user', 'en', 'UTC'"
    " FROM generate_series(1, :users) n",
    "INSERT INTO trading_bots ({columns}) SELECT {values} FROM users u",
    "INSERT INTO orders (id, user_id, bot_id, symbol, client_order_id, side, type, purpose, quantity, filled_quantity,"
    " fee, status, attempts, candle_at, intended_at)"
    " SELECT gen_random_uuid(), user_id, id, 'BTC/USDT', id::text, 'buy', 'market', 'entry', 1, 1, 0, 'filled', 1,"
    " now(), now() FROM trading_bots",
    "INSERT INTO trades (id, user_id, bot_id, order_id, exchange_fill_id, symbol, type, purpose, price, quantity,"
    " amount, fee, fee_charged, fee_currency, profit_loss, status, executed_at)"
    " SELECT gen_random_uuid(), o.user_id, o.bot_id, o.id, n::text, 'BTC/USDT', CASE n % 2 WHEN 0 THEN 'buy' ELSE"
    " 'sell' END, 'entry', 50000 + n, 0.01, 500, 0.5, 0.5, 'USDT', CASE n % 2 WHEN 0 THEN NULL ELSE 1.25 END,"
    " 'executed', now() - make_interval(mins => (n * 500 + (random() * 400)::int))"
    " FROM orders o CROSS JOIN generate_series(1, :each) n",
)


def main(arguments: Sequence[str]) -> int:
    """Measure; the exit code tells whether the goals are met."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench api")
    parser.add_argument("--trades", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=30)
    wanted = parser.parse_args(arguments)
    if shutil.which("wrk") is None:
        print("wrk is needed for throughput: install it, on Debian by apt-get install wrk.", file=sys.stderr)
        return 2
    generous = {"RATE_LIMIT_PAGE": _MANY, "RATE_LIMIT_TOKEN": _MANY, "ACCESS_TOKEN_MINUTES": "60"}
    with open_workshop(JWT_SECRET_KEY=_SECRET, **generous) as workshop:
        tokens = _seed(workshop.platform, wanted.trades)
        with _served("backend.app:web()") as ours, _served("scripts.bench.bare_app:bare()") as bare:
            return _measure(f"{ours}/api/v1/trades", f"{bare}/trades", tokens, wanted.seconds)


def _measure(ours: str, bare: str, tokens: list[str], seconds: int) -> int:
    asyncio.run(_paced(ours, tokens, 100, 3))
    late = asyncio.run(_paced(ours, tokens, 100, seconds))
    p99 = statistics.quantiles(late, n=100)[98]
    print(f"100 requests a second for {seconds} s: median {statistics.median(late):.1f} ms, p99 {p99:.1f} ms,")
    print(f"  slowest {max(late):.1f} ms, of {len(late)} answers")
    rounds = [(_throughput(bare, tokens, seconds // 3), _throughput(ours, tokens, seconds // 3)) for _ in range(3)]
    plain, own = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(f"throughput, median of three rounds: bare route {plain:.0f}/s, trade list {own:.0f}/s = {own / plain:.0%}")
    return 0 if p99 <= 60 and own >= 0.3 * plain else 1


def _seed(platform: Platform, trades: int) -> list[str]:
    """A thousand users with these trades between them, over a year; returns tokens of some."""
    began = time.monotonic()
    with platform.database.across_tenants("bench: trades") as session:
        for back in range(_MONTHS + 1):
            month = f"date_trunc('month', now() - interval '{back} months')::date"
            session.execute(text(f"SELECT ensure_month_partitions('trades', {month})"))
        for statement in _SEED:
            session.execute(text(_completed(statement)), {"users": _USERS, "each": trades // _USERS})
        users = session.execute(text("SELECT id FROM users ORDER BY id LIMIT :most"), {"most": _CALLERS}).scalars()
        tokens = [_token(platform, session, user_id) for user_id in users]
        count = session.execute(text("SELECT count(*) FROM trades")).scalar_one()
    _settle()
    platform.redis.set(REMEMBERED_SINCE, 0)
    print(f"{_USERS} users, {count:,} trades, made in {time.monotonic() - began:.0f} s")
    return tokens


def _completed(statement: str) -> str:
    if "{columns}" not in statement:
        return statement
    values = {
        "id": "gen_random_uuid()", "user_id": "u.id", "name": "'Bot'", "kind": "'signal'", "exchange": "'binance'",
        "symbols": "ARRAY['BTC/USDT']", "strategy": "'sma_crossover'", "strategy_config": "'{}'::jsonb",
        "timeframe": "'1m'", "base_amount": "100", "is_paper_trading": "true", "paper_balance": "10000",
        "status": "'stopped'",
    }  # fmt: skip
    values |= {name: value for name, value in _other_columns().items() if name not in values}
    return statement.format(columns=", ".join(values), values=", ".join(values.values()))


def _other_columns() -> dict[str, str]:
    """What of a bot has to be something and is nothing in particular here."""
    from backend.bots.models import TradingBot  # noqa: PLC0415 - only what is measured is loaded

    found = {}
    for column in TradingBot.__table__.columns:
        if column.nullable or column.server_default is not None:
            continue
        kind = column.type.__class__.__name__
        default = getattr(column.default, "arg", None)
        plain = {"BOOLEAN": "false", "Boolean": "false", "JSONB": "'{}'::jsonb"}.get(kind, "0")
        found[column.name] = (
            f"'{default}'"
            if isinstance(default, str)
            else str(default).lower()
            if isinstance(default, bool | int)
            else plain
        )
    return found


def _settle() -> None:
    """What autovacuum does within minutes of so many new rows, and Redis that has been up for longer than a token."""
    owner = create_engine(normalize_url(os.environ["DATABASE_URL"]), isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text("VACUUM (ANALYZE)"))
    owner.dispose()


def _token(platform: Platform, session: Session, user_id: UUID) -> str:
    return AccessTokens(platform, (plan_claims,)).issue(session, session.get_one(User, user_id), new_id())


@contextmanager
def _served(application: str) -> Iterator[str]:
    """The application by gunicorn as the platform serves itself: two processes of eight threads."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "PORT": str(port),
        "BARE_DATABASE": os.environ["DATABASE_URL"].replace("+psycopg", "", 1),
        "LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "backend/gunicorn_web.py", application]
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(command, cwd=PROJECT_ROOT, env=environment, stdout=log, stderr=log)
        try:
            assert wait_until(lambda: _listens(port), 60, 0.2), "gunicorn does not answer"
            yield f"http://127.0.0.1:{port}"
        except AssertionError:
            log.seek(0)
            print(log.read()[-3000:].decode(), file=sys.stderr)
            raise
        finally:
            server.terminate()
            server.wait(timeout=30)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


async def _paced(url: str, tokens: list[str], rate: int, seconds: int) -> list[float]:
    """Milliseconds from when a request was due to its whole answer; due at a steady rate, whatever comes back."""
    loop, late = asyncio.get_running_loop(), []

    async def ask(session: aiohttp.ClientSession, number: int, due: float) -> None:
        headers = {"Authorization": f"Bearer {tokens[number % len(tokens)]}"}
        async with session.get(url, headers=headers) as answer:
            content = await answer.read()
        assert answer.status == 200, content
        late.append((loop.time() - due) * 1000)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64)) as session:
        began, asked = loop.time(), []
        for number in range(rate * seconds):
            due = began + number / rate
            await asyncio.sleep(max(0.0, due - loop.time()))
            asked.append(asyncio.create_task(ask(session, number, due)))
        await asyncio.gather(*asked)
    return late


def _throughput(url: str, tokens: list[str], seconds: int) -> float:
    """Answers a second to thirty-two connections that ask as fast as they are answered."""
    listed = ", ".join(f'"Bearer {token}"' for token in tokens)
    lua = (
        f"local tokens = {{{listed}}}\nlocal next = 0\n"
        "request = function()\n  next = next % #tokens + 1\n"
        '  return wrk.format("GET", nil, {["Authorization"] = tokens[next]})\nend\n'
        'done = function(summary)\n  io.write(string.format("failed %d\\n", summary.errors.status))\nend\n'
    )
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "tokens.lua"
        script.write_text(lua)
        command = ["wrk", "-t1", "-c32", f"-d{seconds}s", "-s", str(script), url]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "failed 0" in told, told
    found = re.search(r"Requests/sec:\s+([\d.]+)", told)
    assert found is not None, told
    return float(found.group(1))
