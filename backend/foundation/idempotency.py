"""Requests that may be sent again: with the same Idempotency-Key a POST acts once, and its answer is given again."""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from flask import Response, request
from sqlalchemy import ForeignKey, Index, delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from backend.foundation.database import Base
from backend.foundation.errors import Conflict, MalformedRequest
from backend.foundation.platform import Platform
from backend.foundation.requests import platform, request_session, tenant

HEADER = "Idempotency-Key"
KEPT = timedelta(hours=24)
"""So long an answer can be had again; afterwards the key is as good as new."""

_ACCEPTABLE = re.compile(r"[\x21-\x7e]{1,200}\Z")


class IdempotentAnswer(Base):
    """The answer to one request; a row without a status belongs to a request that still runs."""

    __tablename__ = "idempotent_answers"
    __table_args__ = (Index("ix_idempotent_answers_created_at", "created_at"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[str]
    status: Mapped[int] = mapped_column(default=0)
    answer_enc: Mapped[str] = mapped_column(default="")
    """Encrypted: an answer may show a secret for the only time."""
    created_at: Mapped[datetime]


class KeyUsedDifferently(Conflict):
    """The Idempotency-Key belongs to another request."""

    code = "IDEMPOTENCY_KEY_REUSED"


def answer_once(produce: Callable[[], Response]) -> Response:
    """The view's answer, or the one that the same request had before. Raises KeyUsedDifferently, MalformedRequest.

    The note is written in the request's own transaction, before the view runs: a repetition at the same time waits
    for the first to commit, and what the first undoes by an error may be tried again under its key.
    """
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST":
        return produce()
    if not _ACCEPTABLE.match(key):
        raise MalformedRequest(f"{HEADER} has 1 to 200 printable characters without spaces, such as a UUID.")
    session, now, digest = request_session(), platform().clock.now(), _request_hash()
    row = {"user_id": tenant(), "key": key, "request_hash": digest, "status": 0, "answer_enc": "", "created_at": now}
    note = insert(IdempotentAnswer).values(row)
    stale = note.on_conflict_do_update(
        index_elements=["user_id", "key"], set_=row, where=IdempotentAnswer.created_at < now - KEPT
    )
    is_new = session.execute(stale.returning(IdempotentAnswer.key)).first() is not None
    known = session.get_one(IdempotentAnswer, (tenant(), key), populate_existing=True)
    if not is_new:
        return _answer_again(known, digest)
    answer = produce()
    known.status, known.answer_enc = answer.status_code, platform().vault.encrypt(answer.get_data(as_text=True))
    return answer


def _answer_again(known: IdempotentAnswer, digest: str) -> Response:
    if known.request_hash != digest:
        raise KeyUsedDifferently(
            f"This {HEADER} was used for another request in the last 24 hours. Send a new one with each new request."
        )
    text = platform().vault.decrypt(known.answer_enc)
    answer = Response(text, known.status, mimetype="application/json")
    answer.headers["Idempotent-Replayed"] = "true"
    return answer


def _request_hash() -> str:
    parts = (request.method.encode(), request.full_path.encode(), request.get_data())
    return hashlib.sha256(b"\n".join(parts)).hexdigest()


def forget_old_answers(plugs: Platform) -> int:
    """Delete what is older than is promised; returns how many answers."""
    with plugs.database.across_tenants("forget old answers to repeated requests") as session:
        old = IdempotentAnswer.created_at < plugs.clock.now() - KEPT
        return len(session.execute(delete(IdempotentAnswer).where(old).returning(IdempotentAnswer.key)).all())
