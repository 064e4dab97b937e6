"""What the drill sees of the ledger while processes die: which bots were looked at, which orders are under way."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from sqlalchemy import create_engine, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.engine.models import Evaluation, Order, Position, Trade
from backend.engine.order_states import TERMINAL
from backend.foundation.embedded import postgres_url
from backend.trading.candles import interval

_PAUSE_SECONDS = 0.2
_DATABASE_RETURNS_SECONDS = 120.0

Found = TypeVar("Found")


@dataclass(frozen=True)
class Watched:
    """A bot as the drill asks for it; `seen_until`: when the newest candle closed that it was looked at by."""

    id: UUID
    name: str
    timeframe: str
    status: str
    reason: str | None
    seen_until: datetime


@dataclass(frozen=True)
class Ledger:
    """The trading record of all live bots."""

    orders: list[Order]
    trades: list[Trade]
    positions: list[Position]
    keys: dict[UUID, UUID]
    """Of each bot, the key that it trades by."""


class Watch:
    """Reads the platform's own database, and waits where that is just being killed."""

    def __init__(self, var: Path) -> None:
        self._engine = create_engine(postgres_url(var), pool_pre_ping=True)

    def close(self) -> None:
        """Let the connections go."""
        self._engine.dispose()

    def bots(self) -> list[Watched]:
        """Every bot there is."""
        return self._read(_read_bots)

    def ledger(self) -> Ledger:
        """What the ledger says of everything that went to an exchange."""
        return self._read(_read_ledger)

    def under_way(self) -> int:
        """How many orders at exchanges have not come to an end; those that somebody has to look at do not count."""
        return self._read(
            lambda session: len(
                session.scalars(
                    select(Order.id).where(Order.api_key_id.is_not(None), Order.status.not_in({*TERMINAL, "review"}))
                ).all()
            )
        )

    def not_looked_at(self, since: datetime, timeframe: str, seconds: float) -> list[str]:
        """Wait until each running bot of the time frame was looked at by a candle that closed after `since`; returns
        the names of those that were not within so many seconds."""
        deadline = time.monotonic() + seconds
        while True:
            late = [
                bot.name
                for bot in self.bots()
                if bot.timeframe == timeframe and bot.status == "running" and bot.seen_until <= since
            ]
            if not late or time.monotonic() > deadline:
                return late
            time.sleep(_PAUSE_SECONDS)

    def _read(self, question: Callable[[Session], Found]) -> Found:
        deadline = time.monotonic() + _DATABASE_RETURNS_SECONDS
        while True:
            try:
                with Session(self._engine) as session:
                    return question(session)
            except OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(_PAUSE_SECONDS)


def _read_bots(session: Session) -> list[Watched]:
    newest = dict(session.execute(select(Evaluation.bot_id, Evaluation.candle_at)).tuples().all())
    never = datetime.fromtimestamp(0, UTC)
    return [
        Watched(
            bot.id,
            bot.name,
            bot.timeframe,
            bot.status,
            bot.status_reason,
            newest.get(bot.id, never) + timedelta(milliseconds=interval(bot.timeframe)),
        )
        for bot in session.scalars(select(TradingBot).order_by(TradingBot.name))
    ]


def _read_ledger(session: Session) -> Ledger:
    keys = {
        bot_id: key_id
        for bot_id, key_id in session.execute(select(TradingBot.id, TradingBot.api_key_id)).tuples()
        if key_id is not None
    }
    orders = session.scalars(select(Order).where(Order.api_key_id.is_not(None)).order_by(Order.id)).all()
    trades = session.scalars(select(Trade).where(Trade.bot_id.in_(keys)).order_by(Trade.id)).all()
    positions = session.scalars(select(Position).where(Position.bot_id.in_(keys)).order_by(Position.id)).all()
    session.expunge_all()
    return Ledger(list(orders), list(trades), list(positions), keys)
