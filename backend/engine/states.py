"""The core's records of bots as bytes: kept from one look to the next, and made anew from the ledger where need be."""

import zlib
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import any_, func, select
from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.engine.models import Position, Trade
from backend.trading.position import protect
from backend.trading.records import STATE

_LAYOUT = zlib.crc32(repr(STATE.descr).encode())
"""Names the fields of the record: bytes of another layout are not read, the ledger is."""

_STORED = np.dtype([("layout", ">u4"), ("state", STATE)])
PACKED_SIZE = _STORED.itemsize
"""Bytes of one stored record."""

_OUTLIVING = ("entries_today", "day_ends_at", "last_exit_at")
"""What a new start does not undo: or stopping and starting would lift the daily limit and the cool-down."""


def packed(states: NDArray[np.void]) -> bytes:
    """Records (STATE[n]) as they are stored, one after the other, PACKED_SIZE bytes each."""
    stored = np.empty(len(states), dtype=_STORED)
    stored["layout"], stored["state"] = _LAYOUT, states
    return stored.tobytes()


def unpacked(rows: Sequence[bytes | None]) -> tuple[NDArray[np.void], list[int]]:
    """Records (STATE[n]) of stored bytes, and the indices of those that cannot be read and are zeros."""
    raw = [row if row is not None and len(row) == PACKED_SIZE else bytes(PACKED_SIZE) for row in rows]
    stored = np.frombuffer(b"".join(raw), dtype=_STORED)
    readable = stored["layout"] == _LAYOUT
    states = stored["state"].copy()
    states[~readable] = 0
    return states, [int(index) for index in np.flatnonzero(~readable)]


def only_outliving(stored: bytes) -> bytes:
    """The stored record without what its bot's settings have made of it; zeros, for those who read it next."""
    states, _ = unpacked([stored])
    kept = np.zeros(1, dtype=STATE)
    for name in _OUTLIVING:
        kept[name] = states[name]
    return packed(kept)


def begin_measuring(state: np.void, price: float) -> None:
    """Losses count from what the bot has at `price` on; what stopped it before, stops it no more."""
    has = state["cash"] + state["quantity"] * price
    for name in ("equity", "peak_equity", "day_equity"):
        state[name] = has
    state["halted"] = 0
    state["pending_quantity"] = 0.0
    state["pending_purpose"] = 0


def from_ledger(
    session: Session, states: NDArray[np.void], rules: NDArray[np.void], bots: Sequence[TradingBot], symbol: str
) -> None:
    """Fill fresh records (STATE[n], in the bots' order) with what the ledger knows: money, position, entries so far."""
    ids = [bot.id for bot in bots]
    positions = {position.bot_id: position for position in _open_positions(session, ids, symbol)}
    entries = _entries(session, list(positions), symbol)
    for index, bot in enumerate(bots):
        state, position = states[index], positions.get(bot.id)
        take_over_position(state, bot, position)
        if position is None:
            continue
        protect(state, rules[index])
        first, safeties = entries.get(bot.id, (None, 0))
        state["peak_price"] = state["entry_price"]
        state["entered_at"] = round(position.opened_at.timestamp() * 1000)
        state["first_price"] = float(first or position.entry_price)
        state["safeties_filled"] = safeties
        state["entries"] = 1 + safeties


def begin_anew(
    session: Session, states: NDArray[np.void], rules: NDArray[np.void], bots: Sequence[TradingBot], symbol: str
) -> None:
    """Records (STATE[n]) of bots that were started since their last look: their settings may be others by now.

    Money and holdings are the ledger's. Of one that holds nothing, only what it did today and when it last sold lives
    on: its lines, its orders and its money were those of the settings before.
    """
    positions = {position.bot_id: position for position in _open_positions(session, [bot.id for bot in bots], symbol)}
    idle = [index for index, bot in enumerate(bots) if bot.id not in positions]
    for index, bot in enumerate(bots):
        take_over_position(states[index], bot, positions.get(bot.id))
    fresh = np.zeros(len(idle), dtype=STATE)
    from_ledger(session, fresh, rules[idle], [bots[index] for index in idle], symbol)
    for name in _OUTLIVING:
        fresh[name] = states[idle][name]
    states[idle] = fresh


def _entries(session: Session, bot_ids: Sequence[UUID], symbol: str) -> dict[UUID, tuple[Decimal | None, int]]:
    """Of each open position: the price of its first entry, and how many safety orders have bought for it."""
    if not bot_ids:
        return {}
    rows = session.execute(
        select(
            Trade.bot_id,
            func.min(Trade.price).filter(Trade.purpose == "entry"),
            func.count(func.distinct(Trade.order_id)).filter(Trade.purpose == "safety_order"),
        )
        .join(Position, (Position.bot_id == Trade.bot_id) & (Position.symbol == Trade.symbol))
        .where(
            Trade.bot_id == any_(list(bot_ids)),  # type: ignore[arg-type]
            Trade.symbol == symbol,
            Position.closed_at.is_(None),
            Trade.executed_at >= Position.opened_at,
        )
        .group_by(Trade.bot_id)
    )
    return {bot_id: (first, safeties) for bot_id, first, safeties in rows}


def take_over_position(state: np.void, bot: TradingBot, position: Position | None) -> None:
    """Set money and holdings to what the ledger says."""
    state["cash"] = float(free_money(bot, position))
    state["quantity"] = float(position.quantity) if position else 0.0
    state["entry_price"] = float(position.entry_price) if position else 0.0
    state["entry_fees"] = float(position.entry_fees_open) if position else 0.0


def free_money(bot: TradingBot, position: Position | None) -> Decimal:
    """What of the bot's own money is not bound in its position, in quote."""
    bound = position.entry_price * position.quantity + position.entry_fees_open if position else Decimal(0)
    return bot.paper_balance + bot.total_profit_loss - bound


def open_position(session: Session, bot: TradingBot, symbol: str) -> Position | None:
    """The bot's open position of the symbol, locked."""
    return next(iter(_open_positions(session, [bot.id], symbol)), None)


def _open_positions(session: Session, bot_ids: Sequence[UUID], symbol: str) -> Sequence[Position]:
    return session.scalars(
        select(Position)
        .where(Position.bot_id == any_(list(bot_ids)), Position.symbol == symbol, Position.closed_at.is_(None))  # type: ignore[arg-type]
        .order_by(Position.id)
        .with_for_update()
    ).all()
