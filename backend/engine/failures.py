"""What a refusal of an exchange means beyond its order: for the key's bots, for the market's bot, for its decision."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend.bots.commands import fail_bot, pause_by_engine
from backend.bots.models import WATCHED, TradingBot
from backend.engine.models import Decision, Evaluation, Order
from backend.exchanges.models import ApiKey
from backend.foundation.clock import Clock


def note_key_refused(session: Session, clock: Clock, order: Order, reason: str) -> None:
    """The key is no good any more: its bots stop with a word of what to do; everybody else's go on."""
    assert order.api_key_id is not None
    key = session.get_one(ApiKey, order.api_key_id)
    key.status, key.problem, key.last_checked_at = "invalid", reason, clock.now()
    statement = select(TradingBot).where(TradingBot.api_key_id == order.api_key_id, TradingBot.status.in_(WATCHED))
    for bot in session.scalars(statement):
        fail_bot(session, clock, bot, f"{reason} Check the key on the page Exchange keys, then start the bot again.")


def note_market_gone(session: Session, clock: Clock, order: Order, reason: str) -> None:
    """The bot has no market to trade on."""
    bot = session.get_one(TradingBot, order.bot_id)
    if bot.is_watched:
        fail_bot(session, clock, bot, f"{reason} Choose another market for this bot.")


def note_too_little_to_sell(session: Session, clock: Clock, order: Order, reason: str) -> None:
    """The bot cannot leave its position: it is paused, buys nothing more, and its owner is told what to do."""
    bot = session.get_one(TradingBot, order.bot_id)
    if bot.is_running:
        pause_by_engine(
            session,
            clock,
            bot,
            f"{reason} What the bot holds is too little to be sold as it is; sell it at the exchange by hand,"
            " or buy some more there first.",
        )


def note_balance_missing(session: Session, order: Order, reason: str) -> None:
    """What the bot decided came to nothing for want of money: its decision says so, and it goes on."""
    for table in (Decision, Evaluation):
        session.execute(
            update(table)
            .where(table.bot_id == order.bot_id, table.symbol == order.symbol, table.candle_at == order.candle_at)
            .values(outcome="balance", reason=reason)
        )
