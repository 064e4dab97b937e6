"""One closed candle for the running bots of one market: match, mark, decide, in the order of a backtest."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.bots.commands import stop_by_risk
from backend.bots.models import TradingBot
from backend.bots.trading_rules import window_of
from backend.engine.intents import CandleName, Intent, IntentWriter
from backend.engine.looks import Look
from backend.engine.memory import memories_of, remembered
from backend.engine.models import Order, Position
from backend.engine.order_states import TERMINAL
from backend.engine.reasons import describe_breach, describe_decision, describe_exit
from backend.engine.records import RecordBatch, fill_state, make_records
from backend.engine.signals import Signal, signals_for
from backend.exchanges.gateway import Market
from backend.exchanges.venues import venue_of
from backend.foundation.platform import Platform
from backend.market_data.tickers import TickerBoard
from backend.trading.candles import Candles, interval
from backend.trading.decision import decide_all
from backend.trading.matching import exits
from backend.trading.records import NO_EXIT, OUTCOMES, PURPOSES
from backend.trading.risk import mark_all


class Closed(CandleName, Protocol):
    """The candle that closed."""

    @property
    def timeframe(self) -> str:
        """Its time frame."""


@dataclass(frozen=True)
class _Course:
    """What one candle's steps share; the lists are in the bots' order."""

    platform: Platform
    session: Session
    bots: Sequence[TradingBot]
    candles: Candles
    length: int
    positions: dict[UUID, Position]
    busy: set[UUID]
    batch: RecordBatch
    writer: IntentWriter


def decide_for(
    platform: Platform,
    session: Session,
    closed: Closed,
    market: Market,
    bots: Sequence[TradingBot],
    candles: Candles,
) -> list[Look]:
    """Write what the bots do at the close of the last of the candles; returns each one's look, in their order."""
    positions = _open_positions(session, bots, closed.symbol)
    memories = memories_of(session, bots, closed.symbol)
    course = _Course(
        platform,
        session,
        bots,
        candles,
        interval(closed.timeframe),
        positions,
        _bots_with_orders(session, bots, closed.symbol),
        make_records(
            bots, positions, memories, market, venue_of(closed.exchange).taker_fee, float(candles["close"][-1])
        ),
        IntentWriter(platform, session, closed, market, _tick(platform, closed, candles)),
    )
    exited = _match(course)
    halted = _mark(course)
    signals = signals_for(bots, candles)
    outcomes, quantities = _outcomes(course, signals)
    looks = []
    for index, bot in enumerate(bots):
        if index in halted:
            looks.append(_stopped(course, index))
        elif index in exited and not (bot.is_paper_trading and quantities[index] > 0):
            reason = describe_exit(exited[index])
            looks.append(_look(course, index, Signal(-1, 1.0, signals[index].inputs), "acted", reason))
        else:
            outcome = "order_pending" if bot.id in course.busy else OUTCOMES[outcomes[index]]
            reason = signals[index].silence or describe_decision(signals[index].action, outcome)
            if outcome == "acted":
                _act(course, index, float(quantities[index]))
            if index in exited:
                reason = f"{describe_exit(exited[index])} {reason}"
            looks.append(_look(course, index, signals[index], outcome, reason))
    return looks


def _match(course: _Course) -> dict[int, str]:
    """Protective exits of the candle, by the bot's index; peaks rise afterwards."""
    last, count = course.candles[-1], len(course.bots)
    reasons, prices = exits(
        course.batch.states,
        course.batch.rules,
        np.full(count, last["open"]),
        np.full(count, last["high"]),
        np.full(count, last["low"]),
    )
    exited = {}
    for index, bot in enumerate(course.bots):
        position = course.positions.get(bot.id)
        if position is None or bot.id in course.busy:
            continue
        if reasons[index] == NO_EXIT:
            if bot.trailing_stop_percentage is not None:
                known = position.peak_price or position.entry_price
                position.peak_price = max(known, Decimal(repr(float(last["high"]))))
            continue
        exited[index] = PURPOSES[reasons[index]]
        course.writer.write(Intent(bot, "sell", exited[index], position.quantity, float(prices[index])))
        if bot.is_paper_trading:
            fill_state(course.batch.states[index], bot, None)
            course.batch.states["last_exit_at"][index] = _opened_at(course) + course.length
        else:
            course.busy.add(bot.id)
    return exited


def _mark(course: _Course) -> set[int]:
    """Value the bots at the close; returns the indices of those that breached a limit on losses."""
    states = course.batch.states
    mark_all(states, course.batch.rules, _opened_at(course), float(course.candles["close"][-1]))
    return {int(index) for index in np.flatnonzero(states["halted"])}


def _outcomes(course: _Course, signals: Sequence[Signal]) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    closes_at = np.array([_opened_at(course) + course.length])
    gates = np.zeros(len(course.bots), dtype=np.int8)
    for index, bot in enumerate(course.bots):
        window = window_of(bot.trading_window)
        if window is not None:
            gates[index] = window.gates(closes_at)[0]
    outcomes, quantities = decide_all(
        course.batch.states,
        course.batch.rules,
        np.array([signal.action for signal in signals], dtype=np.int8),
        np.full(len(course.bots), course.candles["close"][-1]),
        _opened_at(course),
        gates,
    )
    return outcomes, quantities


def _act(course: _Course, index: int, quantity: float) -> None:
    """Order what was decided, and remember it for the checks to come."""
    bot, state = course.bots[index], course.batch.states[index]
    wanted = Decimal(repr(abs(quantity)))
    if quantity > 0:
        course.writer.write(Intent(bot, "buy", "entry", wanted, None))
        state["entries_today"] += 1
    else:
        course.writer.write(Intent(bot, "sell", "exit_signal", wanted, None))
        # The sale belongs to the candle that has just begun.
        state["last_exit_at"] = _opened_at(course) + 2 * course.length


def _stopped(course: _Course, index: int) -> Look:
    """Stop a bot that breached a limit, and sell what it holds where its owner wants that."""
    bot, state = course.bots[index], course.batch.states[index]
    outcome, held = OUTCOMES[state["halted"]], float(state["quantity"])
    closes = bot.close_on_breach and held > 0 and bot.id not in course.busy
    if closes:
        course.writer.write(Intent(bot, "sell", "risk_exit", course.positions[bot.id].quantity, None))
    reason = describe_breach(outcome, closes, held > 0)
    stop_by_risk(course.session, course.platform.clock, bot, reason)
    signal = Signal(-1 if closes else 0, 1.0, {"price": float(course.candles["close"][-1])})
    return _look(course, index, signal, "acted" if closes else outcome, reason)


def _look(course: _Course, index: int, signal: Signal, outcome: str, reason: str) -> Look:
    memory = remembered(course.batch.states[index])
    return Look(course.bots[index], signal.action, signal.confidence, outcome, reason, signal.inputs, memory)


def _opened_at(course: _Course) -> int:
    return int(course.candles["opened_at"][-1])


def _tick(platform: Platform, closed: Closed, candles: Candles) -> float:
    """The price right now, at which a paper market order fills; the close where no tick came yet."""
    now = round(platform.clock.now().timestamp() * 1000)
    price = TickerBoard(platform.redis).price(closed.exchange, closed.symbol, now)
    return float(candles["close"][-1]) if price is None else price


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
