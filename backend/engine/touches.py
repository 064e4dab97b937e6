"""Between candles: a price that crosses what bots wait for is matched at once, on paper and live."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.engine.arming import arm_table
from backend.engine.course import stop_halted
from backend.engine.desk import Desk, busy_bots
from backend.engine.ledger import Ledger
from backend.engine.models import Order
from backend.engine.order_states import TERMINAL
from backend.engine.paper import buffer, keep_buffer, moment_of, record_fills
from backend.engine.reasons import describe_exit
from backend.engine.recording import Look, tell_decisions, write_states
from backend.engine.roster import MarketPlace, Roster, Table, rows_of_bots
from backend.engine.signals import Signal
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.nouns import Market
from backend.foundation.platform import Platform
from backend.trading.candles import candle_open, interval
from backend.trading.matching import exits
from backend.trading.records import NO_EXIT, PURPOSES
from backend.trading.simulation import touch_all

log = structlog.get_logger(__name__)

_ROSTER = Roster()
_TOLD = frozenset({"stop_loss", "take_profit", "trailing_stop", "risk_exit"})


@dataclass(frozen=True)
class Movement:
    """A price that moved from `before` to `price`; `at`: when, in milliseconds."""

    exchange: str
    symbol: str
    before: float
    price: float
    at: int


def touch(platform: Platform, movement: Movement, bot_ids: Sequence[UUID]) -> int:
    """Match the movement with these bots and re-arm them; returns how many did something.

    A bot that has meanwhile looked at a later candle is left alone: the movement lies in its past.
    """
    market = ExchangeAccess.of(platform).market(movement.exchange, movement.symbol)
    if market is None:
        return 0
    touched: list[_Touched] = []
    count = 0
    with platform.database.across_tenants("price movement") as session:
        for timeframe, ids in _by_timeframe(session, bot_ids).items():
            place = MarketPlace(movement.exchange, timeframe, market)
            opened_at = candle_open(movement.at, timeframe)
            rows = rows_of_bots(session, movement.symbol, ids)
            current = [row for row in rows if row.candle_at and row.candle_at < moment_of(opened_at)]
            late = [row for row in rows if row not in current]
            if current:
                table = _ROSTER.table(session, place, current, movement.price)
                count += _match(platform, session, table, movement, opened_at)
                write_states(session, movement.symbol, table.seats, table.states)
                stop_halted(session, platform, table)
                touched.append(_Touched(table, opened_at, _nudge(session, table)))
            if late:
                table = _ROSTER.table(session, place, late, movement.price)
                touched.append(_Touched(table, opened_at + interval(timeframe), []))
    for one in touched:
        opens_at = np.full(len(one.table.seats), one.opens_at, dtype=np.int64)
        arm_table(platform, one.table, opens_at, one.nudged)
        for account in sorted({str(one.table.seats[index].api_key_id) for index in one.nudged}):
            platform.tasks.send("engine.submit_account_orders", account)
    return count


@dataclass(frozen=True)
class _Touched:
    """A table that was woken; `nudged`: the live bots whose resting orders the price may have reached."""

    table: Table
    opens_at: int
    nudged: list[int]


def _nudge(session: Session, table: Table) -> list[int]:
    """Have the live bots' resting orders asked about now; returns the indices of those that have any."""
    live = {seat.bot_id: index for index, seat in enumerate(table.seats) if not seat.is_paper}
    if not live:
        return []
    asked = session.scalars(
        update(Order)
        .where(
            Order.bot_id.in_(live),
            Order.symbol == table.place.market.symbol,
            Order.type != "market",
            Order.status.in_(("open", "partially_filled")),
        )
        .values(next_attempt_at=None)
        .returning(Order.bot_id)
    )
    return sorted({live[bot_id] for bot_id in asked})


def _by_timeframe(session: Session, bot_ids: Sequence[UUID]) -> dict[str, list[UUID]]:
    found = defaultdict(list)
    for row in session.execute(select(TradingBot.id, TradingBot.timeframe).where(TradingBot.id.in_(bot_ids))):
        found[row.timeframe].append(row.id)
    return found


def _match(platform: Platform, session: Session, table: Table, movement: Movement, opened_at: int) -> int:
    paper = [index for index, seat in enumerate(table.seats) if seat.is_paper]
    live = [index for index, seat in enumerate(table.seats) if not seat.is_paper]
    count = 0
    if paper:
        part = table.only(paper)
        at = np.full(len(paper), opened_at, dtype=np.int64)
        fills, grown = touch_all(part.states, part.rules, buffer(), at, movement.before, movement.price)
        keep_buffer(grown)
        when = moment_of(movement.at)
        record_fills(session, platform.clock, part, fills, moment_of(opened_at), when, when)
        table.states[paper] = part.states
        count += len({int(index) for index in fills["record"]})
        for fill in fills:
            purpose = PURPOSES[fill["purpose"]]
            if purpose in _TOLD:
                _tell_exit(platform, session, part, int(fill["record"]), purpose, movement, opened_at)
    if live:
        part = table.only(live)
        count += _leave(platform, session, part, movement, opened_at)
        table.states[live] = part.states
    return count


def _leave(platform: Platform, session: Session, table: Table, movement: Movement, opened_at: int) -> int:
    """Exits of live bots, checked again under the lock of their looks."""
    size = len(table.seats)
    high, low = max(movement.before, movement.price), min(movement.before, movement.price)
    reasons, prices = exits(
        table.states, table.rules, np.full(size, movement.before), np.full(size, high), np.full(size, low)
    )
    busy = busy_bots(session, [seat.bot_id for seat in table.seats], movement.symbol)
    count = 0
    for index in np.flatnonzero(reasons != NO_EXIT):
        seat, purpose = table.seats[index], PURPOSES[reasons[index]]
        bot = session.get_one(TradingBot, seat.bot_id, with_for_update={"key_share": True, "of": TradingBot})
        if seat.bot_id in busy or not bot.is_watched:
            continue
        if purpose != "take_profit" and _stop_rests(session, bot, table.place.market):
            # The exchange sells by the order that rests there; if it cannot, the candle's close will.
            continue
        position = Ledger(session, platform.clock).open_position(bot.id, movement.symbol)
        if position is None:
            continue
        desk = Desk(session, platform.clock, bot, table.place.market)
        if desk.leave(purpose, position.quantity, float(prices[index]), movement.at, moment_of(opened_at)):
            _tell_exit(platform, session, table, int(index), purpose, movement, opened_at)
            count += 1
    return count


def _stop_rests(session: Session, bot: TradingBot, market: Market) -> bool:
    found = session.scalar(
        select(Order.id).where(
            Order.bot_id == bot.id,
            Order.symbol == market.symbol,
            Order.type == "stop_limit",
            Order.status.not_in({*TERMINAL, "intended", "review"}),
        )
    )
    return found is not None


def _tell_exit(
    platform: Platform,
    session: Session,
    table: Table,
    index: int,
    purpose: str,
    movement: Movement,
    opened_at: int,
) -> None:
    signal = Signal(-1, 1.0, {"price": movement.price})
    look = Look(table.seats[index], signal, -1, "acted", describe_exit(purpose), "")
    tell_decisions(session, platform.clock, movement.symbol, moment_of(opened_at), [look])
