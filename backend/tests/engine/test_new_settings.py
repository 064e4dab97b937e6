"""A bot that is given other settings begins anew with them: nothing of what it kept of the old ones lives on."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from backend.accounts.models import User
from backend.bots.models import TradingBot
from backend.engine.beginnings import forget_outdated_states
from backend.engine.controls import settle_orders
from backend.engine.models import Decision, Evaluation, Trade
from backend.engine.states import unpacked
from backend.engine.subscribers import subscribe
from backend.foundation.clock import FixedClock
from backend.foundation.events import Subscribers, dispatch_waiting
from backend.foundation.platform import Platform
from backend.tests.engine.closing_market import FLAT_THEN_UP, MINUTE, START, Market, candles_of, running_bot
from backend.tests.engine.live_account import LiveAccount
from backend.tests.factories import Factory
from backend.tests.recording_queue import RecordingQueue
from backend.trading.candles import Candles

GRID = {"lower_price": "48000", "upper_price": "50000", "intervals": 2, "spacing": "arithmetic"}
Open = Callable[..., LiveAccount]


def later(index: int, price: float) -> Candles:
    """A candle without any movement, so many minutes after the first one."""
    candle = candles_of([price])
    candle["opened_at"] = START + index * MINUTE
    return candle


def headers_of(platform: Platform, make: Factory, bot: TradingBot) -> dict[str, str]:
    """The headers of requests by the bot's owner."""
    with platform.database.across_tenants("test") as session:
        return make.headers(session.get_one(User, bot.user_id))


def start_anew(
    client: FlaskClient, clock: FixedClock, headers: dict[str, str], bot: TradingBot, **changes: Any
) -> None:
    """Stop the bot, change it where something is to be changed, start it again; all as its owner does."""
    clock.moment += timedelta(seconds=1)
    path = f"/api/v1/bots/{bot.id}"
    assert client.post(f"{path}/stop", headers=headers).status_code == 200
    if changes:
        answer = client.patch(path, json=changes, headers=headers)
        assert answer.status_code == 200, answer.get_json()
    assert client.post(f"{path}/start", headers=headers).status_code == 200


def state_of(market: Market, bot: TradingBot, symbol: str = "BTC/USDT") -> np.void:
    """What the core remembers of the bot."""
    with market.platform.database.across_tenants("test") as session:
        chosen = select(Evaluation.state).where(Evaluation.bot_id == bot.id, Evaluation.symbol == symbol)
        states, _ = unpacked([session.scalars(chosen).one()])
    record: np.void = states[0]
    return record


def test_new_lines_of_a_paper_grid_are_bought_by_a_decision_to_start(
    market: Market, make: Factory, client: FlaskClient
) -> None:
    bot = running_bot(make, kind="grid", paper_balance=Decimal(10_000), grid=GRID)
    market.close(candles_of([49_999.0]))
    assert state_of(market, bot)["grid_armed"] == 1
    wider = {"lower_price": "49000", "upper_price": "61000", "intervals": 6, "spacing": "arithmetic"}
    start_anew(client, market.clock, headers_of(market.platform, make, bot), bot, grid=wider)
    market.clock.moment += timedelta(seconds=1)
    assert market.tick(49_500.0, before=50_000.0) == 0
    market.close(later(2, 50_000.0))
    # It starts as every grid does: it buys at the market what its sales above need, and only then do lines rest.
    assert market.rows(Decision)[-1].outcome == "acted"
    assert market.rows(Trade) == []
    market.clock.moment += timedelta(seconds=1)
    assert market.tick(50_000.0) == 1
    (trade,) = market.rows(Trade)
    assert (trade.purpose, trade.price) == ("entry", Decimal(50_025))
    assert state_of(market, bot)["grid"][:6].tolist() == [1, -1, -1, -1, -1, -1]


def test_another_balance_is_what_the_bot_has_from_then_on(market: Market, make: Factory, client: FlaskClient) -> None:
    bot = running_bot(make, base_amount=Decimal(5_000))
    market.close(candles_of([50_000.0] * 5))
    start_anew(client, market.clock, headers_of(market.platform, make, bot), bot, paper_balance="20000")
    market.clock.moment += timedelta(seconds=1)
    market.close(later(6, 51_000.0))
    assert state_of(market, bot)["cash"] == 20_000.0
    assert market.rows(Evaluation)[0].outcome == "acted"


