"""Gathers a bot's three courses over the same period: its backtest, its paper bot's trades, its live bot's trades."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

import numpy as np
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.bots.queries import own_bot, own_bots
from backend.engine.models import Position, Trade
from backend.engine.paper import on_grid
from backend.engine.roster import rules_of_bot
from backend.engine.rows import MarketPlace
from backend.engine.signals import warmup_of_bot
from backend.engine.truth.comparing import Attribution, Deal, attribute, result_of
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.nouns import Market
from backend.foundation.platform import Platform
from backend.market_data.store import CandleStore
from backend.trading import backtester
from backend.trading.candles import Candles, candle_open, interval
from backend.trading.records import PURPOSES
from backend.trading.series import Series
from backend.trading.strategies import strategy_of
from backend.trading.strategies.evaluation import StrategyError, evaluate

LONGEST = 50_000
"""Candles that a report goes back; its backtest runs while somebody waits."""


@dataclass(frozen=True)
class Course:
    """One of the three: its trades, and their sum."""

    mode: str
    bot: TradingBot | None
    deals: tuple[Deal, ...]
    result: Decimal
    fees: Decimal


@dataclass(frozen=True)
class Comparison:
    """Two courses against each other."""

    expected: str
    actual: str
    attribution: Attribution


@dataclass(frozen=True)
class Report:
    """The courses that there are and their comparisons; `notes` say what is missing, as sentences."""

    since: datetime
    until: datetime
    courses: tuple[Course, ...]
    comparisons: tuple[Comparison, ...]
    notes: tuple[str, ...]


def truth_of(platform: Platform, session: Session, user_id: UUID, bot_id: UUID) -> Report:
    """The report from the later start of the bots compared until now. Raises NoSuchBot."""
    bot = own_bot(session, user_id, bot_id)
    paper, live = _pair_of(session, user_id, bot)
    market = ExchangeAccess.of(platform).market(bot.exchange, bot.symbols[0])
    since, until = _period(platform, session, bot, [one for one in (paper, live) if one])
    notes = (*_notes(paper, live), *_held_before(session, {"paper": paper, "live": live}, since))
    candles = _candles(platform, session, bot, since, until)
    if market is None or since >= until or not len(candles):
        return Report(since, until, (), (), (*notes, "There are no candles of this period yet."))
    mark = Decimal(repr(float(candles["close"][-1])))
    start = int(np.searchsorted(candles["opened_at"], round(since.timestamp() * 1000)))
    courses = []
    if start < len(candles):
        deals = _backtested(bot, market, candles, start)
        if deals is None:
            notes += ("The strategy of the bot is not there any more, so it could not be backtested.",)
        else:
            courses.append(_course("backtest", None, deals, mark))
    for mode, one in (("paper", paper), ("live", live)):
        if one is not None:
            courses.append(_course(mode, one, _recorded(session, one, since, until), mark))
    return Report(since, until, tuple(courses), _compared(courses, mark, bot), notes)


def _pair_of(session: Session, user_id: UUID, bot: TradingBot) -> tuple[TradingBot | None, TradingBot | None]:
    """The paper and the live bot that belong together."""
    if not bot.is_paper_trading:
        paper = session.get(TradingBot, bot.promoted_from) if bot.promoted_from else None
        return paper, bot
    promoted = own_bots(user_id).where(TradingBot.promoted_from == bot.id).order_by(TradingBot.created_at.desc())
    return bot, session.scalars(promoted).first()


def _period(platform: Platform, session: Session, bot: TradingBot, bots: list[TradingBot]) -> tuple[datetime, datetime]:
    """From when all compared bots have traded, on a candle's edge; no further back than the longest report."""
    length = interval(bot.timeframe)
    now = round(platform.clock.now().timestamp() * 1000)
    began = [_began(session, one) for one in bots]
    newest = max((round(moment.timestamp() * 1000) for moment in began if moment), default=now)
    since = max(candle_open(newest, bot.timeframe) + length, candle_open(now, bot.timeframe) - LONGEST * length)
    return _moment(since), _moment(candle_open(now, bot.timeframe))


