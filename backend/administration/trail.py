"""What administrators do, in the audit log of both sides: theirs, and the one of the user concerned."""

from typing import Any
from uuid import UUID

from flask import g, has_request_context, request
from sqlalchemy import insert
from sqlalchemy.orm import Session

from backend.foundation.audit import AuditEntry
from backend.foundation.clock import Clock
from backend.foundation.ids import new_id

_LONGEST_AGENT = 400


def note_action(
    session: Session,
    clock: Clock,
    administrator_id: UUID | None,
    concerned_id: UUID | None,
    action: str,
    subject_id: object,
    changes: dict[str, Any] | None = None,
) -> None:
    """Note the action for the administrator (None: the command line) and for the user concerned (None: everybody).

    `changes`: by field the value before and after. The user learns what was done, not from which address.
    """
    shared = {
        "action": f"admin.{action}",
        "subject_id": str(subject_id),
        "changes": changes or {},
        "request_id": g.get("request_id") if has_request_context() else None,
        "created_at": clock.now(),
    }
    rows = []
    if administrator_id is not None:
        rows.append({"id": new_id(), "user_id": administrator_id, "actor": "login", **shared, **_origin()})
    if concerned_id is not None:
        unknown = {"ip_address": None, "user_agent": None}
        rows.append({"id": new_id(), "user_id": concerned_id, "actor": "operator", **shared, **unknown})
    if rows:
        session.execute(insert(AuditEntry), rows)


def _origin() -> dict[str, str | None]:
    return {
        "ip_address": request.remote_addr,
        "user_agent": (request.user_agent.string or "")[:_LONGEST_AGENT] or None,
    }
