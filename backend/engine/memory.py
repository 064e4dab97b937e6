"""What a bot must remember from one candle to the next besides its ledger: the day's beginning, peaks, its last exit.

It lies in the bot's evaluation, which is overwritten at every candle in the same transaction as all that came of it.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.engine.models import Evaluation, Position

Memory = dict[str, Any]

_ALWAYS = ("day_ends_at", "entries_today", "last_exit_at")
_WHILE_RUNNING = ("equity", "peak_equity", "day_equity")


def memories_of(session: Session, bots: Sequence[TradingBot], symbol: str) -> dict[UUID, Memory]:
    """Each bot's memory; a bot that was started since its last look measures losses from now on."""
    rows = session.execute(
        select(Evaluation.bot_id, Evaluation.memory, Evaluation.evaluated_at).where(
            Evaluation.bot_id.in_([bot.id for bot in bots]), Evaluation.symbol == symbol
        )
    )
    looked = {bot_id: (memory, evaluated_at) for bot_id, memory, evaluated_at in rows}
    elsewhere = _positions_elsewhere(session, bots)
    memories = {}
    for bot in bots:
        memory, evaluated_at = looked.get(bot.id, ({}, None))
        if evaluated_at is None or (bot.started_at is not None and bot.started_at > evaluated_at):
            memory = {name: memory[name] for name in _ALWAYS if name in memory}
        memories[bot.id] = {**memory, "other_positions": elsewhere[bot.id]}
    return memories


def recall(state: np.void, memory: Memory, price: float) -> None:
    """Set what is remembered in the core's state; without a memory, equity begins with what the bot has at `price`."""
    has = state["cash"] + state["quantity"] * price
    for name in _WHILE_RUNNING:
        state[name] = memory.get(name, has)
    for name in (*_ALWAYS, "other_positions"):
        state[name] = memory.get(name, 0)


def remembered(state: np.void) -> Memory:
    """The core's state as JSON, to be recalled at the next candle."""
    kept: Memory = {name: int(state[name]) for name in _ALWAYS}
    # A live bot's money is its exchange's to know; there is nothing to remember of it.
    if np.isfinite(state["equity"]):
        kept |= {name: float(state[name]) for name in _WHILE_RUNNING}
    return kept


def _positions_elsewhere(session: Session, bots: Sequence[TradingBot]) -> dict[UUID, int]:
    """How many positions each bot's owner has open in other bots of the same mode, where the bot limits them."""
    limited = [bot for bot in bots if bot.max_open_positions is not None]
    counts: dict[UUID, int] = dict.fromkeys((bot.id for bot in bots), 0)
    if not limited:
        return counts
    rows = session.execute(
        select(Position.user_id, TradingBot.is_paper_trading, Position.bot_id, func.count())
        .join(TradingBot, TradingBot.id == Position.bot_id)
        .where(Position.user_id.in_({bot.user_id for bot in limited}), Position.closed_at.is_(None))
        .group_by(Position.user_id, TradingBot.is_paper_trading, Position.bot_id)
    ).all()
    for bot in limited:
        counts[bot.id] = sum(
            count
            for user_id, on_paper, bot_id, count in rows
            if user_id == bot.user_id and on_paper == bot.is_paper_trading and bot_id != bot.id
        )
    return counts