def test_a_position_stays_and_new_money_is_added_to_it(market: Market, make: Factory, client: FlaskClient) -> None:
    bot = running_bot(make, stop_loss_percentage=Decimal(2))
    market.close(candles_of(FLAT_THEN_UP))
    market.tick(51_000.0)
    before = state_of(market, bot)
    start_anew(client, market.clock, headers_of(market.platform, make, bot), bot, paper_balance="5000")
    assert forget_outdated_states(market.platform, bot.id) == 0
    market.clock.moment += timedelta(seconds=1)
    market.close(later(7, 51_000.0))
    after = state_of(market, bot)
    assert abs(after["cash"] - before["cash"] - 4_000) < 1e-6
    for name in ("quantity", "entry_price", "stop_price", "peak_price", "entered_at"):
        assert after[name] == pytest.approx(before[name])
    assert market.tick(49_000.0, before=51_000.0) == 1


def test_stopping_and_starting_does_not_lift_the_daily_limit(
    market: Market, make: Factory, client: FlaskClient
) -> None:
    bot = running_bot(make, max_daily_trades=1, cooldown_minutes=1)
    market.close(candles_of([50_000.0] * 5 + [51_000.0] * 3 + [49_000.0] * 3))
    assert [trade.type for trade in market.rows(Trade)] == ["buy", "sell"]
    start_anew(client, market.clock, headers_of(market.platform, make, bot), bot)
    assert forget_outdated_states(market.platform, bot.id) == 1
    market.clock.moment += timedelta(seconds=1)
    for index in range(12, 15):
        market.close(later(index, 51_000.0))
    assert market.rows(Decision)[-1].outcome == "daily_trade_limit"
    assert state_of(market, bot)["last_exit_at"] > 0


def test_the_change_itself_has_what_is_outdated_forgotten(market: Market, make: Factory, client: FlaskClient) -> None:
    bot = running_bot(make, kind="grid", paper_balance=Decimal(10_000), grid=GRID)
    market.close(candles_of([49_999.0]))
    headers = headers_of(market.platform, make, bot)
    start_anew(client, market.clock, headers, bot, base_amount="150")
    subscribers, queue = Subscribers(), RecordingQueue()
    subscribe(subscribers, queue)
    dispatch_waiting(market.platform.database, subscribers, market.clock)
    assert queue.sent.count(("engine.forget_outdated_states", (str(bot.id),))) == 2
    assert forget_outdated_states(market.platform, bot.id) == 1
    assert (state_of(market, bot)["grid_armed"], state_of(market, bot)["cash"]) == (0, 0)
    market.clock.moment += timedelta(seconds=1)
    market.close(later(2, 49_000.0))
    # It has begun; a message that comes late takes nothing from it.
    assert forget_outdated_states(market.platform, bot.id) == 0
    assert state_of(market, bot)["cash"] == 10_000.0


def test_new_lines_of_a_live_grid_do_not_rest_before_it_decides_to_start(
    open_account: Open, make: Factory, client: FlaskClient
) -> None:
    grid = {"lower_price": "48000", "upper_price": "51000", "intervals": 3, "spacing": "arithmetic"}
    account = open_account(kind="grid", base_amount=Decimal(500), grid=grid)
    account.price("50990")
    account.close(50_990.0)
    account.submit_all()
    assert [order.status for order in account.orders()] == ["open"] * 3
    headers = headers_of(account.platform, make, account.bot)
    assert client.post(f"/api/v1/bots/{account.bot.id}/stop", headers=headers).status_code == 200
    settle_orders(account.platform, account.bot.id)
    account.submit_all()
    higher = {"lower_price": "50000", "upper_price": "62000", "intervals": 6, "spacing": "arithmetic"}
    start_anew(client, account.clock, headers, account.bot, grid=higher)
    assert forget_outdated_states(account.platform, account.bot.id) == 1
    settle_orders(account.platform, account.bot.id)
    account.submit_all()
    assert {order.status for order in account.orders()} == {"canceled"}
    account.clock.moment += timedelta(minutes=1)
    account.note_price(50_990.0)
    (look,) = account.close(50_990.0)
    assert look.outcome == "acted"
    newest = account.orders()[-1]
    assert (newest.purpose, newest.type, newest.side) == ("entry", "market", "buy")
