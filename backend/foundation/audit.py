"""The audit log: what a person's request changed, from what to what, with where it came from; rows are only added."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import g, has_request_context, request
from sqlalchemy import ForeignKey, Index, event, insert, inspect
from sqlalchemy.orm import Mapped, Session, UOWTransaction, mapped_column

from backend.foundation.clock import Clock
from backend.foundation.database import Base
from backend.foundation.ids import new_id

_UNTOLD = frozenset({"id", "user_id", "created_at", "updated_at"})
_MASK = "•••"
_LONGEST_AGENT = 400


class AuditEntry(Base):
    """One change. `changes`: by column the value before and after, secrets masked."""

    __tablename__ = "audit_log"
    __table_args__ = (Index("ix_audit_log_user_id_id", "user_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    actor: Mapped[str]
    """`login`, or `token` with its id."""
    action: Mapped[str]
    subject_id: Mapped[str | None]
    changes: Mapped[dict[str, Any]]
    ip_address: Mapped[str | None]
    user_agent: Mapped[str | None]
    request_id: Mapped[str | None]
    created_at: Mapped[datetime]


def watch(session: Session, clock: Clock, user_id: UUID) -> None:
    """Note every change that this transaction makes to a table that says so by `__audited__`.

    `__audited__` names the columns whose values are masked, `__unaudited__` those that are nobody's doing. Statements
    that change rows without loading them are not seen; who writes those notes them by `note`.
    """

    def after_flush(_session: Session, _context: UOWTransaction) -> None:
        rows = [
            *(_row(clock, user_id, one, "created", _all_of(one)) for one in session.new if _is_audited(one)),
            *(_row(clock, user_id, one, "changed", _changes_of(one)) for one in session.dirty if _is_audited(one)),
            *(_row(clock, user_id, one, "deleted", {}) for one in session.deleted if _is_audited(one)),
        ]
        told = [row for row in rows if row["changes"] or not row["action"].endswith(".changed")]
        if told:
            session.execute(insert(AuditEntry), told)

    event.listen(session, "after_flush", after_flush)


def note(session: Session, clock: Clock, user_id: UUID, action: str, subject_id: object = None) -> None:
    """Note something that no single row tells, such as a log-in."""
    session.execute(insert(AuditEntry), [_entry(clock, user_id, action, subject_id, {})])


def _is_audited(one: object) -> bool:
    return hasattr(type(one), "__audited__")


def _row(clock: Clock, user_id: UUID, one: Any, verb: str, changes: dict[str, Any]) -> dict[str, Any]:
    owner = getattr(one, "user_id", None) or user_id
    return _entry(clock, owner, f"{one.__tablename__}.{verb}", one.id, changes)


def _entry(clock: Clock, user_id: UUID, action: str, subject_id: object, changes: dict[str, Any]) -> dict[str, Any]:
    # Commands of the operator have no request.
    asked = has_request_context()
    return {
        "id": new_id(),
        "user_id": user_id,
        "actor": g.get("actor", "login") if asked else "operator",
        "action": action,
        "subject_id": None if subject_id is None else str(subject_id),
        "changes": changes,
        "ip_address": request.remote_addr if asked else None,
        "user_agent": (request.user_agent.string or "")[:_LONGEST_AGENT] or None if asked else None,
        "request_id": g.get("request_id") if asked else None,
        "created_at": clock.now(),
    }


def _all_of(one: Any) -> dict[str, Any]:
    values = {name: getattr(one, name) for name in _columns(one)}
    return {name: [None, _told(one, name, value)] for name, value in values.items() if value is not None}


def _changes_of(one: Any) -> dict[str, Any]:
    state = inspect(one)
    found = {}
    for name in _columns(one):
        history = state.attrs[name].history
        before = history.deleted[0] if history.deleted else None
        after = history.added[0] if history.added else None
        if history.has_changes() and before != after:
            found[name] = [_told(one, name, before), _told(one, name, after)]
    return found


def _columns(one: Any) -> list[str]:
    untold = _UNTOLD | getattr(type(one), "__unaudited__", frozenset())
    return [attribute.key for attribute in inspect(type(one)).column_attrs if attribute.key not in untold]


def _told(one: Any, name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in type(one).__audited__:
        return _MASK
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value if isinstance(value, str | int | float | bool | dict | list) else str(value)
