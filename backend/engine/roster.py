"""Who looks at a candle: the watched bots of one market, with what the core must know of each, kept between candles."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.bots.trading_rules import RULE_FIELDS, rules_of, window_of
from backend.engine.guards.switches import halts_of
from backend.engine.models import Position
from backend.engine.rows import MarketPlace, Row
from backend.engine.states import begin_anew, begin_measuring, from_ledger, unpacked
from backend.exchanges.nouns import Market
from backend.exchanges.venues import venue_of
from backend.trading.candles import interval
from backend.trading.records import DCA, GRID, KINDS, RULES
from backend.trading.rules import Costs, Filters, Rules
from backend.trading.window import TradingWindow

_MOST_STALE = 3
PAPER_SLIPPAGE = 0.0005
"""What a paper market order is worsened by, as a fraction: half a usual spread and a little."""


@dataclass(frozen=True, slots=True)
class Seat:
    """What of a bot's configuration its looks need; it cannot change while the bot is watched."""

    bot_id: UUID
    user_id: UUID
    api_key_id: UUID | None
    strategy: str
    strategy_config: Mapping[str, Any]
    timeframe: str
    signal_name: str
    """The same for bots that share a signal; empty for those that ask no strategy."""
    window: TradingWindow | None
    is_paper: bool
    limits_positions: bool


@dataclass
class Table:
    """The bots of a market that look at one candle, in the order of their ids; arrays and lists run alike.

    `states`: STATE[n], locked until the transaction ends, paused where the bot is or where a switch halts it; `rules`:
    RULES[n]; `paused`: who is paused itself; `previous`: each one's last outcome; `seen_at`: open time (ms, int64[n])
    of the last candle that each has seen.
    """

    place: MarketPlace
    seats: list[Seat]
    rules: NDArray[np.void]
    states: NDArray[np.void]
    paused: NDArray[np.bool_]
    previous: list[str]
    seen_at: NDArray[np.int64]

    def only(self, chosen: Sequence[int] | NDArray[np.intp]) -> "Table":
        """The table of some of the bots; its states are copies."""
        return Table(
            self.place,
            [self.seats[index] for index in chosen],
            self.rules[chosen],
            self.states[chosen],
            self.paused[chosen],
            [self.previous[index] for index in chosen],
            self.seen_at[chosen],
        )


@dataclass
class _Kept:
    """Seats and rules of one market as they were read last, by bot and the moment it was started."""

    seats: dict[tuple[UUID, datetime], tuple[Seat, np.void]] = field(default_factory=dict)


class Roster:
    """Reads tables of bots; kept by a process, so that configurations are read once and not at every candle."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str, str], tuple[Market, _Kept]] = {}

    def table(self, session: Session, place: MarketPlace, rows: Sequence[Row], price: float) -> Table:
        """The table of these bots, states included; `price` is the market's, for those that begin to measure."""
        name = (place.exchange, place.market.symbol, place.timeframe)
        market, kept = self._kept.get(name, (place.market, _Kept()))
        if market != place.market:
            kept = _Kept()
        self._read_missing(session, place, kept, rows)
        entries = [kept.seats[(row.bot_id, row.started_at)] for row in rows]
        if len(kept.seats) > _MOST_STALE * len(rows) + 1000:
            # Most of them have been stopped or started anew since.
            kept = _Kept(dict(zip(((row.bot_id, row.started_at) for row in rows), entries, strict=True)))
        self._kept[name] = (place.market, kept)
        seats = [seat for seat, _ in entries]
        rules = np.array([record for _, record in entries], dtype=RULES)
        states = self._states(session, place, rows, rules, price)
        paused = np.array([row.status == "paused" for row in rows], dtype=np.bool_)
        states["paused"] = paused | _halted(session, place, seats)
        _count_positions_elsewhere(session, seats, states)
        seen_at = np.array([_last_seen(row) for row in rows], dtype=np.int64)
        return Table(place, seats, rules, states, paused, [row.outcome for row in rows], seen_at)

    def _read_missing(self, session: Session, place: MarketPlace, kept: _Kept, rows: Sequence[Row]) -> None:
        missing = [row.bot_id for row in rows if (row.bot_id, row.started_at) not in kept.seats]
        if not missing:
            return
        for bot in session.scalars(select(TradingBot).where(TradingBot.id.in_(missing))):
            assert bot.started_at is not None
            kept.seats[(bot.id, bot.started_at)] = (seat_of(bot), rules_record(bot, place))
            session.expunge(bot)

    def _states(
        self, session: Session, place: MarketPlace, rows: Sequence[Row], rules: NDArray[np.void], price: float
    ) -> NDArray[np.void]:
        states, unreadable = unpacked([row.state for row in rows])
        if unreadable:
            bots = _bots_in_order(session, [rows[index].bot_id for index in unreadable])
            fresh = states[unreadable]
            from_ledger(session, fresh, rules[unreadable], bots, place.market.symbol)
            for state in fresh:
                begin_measuring(state, price)
            states[unreadable] = fresh
        made_anew = set(unreadable)
        anew = [index for index, row in enumerate(rows) if row.is_started_anew and index not in made_anew]
        if anew:
            started = states[anew]
            bots = _bots_in_order(session, [rows[index].bot_id for index in anew])
            begin_anew(session, started, rules[anew], bots, place.market.symbol)
            for state in started:
                begin_measuring(state, price)
            states[anew] = started
        return states


