"""What bots made of a candle, written down: the newest look of each, and the decisions worth telling."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.engine.messages import decision_message
from backend.engine.models import Decision, Evaluation
from backend.foundation.events import publish
from backend.foundation.ids import new_id
from backend.foundation.platform import Platform

_ACTIONS = {1: "buy", -1: "sell", 0: "hold"}
# A refusal is told once, not at every candle on which it stays the same.
_QUIET_OUTCOMES = frozenset({"hold", "already_long", "nothing_to_sell", "order_pending"})


@dataclass(frozen=True)
class Look:
    """What one bot made of the candle."""

    bot: TradingBot
    action: int
    confidence: float
    outcome: str
    reason: str
    inputs: dict[str, Any]
    memory: dict[str, Any] = field(default_factory=dict)


def write_looks(platform: Platform, session: Session, symbol: str, candle_at: datetime, looks: list[Look]) -> None:
    """Write every bot's evaluation, and a decision with its event for those that have something to tell."""
    now = platform.clock.now()
    before = _previous_outcomes(session, looks, symbol)
    shared = {"symbol": symbol, "candle_at": candle_at}
    rows = [{**shared, **_facts(look), "memory": look.memory, "evaluated_at": now} for look in looks]
    statement = insert(Evaluation).values(rows)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in {"bot_id", "symbol", "user_id"}}
    session.execute(statement.on_conflict_do_update(index_elements=["bot_id", "symbol"], set_=changed))
    for look in looks:
        look.bot.last_run_at = now
        if _worth_telling(look, before[look.bot.id]):
            decision = Decision(id=new_id(), **shared, **_facts(look), created_at=now)
            session.add(decision)
            publish(session, platform.clock, look.bot.user_id, "decision.made", decision_message(decision))


def _previous_outcomes(session: Session, looks: list[Look], symbol: str) -> dict[UUID, str]:
    rows = session.execute(
        select(Evaluation.bot_id, Evaluation.outcome).where(
            Evaluation.bot_id.in_([look.bot.id for look in looks]), Evaluation.symbol == symbol
        )
    )
    found: dict[UUID, str] = defaultdict(str)
    found.update({row.bot_id: row.outcome for row in rows})
    return found


def _worth_telling(look: Look, before: str) -> bool:
    if look.outcome == "acted":
        return True
    # A signal that came to nothing is news; standing by is not.
    return look.action != 0 and (look.outcome not in _QUIET_OUTCOMES or look.outcome != before)


def _facts(look: Look) -> dict[str, Any]:
    return {
        "bot_id": look.bot.id,
        "user_id": look.bot.user_id,
        "action": _ACTIONS[look.action],
        "confidence": look.confidence,
        "outcome": look.outcome,
        "reason": look.reason,
        "inputs": look.inputs,
    }
