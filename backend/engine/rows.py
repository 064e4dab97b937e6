"""Watched bots and their last looks as the database has them, read with and without locks; and the lock of a cycle."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, any_, literal, or_, select, text
from sqlalchemy.orm import Session

from backend.bots.models import WATCHED, TradingBot
from backend.engine.models import Evaluation
from backend.exchanges.nouns import Market


@dataclass(frozen=True)
class MarketPlace:
    """Where a table of bots trades: exchange and time frame, and the market with its filters."""

    exchange: str
    timeframe: str
    market: Market


@dataclass(frozen=True)
class Row:
    """A watched bot and its last look, as the database has them."""

    bot_id: UUID
    started_at: datetime
    status: str
    state: bytes | None
    outcome: str
    evaluated_at: datetime | None
    candle_at: datetime | None

    @property
    def is_started_anew(self) -> bool:
        """Whether it was started since its last look, perhaps with other settings."""
        return self.evaluated_at is not None and self.started_at > self.evaluated_at


def is_watched_at(place: MarketPlace) -> tuple[ColumnElement[bool], ...]:
    """What is true of the bots that are watched in this market and time frame."""
    return (
        TradingBot.status.in_(WATCHED),
        TradingBot.exchange == place.exchange,
        TradingBot.timeframe == place.timeframe,
        literal(place.market.symbol) == any_(TradingBot.symbols),
    )


def watched_rows(session: Session, place: MarketPlace, candle_at: datetime, closes_at: datetime) -> list[Row]:
    """Watched bots of the market that have not looked at this candle or a newer one yet, their looks locked."""
    symbol = place.market.symbol
    bots = session.execute(
        select(TradingBot.id, TradingBot.started_at, TradingBot.status)
        .outerjoin(Evaluation, (Evaluation.bot_id == TradingBot.id) & (Evaluation.symbol == symbol))
        .where(
            *is_watched_at(place),
            # A bot decides on candles that closed after it was started, not on history.
            TradingBot.started_at <= closes_at,
            or_(Evaluation.candle_at.is_(None), Evaluation.candle_at < candle_at),
        )
        .order_by(TradingBot.id)
    ).all()
    # Only who has to look is locked; whoever waited for the lock sees what the other wrote meanwhile.
    looks = {row.bot_id: row for row in _locked_looks(session, symbol, [bot.id for bot in bots])}
    rows = []
    for bot in bots:
        look = looks.get(bot.id)
        if look is None:
            rows.append(Row(bot.id, bot.started_at, bot.status, None, "", None, None))
        elif look.candle_at < candle_at:
            rows.append(_row(bot, look))
    return rows


def rows_of_bots(session: Session, exchange: str, symbol: str, bot_ids: Sequence[UUID]) -> list[Row]:
    """These bots, as far as they are watched in this market and have looked before, their looks locked."""
    looks = {row.bot_id: row for row in _locked_looks(session, symbol, bot_ids)}
    bots = session.execute(
        select(TradingBot.id, TradingBot.started_at, TradingBot.status)
        .where(
            TradingBot.id == any_(list(looks)),  # type: ignore[arg-type]
            TradingBot.status.in_(WATCHED),
            # A bot that was given another market may still be woken by the price of the one it left.
            TradingBot.exchange == exchange,
            literal(symbol) == any_(TradingBot.symbols),
        )
        .order_by(TradingBot.id)
    ).all()
    return [_row(bot, looks[bot.id]) for bot in bots if looks[bot.id].state is not None]


def rows_as_they_are(session: Session, place: MarketPlace) -> list[Row]:
    """Every watched bot of the market that has looked before, nothing locked: what changes meanwhile is not seen."""
    found = session.execute(
        select(
            TradingBot.id,
            TradingBot.started_at,
            TradingBot.status,
            Evaluation.state,
            Evaluation.outcome,
            Evaluation.evaluated_at,
            Evaluation.candle_at,
        )
        .join(Evaluation, (Evaluation.bot_id == TradingBot.id) & (Evaluation.symbol == place.market.symbol))
        .where(
            *is_watched_at(place),
            Evaluation.state.is_not(None),
        )
        .order_by(TradingBot.id)
    ).all()
    return [_row(row, row) for row in found]


def begin_cycle(session: Session, exchange: str, symbol: str, timeframe: str) -> None:
    """Wait for the cycle of this market that is at work; until the transaction ends, no other begins."""
    name = f"cycle {exchange} {symbol} {timeframe}"
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})


def await_cycle(session: Session, exchange: str, symbol: str, timeframe: str) -> None:
    """Wait for the cycle of this market that is at work: looks that it writes for the first time cannot be locked."""
    name = f"cycle {exchange} {symbol} {timeframe}"
    session.execute(text("SELECT pg_advisory_xact_lock_shared(hashtextextended(:name, 0))"), {"name": name})


def _row(bot: Any, look: Any) -> Row:
    return Row(bot.id, bot.started_at, bot.status, look.state, look.outcome, look.evaluated_at, look.candle_at)


def _locked_looks(session: Session, symbol: str, bot_ids: Sequence[UUID]) -> Sequence[Any]:
    # Cycle, touch and courier change a bot's state; each takes this lock first, always in the order of the ids.
    return session.execute(
        select(Evaluation.bot_id, Evaluation.candle_at, Evaluation.state, Evaluation.outcome, Evaluation.evaluated_at)
        .where(Evaluation.bot_id == any_(list(bot_ids)), Evaluation.symbol == symbol)  # type: ignore[arg-type]
        .order_by(Evaluation.bot_id)
        .with_for_update(key_share=True)
    ).all()