WHOLE_MARKETS = Roster()
"""For those that read all bots of a market; one that reads a few would have it forget the others."""


def _bots_in_order(session: Session, bot_ids: Sequence[UUID]) -> list[TradingBot]:
    found = {bot.id: bot for bot in session.scalars(select(TradingBot).where(TradingBot.id.in_(bot_ids)))}
    return [found[bot_id] for bot_id in bot_ids]


def rules_record(bot: TradingBot, place: MarketPlace) -> np.void:
    """The bot's rules as one record of the core."""
    record: np.void = rules_of_bot(bot, place).record(interval(bot.timeframe))[0]
    return record


def rules_of_bot(bot: TradingBot, place: MarketPlace) -> Rules:
    """The bot's rules, with the market's filters and the venue's fees."""
    venue, market = venue_of(place.exchange), place.market
    costs = Costs(venue.maker_fee, venue.taker_fee, PAPER_SLIPPAGE)
    filters = Filters(float(market.price_tick), float(market.quantity_step), float(market.minimum_notional))
    return rules_of({name: getattr(bot, name) for name in RULE_FIELDS}, costs, filters)


def _last_seen(row: Row) -> int:
    """The candle up to which the bot has seen everything; a bot that was just started has missed nothing."""
    if row.candle_at is None or row.evaluated_at is None or row.is_started_anew:
        return int(np.iinfo(np.int64).max)
    return round(row.candle_at.timestamp() * 1000)


def seat_of(bot: TradingBot) -> Seat:
    """What of its configuration the bot's looks need."""
    kind = KINDS.index(bot.kind)
    at_once = kind == DCA and bot.dca is not None and bot.dca["start"] == "at_once"
    return Seat(
        bot.id,
        bot.user_id,
        bot.api_key_id,
        bot.strategy,
        bot.strategy_config,
        bot.timeframe,
        "" if kind == GRID or at_once else sys.intern(f"{bot.strategy} {sorted(bot.strategy_config.items())}"),
        window_of(bot.trading_window),
        bot.is_paper_trading,
        bot.max_open_positions is not None,
    )


def _halted(session: Session, place: MarketPlace, seats: Sequence[Seat]) -> NDArray[np.bool_]:
    """Whom a switch keeps from buying at this exchange."""
    halts = halts_of(session, {seat.user_id for seat in seats})
    if halts.platform is not None or place.exchange in halts.exchanges:
        return np.ones(len(seats), dtype=np.bool_)
    return np.array([seat.user_id in halts.users for seat in seats], dtype=np.bool_)


def _count_positions_elsewhere(session: Session, seats: Sequence[Seat], states: NDArray[np.void]) -> None:
    """How many positions each bot's owner has open in other bots of the same mode, where the bot limits them."""
    limited = [index for index, seat in enumerate(seats) if seat.limits_positions]
    if not limited:
        return
    users = {seats[index].user_id for index in limited}
    rows = session.execute(
        select(Position.user_id, TradingBot.is_paper_trading, Position.bot_id, func.count())
        .join(TradingBot, TradingBot.id == Position.bot_id)
        .where(Position.user_id.in_(users), Position.closed_at.is_(None))
        .group_by(Position.user_id, TradingBot.is_paper_trading, Position.bot_id)
    ).all()
    for index in limited:
        seat = seats[index]
        states[index]["other_positions"] = sum(
            count
            for user_id, on_paper, bot_id, count in rows
            if user_id == seat.user_id and on_paper == seat.is_paper and bot_id != seat.bot_id
        )
