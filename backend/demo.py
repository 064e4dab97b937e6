"""The demo account: bots that trade on paper and on the sandbox from the first minute."""

import json
import urllib.error
import urllib.request
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from backend.accounts.commands import register
from backend.accounts.models import User
from backend.bots.commands import create_bot, start_bot
from backend.bots.configuration import BotChecker
from backend.exchanges.commands import add_key
from backend.exchanges.venues import is_sandbox
from backend.foundation.platform import Platform

DEMO_EMAIL = "demo@tradefleet.example"
_EXCHANGE = "binance"


class DemoError(Exception):
    """The demo data cannot be made; the message says why."""


def make_demo(platform: Platform, password: str) -> None:
    """Make the account and its running bots, unless the account is there already. Raises DemoError."""
    with platform.database.across_tenants("demo account") as session:
        if session.scalar(select(User.id).where(func.lower(User.email) == DEMO_EMAIL)):
            return
        user = register(
            session,
            platform.clock,
            {"email": DEMO_EMAIL, "username": "demo", "password": password, "first_name": "Demo"},
        )
        user.email_verified = True
    with platform.database.as_tenant(user.id) as session:
        checker = BotChecker(session, platform.settings, user.id)
        for configuration in _paper_bots():
            bot = create_bot(session, platform.clock, checker, configuration)
            start_bot(session, platform.clock, checker, bot.id)
        if is_sandbox(platform.settings, _EXCHANGE):
            key = add_key(session, platform.clock, platform.vault, platform.settings, user.id, _sandbox_key(platform))
            bot = create_bot(session, platform.clock, checker, {**_exchange_bot(), "api_key_id": key.id})
            start_bot(session, platform.clock, checker, bot.id)


def _paper_bots() -> list[dict[str, Any]]:
    return [
        _bot("Bitcoin trend", "BTC/USDT", "1m", 10, 30, "Follows the trend of minutes, on paper."),
        _bot("Ether trend", "ETH/USDT", "1m", 5, 20, "Follows the trend of minutes, on paper."),
    ]


def _exchange_bot() -> dict[str, Any]:
    why = "Decides every second, so that there is something to see. Fees eat up what so short a trend could bring."
    return {
        **_bot("Bitcoin by the second", "BTC/USDT", "1s", 10, 30, why),
        "base_amount": Decimal(20),
        "is_paper_trading": False,
    }


def _bot(name: str, symbol: str, timeframe: str, short: int, long: int, description: str) -> dict[str, Any]:
    return {
        "name": name,
        "description": description,
        "kind": "signal",
        "exchange": _EXCHANGE,
        "symbols": [symbol],
        "strategy": "sma_crossover",
        "strategy_config": {"short_period": short, "long_period": long},
        "timeframe": timeframe,
        "base_amount": Decimal(250),
        "stop_loss_percentage": Decimal(2),
        "take_profit_percentage": Decimal(3),
        "is_paper_trading": True,
        "api_key_id": None,
        "paper_balance": Decimal(10_000),
    }


def _sandbox_key(platform: Platform) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 - the sandbox's own http address, from the settings
        f"{platform.settings.sandbox_url}/_sandbox/keys",
        data=json.dumps({"label": "Demo account", "balances": {"USDT": "10000"}}).encode(),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            made = json.load(answer)
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise DemoError(f"The sandbox gave no key: {error}") from None
    return {
        "exchange": _EXCHANGE,
        "label": "Sandbox",
        "api_key": made["api_key"],
        "api_secret": made["api_secret"],
        "is_testnet": True,
    }
