"""Encrypts every stored secret anew under the newest key, while everything runs: any key of the ring opens them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Column, MetaData, Table, select, tuple_, update
from sqlalchemy.orm import Session

from backend.foundation.key_vault import KeyVault, VaultError
from backend.foundation.platform import Platform

log = structlog.get_logger(__name__)

_BATCH = 200
_ENCRYPTED = "_enc"
"""What the name of every column ends with that holds a Fernet token."""


@dataclass(frozen=True)
class Rotation:
    """What came of it: secrets that are under the newest key now, and rows with one that no key of the ring opens."""

    rotated: int
    unreadable: tuple[str, ...]


def rotate_secrets(platform: Platform, metadata: MetaData) -> Rotation:
    """Rotate all secrets of all tables, a few rows a transaction; running it again loses nothing."""
    rotated, unreadable = 0, []
    for table, columns in encrypted_columns(metadata):
        last: tuple[Any, ...] | None = None
        while True:
            with platform.database.across_tenants("rotate encryption keys") as session:
                rows = _next_rows(session, table, columns, last)
                for row in rows:
                    count = _rotate_row(platform.vault, session, table, columns, row)
                    rotated += count or 0
                    if count is None:
                        unreadable.append(f"{table.name} {' '.join(map(str, _key_of(row, columns)))}")
            if len(rows) < _BATCH:
                break
            last = _key_of(rows[-1], columns)
    log.info("keys_rotated", secrets=rotated, unreadable=len(unreadable))
    return Rotation(rotated, tuple(unreadable))


def _rotate_row(vault: KeyVault, session: Session, table: Table, columns: list[Column[Any]], row: Any) -> int | None:
    """How many secrets of the row were rotated; None where one of them opens with no key of the ring."""
    tokens = row[-len(columns) :]
    try:
        fresh = {column.name: vault.rotate(token) for column, token in zip(columns, tokens, strict=True) if token}
    except VaultError:
        return None
    if fresh:
        session.execute(update(table).where(tuple_(*table.primary_key) == _key_of(row, columns)).values(fresh))
    return len(fresh)


def _key_of(row: Any, columns: list[Column[Any]]) -> tuple[Any, ...]:
    return tuple(row[: -len(columns)])


def encrypted_columns(metadata: MetaData) -> Iterator[tuple[Table, list[Column[Any]]]]:
    """Every table that holds secrets, with the columns of them."""
    for table in metadata.sorted_tables:
        columns = [column for column in table.columns if column.name.endswith(_ENCRYPTED)]
        if columns:
            yield table, columns


def _next_rows(
    session: Session, table: Table, columns: list[Column[Any]], last: tuple[Any, ...] | None
) -> Sequence[Any]:
    statement = select(*table.primary_key, *columns).order_by(*table.primary_key).limit(_BATCH)
    if last is not None:
        statement = statement.where(tuple_(*table.primary_key) > last)
    # Whoever changes the secret at the same moment is waited for, and not undone.
    rows: Sequence[Any] = session.execute(statement.with_for_update()).all()
    return rows
