"""Between candles: a price that crosses what bots wait for is matched at once, on paper and live."""

import math
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
from backend.engine.roster import Roster, Table
from backend.engine.rows import MarketPlace, await_cycle, rows_of_bots
from backend.engine.signals import Signal
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.nouns import Market
from backend.foundation.platform import Platform
from backend.trading.candles import candle_open, interval
from backend.trading.matching import exits
from backend.trading.records import NO_EXIT, PURPOSES
from backend.trading.simulation import move_all

log = structlog.get_logger(__name__)

_ROSTER = Roster()
_TOLD = frozenset({"stop_loss", "take_profit", "trailing_stop", "risk_exit"})


@dataclass(frozen=True)
class Movement:
    """A price that moved from `before` to `price`; `at`: when, in milliseconds.

    `high` and `low`: how far it went on its way, where that is beyond both ends.
    """

    exchange: str
    symbol: str
    before: float
    price: float
    at: int
    high: float = -math.inf
    low: float = math.inf

    @property
    def highest(self) -> float:
        """The highest price of the way, ends included."""
        return max(self.before, self.price, self.high)

    @property
    def lowest(self) -> float:
        """The lowest price of the way, ends included."""
        return min(self.before, self.price, self.low)


def touch(platform: Platform, movement: Movement, bot_ids: Sequence[UUID]) -> int:
    """Match the movement with these bots and re-arm them; returns how many did something.

    A bot that has meanwhile looked at a later candle is left alone: the movement lies in its past. Who is not armed
    any more when this fails has to be armed by the caller.
    """
    market = ExchangeAccess.of(platform).market(movement.exchange, movement.symbol)
    if market is None:
        return 0
    accounts: set[UUID] = set()
    count = 0
    with platform.database.across_tenants("price movement") as session:
        groups = _by_timeframe(session, bot_ids)
        for timeframe in groups:
            await_cycle(session, movement.exchange, movement.symbol, timeframe)
        for timeframe, ids in groups.items():
            place = MarketPlace(movement.exchange, timeframe, market)
            opened_at = candle_open(movement.at, timeframe)
            rows = rows_of_bots(session, movement.exchange, movement.symbol, ids)
            current = [row for row in rows if row.candle_at and row.candle_at < moment_of(opened_at)]
            late = [row for row in rows if row not in current]
            if current:
                table = _ROSTER.table(session, place, current, movement.price)
                count += _match(platform, session, table, movement, opened_at)
                write_states(session, movement.symbol, table.seats, table.states)
                stop_halted(session, platform, table)
                nudged = _nudge(session, table)
                arm_table(platform, table, np.full(len(current), opened_at, dtype=np.int64), nudged)
                accounts.update(account for index in nudged if (account := table.seats[index].api_key_id))
            if late:
                table = _ROSTER.table(session, place, late, movement.price)
                arm_table(platform, table, np.full(len(late), opened_at + interval(timeframe), dtype=np.int64))
    for api_key_id in sorted(map(str, accounts)):
        platform.tasks.send("engine.submit_account_orders", api_key_id)
    return count


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
    """The bots by time frame, in its order."""
    found = defaultdict(list)
    chosen = select(TradingBot.id, TradingBot.timeframe).where(TradingBot.id.in_(bot_ids))
    for row in session.execute(chosen.order_by(TradingBot.timeframe, TradingBot.id)):
        found[row.timeframe].append(row.id)
    return found


def _match(platform: Platform, session: Session, table: Table, movement: Movement, opened_at: int) -> int:
    paper = [index for index, seat in enumerate(table.seats) if seat.is_paper]
    live = [index for index, seat in enumerate(table.seats) if not seat.is_paper]
    count = 0
    if paper:
        count += match_on_paper(platform, session, table, paper, movement, opened_at)
    if live:
        part = table.only(live)
        count += _leave(platform, session, part, movement, opened_at)
        table.states[live] = part.states
    return count


def match_on_paper(
    platform: Platform, session: Session, table: Table, chosen: Sequence[int], movement: Movement, opened_at: int
) -> int:
    """Match the movement with these paper bots of the table; returns how many did something.

    `opened_at` (ms): of the candle that it lies in. It is taken for a candle of its own: of what lies between its
    extremes the stop comes before the target, and a trailing stop follows the peak of before.
    """
    part = table.only(chosen)
    at = np.full(len(chosen), opened_at, dtype=np.int64)
    way = (movement.before, movement.highest, movement.lowest, movement.price)
    fills, grown = move_all(part.states, part.rules, buffer(), at, *way)
    keep_buffer(grown)
    when = moment_of(movement.at)
    record_fills(session, platform.clock, part, fills, moment_of(opened_at), when, when)
    table.states[chosen] = part.states
    for fill in fills:
        purpose = PURPOSES[fill["purpose"]]
        if purpose in _TOLD:
            _tell_exit(platform, session, part, int(fill["record"]), purpose, movement, opened_at)
    return len({int(index) for index in fills["record"]})


def _leave(platform: Platform, session: Session, table: Table, movement: Movement, opened_at: int) -> int:
    """Exits of live bots, checked again under the lock of their looks."""
    size = len(table.seats)
    way = (np.full(size, price) for price in (movement.before, movement.highest, movement.lowest))
    reasons, prices = exits(table.states, table.rules, *way)
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
