"""What bots made of a candle, written down: the newest look of each with its state, and the decisions worth telling."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

from backend.engine.messages import decision_message
from backend.engine.models import Decision
from backend.engine.roster import Seat
from backend.engine.signals import Signal
from backend.engine.states import PACKED_SIZE, packed
from backend.foundation.clock import Clock
from backend.foundation.database import insert_rows
from backend.foundation.events import publish_all
from backend.foundation.ids import new_id

_ACTIONS = {1: "buy", -1: "sell", 0: "hold"}
# A refusal is told once, not at every candle on which it stays the same.
_QUIET_OUTCOMES = frozenset({"hold", "already_long", "nothing_to_sell", "order_pending", "range_left"})

_WRITE = text(
    """
    INSERT INTO evaluations
        (bot_id, symbol, user_id, candle_at, action, confidence, outcome, reason, inputs, evaluated_at, state)
    SELECT bot_id, :symbol, user_id, :candle_at, action, confidence, outcome, reason, inputs::jsonb, :now,
        substring(CAST(:states AS bytea) FROM CAST(look.number - 1 AS integer) * :size + 1 FOR :size)
    FROM unnest(CAST(:bots AS uuid[]), CAST(:users AS uuid[]), CAST(:verdicts AS integer[]))
        WITH ORDINALITY AS look (bot_id, user_id, verdict, number)
    JOIN unnest(
        CAST(:actions AS text[]), CAST(:confidences AS float8[]), CAST(:outcomes AS text[]), CAST(:reasons AS text[]),
        CAST(:inputs AS text[])
    ) WITH ORDINALITY AS verdict (action, confidence, outcome, reason, inputs, number) ON verdict.number = look.verdict
    ON CONFLICT (bot_id, symbol) DO UPDATE SET
        candle_at = excluded.candle_at, action = excluded.action, confidence = excluded.confidence,
        outcome = excluded.outcome, reason = excluded.reason, inputs = excluded.inputs,
        evaluated_at = excluded.evaluated_at, state = excluded.state
    """
)
"""Most bots of a market come to one of a few verdicts: each is sent once, and every bot names its own by number."""
_WRITE_STATES = text(
    """
    UPDATE evaluations
    SET state = substring(CAST(:states AS bytea) FROM CAST(look.number - 1 AS integer) * :size + 1 FOR :size)
    FROM unnest(CAST(:bots AS uuid[])) WITH ORDINALITY AS look (bot_id, number)
    WHERE evaluations.bot_id = look.bot_id AND evaluations.symbol = :symbol
    """
)


@dataclass(frozen=True, slots=True)
class Look:
    """What one bot made of the candle; `before`: the outcome of its last look."""

    seat: Seat
    signal: Signal
    action: int
    outcome: str
    reason: str
    before: str


def write_looks(
    session: Session,
    clock: Clock,
    symbol: str,
    candle_at: datetime,
    looks: Sequence[Look],
    states: NDArray[np.void],
) -> None:
    """Write every bot's look with its state, and a decision with its event for those that have something to tell."""
    if not looks:
        return
    verdicts: dict[tuple[int, int, str, str], int] = {}
    said: list[Look] = []
    numbers = []
    for look in looks:
        number = verdicts.setdefault((id(look.signal), look.action, look.outcome, look.reason), len(said) + 1)
        if number > len(said):
            said.append(look)
        numbers.append(number)
    session.execute(
        _WRITE,
        {
            "symbol": symbol,
            "candle_at": candle_at,
            "now": clock.now(),
            "bots": [look.seat.bot_id for look in looks],
            "users": [look.seat.user_id for look in looks],
            "verdicts": numbers,
            "actions": [_ACTIONS[look.action] for look in said],
            "confidences": [look.signal.confidence for look in said],
            "outcomes": [look.outcome for look in said],
            "reasons": [look.reason for look in said],
            "inputs": [json.dumps(look.signal.inputs) for look in said],
            "states": packed(states),
            "size": PACKED_SIZE,
        },
    )
    tell_decisions(session, clock, symbol, candle_at, [look for look in looks if _worth_telling(look)])


def write_states(session: Session, symbol: str, seats: Sequence[Seat], states: NDArray[np.void]) -> None:
    """Overwrite the states of bots that have looked before; their looks stay."""
    session.execute(
        _WRITE_STATES,
        {
            "symbol": symbol,
            "bots": [seat.bot_id for seat in seats],
            "states": packed(states),
            "size": PACKED_SIZE,
        },
    )


def tell_decisions(session: Session, clock: Clock, symbol: str, candle_at: datetime, looks: Sequence[Look]) -> None:
    """Write decisions, each with its event."""
    now = clock.now()
    decisions = [
        Decision(
            id=new_id(),
            bot_id=look.seat.bot_id,
            user_id=look.seat.user_id,
            symbol=symbol,
            candle_at=candle_at,
            action=_ACTIONS[look.action],
            confidence=look.signal.confidence,
            outcome=look.outcome,
            reason=look.reason,
            inputs=look.signal.inputs,
            created_at=now,
        )
        for look in looks
    ]
    insert_rows(session, decisions)
    messages = [(decision.user_id, "decision.made", decision_message(decision)) for decision in decisions]
    publish_all(session, clock, messages)


def with_lateness(signal: Signal, seconds: int) -> Signal:
    """The signal, saying how long after the candle's close it was asked for."""
    inputs: dict[str, Any] = {**signal.inputs, "late_seconds": seconds}
    return Signal(signal.action, signal.confidence, inputs, signal.silence)


def _worth_telling(look: Look) -> bool:
    if look.outcome == "acted":
        return True
    if look.outcome in _QUIET_OUTCOMES:
        return look.action != 0 and look.outcome != look.before
    # A signal that came to nothing is news; a bot that wants in at every candle says once what keeps it out.
    return look.outcome != look.before or (look.action != 0 and look.seat.signal_name != "")
