"""Guards: switches, limits over all bots, the price band, thin markets; they refuse purchases and never exits."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from click import Command
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient

from backend.cli import halt_trading, resume_trading
from backend.engine.guards.commands import set_limit
from backend.engine.guards.switches import (
    halt_exchange,
    halt_platform,
    halt_user,
    halts_of,
    resume_exchange,
    resume_platform,
    resume_user,
)
from backend.engine.models import Decision
from backend.foundation.ids import new_id
from backend.foundation.platform import Platform
from backend.tests.engine.closing_market import FLAT_THEN_UP, Market, candles_of, running_bot
from backend.tests.engine.live_account import SYMBOL, LiveAccount
from backend.tests.factories import Factory

Open = Callable[..., LiveAccount]
RISING = [50_000.0, 50_000.0, 50_000.0, 50_000.0, 51_000.0]


def refused(account: LiveAccount, **order: Any) -> str:
    """Why a purchase of these values is not sent."""
    account.intend(**order)
    account.submit()
    newest = account.orders(bot_id=account.bot.id)[-1]
    assert newest.status == "canceled", newest.error
    assert account.journal("order_accepted") == []
    return str(newest.error)


def test_switches_refuse_entries_by_name_and_let_exits_through(account: LiveAccount) -> None:
    account.price("50000")
    database, clock, user = account.platform.database, account.clock, account.bot.user_id
    with database.across_tenants("test") as session:
        halt_user(session, clock, user, "A holiday.")
    assert refused(account) == "You have switched trading off: A holiday."
    with database.across_tenants("test") as session:
        resume_user(session, clock, user)
        halt_exchange(session, "binance", "It lags.")
    assert refused(account) == "Trading on Binance is switched off: It lags."
    with database.across_tenants("test") as session:
        resume_exchange(session, "binance")
        halt_platform(session, "An upgrade.")
    assert refused(account) == "Trading is switched off on the whole platform: An upgrade."
    with database.across_tenants("test") as session:
        resume_platform(session)
    account.intend()
    account.submit_all()
    assert account.orders()[-1].status == "filled"
    with database.across_tenants("test") as session:
        halt_platform(session, "An upgrade.")
    account.intend(side="sell", quantity="0.01")
    account.submit_all()
    assert account.orders()[-1].status == "filled"


def test_a_paper_bot_hears_of_the_switch_as_its_decisions_outcome(market: Market, make: Factory) -> None:
    mine, other = running_bot(make), running_bot(make)
    with market.platform.database.across_tenants("test") as session:
        halt_user(session, market.clock, mine.user_id, "A holiday.")
    market.close(candles_of(FLAT_THEN_UP))
    outcomes = {row.bot_id: row.outcome for row in market.rows(Decision)}
    assert outcomes == {mine.id: "halted_by_switch", other.id: "acted"}


def test_a_price_that_ran_away_since_the_decision_is_not_followed(account: LiveAccount) -> None:
    account.note_price(53_000.0)
    assert "moved by more than 5%" in refused(account)


def test_a_limit_order_far_above_the_market_is_not_sent(account: LiveAccount) -> None:
    account.note_price(50_000.0)
    reason = refused(account, type="limit", purpose="safety_order", price=Decimal(60_000))
    assert "more than 5% above the market" in reason


def test_limits_hold_over_all_bots_of_the_user(account: LiveAccount) -> None:
    account.price("50000")
    none = {"api_key_id": None, "max_order_amount": None, "max_open_amount": None, "max_open_positions": None}

    def limit(**values: Any) -> None:
        with account.platform.database.across_tenants("test") as session:
            set_limit(session, account.bot.user_id, {**none, **values})

    limit(max_order_amount=Decimal(100))
    assert "more than your limit over all accounts allows for one order" in refused(account)
    limit(max_open_amount=Decimal(700))
    limit(api_key_id=account.key.id, max_open_amount=Decimal(400))
    assert "more than the limit of this account allows (400.00)" in refused(account)
    limit(api_key_id=account.key.id)
    account.intend()
    account.submit_all()
    assert account.orders()[-1].status == "filled"
    account.intend()
    account.submit_all()
    assert account.orders()[-1].status == "canceled"
    assert "would have 999.50 in the market together" in str(account.orders()[-1].error)


def test_thin_markets_and_wide_spreads_are_not_bought_in(open_account: Open) -> None:
    account = open_account()
    account.price("51000")
    for conditions, outcome in (({"daily_volume": "5000"}, "market_too_thin"), ({"spread": "0.05"}, "spread_too_wide")):
        account.platform.redis.delete(f"quality:binance:{SYMBOL}")
        account.post("/_sandbox/markets/conditions", {"symbol": SYMBOL, **conditions})
        try:
            looks = {look.seat.bot_id: look.outcome for look in account.close(*RISING)}
        finally:
            account.post("/_sandbox/markets/conditions", {"symbol": SYMBOL})
        assert looks[account.bot.id] == outcome
        account = open_account()


def test_the_operator_switches_trading_off_by_command(app: Flask, platform: Platform) -> None:
    def run(command: Command, *arguments: str) -> Result:
        with app.app_context():
            return CliRunner().invoke(command, arguments)

    def halted() -> str | None:
        with platform.database.across_tenants("test") as session:
            return halts_of(session, []).reason_for("kraken", new_id())

    assert run(halt_trading, "An upgrade.").exit_code == 0
    assert halted() == "Trading is switched off on the whole platform: An upgrade."
    assert run(resume_trading).output == "Trading everywhere is switched on.\n"
    assert halted() is None
    run(halt_trading, "It lags.", "--exchange", "kraken")
    assert halted() == "Trading on Kraken is switched off: It lags."
    unknown = run(halt_trading, "Gone.", "--exchange", "mtgox")
    assert unknown.exit_code != 0
    assert "no exchange “mtgox”" in unknown.output


def test_the_switch_and_the_limits_by_api(client: FlaskClient, make: Factory) -> None:
    headers = make.headers(make.user())
    off = client.put("/api/v1/trading-switch", json={"is_halted": True, "reason": "Away."}, headers=headers)
    assert off.get_json()["data"] == {
        "is_halted": True,
        "reason": "Away.",
        "platform_reason": None,
        "exchanges": [],
    }
    other = make.headers(make.user())
    assert client.get("/api/v1/trading-switch", headers=other).get_json()["data"]["is_halted"] is False
    on = client.put("/api/v1/trading-switch", json={"is_halted": False}, headers=headers)
    assert on.get_json()["data"]["is_halted"] is False
    body = {"api_key_id": None, "max_order_amount": "250", "max_open_positions": 3}
    assert client.put("/api/v1/trading-limits", json=body, headers=headers).status_code == 200
    (limit,) = client.get("/api/v1/trading-limits", headers=headers).get_json()["data"]
    assert (limit["max_order_amount"], limit["max_open_amount"], limit["max_open_positions"]) == ("250", None, 3)
    bad = client.put("/api/v1/trading-limits", json={**body, "max_open_positions": 0}, headers=headers)
    assert bad.status_code == 422
    foreign = client.put(
        "/api/v1/trading-limits", json={**body, "api_key_id": str(make.api_key(make.user().id).id)}, headers=headers
    )
    assert foreign.status_code == 404
