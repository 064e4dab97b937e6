"""Guards: switches, limits over all bots, the price band, thin markets; they refuse purchases and never exits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

from click import Command
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from backend.cli import halt_trading, resume_trading
from backend.engine.arming import arm_paper_bots
from backend.engine.guards.commands import set_limit
from backend.engine.guards.conditions import conditions_of
from backend.engine.guards.switches import (
    halt_exchange,
    halt_platform,
    halt_user,
    halts_of,
    resume_exchange,
    resume_platform,
    resume_user,
)
from backend.engine.models import Decision, Trade
from backend.engine.rows import begin_cycle
from backend.exchanges.access import ExchangeAccess
from backend.foundation.ids import new_id
from backend.foundation.platform import Platform
from backend.foundation.waiting import wait_until
from backend.tests.engine.closing_market import FLAT_THEN_UP, Market, candles_of, running_bot
from backend.tests.engine.live_account import SYMBOL, LiveAccount
from backend.tests.engine.tasks_at_work import run_task
from backend.tests.factories import Factory
from backend.trading.records import VOLUME_TOO_SMALL

Open = Callable[..., LiveAccount]
RISING = [50_000.0, 50_000.0, 50_000.0, 50_000.0, 51_000.0]


def refused(account: LiveAccount, **order: Any) -> str:
    """Why a purchase of these values is not sent."""
    account.intend(**order)
    account.submit()
    newest = account.orders(bot_id=account.bot.id)[-1]
    assert newest.status == "rejected", newest.error
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


def test_between_two_candles_the_switch_holds_on_paper_too(market: Market, make: Factory) -> None:
    dca = {"start": "at_once", "safety_orders": 2, "safety_amount": None, "deviation_percentage": "2",
           "step_scale": "1", "volume_scale": "1"}  # fmt: skip
    grid = {"lower_price": "48000", "upper_price": "52000", "intervals": 4, "spacing": "arithmetic"}
    owner = make.user().id
    rich = {"status": "running", "started_at": market.clock.now(), "paper_balance": Decimal(10_000)}
    steps = make.bot(owner, kind="dca", dca=dca, take_profit_percentage=Decimal(5), **rich)
    lines = make.bot(owner, kind="grid", grid=grid, **rich)
    other = make.bot(make.user().id, kind="dca", dca=dca, take_profit_percentage=Decimal(5), **rich)
    market.close(candles_of([50_000.0]))
    assert market.tick(50_000.0) == 3
    database, clock = market.platform.database, market.clock
    with database.across_tenants("test") as session:
        halt_user(session, clock, owner, "A holiday.")
    begun = len(market.rows(Trade))
    assert market.tick(48_900.0, before=49_500.0) == 1
    assert [trade.bot_id for trade in market.rows(Trade)[begun:]] == [other.id]
    with database.across_tenants("test") as session:
        resume_user(session, clock, owner)
        halt_exchange(session, "binance", "It lags.")
    arm_paper_bots(market.platform, owner)
    assert market.tick(48_800.0, before=48_900.0) == 0
    with database.across_tenants("test") as session:
        resume_exchange(session, "binance")
    arm_paper_bots(market.platform, owner)
    # Switched on, they buy at what rests in the market, at the price that comes next.
    assert market.tick(48_700.0, before=48_800.0) == 2
    assert {trade.bot_id for trade in market.rows(Trade)[begun + 1 :]} == {steps.id, lines.id}
    assert {trade.price for trade in market.rows(Trade)[begun + 1 :]} == {Decimal(48_800)}


def test_turning_the_switch_has_the_users_bots_armed_by_it(market: Market, make: Factory) -> None:
    bot = running_bot(make, kind="dca", take_profit_percentage=Decimal(5), paper_balance=Decimal(10_000),
                      dca={"start": "at_once", "safety_orders": 1, "safety_amount": None, "deviation_percentage": "2",
                           "step_scale": "1", "volume_scale": "1"})  # fmt: skip
    market.close(candles_of([50_000.0]))
    market.tick(50_000.0)
    key = "triggers:binance:BTC/USDT:low"
    armed = market.platform.redis.zscore(key, bot.id.bytes)
    with market.platform.database.across_tenants("test") as session:
        halt_user(session, market.clock, bot.user_id, "A holiday.")
    assert armed is not None
    run_task(market.platform, "engine.settle_user_orders", str(bot.user_id))
    assert market.platform.redis.zscore(key, bot.id.bytes) is None
    with market.platform.database.across_tenants("test") as session:
        resume_user(session, market.clock, bot.user_id)
    run_task(market.platform, "engine.settle_user_orders", str(bot.user_id))
    assert market.platform.redis.zscore(key, bot.id.bytes) == armed


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
    assert account.orders()[-1].status == "rejected"
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


def asked_for_prices(account: LiveAccount, count: int) -> int:
    """How often the exchange was asked for the market's price, since that many faults were set upon it."""
    waiting: list[dict[str, int | str]] = account.get("/_sandbox/faults")["faults"]
    return count - sum(int(fault["remaining"]) for fault in waiting if fault["path"] == "ticker")


