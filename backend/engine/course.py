"""One closed candle for the bots of one market: what each makes of it, on paper and live, by the core's own course."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from backend.bots.commands import stop_by_grid, stop_by_risk
from backend.bots.models import TradingBot
from backend.engine.desk import Desk, busy_bots
from backend.engine.paper import buffer, keep_buffer, moment_of, record_fills
from backend.engine.reasons import describe_breach, describe_decision, describe_exit, describe_stop
from backend.engine.recording import Look
from backend.engine.roster import Table
from backend.engine.signals import Signal, signals_for
from backend.engine.states import open_position
from backend.foundation.platform import Platform
from backend.trading.candles import Candles, interval
from backend.trading.matching import exits
from backend.trading.records import (
    BOT_IS_PAUSED,
    DAILY_LOSS_LIMIT,
    MAX_DRAWDOWN,
    NO_EXIT,
    OUTCOMES,
    PURPOSES,
    RANGE_LEFT,
    WINDOW_CLOSED,
)
from backend.trading.risk import mark_all
from backend.trading.simulation import advance_all, judge_all, match_all

BREACHES = (DAILY_LOSS_LIMIT, MAX_DRAWDOWN)


@dataclass(frozen=True)
class Course:
    """What the steps of one candle share. `candles`: oldest first, the closed one last; `gates`: int8[n]."""

    platform: Platform
    session: Session
    table: Table
    candles: Candles
    gates: NDArray[np.int8]

    @property
    def opened_at(self) -> int:
        """When the closed candle opened, in milliseconds."""
        return int(self.candles["opened_at"][-1])

    @property
    def candle_at(self) -> datetime:
        """The same as a moment."""
        return moment_of(self.opened_at)

    @property
    def closes_at(self) -> int:
        """When it closed, in milliseconds."""
        return self.opened_at + interval(self.table.place.timeframe)

    @property
    def close(self) -> float:
        """Its last price."""
        return float(self.candles["close"][-1])


def own_gates(table: Table, closes_at: int) -> NDArray[np.int8]:
    """What each bot's own settings forbid at this close: its trading hours, its pause (bits of the core's gates)."""
    gates = np.where(table.paused, BOT_IS_PAUSED, 0).astype(np.int8)
    for index, seat in enumerate(table.seats):
        if seat.window is not None:
            gates[index] |= seat.window.gates(np.array([closes_at]))[0] & WINDOW_CLOSED
    return gates


def run_course(course: Course) -> list[Look]:
    """Take all bots through the candle; returns each one's look, in the table's order. States change in place."""
    signals = signals_for(course.table.seats, course.candles)
    looks: dict[int, Look] = {}
    paper = [index for index, seat in enumerate(course.table.seats) if seat.is_paper]
    live = [index for index, seat in enumerate(course.table.seats) if not seat.is_paper]
    if paper:
        looks |= _run_on_paper(course, paper, signals)
    if live:
        looks |= _run_live(course, live, signals)
    return [looks[index] for index in range(len(course.table.seats))]


def _run_on_paper(course: Course, chosen: list[int], signals: Sequence[Signal]) -> dict[int, Look]:
    table = course.table.only(chosen)
    actions = np.array([signals[index].action for index in chosen], dtype=np.int8)
    _match_missed(course, table)
    outcomes, fills, grown = advance_all(
        table.states, table.rules, buffer(), course.candles[-1], actions, course.gates[chosen]
    )
    keep_buffer(grown)
    at, closes_at = course.candle_at, moment_of(course.closes_at)
    record_fills(course.session, course.platform.clock, table, fills, at, at, closes_at)
    course.table.states[chosen] = table.states
    exited = _exits_of(fills)
    looks = {}
    for position, index in enumerate(chosen):
        reason = exited.get(position)
        looks[index] = _look(course, index, signals[index], OUTCOMES[outcomes[position]], reason)
    return looks


def _match_missed(course: Course, table: Table) -> None:
    """Match candles that closed while nobody decided: their stops and lines count, their signals are past."""
    behind = table.seen_at.min()
    for candle in course.candles[:-1][course.candles["opened_at"][:-1] > behind]:
        chosen = np.flatnonzero(table.seen_at < candle["opened_at"])
        part = table.only(chosen)
        fills, grown = match_all(part.states, part.rules, buffer(), candle)
        keep_buffer(grown)
        opened_at = int(candle["opened_at"])
        at, closes_at = moment_of(opened_at), moment_of(opened_at + interval(table.place.timeframe))
        record_fills(course.session, course.platform.clock, part, fills, at, at, closes_at)
        table.states[chosen] = part.states


def _exits_of(fills: NDArray[np.void]) -> dict[int, str]:
    """Which records left their position for another reason than a signal, and why."""
    return {
        int(fill["record"]): PURPOSES[fill["purpose"]]
        for fill in fills
        if fill["side"] < 0 and fill["closed"] and PURPOSES[fill["purpose"]] not in {"exit_signal", "grid_line"}
    }


def _run_live(course: Course, chosen: list[int], signals: Sequence[Signal]) -> dict[int, Look]:
    """Exits first, then decisions; bots whose orders are under way wait for what becomes of them."""
    table = course.table.only(chosen)
    last, count = course.candles[-1], len(chosen)
    ids = [seat.bot_id for seat in table.seats]
    busy = busy_bots(course.session, ids, table.place.market.symbol)
    # A position that was changed within the candle is judged by its close alone; its high may lie before the purchase.
    is_whole = table.states["touched_at"] < last["opened_at"]
    open_, high, low = (np.where(is_whole, last[name], last["close"]) for name in ("open", "high", "low"))
    reasons, prices = exits(table.states, table.rules, open_, high, low)
    waiting = np.array([bot_id in busy for bot_id in ids], dtype=np.bool_)
    leaving = (reasons != NO_EXIT) & ~waiting
    free = np.flatnonzero(~waiting & ~leaving)
    others = np.flatnonzero(waiting | leaving)
    outcomes = np.zeros(count, dtype=np.int8)
    actions = np.array([signals[index].action for index in chosen], dtype=np.int8)
    states, rules, gates = table.states[free], table.rules[free], course.gates[chosen][free]
    outcomes[free] = judge_all(states, rules, last, actions[free], gates)
    table.states[free] = states
    states = table.states[others]
    mark_all(states, table.rules[others], course.opened_at, course.close)
    table.states[others] = states
    looks = {}
    for position, index in enumerate(chosen):
        if leaving[position]:
            purpose = PURPOSES[reasons[position]]
            if _leave(course, table, position, purpose, float(prices[position])):
                # It only sells: what the strategy says at this close comes to nothing.
                looks[index] = _look(course, index, signals[index], "hold", purpose)
            else:
                looks[index] = _look(course, index, signals[index], "order_pending", None)
        elif waiting[position]:
            looks[index] = _look(course, index, signals[index], "order_pending", None)
        else:
            carry_out(course, table, position)
            looks[index] = _look(course, index, signals[index], OUTCOMES[outcomes[position]], None)
    course.table.states[chosen] = table.states
    return looks


def _leave(course: Course, table: Table, index: int, purpose: str, price: float) -> bool:
    """Have the position sold; False where there is none, or where a sale was refused a moment ago."""
    desk = _desk(course, table.seats[index].bot_id)
    if desk is None:
        return False
    table.states[index]["pending_quantity"] = 0.0
    position = open_position(course.session, desk.bot, table.place.market.symbol)
    return position is not None and desk.leave(purpose, position.quantity, price, course.opened_at, course.candle_at)


def carry_out(course: Course, table: Table, index: int) -> None:
    """Turn what the core decided for a live bot into orders: at the market now, and at rest."""
    state = table.states[index]
    quantity, purpose = float(state["pending_quantity"]), PURPOSES[state["pending_purpose"]]
    rests = table.rules[index]["kind"] != 0 or state["stop_price"] > 0.0 or state["peak_price"] > 0.0
    if quantity == 0.0 and not rests:
        return
    desk = _desk(course, table.seats[index].bot_id)
    state["pending_quantity"], state["pending_purpose"] = 0.0, 0
    if desk is None:
        return
    if quantity > 0.0 and not desk.bot.is_running:
        # Paused since this look began: whoever pauses waits for no purchase after it.
        return
    if quantity > 0.0:
        desk.trade_now("buy", purpose, Decimal(repr(quantity)), course.close, course.opened_at, course.candle_at)
    elif quantity < 0.0:
        _leave(course, table, index, purpose, course.close)
    else:
        desk.settle(state, table.rules[index], course.close, course.candle_at)


def _desk(course: Course, bot_id: UUID) -> Desk | None:
    """The desk of a bot that is still watched; whoever stopped it in the meantime is obeyed."""
    # Read anew: a bot that this session has seen before may have been stopped since.
    course.session.flush()
    bot = course.session.get_one(
        TradingBot, bot_id, with_for_update={"key_share": True, "of": TradingBot}, populate_existing=True
    )
    return Desk(course.session, course.platform.clock, bot, course.table.place.market) if bot.is_watched else None


def _look(course: Course, index: int, signal: Signal, outcome: str, exit_reason: str | None) -> Look:
    table, state = course.table, course.table.states[index]
    seat, before = table.seats[index], table.previous[index]
    if state["halted"] in BREACHES and before != OUTCOMES[state["halted"]]:
        breach = OUTCOMES[state["halted"]]
        sells = bool(state["pending_quantity"] != 0.0)
        return Look(
            seat, signal, -1 if sells else 0, breach, describe_breach(breach, sells, bool(state["quantity"])), before
        )
    asked = bool(seat.signal_name)
    wanted = signal.action if asked else int(outcome == "acted")
    paused = bool(course.gates[index] & BOT_IS_PAUSED)
    reason = signal.silence or describe_decision(wanted, outcome, asked, paused)
    if exit_reason is None:
        return Look(seat, signal, wanted, outcome, reason, before)
    if outcome == "acted" and wanted > 0:
        return Look(seat, signal, wanted, outcome, f"{describe_exit(exit_reason)} {reason}", before)
    return Look(seat, signal, -1, "acted", describe_exit(exit_reason), before)


def stop_halted(session: Session, platform: Platform, table: Table) -> None:
    """Stop the bots whose limits on losses, or whose grid, have ended their work and left nothing to be done."""
    for index in np.flatnonzero(table.states["halted"]):
        state, seat = table.states[index], table.seats[index]
        if state["pending_quantity"] != 0.0:
            continue
        if not seat.is_paper and busy_bots(session, [seat.bot_id], table.place.market.symbol):
            continue
        bot = session.get_one(TradingBot, seat.bot_id, with_for_update={"key_share": True, "of": TradingBot})
        if not bot.is_watched:
            continue
        held = bool(state["quantity"] > 0.0)
        if state["halted"] == RANGE_LEFT:
            stop_by_grid(session, platform.clock, bot)
        elif state["halted"] in BREACHES:
            breach = OUTCOMES[state["halted"]]
            stop_by_risk(session, platform.clock, bot, describe_stop(breach, bot.close_on_breach, held))
