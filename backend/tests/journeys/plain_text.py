"""Looks for secrets in everything that a running platform keeps: its tables, its Redis, its files."""

import base64
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import psycopg
import redis

from backend.foundation.embedded import postgres_url, redis_url
from backend.tests.journeys.running_platform import RunningPlatform


def dump_of_postgres(running: RunningPlatform) -> dict[str, bytes]:
    """Every table of every schema as text, by its name."""
    found = {}
    with psycopg.connect(postgres_url(running.var).replace("+psycopg", "")) as connection:
        tables = connection.execute(
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
        ).fetchall()
        for (table,) in tables:
            with connection.cursor().copy(f"COPY {table} TO STDOUT") as copy:
                found[f"table {table}"] = b"".join(bytes(part) for part in copy)
    return found


def dump_of_redis(running: RunningPlatform) -> bytes:
    """Every key, with its value as it is read and as it is stored."""
    client = redis.Redis.from_url(redis_url(running.var))
    reads: tuple[Any, ...] = (
        client.get,
        client.hgetall,
        client.smembers,
        client.dump,
        lambda name: client.lrange(name, 0, -1),
        lambda name: client.zrange(name, 0, -1, withscores=True),
        client.xrange,
    )
    parts = []
    for key in client.scan_iter(count=1000):
        parts.append(key)
        for read in reads:
            with suppress(redis.ResponseError):
                parts.append(_as_bytes(read(key)))
    client.close()
    return b"\n".join(parts)


def _as_bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else repr(value).encode()


def files_of(running: RunningPlatform) -> dict[str, bytes]:
    """What the platform's programs print and log, and every other file that they leave under `var`.

    Left out: the database's own files, whose content is dumped; the exchange's state, which is another program's; and
    the installation's own secrets.
    """
    left_out = {"postgres", "sandbox", "secrets.env"}
    paths = [path for path in running.var.rglob("*") if not left_out & set(path.relative_to(running.var).parts)]
    return {str(path): path.read_bytes() for path in [running.log_path, *paths] if path.is_file()}


def forms_of(secret: str) -> set[bytes]:
    """A secret as it may stand somewhere: plain, percent-encoded, in hexadecimal, and inside something in base64."""
    plain = secret.encode()
    # In base64 a text looks one of three ways, by what comes before; the ends, which depend on the neighbours, are cut.
    middles = {base64.b64encode(b"x" * before + plain)[4:-4] for before in range(3)}
    urls = {middle.replace(b"+", b"-").replace(b"/", b"_") for middle in middles}
    return (
        {plain, quote(secret, safe="").encode(), plain.hex().encode(), secret.replace("-", "").encode()}
        | middles
        | urls
    )


def found_in(places: dict[str, bytes], secrets: dict[str, str]) -> list[str]:
    """Which secrets stand where."""
    forms = {name: forms_of(secret) for name, secret in secrets.items()}
    return [
        f"{name} in {place}"
        for place, content in places.items()
        for name, ways in forms.items()
        if any(way in content for way in ways)
    ]
