"""What rests for a bot is told alike on paper and live."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask.testing import FlaskClient

from backend.accounts.models import User
from backend.tests.engine.closing_market import FLAT_THEN_UP, Market, candles_of, running_bot
from backend.tests.engine.live_account import LiveAccount
from backend.tests.factories import Factory

GRID = {"lower_price": "48000", "upper_price": "54000", "intervals": 3, "spacing": "arithmetic"}


def resting(client: FlaskClient, make: Factory, market: Market, bot: Any) -> list[dict[str, Any]]:
    with market.platform.database.across_tenants("test") as session:
        owner = session.get_one(User, bot.user_id)
    answer = client.get(f"/api/v1/bots/{bot.id}/resting-orders", headers=make.headers(owner))
    assert answer.status_code == 200, answer.get_json()
    rows: list[dict[str, Any]] = answer.get_json()["data"]
    return rows


def test_the_lines_of_a_grid_on_paper(market: Market, make: Factory, client: FlaskClient) -> None:
    bot = running_bot(make, kind="grid", grid=GRID)
    assert resting(client, make, market, bot) == []
    market.close(candles_of(FLAT_THEN_UP))
    market.tick(51_000.0)
    rows = resting(client, make, market, bot)
    told = [(row["side"], row["price"], row["part"], row["type"], row["purpose"]) for row in rows]
    assert told == [
        ("sell", "54000", 2, "limit", "grid_line"),
        ("sell", "52000", 1, "limit", "grid_line"),
        ("buy", "48000", 0, "limit", "grid_line"),
    ]
    assert {(row["id"], row["status"], row["filled_quantity"]) for row in rows} == {(None, "open", "0")}
    assert client.get(f"/api/v1/bots/{bot.id}/resting-orders", headers=make.headers(make.user())).status_code == 404


def test_a_signal_bot_on_paper_lets_nothing_rest(market: Market, make: Factory, client: FlaskClient) -> None:
    bot = running_bot(make, stop_loss_percentage=Decimal(2))
    market.close(candles_of(FLAT_THEN_UP))
    market.tick(51_000.0)
    assert resting(client, make, market, bot) == []


def test_the_orders_of_a_live_bot(
    open_account: Callable[..., LiveAccount], market: Market, make: Factory, client: FlaskClient
) -> None:
    account = open_account(kind="grid", grid=GRID, base_amount=Decimal(500))
    account.price("51000")
    account.close(51_000.0)
    account.submit_all()
    rows = resting(client, make, market, account.bot)
    assert [(row["side"], row["price"], row["part"], row["status"]) for row in rows] == [
        ("sell", "54000", 2, "open"),
        ("buy", "50000", 1, "open"),
        ("buy", "48000", 0, "open"),
    ]
    assert {row["id"] for row in rows} == {str(order.id) for order in account.orders(type="limit")}