def _began(session: Session, bot: TradingBot) -> datetime | None:
    """When the bot first did anything: its first trade, else its last start."""
    first = session.scalar(select(func.min(Trade.executed_at)).where(Trade.bot_id == bot.id))
    moments = [moment for moment in (first, bot.started_at) if moment]
    return min(moments, default=None)


def _candles(platform: Platform, session: Session, bot: TradingBot, since: datetime, until: datetime) -> Candles:
    length = interval(bot.timeframe)
    start = round(since.timestamp() * 1000) - (warmup_of_bot(bot) + 1) * length
    end = round(until.timestamp() * 1000)
    return CandleStore(session, platform.settings).read(bot.exchange, bot.symbols[0], bot.timeframe, start, end)


def _backtested(bot: TradingBot, market: Market, candles: Candles, start: int) -> tuple[Deal, ...] | None:
    series, length = Series(candles), interval(bot.timeframe)
    try:
        actions, _ = evaluate(strategy_of(bot.strategy), series, bot.strategy_config)
    except StrategyError:
        return None
    rules = rules_of_bot(bot, MarketPlace(bot.exchange, bot.timeframe, market))
    run = backtester.run(backtester.Market(series, length, start), rules, actions, float(bot.paper_balance))
    return tuple(
        Deal(
            _moment(int(fill["at"])),
            "buy" if fill["side"] > 0 else "sell",
            PURPOSES[fill["purpose"]],
            on_grid(float(fill["price"]), market.price_tick),
            on_grid(float(fill["quantity"]), market.quantity_step),
            Decimal(repr(float(fill["fee"]))),
        )
        for fill in run.fills
    )


def _recorded(session: Session, bot: TradingBot, since: datetime, until: datetime) -> tuple[Deal, ...]:
    rows = session.scalars(
        select(Trade)
        .where(
            Trade.user_id == bot.user_id, Trade.bot_id == bot.id, Trade.executed_at >= since, Trade.executed_at < until
        )
        .order_by(Trade.executed_at, Trade.id)
    )
    return tuple(Deal(row.executed_at, row.type, row.purpose, row.price, row.quantity, row.fee) for row in rows)


def _course(mode: str, bot: TradingBot | None, deals: tuple[Deal, ...], mark: Decimal) -> Course:
    return Course(mode, bot, deals, result_of(deals, mark), sum((deal.fee for deal in deals), Decimal(0)))


def _compared(courses: list[Course], mark: Decimal, bot: TradingBot) -> tuple[Comparison, ...]:
    tolerance = timedelta(milliseconds=2 * interval(bot.timeframe))
    return tuple(
        Comparison(one.mode, other.mode, attribute(one.deals, other.deals, mark, tolerance))
        for one, other in pairwise(courses)
    )


def _notes(paper: TradingBot | None, live: TradingBot | None) -> tuple[str, ...]:
    if live is None:
        return ("This bot has not gone live, so paper is compared with its backtest alone.",)
    if paper is None:
        return ("This live bot was not made of a paper bot, so it is compared with its backtest alone.",)
    return ()


def _held_before(session: Session, bots: Mapping[str, TradingBot | None], since: datetime) -> list[str]:
    """A caution for each bot that came into the period with a position: it cannot do what the others do."""
    notes = []
    for mode, bot in bots.items():
        held = select(Position.id).where(
            Position.bot_id == (bot.id if bot else None),
            Position.opened_at < since,
            or_(Position.closed_at.is_(None), Position.closed_at >= since),
        )
        if bot is not None and session.scalar(held.limit(1)):
            notes.append(
                f"The {mode} bot came into this period with a position. Its sale shows as an extra trade, and what the"
                " others buy at the beginning as a missed one; the report is at its best from a start without one."
            )
    return notes


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
