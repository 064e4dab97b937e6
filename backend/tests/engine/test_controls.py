"""Taking hold of bots: close now, panic, from paper to live, the truth report."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from flask.testing import FlaskClient
from sqlalchemy import select

from backend.accounts.models import User
from backend.bots.models import TradingBot
from backend.engine.controls import close_position
from backend.engine.models import Evaluation, Order, Position, Trade
from backend.engine.states import unpacked
from backend.foundation.events import EventRow
from backend.tests.engine.closing_market import FLAT_THEN_UP, MINUTE, START, Market, candles_of, running_bot
from backend.tests.engine.live_account import LiveAccount
from backend.tests.factories import Factory

GRID = {"lower_price": "48000", "upper_price": "54000", "intervals": 3, "spacing": "arithmetic"}


def headers_of(market: Market, make: Factory, bot: TradingBot) -> dict[str, str]:
    """The headers of requests by the bot's owner."""
    with market.platform.database.across_tenants("test") as session:
        return make.headers(session.get_one(User, bot.user_id))


def holding_bot(market: Market, make: Factory, **values: Any) -> TradingBot:
    """A paper bot that has just bought."""
    bot = running_bot(make, **values)
    market.close(candles_of(FLAT_THEN_UP))
    market.tick(51_000.0)
    return bot


def test_closing_sells_now_and_pauses_the_bot(market: Market, make: Factory, client: FlaskClient) -> None:
    bot = holding_bot(market, make)
    headers = headers_of(market, make, bot)
    answer = client.post(f"/api/v1/bots/{bot.id}/close-position", headers=headers)
    assert answer.status_code == 202
    with market.platform.database.across_tenants("test") as session:
        event = session.scalars(select(EventRow).where(EventRow.type == "position.close_wanted")).one()
    assert event.payload == {"bot_id": str(bot.id)}
    assert close_position(market.platform, bot.id)
    assert not close_position(market.platform, bot.id)
    assert [row.purpose for row in market.rows(Trade)] == ["entry", "manual"]
    (paused,) = market.rows(TradingBot)
    assert paused.status == "paused"
    again = client.post(f"/api/v1/bots/{bot.id}/close-position", headers=headers)
    assert again.status_code == 409
    assert "holds nothing" in again.get_json()["error"]
    stranger = make.headers(make.user())
    assert client.post(f"/api/v1/bots/{bot.id}/close-position", headers=stranger).status_code == 404


def test_a_paused_bot_keeps_its_stop_and_buys_nothing(market: Market, make: Factory, client: FlaskClient) -> None:
    bot = holding_bot(market, make, stop_loss_percentage=Decimal(2))
    headers = headers_of(market, make, bot)
    client.post(f"/api/v1/bots/{bot.id}/pause", headers=headers)
    later = candles_of([51_000.0] * 3)
    later["opened_at"] += 6 * MINUTE
    market.close(later)
    assert market.rows(Evaluation)[0].reason == "The bot is paused: it buys nothing, and watches what it holds."
    assert market.tick(49_000.0, before=51_000.0) == 1
    assert market.rows(Trade)[-1].purpose == "stop_loss"
    wave = candles_of([49_000.0, 49_000.0, 49_000.0, 49_000.0, 52_000.0])
    wave["opened_at"] += 9 * MINUTE
    market.close(wave)
    assert market.rows(Evaluation)[0].outcome == "paused"
    assert len(market.rows(Trade)) == 2


def test_panic_halts_pauses_and_sells_what_the_user_has(market: Market, make: Factory, client: FlaskClient) -> None:
    mine = holding_bot(market, make)
    with market.platform.database.across_tenants("test") as session:
        owner = session.get_one(User, mine.user_id)
    idle = make.bot(owner.id, status="running", started_at=market.clock.moment)
    other = make.bot(make.user().id, status="running", started_at=market.clock.moment)
    answer = client.post("/api/v1/bots/panic", json={"close_positions": True}, headers=make.headers(owner))
    assert answer.get_json()["data"] == {"paused_bots": 2, "closing_positions": 1}
    statuses = {bot.id: bot.status for bot in market.rows(TradingBot)}
    assert statuses == {mine.id: "paused", idle.id: "paused", other.id: "running"}
    switch = client.get("/api/v1/trading-switch", headers=make.headers(owner)).get_json()["data"]
    assert switch["is_halted"] is True
    assert switch["reason"] == "You pressed the panic button."


def test_a_grid_that_was_sold_by_hand_may_begin_anew(market: Market, make: Factory) -> None:
    bot = running_bot(make, kind="grid", grid=GRID, base_amount=Decimal(100))
    market.close(candles_of([51_000.0]))
    market.tick(51_000.0)
    assert close_position(market.platform, bot.id)
    states, _ = unpacked([market.rows(Evaluation)[0].state])
    assert (states[0]["quantity"], states[0]["grid_armed"], states[0]["halted"]) == (0, 0, 0)
    assert market.rows(Position)[0].close_reason == "manual"


