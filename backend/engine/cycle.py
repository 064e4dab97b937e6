"""The cycle: one closed candle of one market, decided for every running bot of every tenant in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
import structlog
from sqlalchemy import any_, literal, select, text
from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.engine.intents import Intent, IntentWriter
from backend.engine.looks import Look, write_looks
from backend.engine.models import Evaluation, Order, Position
from backend.engine.order_states import TERMINAL
from backend.engine.reasons import describe_decision, describe_exit
from backend.engine.records import RecordBatch, make_records
from backend.exchanges.gateway import Gateway, Market
from backend.exchanges.venues import venue_of
from backend.foundation.platform import Platform
from backend.market_data.queries import newest_candles, newest_opened_at
from backend.market_data.tickers import TickerBoard
from backend.trading.candles import Candles, interval
from backend.trading.decision import decide_all
from backend.trading.matching import exits
from backend.trading.records import EXIT_REASONS, NO_EXIT, OUTCOMES
from backend.trading.strategies import STRATEGIES

log = structlog.get_logger(__name__)

_PUNCTUAL = timedelta(seconds=5)


@dataclass(frozen=True)
class ClosedCandle:
    """Which candle closed; `opened_at` in milliseconds."""

    exchange: str
    symbol: str
    timeframe: str
    opened_at: int


@dataclass
class _Seen:
    """What the strategies saw, for each bot in turn."""

    actions: list[int] = field(default_factory=list)
    confidences: list[float] = field(default_factory=list)
    inputs: list[dict[str, Any]] = field(default_factory=list)


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
        candles = newest_candles(
            session,
            closed.exchange,
            closed.symbol,
            closed.timeframe,
            _longest_warmup(bots) + 1,
            until=closed.opened_at,
        )
        if not len(candles) or candles["opened_at"][-1] != closed.opened_at:
            log.warning("candle_missing", **closed.__dict__)
            return []
        looks = _decide(platform, session, closed, market, bots, candles)
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


def _longest_warmup(bots: Sequence[TradingBot]) -> int:
    return max(STRATEGIES[bot.strategy].warmup(bot.strategy_config) for bot in bots)


def _decide(
    platform: Platform,
    session: Session,
    closed: ClosedCandle,
    market: Market,
    bots: Sequence[TradingBot],
    candles: Candles,
) -> list[Look]:
    positions = _open_positions(session, bots, closed.symbol)
    busy = _bots_with_orders(session, bots, closed.symbol)
    writer = IntentWriter(platform, session, closed, market, _tick(platform, closed, candles))
    batch = make_records(bots, positions, market, venue_of(closed.exchange).taker_fee)

    looks = []
    exited: dict[int, Look] = {}
    for index, reason, price in _protective_exits(batch, candles, len(bots)):
        bot = bots[index]
        if bot.id in busy:
            continue
        position = positions[bot.id]
        writer.write(Intent(bot, "sell", EXIT_REASONS[reason], position.quantity, price))
        exited[index] = Look(bot, -1, 1.0, "acted", describe_exit(EXIT_REASONS[reason]), {"price": _close(candles)})

    seen = _evaluate(bots, candles)
    outcomes, quantities = decide_all(
        batch.states,
        batch.rules,
        np.array(seen.actions, dtype=np.int8),
        np.full(len(bots), candles["close"][-1]),
    )
    for index, bot in enumerate(bots):
        if index in exited:
            looks.append(exited[index])
            continue
        outcome = "order_pending" if bot.id in busy else OUTCOMES[outcomes[index]]
        if outcome == "acted":
            side = "buy" if quantities[index] > 0 else "sell"
            purpose = "entry" if side == "buy" else "exit_signal"
            writer.write(Intent(bot, side, purpose, Decimal(repr(abs(float(quantities[index])))), None))
        action = seen.actions[index]
        looks.append(
            Look(
                bot,
                action,
                seen.confidences[index],
                outcome,
                describe_decision(action, outcome),
                seen.inputs[index],
            )
        )
    return looks


def _protective_exits(batch: RecordBatch, candles: Candles, count: int) -> list[tuple[int, int, float]]:
    last = candles[-1]
    reasons, prices = exits(
        batch.states,
        np.full(count, last["open"]),
        np.full(count, last["high"]),
        np.full(count, last["low"]),
    )
    return [(int(index), int(reasons[index]), float(prices[index])) for index in np.flatnonzero(reasons != NO_EXIT)]


def _evaluate(bots: Sequence[TradingBot], candles: Candles) -> _Seen:
    """The strategies' view, each distinct (strategy, parameters) computed once for all the bots that share it."""
    known: dict[str, tuple[int, float, dict[str, Any]]] = {}
    seen = _Seen()
    for bot in bots:
        name = f"{bot.strategy} {sorted(bot.strategy_config.items())}"
        if name not in known:
            known[name] = _look(bot, candles)
        action, confidence, inputs = known[name]
        seen.actions.append(action)
        seen.confidences.append(confidence)
        seen.inputs.append(inputs)
    return seen


def _look(bot: TradingBot, candles: Candles) -> tuple[int, float, dict[str, Any]]:
    strategy = STRATEGIES[bot.strategy]
    window = candles[-(strategy.warmup(bot.strategy_config) + 1) :]
    actions, confidences = strategy.signals(window, bot.strategy_config)
    lines = {
        line.name: float(line.values[-1])
        for line in strategy.lines(window, bot.strategy_config)
        if not np.isnan(line.values[-1])
    }
    return int(actions[-1]), float(confidences[-1]), {"price": _close(candles), **lines}


def _close(candles: Candles) -> float:
    return float(candles["close"][-1])


def _tick(platform: Platform, closed: ClosedCandle, candles: Candles) -> float:
    """The price right now, at which a paper market order fills; the close where no tick came yet."""
    now = round(platform.clock.now().timestamp() * 1000)
    price = TickerBoard(platform.redis).price(closed.exchange, closed.symbol, now)
    return _close(candles) if price is None else price


def _open_positions(session: Session, bots: Sequence[TradingBot], symbol: str) -> dict[UUID, Position]:
    rows = session.scalars(
        select(Position).where(
            Position.bot_id.in_([bot.id for bot in bots]),
            Position.symbol == symbol,
            Position.closed_at.is_(None),
        )
    )
    return {position.bot_id: position for position in rows}


def _bots_with_orders(session: Session, bots: Sequence[TradingBot], symbol: str) -> set[UUID]:
    return set(
        session.scalars(
            select(Order.bot_id).where(
                Order.bot_id.in_([bot.id for bot in bots]),
                Order.symbol == symbol,
                Order.status.not_in(TERMINAL),
            )
        )
    )


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
