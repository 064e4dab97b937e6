"""One row of every tenant table, made from what the tables say of themselves."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, MetaData, Table, insert
from sqlalchemy.orm import Session

from backend.foundation.ids import new_id

_CHOICES = re.compile(r"(\w+) IN \('([^']*)'")
# What checks of several columns ask for, or what only looks right with a meaning.
_GIVEN: dict[str, dict[str, Any]] = {
    "trading_bots": {"is_paper_trading": True, "api_key_id": None},
    "trading_switches": {"scope": "user", "exchange": None},
}


def make_one_of_each(session: Session, metadata: MetaData, user_id: UUID, now: datetime, mark: str) -> dict[str, Any]:
    """Insert a row of the user's into every tenant table; texts hold the mark. Returns the ids by table."""
    made: dict[str, Any] = {"users": user_id}
    for table in metadata.sorted_tables:
        if "user_id" not in table.c:
            continue
        values = {column.name: _value(table, column, made, now, mark) for column in table.columns}
        values = {name: value for name, value in values.items() if value is not None}
        values |= {"user_id": user_id} | _GIVEN.get(table.name, {})
        session.execute(insert(table).values(values))
        made[table.name] = values.get("id")
    return made


def _value(table: Table, column: Column[Any], made: dict[str, Any], now: datetime, mark: str) -> Any:
    for key in column.foreign_keys:
        return made.get(key.column.table.name)
    kind = column.type.python_type if column.type.__class__.__name__ != "JSONB" else dict
    if kind is str:
        return _choice(table, column) or f"{mark} {new_id()}"
    simple: dict[type, Any] = {
        UUID: new_id(), bool: False, int: 1, float: 1.0, Decimal: Decimal(1), datetime: now, dict: {}, list: [mark],
        bytes: b"x",
    }  # fmt: skip
    return simple[kind]


def _choice(table: Table, column: Column[Any]) -> str | None:
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            found = _CHOICES.search(str(constraint.sqltext))
            if found and found.group(1) == column.name:
                return found.group(2)
    return None
