"""The core's records of bots as bytes: kept from one look to the next, and made anew from the ledger where need be."""

import zlib
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.engine.models import Position, Trade
from backend.trading.position import protect
from backend.trading.records import STATE

_LAYOUT = zlib.crc32(repr(STATE.descr).encode()).to_bytes(4, "big")
"""Names the fields of the record: bytes of another layout are not read, the ledger is."""


def packed(state: np.void) -> bytes:
    """The record as it is stored."""
    return _LAYOUT + bytes(state.tobytes())


def unpacked(rows: Sequence[bytes | None]) -> tuple[NDArray[np.void], list[int]]:
    """Records (STATE[n]) of stored bytes, and the indices of those that cannot be read and are zeros."""
    states = np.zeros(len(rows), dtype=STATE)
    unreadable = []
    for index, raw in enumerate(rows):
        if raw is None or raw[:4] != _LAYOUT or len(raw) != 4 + STATE.itemsize:
            unreadable.append(index)
        else:
            states[index] = np.frombuffer(raw, dtype=STATE, offset=4)[0]
    return states, unreadable


def begin_measuring(state: np.void, price: float) -> None:
    """Losses count from what the bot has at `price` on; what stopped it before, stops it no more."""
    has = state["cash"] + state["quantity"] * price
    for name in ("equity", "peak_equity", "day_equity"):
        state[name] = has
    state["halted"] = 0
    state["pending_quantity"] = 0.0
    state["pending_purpose"] = 0


def from_ledger(session: Session, state: np.void, rules: np.void, bot: TradingBot, symbol: str) -> None:
    """Fill a fresh record with what the ledger knows of the bot: money, position, its entries so far."""
    position = open_position(session, bot, symbol)
    take_over_position(state, bot, position)
    if position is None:
        return
    protect(state, rules)
    state["peak_price"] = state["entry_price"]
    state["entered_at"] = round(position.opened_at.timestamp() * 1000)
    first, safeties = session.execute(
        select(
            func.min(Trade.price).filter(Trade.purpose == "entry"),
            func.count(func.distinct(Trade.order_id)).filter(Trade.purpose == "safety_order"),
        ).where(Trade.bot_id == bot.id, Trade.symbol == symbol, Trade.executed_at >= position.opened_at)
    ).one()
    state["first_price"] = float(first or position.entry_price)
    state["safeties_filled"] = safeties
    state["entries"] = 1 + safeties


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
    return session.scalar(
        select(Position)
        .where(Position.bot_id == bot.id, Position.symbol == symbol, Position.closed_at.is_(None))
        .with_for_update()
    )
