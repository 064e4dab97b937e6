"""The cycle: one closed candle of one market, decided for every running bot of every tenant in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import any_, literal, select, text
from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.engine.deciding import decide_for
from backend.engine.looks import Look, write_looks
from backend.engine.models import Evaluation
from backend.engine.signals import warmup_of_bot
from backend.exchanges.gateway import Gateway
from backend.foundation.platform import Platform
from backend.market_data.queries import newest_candles, newest_opened_at
from backend.market_data.store import CandleStore
from backend.trading.candles import Candles, interval

log = structlog.get_logger(__name__)

_PUNCTUAL = timedelta(seconds=5)


@dataclass(frozen=True)
class ClosedCandle:
    """Which candle closed; `opened_at` in milliseconds."""

    exchange: str
    symbol: str
    timeframe: str
    opened_at: int


def run_cycle(platform: Platform, closed: ClosedCandle) -> list[Look]:
    """Decide for all running bots of the market; returns each one's look. Running it twice changes nothing."""
    market = Gateway(platform.settings, closed.exchange).market(closed.symbol)
    if market is None:
        log.warning("market_gone", exchange=closed.exchange, symbol=closed.symbol)
        return []
    with platform.database.across_tenants("market cycle") as session:
        _one_cycle_at_a_time(session, closed)
        closed = _newest(session, closed)
        bots = _waiting_bots(session, closed)
        if not bots:
            return []
        candles = _history(platform, session, closed, max(warmup_of_bot(bot) for bot in bots) + 1)
        if not len(candles) or candles["opened_at"][-1] != closed.opened_at:
            log.warning("candle_missing", **closed.__dict__)
            return []
        looks = decide_for(platform, session, closed, market, bots, candles)
        late = _seconds_late(platform, closed)
        if late:
            looks = [replace(look, inputs={**look.inputs, "late_seconds": late}) for look in looks]
        write_looks(platform, session, closed.symbol, _moment(closed.opened_at), looks)
        return looks


def _one_cycle_at_a_time(session: Session, closed: ClosedCandle) -> None:
    name = f"cycle {closed.exchange} {closed.symbol} {closed.timeframe}"
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})


def _newest(session: Session, closed: ClosedCandle) -> ClosedCandle:
    """The newest candle that is stored: a bot that was kept waiting decides once, on what is true now."""
    newest = newest_opened_at(session, closed.exchange, closed.symbol, closed.timeframe)
    return closed if newest is None or newest <= closed.opened_at else replace(closed, opened_at=newest)


def _history(platform: Platform, session: Session, closed: ClosedCandle, count: int) -> Candles:
    """The candles up to the closed one, as many as a warm-up wants; those of long ago lie in the archive."""
    market = (closed.exchange, closed.symbol, closed.timeframe)
    rows = newest_candles(session, *market, count, until=closed.opened_at)
    if len(rows) == count:
        return rows
    length = interval(closed.timeframe)
    start, end = closed.opened_at - (count - 1) * length, closed.opened_at + length
    stored = CandleStore(session, platform.settings).read(*market, start, end)
    return stored if len(stored) > len(rows) else rows


def _seconds_late(platform: Platform, closed: ClosedCandle) -> int:
    """How long after its close a candle is decided on, where that is worth telling; else 0."""
    after = platform.clock.now() - _moment(closed.opened_at + interval(closed.timeframe))
    return round(after.total_seconds()) if after > _PUNCTUAL else 0


def _waiting_bots(session: Session, closed: ClosedCandle) -> Sequence[TradingBot]:
    """Running bots of the market that have not looked at this candle or a newer one yet, locked."""
    candle_at = _moment(closed.opened_at)
    seen = select(Evaluation.bot_id).where(
        Evaluation.bot_id == TradingBot.id,
        Evaluation.symbol == closed.symbol,
        Evaluation.candle_at >= candle_at,
    )
    closes_at = _moment(closed.opened_at + interval(closed.timeframe))
    return session.scalars(
        select(TradingBot)
        .where(
            TradingBot.status == "running",
            TradingBot.exchange == closed.exchange,
            TradingBot.timeframe == closed.timeframe,
            literal(closed.symbol) == any_(TradingBot.symbols),
            # A bot decides on candles that closed after it was started, not on history.
            TradingBot.started_at <= closes_at,
            ~seen.exists(),
        )
        .order_by(TradingBot.id)
        .with_for_update(key_share=True)
    ).all()


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
