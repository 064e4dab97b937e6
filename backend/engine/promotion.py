"""From paper to live: what is checked before, and the live bot that is made of a paper one."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.bots.commands import create_bot
from backend.bots.configuration import BotChecker
from backend.bots.models import TradingBot
from backend.bots.queries import own_bot
from backend.bots.trading_rules import RULE_FIELDS
from backend.engine.guards.quality import quality_of
from backend.engine.guards.switches import halts_of
from backend.engine.models import Position
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.errors import ExchangeProblem
from backend.exchanges.models import ApiKey
from backend.exchanges.nouns import Market
from backend.exchanges.queries import credentials_of, own_key
from backend.foundation.errors import Conflict, FieldError, ValidationFailed
from backend.foundation.platform import Platform

_ENOUGH_TRADES = 10
_ENOUGH_DAYS = 3
_COPIED = ("description", "exchange", "symbols", "strategy", "strategy_config", "timeframe", *RULE_FIELDS)


@dataclass(frozen=True)
class Check:
    """One point of the checklist. `level`: passed, warning (one may go on) or failed; `message`: a sentence."""

    name: str
    level: str
    message: str


class NotReadyForLive(Conflict):
    """A point of the checklist forbids it."""

    def __init__(self, failed: list[Check]) -> None:
        super().__init__(
            "The bot cannot trade live like this: " + " ".join(check.message for check in failed),
            [FieldError(check.name, check.message) for check in failed],
        )


def checklist(
    platform: Platform, session: Session, user_id: UUID, bot_id: UUID, api_key_id: UUID, money: Decimal
) -> list[Check]:
    """Every point, in the order in which a user can mend them. Raises NoSuchBot and NotFound."""
    bot = own_bot(session, user_id, bot_id)
    key = own_key(session, user_id, api_key_id)
    market = ExchangeAccess.of(platform).market(bot.exchange, bot.symbols[0])
    checks = [_check_paper(bot), _check_venue(bot, key), _check_key(key), _check_market(market, bot)]
    checks += [_check_record(platform, session, bot), _check_stop(bot)]
    if market is not None and all(check.level != "failed" for check in checks):
        checks.append(_check_quality(platform, bot, market))
        checks.append(_check_money(platform, key, market, money))
    checks.append(_check_switch(session, bot, user_id))
    return checks


def go_live(
    platform: Platform,
    session: Session,
    checker: BotChecker,
    bot_id: UUID,
    data: dict[str, Any],
) -> TradingBot:
    """Make a live bot of a paper bot, stopped until it is started; the paper bot goes on beside it.

    Raises NotReadyForLive, ValidationFailed (the confirmation is not the bot's name) and what creating a bot raises.
    """
    bot = own_bot(session, checker.user_id, bot_id)
    if data["confirmation"].strip() != bot.name:
        message = f"Type the bot's name, {bot.name}, to confirm that it will trade with real money."
        raise ValidationFailed(message, [FieldError("confirmation", message)])
    checks = checklist(platform, session, checker.user_id, bot_id, data["api_key_id"], data["paper_balance"])
    failed = [check for check in checks if check.level == "failed"]
    if failed:
        raise NotReadyForLive(failed)
    values = {
        **{name: getattr(bot, name) for name in _COPIED},
        "name": data["name"],
        "is_paper_trading": False,
        "api_key_id": data["api_key_id"],
        "paper_balance": data["paper_balance"],
        "stop_on_exchange": data["stop_on_exchange"],
    }
    live = create_bot(session, platform.clock, checker, values)
    live.promoted_from = bot.id
    session.flush()
    return live


def _check_paper(bot: TradingBot) -> Check:
    if not bot.is_paper_trading:
        return Check("bot", "failed", "This bot trades live already.")
    return Check("bot", "passed", "The paper bot goes on beside the live one, so that you can compare them.")


def _check_venue(bot: TradingBot, key: ApiKey) -> Check:
    if key.exchange != bot.exchange:
        return Check("api_key_id", "failed", "The key belongs to another exchange than the bot's market.")
    return Check("api_key_id", "passed", "The key belongs to the bot's exchange.")


def _check_key(key: ApiKey) -> Check:
    if key.trades_live:
        return Check("key_rights", "passed", "The key may trade and cannot withdraw.")
    reason = key.problem or "It is not certain that the key cannot withdraw; confirm it on the page Exchange keys."
    return Check("key_rights", "failed", reason)


def _check_market(market: Market | None, bot: TradingBot) -> Check:
    if market is None or not market.is_active:
        return Check("market", "failed", f"The exchange does not trade {bot.symbols[0]} now.")
    return Check("market", "passed", f"{market.symbol} is open for trading.")


def _check_record(platform: Platform, session: Session, bot: TradingBot) -> Check:
    first = session.scalar(select(func.min(Position.opened_at)).where(Position.bot_id == bot.id))
    days = (platform.clock.now() - first).days if first else 0
    told = f"{bot.total_trades} closed trades over {days} days on paper, result {bot.total_profit_loss:,.2f}."
    if bot.total_trades < _ENOUGH_TRADES or days < _ENOUGH_DAYS:
        return Check("record", "warning", f"Only {told} That says little about what it will do.")
    if bot.total_profit_loss <= 0:
        return Check("record", "warning", f"{told} It has not earned anything so far.")
    return Check("record", "passed", told)


def _check_stop(bot: TradingBot) -> Check:
    if bot.stop_loss_percentage or bot.trailing_stop_percentage or bot.max_drawdown:
        return Check("stop", "passed", "Its losses are limited by a stop or a drawdown limit.")
    return Check("stop", "warning", "It has no stop loss, trailing stop or drawdown limit: a fall is not cut short.")


def _check_quality(platform: Platform, bot: TradingBot, market: Market) -> Check:
    quality, settings = quality_of(platform, bot.exchange, market), platform.settings
    if not quality.is_known:
        message = "The exchange does not tell just now how much is traded in this market; the bot buys once it does."
        return Check("quality", "warning", message)
    if quality.is_too_thin(settings.minimum_daily_volume):
        message = f"Less than {settings.minimum_daily_volume:,.0f} dollars are traded in this market a day."
        return Check("quality", "failed", f"{message} Bots buy only in livelier ones.")
    if quality.is_too_wide(settings.maximum_spread):
        return Check("quality", "warning", "Buying and selling prices lie far apart just now; the bot will wait.")
    return Check("quality", "passed", "The market is liquid enough.")


def _check_money(platform: Platform, key: ApiKey, market: Market, money: Decimal) -> Check:
    gateway = ExchangeAccess.of(platform).account(
        key.exchange, key.id, credentials_of(platform.vault, key), key.is_testnet
    )
    try:
        balance = gateway.balances().get(market.quote)
    except ExchangeProblem as problem:
        return Check("paper_balance", "failed", f"The account's balance could not be read: {problem.reason}")
    free = balance.free if balance else Decimal(0)
    if free < money:
        return Check("paper_balance", "failed", f"The account has {free:,.2f} {market.quote} free, less than that.")
    return Check("paper_balance", "passed", f"The account has {free:,.2f} {market.quote} free.")


def _check_switch(session: Session, bot: TradingBot, user_id: UUID) -> Check:
    reason = halts_of(session, [user_id]).reason_for(bot.exchange, user_id)
    if reason is not None:
        return Check("switch", "warning", f"{reason} The bot will buy nothing until it is switched on.")
    return Check("switch", "passed", "Trading is switched on.")
