"""The demo account: bots that trade on paper and on the sandbox from the first minute."""

import json
import urllib.error
import urllib.request
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from backend.accounts.commands import create_account
from backend.accounts.models import User
from backend.backtests.commands import create_backtest
from backend.backtests.configuration import RunChecker
from backend.backtests.errors import UnusableBacktest
from backend.backtests.schemas import NewBacktestSchema
from backend.bots.commands import create_bot, start_bot
from backend.bots.configuration import BotChecker
from backend.bots.schemas import NewBotSchema
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.commands import add_key
from backend.exchanges.venues import is_sandbox
from backend.foundation.platform import Platform
from backend.market_data.downloads.requests import request_download
from backend.market_data.downloads.running import run_slice
from backend.market_data.holdings_board import HoldingsBoard

DEMO_EMAIL = "demo@tradefleet.example"
_EXCHANGE = "binance"


class DemoError(Exception):
    """The demo data cannot be made; the message says why."""


def make_demo(platform: Platform, password: str) -> None:
    """Make the account and its running bots, unless the account is there already. Raises DemoError."""
    with platform.database.across_tenants("demo account") as session:
        if session.scalar(select(User.id).where(func.lower(User.email) == DEMO_EMAIL)):
            return
        user = create_account(
            session,
            platform.clock,
            {"email": DEMO_EMAIL, "username": "demo", "password": password, "first_name": "Demo"},
        )
        user.email_verified = True
    _make_bots(platform, user.id)
    _make_backtest(platform, user.id)


def _make_bots(platform: Platform, user_id: UUID) -> None:
    with platform.database.as_tenant(user_id) as session:
        checker = BotChecker(session, platform.settings, user_id)
        for configuration in [*_paper_bots(), *_resting_bots(platform)]:
            bot = create_bot(session, platform.clock, checker, configuration)
            start_bot(session, platform.clock, checker, bot.id)
        if is_sandbox(platform.settings, _EXCHANGE):
            access = ExchangeAccess.of(platform)
            key = add_key(session, platform.clock, platform.vault, access, user_id, _sandbox_key(platform))
            bot = create_bot(session, platform.clock, checker, {**_exchange_bot(), "api_key_id": key.id})
            start_bot(session, platform.clock, checker, bot.id)


def _make_backtest(platform: Platform, user_id: UUID) -> None:
    """A finished backtest to look at, over three months of hours from the exchange."""
    end = platform.clock.now().replace(minute=0, second=0, microsecond=0)
    market = {"exchange": _EXCHANGE, "symbol": "BTC/USDT", "timeframe": "1h"}
    period = {"start": end - timedelta(days=90), "end": end}
    with platform.database.as_tenant(user_id) as session:
        # The strategy warms up before the period begins.
        wanted = {**market, "start": period["start"] - timedelta(days=20), "end": end}
        download = request_download(session, platform.clock, platform.settings, user_id, wanted)
    while run_slice(platform, download.id):
        pass
    HoldingsBoard(platform).survey()
    with platform.database.as_tenant(user_id) as session:
        checker = RunChecker(session, platform.settings, user_id)
        settings = {
            **market,
            "name": "Bitcoin trend by the hour",
            "strategy": "ema_crossover",
            "stop_loss_percentage": "2",
            "take_profit_percentage": "4",
            "base_amount": "2000",
            **{name: moment.isoformat() for name, moment in period.items()},
        }
        try:
            create_backtest(session, platform.clock, checker, NewBacktestSchema().load(settings))
        except UnusableBacktest as error:
            raise DemoError(f"The demo backtest cannot be run: {error.message}") from None


def _paper_bots() -> list[dict[str, Any]]:
    return [
        _bot("Bitcoin trend", "BTC/USDT", "1m", 10, 30, "Follows the trend of minutes, on paper."),
        _bot("Ether trend", "ETH/USDT", "1m", 5, 20, "Follows the trend of minutes, on paper."),
    ]


def _resting_bots(platform: Platform) -> list[dict[str, Any]]:
    """A bot that averages down, and a grid around the price of now."""
    price = ExchangeAccess.of(platform).public(_EXCHANGE).ticker("BTC/USDT").last
    averaging = {
        **_bot("Ether on dips", "ETH/USDT", "1m", 10, 30, "Buys at once, and more on every dip of 0.3 %, on paper."),
        "kind": "dca",
        "stop_loss_percentage": Decimal(5),
        "take_profit_percentage": Decimal("0.5"),
        "dca": {
            "start": "at_once",
            "safety_orders": 4,
            "safety_amount": None,
            "deviation_percentage": Decimal("0.3"),
            "step_scale": Decimal("1.2"),
            "volume_scale": Decimal(1),
        },
    }
    grid = {
        **_bot("Bitcoin grid", "BTC/USDT", "1m", 10, 30, "Buys and sells at lines around today's price, on paper."),
        "kind": "grid",
        "stop_loss_percentage": None,
        "take_profit_percentage": None,
        "grid": {
            "lower_price": (price * Decimal("0.96")).quantize(Decimal(1)),
            "upper_price": (price * Decimal("1.04")).quantize(Decimal(1)),
            "intervals": 16,
            "spacing": "arithmetic",
        },
    }
    return [averaging, grid]


def _exchange_bot() -> dict[str, Any]:
    why = "Decides every second, so that there is something to see. Fees eat up what so short a trend could bring."
    return {
        **_bot("Bitcoin by the second", "BTC/USDT", "1s", 10, 30, why),
        "base_amount": Decimal(20),
        "is_paper_trading": False,
    }


def _bot(name: str, symbol: str, timeframe: str, short: int, long: int, description: str) -> dict[str, Any]:
    given = {
        "name": name,
        "description": description,
        "exchange": _EXCHANGE,
        "symbols": [symbol],
        "strategy": "sma_crossover",
        "strategy_config": {"short_period": short, "long_period": long},
        "timeframe": timeframe,
        "base_amount": "250",
        "stop_loss_percentage": "2",
        "take_profit_percentage": "3",
    }
    loaded: dict[str, Any] = NewBotSchema().load(given)
    return loaded


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
