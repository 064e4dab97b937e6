"""Has a bot act on a signal from outside: the core decides as it does at a close, at the price of now."""

from datetime import timedelta
from uuid import UUID

import numpy as np
from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.engine.arming import arm_table
from backend.engine.controls import price_now
from backend.engine.course import Course, carry_out, own_gates
from backend.engine.desk import busy_bots
from backend.engine.gates import outer_gates
from backend.engine.guards.conditions import UNASKED, Conditions, conditions_of
from backend.engine.incoming.commands import takes_signals
from backend.engine.incoming.models import IncomingSignal
from backend.engine.paper import buffer, keep_buffer, moment_of, record_fills
from backend.engine.reasons import describe_decision
from backend.engine.recording import Look, tell_decisions, write_looks, write_states
from backend.engine.roster import Roster, Table
from backend.engine.rows import MarketPlace, Row, rows_of_bots
from backend.engine.signals import Signal
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.nouns import Market
from backend.foundation.events import publish
from backend.foundation.platform import Platform
from backend.trading.candles import CANDLE, candle_open, interval
from backend.trading.decision import decide, place
from backend.trading.records import ACTED, OUTCOMES
from backend.trading.simulation import touch_all

_ROSTER = Roster()
_GOES_STALE = timedelta(minutes=2)


def act_on_signal(platform: Platform, signal_id: UUID) -> str:
    """Act on the signal, once; returns the state that it ends in."""
    conditions = _conditions(platform, signal_id)
    with platform.database.across_tenants("act on a signal from outside") as session:
        signal = session.get_one(IncomingSignal, signal_id, with_for_update={"key_share": True})
        if signal.state != "received":
            return signal.state
        bot = session.get_one(TradingBot, signal.bot_id)
        market = ExchangeAccess.of(platform).market(bot.exchange, bot.symbols[0])
        price = price_now(platform, session, bot, market) if market else None
        refusal = _refusal(platform, bot, signal, price)
        signal.handled_at = platform.clock.now()
        if refusal is not None or market is None or price is None:
            signal.state, signal.outcome = "refused", refusal
            _tell(platform, session, signal)
            return signal.state
        table, opened_at, outcome = _decide(platform, session, bot, market, signal, price, conditions)
        signal.state = "acted" if outcome == "acted" else "ignored"
        signal.outcome = describe_decision(1 if signal.action == "buy" else -1, outcome)
        _tell(platform, session, signal)
        arm_table(platform, table, np.full(1, opened_at, dtype=np.int64))
    return signal.state


def _conditions(platform: Platform, signal_id: UUID) -> Conditions:
    """What keeps the signal's bot from buying at its exchange; asked before anything is locked."""
    with platform.database.across_tenants("the bot of a signal") as session:
        signal = session.get_one(IncomingSignal, signal_id)
        bot = session.get_one(TradingBot, signal.bot_id)
    market = ExchangeAccess.of(platform).market(bot.exchange, bot.symbols[0])
    if market is None or bot.is_paper_trading or signal.state != "received":
        return UNASKED
    return conditions_of(platform, bot.exchange, market)


def _tell(platform: Platform, session: Session, signal: IncomingSignal) -> None:
    payload = {"id": str(signal.id), "bot_id": str(signal.bot_id), "state": signal.state}
    publish(session, platform.clock, signal.user_id, "signal.handled", payload)


def _refusal(platform: Platform, bot: TradingBot, signal: IncomingSignal, price: float | None) -> str | None:
    if not takes_signals(bot):
        return "The bot has a strategy of its own by now and takes no signals."
    if not bot.is_watched:
        return "The bot was not running when the signal came."
    if platform.clock.now() - signal.received_at > _GOES_STALE:
        return "The signal could not be acted on in time; the price it was made for is past."
    return "No price of the market is known just now." if price is None else None


def _decide(
    platform: Platform,
    session: Session,
    bot: TradingBot,
    market: Market,
    signal: IncomingSignal,
    price: float,
    conditions: Conditions,
) -> tuple[Table, int, str]:
    now = round(platform.clock.now().timestamp() * 1000)
    opened_at = candle_open(now, bot.timeframe)
    place_of_bot = MarketPlace(bot.exchange, bot.timeframe, market)
    rows = rows_of_bots(session, bot.exchange, market.symbol, [bot.id])
    assert bot.started_at is not None
    has_looked = bool(rows)
    rows = rows or [Row(bot.id, bot.started_at, bot.status, None, "", None, None)]
    table = _ROSTER.table(session, place_of_bot, rows, price)
    candles = np.array([(opened_at, price, price, price, price, 0.0)], dtype=CANDLE)
    gates = own_gates(table, now) | outer_gates(table, conditions)
    course = Course(platform, session, table, candles, gates)
    outcome = _order(course, 1 if signal.action == "buy" else -1, price)
    said = Signal(1 if signal.action == "buy" else -1, 1.0, {"price": price, "signal": signal.note or signal.action})
    look = Look(table.seats[0], said, said.action, outcome, describe_decision(said.action, outcome), "")
    if has_looked:
        write_states(session, market.symbol, table.seats, table.states)
        tell_decisions(session, platform.clock, market.symbol, moment_of(opened_at), [look])
    else:
        # The candle of now is still to be looked at when it closes.
        before = moment_of(opened_at - interval(bot.timeframe))
        write_looks(session, platform.clock, market.symbol, before, [look], table.states)
    return table, opened_at, outcome


def _order(course: Course, action: int, price: float) -> str:
    table, state = course.table, course.table.states[0]
    seat = table.seats[0]
    if not seat.is_paper and busy_bots(course.session, [seat.bot_id], table.place.market.symbol):
        return "order_pending"
    outcome, quantity = decide(state, table.rules[0], action, price, course.opened_at, course.gates[0])
    if outcome != ACTED:
        return OUTCOMES[outcome]
    place(state, table.rules[0], quantity)
    if not seat.is_paper:
        carry_out(course, table, 0)
        return "acted"
    at = np.array([course.opened_at], dtype=np.int64)
    fills, grown = touch_all(table.states, table.rules, buffer(), at, price, price)
    keep_buffer(grown)
    now = course.platform.clock.now()
    record_fills(course.session, course.platform.clock, table, fills, course.candle_at, now, now)
    return "acted"
