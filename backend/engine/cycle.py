"""The cycle: one closed candle of one market, decided for every watched bot of every tenant in one transaction."""

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.engine.arming import arm_table
from backend.engine.course import Course, own_gates, run_course, stop_halted
from backend.engine.gates import outer_gates
from backend.engine.guards.conditions import UNASKED, conditions_of
from backend.engine.paper import moment_of
from backend.engine.recording import Look, with_lateness, write_looks
from backend.engine.roster import WHOLE_MARKETS, Table
from backend.engine.rows import MarketPlace, begin_cycle, is_watched_at, watched_rows
from backend.engine.signals import warmup_of_seat
from backend.engine.unfinished import match_the_rest
from backend.exchanges.access import ExchangeAccess
from backend.foundation.platform import Platform
from backend.market_data.queries import newest_candles, newest_opened_at
from backend.market_data.store import CandleStore
from backend.trading.candles import Candles, interval

log = structlog.get_logger(__name__)

_PUNCTUAL = timedelta(seconds=5)
_MOST_MISSED = 1500
"""So many candles that closed without a decision are still matched; a longer absence counts as a new start."""


@dataclass(frozen=True)
class ClosedCandle:
    """Which candle closed; `opened_at` in milliseconds."""

    exchange: str
    symbol: str
    timeframe: str
    opened_at: int


def run_cycle(platform: Platform, closed: ClosedCandle) -> list[Look]:
    """Decide for all watched bots of the market; returns each one's look. Running it twice changes nothing."""
    market = ExchangeAccess.of(platform).market(closed.exchange, closed.symbol)
    if market is None:
        log.warning("market_gone", exchange=closed.exchange, symbol=closed.symbol)
        return []
    place = MarketPlace(closed.exchange, closed.timeframe, market)
    # Asked before anything is locked: an exchange may take its time to answer, and nobody is to wait for that.
    conditions = conditions_of(platform, closed.exchange, market) if _has_live_bots(platform, place) else UNASKED
    with platform.database.across_tenants("market cycle") as session:
        begin_cycle(session, closed.exchange, closed.symbol, closed.timeframe)
        closed = _newest(session, closed)
        candle_at, closes_at = moment_of(closed.opened_at), closed.opened_at + interval(closed.timeframe)
        rows = watched_rows(session, place, candle_at, moment_of(closes_at))
        if not rows:
            return []
        price = _close_of(session, closed)
        if price is None:
            log.warning("candle_missing", **closed.__dict__)
            return []
        table = WHOLE_MARKETS.table(session, place, rows, price)
        candles = _history(platform, session, closed, _candles_needed(table, closed))
        gates = own_gates(table, closes_at) | outer_gates(table, conditions)
        match_the_rest(platform, session, table, candles[-1])
        course = Course(platform, session, table, candles, gates)
        looks = _with_lateness(platform, closes_at, run_course(course))
        write_looks(session, platform.clock, closed.symbol, candle_at, looks, table.states)
        stop_halted(session, platform, table)
        arm_table(platform, table, np.full(len(table.seats), closes_at, dtype=np.int64))
    return looks


def _has_live_bots(platform: Platform, place: MarketPlace) -> bool:
    """Whether any bot of the market may want to buy at the exchange itself; on paper its state concerns nobody."""
    live = (
        select(TradingBot.id)
        .where(
            *is_watched_at(place),
            TradingBot.is_paper_trading.is_(False),
        )
        .limit(1)
    )
    with platform.database.across_tenants("cycle: live bots of a market") as session:
        return session.scalar(live) is not None


def _newest(session: Session, closed: ClosedCandle) -> ClosedCandle:
    """The newest candle that is stored: a bot that was kept waiting decides once, on what is true now."""
    newest = newest_opened_at(session, closed.exchange, closed.symbol, closed.timeframe)
    return closed if newest is None or newest <= closed.opened_at else replace(closed, opened_at=newest)


def _close_of(session: Session, closed: ClosedCandle) -> float | None:
    candle = newest_candles(session, closed.exchange, closed.symbol, closed.timeframe, 1, until=closed.opened_at)
    return float(candle["close"][-1]) if len(candle) and candle["opened_at"][-1] == closed.opened_at else None


def _candles_needed(table: Table, closed: ClosedCandle) -> int:
    """As many as the longest warm-up wants, and those that some bot has missed."""
    named = {seat.signal_name: seat for seat in table.seats}
    warmup = max(warmup_of_seat(seat) for seat in named.values())
    missed = (closed.opened_at - int(table.seen_at.min())) // interval(closed.timeframe)
    return max(warmup, min(missed, _MOST_MISSED)) + 1


def _history(platform: Platform, session: Session, closed: ClosedCandle, count: int) -> Candles:
    """The candles up to the closed one, as many as wanted; those of long ago lie in the archive."""
    market = (closed.exchange, closed.symbol, closed.timeframe)
    rows = newest_candles(session, *market, count, until=closed.opened_at)
    if len(rows) == count:
        return rows
    length = interval(closed.timeframe)
    start, end = closed.opened_at - (count - 1) * length, closed.opened_at + length
    stored = CandleStore(session, platform.settings).read(*market, start, end)
    return stored if len(stored) > len(rows) else rows


def _with_lateness(platform: Platform, closes_at: int, looks: list[Look]) -> list[Look]:
    """Say how long after its close a candle was decided on, where that is worth telling."""
    after = platform.clock.now() - moment_of(closes_at)
    if after <= _PUNCTUAL:
        return looks
    seconds = round(after.total_seconds())
    late = {id(look.signal): with_lateness(look.signal, seconds) for look in looks}
    return [replace(look, signal=late[id(look.signal)]) for look in looks]