def test_an_exchange_that_does_not_tell_is_asked_once_and_counts_as_halted(account: LiveAccount) -> None:
    account.price("51000")
    account.fault("status", status=503, count=1_000, path="ticker")
    (look,) = account.close(*RISING)
    assert look.outcome == "exchange_halted"
    asked = asked_for_prices(account, 1_000)
    assert asked > 0
    account.close(*RISING)
    account.close(*RISING)
    assert asked_for_prices(account, 1_000) == asked
    assert account.orders() == []
    account.calm_down()
    account.price("51000")
    account.platform.redis.delete(f"quality:binance:{SYMBOL}")
    market = ExchangeAccess.of(account.platform).market("binance", SYMBOL)
    assert market is not None
    assert conditions_of(account.platform, "binance", market).bits == 0


def test_what_an_exchange_told_last_counts_while_it_is_silent(account: LiveAccount) -> None:
    account.price("51000")
    market = ExchangeAccess.of(account.platform).market("binance", SYMBOL)
    assert market is not None
    account.post("/_sandbox/markets/conditions", {"symbol": SYMBOL, "daily_volume": "5000"})
    try:
        assert conditions_of(account.platform, "binance", market).bits == VOLUME_TOO_SMALL
    finally:
        account.post("/_sandbox/markets/conditions", {"symbol": SYMBOL})
    account.platform.redis.delete(f"quality:binance:{SYMBOL}")
    account.fault("status", status=503, count=1_000, path="ticker")
    assert conditions_of(account.platform, "binance", market).bits == VOLUME_TOO_SMALL


def test_an_exchange_that_rests_is_not_asked(account: LiveAccount) -> None:
    account.price("51000")
    access = ExchangeAccess.of(account.platform)
    # Known beforehand: an exchange that answers with its markets rests no longer.
    assert access.market("binance", SYMBOL) is not None
    breaker = access.breaker("binance")
    for _ in range(5):
        breaker.note_failure("question")
    account.fault("status", status=503, count=1_000, path="ticker")
    (look,) = account.close(*RISING)
    assert look.outcome == "exchange_halted"
    assert asked_for_prices(account, 1_000) == 0


def test_the_exchange_is_asked_before_anything_is_locked(account: LiveAccount) -> None:
    """A cycle that waits for its turn has asked already; it does not wait for the exchange with everybody's locks."""
    account.price("51000")
    assert account.platform.settings.database_url
    engine = create_engine(account.platform.settings.database_url)
    key = f"quality:binance:{SYMBOL}"
    assert not account.platform.redis.exists(key)
    with engine.connect() as another, ThreadPoolExecutor(1) as worker:
        with Session(another) as session:
            begin_cycle(session, "binance", SYMBOL, "1m")
            cycle = worker.submit(account.close, *RISING)
            asked = wait_until(lambda: bool(account.platform.redis.exists(key)), seconds=30)
            is_waiting = not cycle.done()
        looks = cycle.result(timeout=60)
    engine.dispose()
    assert asked
    assert is_waiting
    assert [look.outcome for look in looks] == ["acted"]


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
