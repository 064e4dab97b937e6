"""However much there is, a request asks the database a handful of times."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, event

from backend.engine.models import Decision, Order, Position, Trade
from backend.engine.reconciliation.models import Drift
from backend.foundation.ids import new_id
from backend.foundation.platform import Platform
from backend.tests.factories import Factory
from backend.tests.operations.test_tenant_walk import routes

MOST = 8
ONE_A_TABLE = {"/users/me/export"}
"""No list: every table that there is, twice."""
NEEDS_ARGUMENTS = {"/backtests/compare", "/candles/export", "/candles/gaps"}


@contextmanager
def counted(connection: Connection) -> Iterator[list[str]]:
    """The statements that are sent meanwhile, without those that only open and close transactions."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "SELECT set_config")):
            statements.append(statement)

    event.listen(connection.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(connection.engine, "before_cursor_execute", note)


def fill(platform: Platform, make: Factory) -> Any:
    """An administrator with thirty bots, each with a position, an order, a trade, a decision and a difference."""
    user = make.user(role="admin")
    key, now = make.api_key(user.id), platform.clock.now()
    rows: list[Any] = []
    for number in range(30):
        bot = make.bot(user.id, name=f"Bot {number}")
        shared: dict[str, Any] = {"user_id": user.id, "bot_id": bot.id, "symbol": "BTC/USDT"}
        position_id, order_id = new_id(), new_id()
        rows.append(
            Position(
                id=position_id, **shared, quantity=Decimal(1), entry_price=Decimal(50_000), opened_at=now,
            )
        )  # fmt: skip
        rows.append(
            Order(
                id=order_id, **shared, position_id=position_id, client_order_id=str(order_id), side="buy",
                type="market", purpose="entry", quantity=Decimal(1), status="filled", candle_at=now, intended_at=now,
            )
        )  # fmt: skip
        rows.append(
            Trade(
                **shared, order_id=order_id, exchange_fill_id=str(number), type="buy", purpose="entry",
                price=Decimal(50_000), quantity=Decimal(1), amount=Decimal(50_000), fee=Decimal(1),
                fee_charged=Decimal(1), fee_currency="USDT", executed_at=now + timedelta(seconds=number),
            )
        )  # fmt: skip
        rows.append(
            Decision(
                **shared, candle_at=now, action="buy", confidence=1.0, outcome="acted", reason="", inputs={},
                created_at=now,
            )
        )  # fmt: skip
        rows.append(
            Drift(
                id=new_id(), **shared, api_key_id=key.id, kind="balance_short", subject=str(bot.id), explanation="",
                state="confirmed", first_seen_at=now, last_seen_at=now,
            )
        )  # fmt: skip
    with platform.database.across_tenants("test") as session:
        for kind in (Position, Order, Trade, Decision, Drift):
            session.add_all([row for row in rows if isinstance(row, kind)])
            session.flush()
    return user


def test_no_list_asks_the_database_more_than_a_handful_of_times(
    app: Flask, client: FlaskClient, platform: Platform, make: Factory, connection: Connection
) -> None:
    headers = make.headers(fill(platform, make))
    dear, walked = {}, 0
    for route in routes(app):
        if route.method != "GET" or route.arguments or route.path in NEEDS_ARGUMENTS | ONE_A_TABLE | {"/swagger.json"}:
            continue
        with counted(connection) as statements:
            answer = client.get(f"/api/v1{route.path}?limit=100", headers=headers)
            if answer.status_code == 422:
                statements.clear()
                answer = client.get(f"/api/v1{route.path}", headers=headers)
        assert answer.status_code == 200, (route.path, answer.get_json())
        walked += 1
        if len(statements) > MOST:
            dear[route.path] = statements
    assert {path: len(statements) for path, statements in dear.items()} == {}
    assert walked > 20