def test_from_paper_to_live_by_a_checklist(
    account: LiveAccount, market: Market, make: Factory, client: FlaskClient
) -> None:
    paper = make.bot(account.bot.user_id, name="Trend", stop_loss_percentage=Decimal(2))
    headers = headers_of(market, make, paper)
    path = f"/api/v1/bots/{paper.id}/promote"
    query = f"api_key_id={account.key.id}&paper_balance=500"
    checks = client.get(f"{path}?{query}", headers=headers).get_json()["data"]
    levels = {check["name"]: check["level"] for check in checks}
    assert levels["record"] == "warning"
    assert {levels[name] for name in ("bot", "api_key_id", "key_rights", "market", "stop", "paper_balance")} == {
        "passed"
    }
    body = {
        "api_key_id": str(account.key.id),
        "name": "Trend live",
        "paper_balance": "500",
        "stop_on_exchange": True,
        "confirmation": "yes",
    }
    refused = client.post(path, json=body, headers=headers)
    assert refused.status_code == 422
    assert "Type the bot's name, Trend," in refused.get_json()["error"]
    rich = client.post(path, json={**body, "confirmation": "Trend", "paper_balance": "99999"}, headers=headers)
    assert rich.status_code == 409
    assert "USDT free, less than that" in rich.get_json()["error"]
    made = client.post(path, json={**body, "confirmation": "Trend"}, headers=headers)
    live = made.get_json()["data"]
    assert made.status_code == 201
    assert (live["status"], live["is_paper_trading"], live["promoted_from"]) == ("stopped", False, str(paper.id))
    assert live["stop_on_exchange"] is True


def test_a_key_that_may_not_trade_live_fails_the_checklist(
    account: LiveAccount, market: Market, make: Factory, client: FlaskClient
) -> None:
    paper = make.bot(account.bot.user_id, name="Trend")
    unsure = make.api_key(account.bot.user_id, can_withdraw=None)
    headers = headers_of(market, make, paper)
    checks = client.get(f"/api/v1/bots/{paper.id}/promote?api_key_id={unsure.id}", headers=headers).get_json()["data"]
    failed = {check["name"]: check["message"] for check in checks if check["level"] == "failed"}
    assert "not certain that the key cannot withdraw" in failed["key_rights"]


def test_the_truth_report_of_a_paper_bot_agrees_with_its_backtest(
    market: Market, make: Factory, client: FlaskClient
) -> None:
    bot = running_bot(make, stop_loss_percentage=Decimal(2))
    swing = [50_000 + 800 * np.sin(step / 4) for step in range(60)]
    market.close(candles_of(swing))
    market.clock.moment += timedelta(seconds=1)
    headers = headers_of(market, make, bot)
    report = client.get(f"/api/v1/bots/{bot.id}/truth", headers=headers).get_json()["data"]
    backtest, paper = report["courses"]
    assert (backtest["mode"], paper["mode"], paper["bot_id"]) == ("backtest", "paper", str(bot.id))
    assert backtest["trades_count"] == paper["trades_count"] > 2
    (comparison,) = report["comparisons"]
    assert abs(Decimal(comparison["difference"])) < Decimal("0.01")
    assert all(pair["expected"] and pair["actual"] for pair in comparison["pairs"])
    assert report["notes"] == ["This bot has not gone live, so paper is compared with its backtest alone."]
    assert client.get(f"/api/v1/bots/{bot.id}/truth", headers=make.headers(make.user())).status_code == 404


def test_the_truth_report_says_which_bot_came_into_its_period_with_a_position(
    market: Market, make: Factory, client: FlaskClient
) -> None:
    paper = holding_bot(market, make)
    market.clock.moment += timedelta(minutes=3)
    running = {"status": "running", "started_at": market.clock.moment, "is_paper_trading": False}
    key = make.api_key(paper.user_id)
    live = make.bot(paper.user_id, name="Live", promoted_from=paper.id, api_key_id=key.id, **running)
    market.clock.moment += timedelta(minutes=5)
    headers = headers_of(market, make, paper)
    report = client.get(f"/api/v1/bots/{live.id}/truth", headers=headers).get_json()["data"]
    (caution,) = [note for note in report["notes"] if "came into this period" in note]
    assert caution.startswith("The paper bot")


def test_nothing_rests_in_the_ledger_for_paper_orders(market: Market, make: Factory) -> None:
    holding_bot(market, make)
    assert {order.status for order in market.rows(Order)} == {"filled"}
    assert START > 0
