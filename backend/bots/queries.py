"""What reads bots."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, any_, func, select
from sqlalchemy.orm import Session

from backend.bots.errors import NoSuchBot
from backend.bots.models import WATCHED, TradingBot
from backend.foundation.pagination import Page, in_order, paginate
from backend.trading.strategies import STRATEGIES, Strategy
from backend.trading.strategies.declaration import json_schema


@dataclass(frozen=True, order=True)
class MarketKey:
    """One stream of candles: exchange, symbol and time frame."""

    exchange: str
    symbol: str
    timeframe: str


def own_bots(user_id: UUID) -> Select[TradingBot]:
    """The user's bots that are not deleted."""
    return select(TradingBot).where(TradingBot.user_id == user_id, TradingBot.is_active)


def own_bot(session: Session, user_id: UUID, bot_id: UUID) -> TradingBot:
    """The user's bot. Raises NoSuchBot, also for somebody else's."""
    bot = session.scalar(own_bots(user_id).where(TradingBot.id == bot_id))
    if bot is None:
        raise NoSuchBot
    return bot


def locked_bot(session: Session, user_id: UUID, bot_id: UUID) -> TradingBot:
    """The user's bot, read anew and locked against whoever starts, pauses or stops it. Raises NoSuchBot."""
    wanted = own_bots(user_id).where(TradingBot.id == bot_id)
    locked = wanted.with_for_update(key_share=True, of=TradingBot).execution_options(populate_existing=True)
    bot = session.scalar(locked)
    if bot is None:
        raise NoSuchBot
    return bot


def page_of_bots(session: Session, user_id: UUID, arguments: dict[str, Any]) -> Page[TradingBot]:
    """One page of the user's bots that match the filters."""
    statement = own_bots(user_id)
    for name in ("status", "kind", "exchange", "strategy", "is_paper_trading"):
        if name in arguments:
            statement = statement.where(getattr(TradingBot, name) == arguments[name])
    if "symbol" in arguments:
        statement = statement.where(arguments["symbol"] == any_(TradingBot.symbols))
    ordered = in_order(statement, TradingBot, arguments["sort"], name=func.lower(TradingBot.name))
    return paginate(session, ordered, arguments["limit"], arguments["offset"])


def count_bots_of_key(session: Session, key_id: UUID) -> int:
    """How many bots that are not deleted trade with the key."""
    return session.scalar(select(func.count()).where(TradingBot.api_key_id == key_id, TradingBot.is_active)) or 0


def markets_in_use(session: Session) -> set[MarketKey]:
    """Every market that a watched bot of any tenant trades on; asked across tenants."""
    rows = session.execute(
        select(TradingBot.exchange, func.unnest(TradingBot.symbols), TradingBot.timeframe)
        .where(TradingBot.status.in_(WATCHED))
        .distinct()
    )
    return {MarketKey(*row) for row in rows}


def watched_strategies(session: Session) -> Sequence[Row[Any]]:
    """Each distinct (exchange, symbols, timeframe, strategy, strategy_config) that is watched; asked across tenants."""
    names = (TradingBot.exchange, TradingBot.symbols, TradingBot.timeframe, TradingBot.strategy)
    statement = select(*names, TradingBot.strategy_config).where(TradingBot.status.in_(WATCHED))
    return session.execute(statement.distinct()).all()


def describe_strategy(strategy: Strategy) -> dict[str, Any]:
    """The strategy with its parameters as JSON Schema."""
    return {
        "name": strategy.name,
        "title": strategy.title,
        "summary": strategy.summary,
        "parameters": json_schema(strategy),
        "signals_from_outside": bool(getattr(strategy, "signals_from_outside", False)),
    }


def describe_strategies() -> list[dict[str, Any]]:
    """Every strategy there is."""
    return [describe_strategy(strategy) for strategy in STRATEGIES.values()]
