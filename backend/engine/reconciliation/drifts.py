"""The life of a difference: suspected, confirmed when it stays, resolved when it is gone or its owner says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.bots.commands import pause_by_engine
from backend.bots.models import TradingBot
from backend.engine.ledger import Ledger
from backend.engine.models import Order
from backend.engine.order_states import TERMINAL
from backend.engine.reconciliation.models import Drift
from backend.foundation.clock import Clock
from backend.foundation.errors import Conflict, NotFound
from backend.foundation.events import publish
from backend.foundation.ids import new_id


@dataclass(frozen=True)
class Finding:
    """A difference as one comparison saw it."""

    kind: str
    subject: str
    bot_id: UUID | None
    symbol: str | None
    ledger_value: Decimal | None
    exchange_value: Decimal | None
    explanation: str


class DriftIsResolved(Conflict):
    """It was resolved before."""

    def __init__(self) -> None:
        super().__init__("This difference is resolved already.")


def note_findings(session: Session, clock: Clock, api_key_id: UUID, user_id: UUID, findings: Sequence[Finding]) -> int:
    """Take in what a comparison found: new ones are suspected, known ones confirmed, absent ones resolved.

    Returns how many stay open.
    """
    now = clock.now()
    known = {
        (drift.kind, drift.subject): drift
        for drift in session.scalars(
            select(Drift).where(Drift.api_key_id == api_key_id, Drift.state != "resolved").with_for_update()
        )
    }
    _lock_bots(session, findings)
    for finding in findings:
        drift = known.pop((finding.kind, finding.subject), None)
        if drift is None:
            session.add(_suspected(finding, api_key_id, user_id, clock))
            continue
        drift.last_seen_at, drift.explanation = now, finding.explanation
        drift.ledger_value, drift.exchange_value = finding.ledger_value, finding.exchange_value
        if drift.state == "suspected":
            _confirm(session, clock, drift)
    for drift in known.values():
        _resolve(drift, clock, "The difference is gone.")
    session.flush()
    return len(findings)


def _lock_bots(session: Session, findings: Sequence[Finding]) -> None:
    # By id, as everybody who locks several.
    bot_ids = {finding.bot_id for finding in findings if finding.bot_id}
    session.execute(
        select(TradingBot.id)
        .where(TradingBot.id.in_(bot_ids))
        .order_by(TradingBot.id)
        .with_for_update(key_share=True, of=TradingBot)
    )


def resolve_drift(session: Session, clock: Clock, user_id: UUID, drift_id: UUID) -> Drift:
    """Its owner has looked at it and settled it. Raises NotFound and DriftIsResolved."""
    drift = session.scalar(select(Drift).where(Drift.user_id == user_id, Drift.id == drift_id))
    if drift is None:
        raise NotFound("You have no difference with this id.")
    if drift.state == "resolved":
        raise DriftIsResolved
    _resolve(drift, clock, "Settled by you.")
    session.flush()
    return drift


def _suspected(finding: Finding, api_key_id: UUID, user_id: UUID, clock: Clock) -> Drift:
    now = clock.now()
    return Drift(
        id=new_id(),
        user_id=user_id,
        api_key_id=api_key_id,
        state="suspected",
        first_seen_at=now,
        last_seen_at=now,
        **finding.__dict__,
    )


def _confirm(session: Session, clock: Clock, drift: Drift) -> None:
    drift.state = "confirmed"
    payload = {
        "id": str(drift.id),
        "bot_id": str(drift.bot_id) if drift.bot_id else None,
        "explanation": drift.explanation,
    }
    publish(session, clock, drift.user_id, "drift.confirmed", payload)
    if drift.bot_id is not None:
        bot = session.get_one(TradingBot, drift.bot_id)
        reason = f"Ledger and exchange disagree: {drift.explanation} See the page Differences, then resume the bot."
        pause_by_engine(session, clock, bot, reason)
    if drift.kind == "order_unknown_state":
        _end_order(session, clock, UUID(drift.subject))


def _end_order(session: Session, clock: Clock, order_id: UUID) -> None:
    """What the exchange does not know any more binds nothing: the bot's exits must not wait for it."""
    order = session.get_one(Order, order_id, with_for_update={"key_share": True})
    if order.status not in TERMINAL:
        Ledger(session, clock).move_order(order, "canceled", "The exchange does not know it any more.")


def _resolve(drift: Drift, clock: Clock, resolution: str) -> None:
    drift.state, drift.resolved_at, drift.resolution = "resolved", clock.now(), resolution
