"""What a user has done to a bot at once: its position sold, its orders taken back or put out again."""

from uuid import UUID

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.bots.models import WATCHED, TradingBot
from backend.engine.arming import arm_bot
from backend.engine.desk import Desk, busy_bots
from backend.engine.ledger import Ledger
from backend.engine.live import LiveState, OpenState
from backend.engine.paper import buffer, keep_buffer, moment_of, record_fills
from backend.engine.roster import Table, seat_of
from backend.engine.rows import MarketPlace
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.nouns import Market
from backend.foundation.platform import Platform
from backend.market_data.queries import newest_candles
from backend.market_data.tickers import TickerBoard
from backend.trading.candles import candle_open
from backend.trading.grid import end_grid
from backend.trading.records import GRID, MANUAL
from backend.trading.simulation import touch_all


def close_position(platform: Platform, bot_id: UUID) -> bool:
    """Sell what the bot holds, now; returns False where there is nothing to sell or a sale is under way.

    A live bot's sale goes to its exchange once everything that rests there is taken back.
    """
    bot, market = _bot_and_market(platform, bot_id)
    if market is None:
        return False
    with platform.database.across_tenants("close a position by hand") as session:
        opened = LiveState(session, platform.clock, bot.id, market.symbol).open(market)
        position = Ledger(session, platform.clock).open_position(bot.id, market.symbol)
        price = price_now(platform, session, opened.bot, market)
        if position is None or price is None:
            return False
        now = round(platform.clock.now().timestamp() * 1000)
        if not opened.bot.is_paper_trading:
            if busy_bots(session, [bot.id], market.symbol):
                return False
            at = moment_of(candle_open(now, bot.timeframe))
            return Desk(session, platform.clock, opened.bot, market).leave("manual", position.quantity, price, now, at)
        _sell_on_paper(platform, session, opened, market, price, now)
        opened.save()
    arm_bot(platform, opened.bot, market)
    return True


def settle_orders(platform: Platform, bot_id: UUID) -> None:
    """Have a live bot's resting orders follow its status: out while it is watched, taken back when it is not."""
    bot, market = _bot_and_market(platform, bot_id)
    if market is None or bot.is_paper_trading:
        return
    with platform.database.across_tenants("settle a bot's resting orders") as session:
        opened = LiveState(session, platform.clock, bot.id, market.symbol).open(market)
        desk = Desk(session, platform.clock, opened.bot, market)
        if not opened.bot.is_watched:
            desk.withdraw()
        elif not busy_bots(session, [bot.id], market.symbol):
            now = round(platform.clock.now().timestamp() * 1000)
            price = price_now(platform, session, opened.bot, market)
            opened.rest(moment_of(candle_open(now, bot.timeframe)), price)
            opened.save()
    arm_bot(platform, opened.bot, market)


def watched_live_bots(platform: Platform, user_id: UUID) -> list[UUID]:
    """The user's bots that trade live and are watched."""
    with platform.database.across_tenants("live bots of a user") as session:
        return list(
            session.scalars(
                select(TradingBot.id).where(
                    TradingBot.user_id == user_id,
                    TradingBot.status.in_(WATCHED),
                    TradingBot.is_paper_trading.is_(False),
                )
            )
        )


def _bot_and_market(platform: Platform, bot_id: UUID) -> tuple[TradingBot, Market | None]:
    with platform.database.across_tenants("a bot's market") as session:
        bot = session.get_one(TradingBot, bot_id)
    return bot, ExchangeAccess.of(platform).market(bot.exchange, bot.symbols[0])


def _sell_on_paper(
    platform: Platform, session: Session, opened: OpenState, market: Market, price: float, now: int
) -> None:
    bot, state = opened.bot, opened.state
    state["pending_quantity"], state["pending_purpose"] = -float(state["quantity"]), MANUAL
    opened_at = candle_open(now, bot.timeframe)
    rules = np.array([opened.rules])
    fills, grown = touch_all(opened.states, rules, buffer(), np.array([opened_at], dtype=np.int64), price, price)
    keep_buffer(grown)
    place = MarketPlace(bot.exchange, bot.timeframe, market)
    paused = np.array([bot.status == "paused"])
    table = Table(place, [seat_of(bot)], rules, opened.states, paused, [""], np.zeros(1, dtype=np.int64))
    when = moment_of(now)
    record_fills(session, platform.clock, table, fills, moment_of(opened_at), when, when)
    if rules[0]["kind"] == GRID:
        end_grid(state, rules[0])
        # Sold by hand, the grid may begin anew when its owner lets it.
        state["halted"] = 0


def price_now(platform: Platform, session: Session, bot: TradingBot, market: Market) -> float | None:
    """The market's newest price: the feed's, else the last close; None where neither is known."""
    now = round(platform.clock.now().timestamp() * 1000)
    newest = TickerBoard(platform.redis).price(bot.exchange, market.symbol, now)
    if newest is not None:
        return newest
    candles = newest_candles(session, bot.exchange, market.symbol, bot.timeframe, 1)
    return float(candles["close"][-1]) if len(candles) else None
