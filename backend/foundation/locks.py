"""Locks over processes and machines: PostgreSQL's advisory locks, which end with the connection that holds them."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from backend.foundation.database import Database


@contextmanager
def try_lock(database: Database, name: str) -> Iterator[bool]:
    """Hold the lock of this name for the length of the block, or yield False at once when another holds it.

    The lock lives in a transaction of its own that is open for as long; a process that dies lets it go.
    """
    with database.across_tenants(f"lock {name}") as session:
        acquired = session.scalar(text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 1))"), {"name": name})
        yield bool(acquired)
