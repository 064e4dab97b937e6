"""Bots and orders of everybody, queues, switches, plans, the whole audit log."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from backend.accounts.models import User
from backend.engine.guards.switches import halts_of
from backend.engine.models import Order, Position
from backend.engine.reconciliation.models import Drift
from backend.foundation.audit import AuditEntry, note
from backend.foundation.celery import QUEUES, CeleryTaskQueue, make_celery
from backend.foundation.clock import FixedClock
from backend.foundation.events import EventRow, publish
from backend.foundation.ids import new_id
from backend.foundation.platform import Platform
from backend.tests.factories import Factory


def got(client: FlaskClient, path: str, headers: dict[str, str]) -> Any:
    answer = client.get(f"/api/v1/admin/{path}", headers=headers)
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()["data"]


def test_bots_of_all_users_are_found_by_state_owner_and_exchange(
    client: FlaskClient, make: Factory, support: dict[str, str], user: User
) -> None:
    other = make.user()
    make.bot(user.id, name="a", status="running")
    make.bot(user.id, name="b", exchange="kraken")
    make.bot(other.id, name="c", status="running")
    make.bot(other.id, name="gone", is_active=False)

    def names(query: str) -> list[str]:
        return [row["name"] for row in got(client, f"bots?sort=name&{query}", support)["items"]]

    assert names("") == ["a", "b", "c"]
    assert names("status=running") == ["a", "c"]
    assert names(f"user_id={user.id}") == ["a", "b"]
    assert names("exchange=kraken") == ["b"]
    (row,) = got(client, "bots?sort=-name&limit=1", support)["items"]
    assert (row["name"], row["user_email"]) == ("c", other.email)


def test_an_administrator_stops_a_bot_and_its_owner_reads_why(
    client: FlaskClient, make: Factory, platform: Platform, user: User
) -> None:
    administrator, bot = make.user(role="admin"), make.bot(user.id, status="running")
    with platform.database.across_tenants("test") as session:
        session.add(
            Position(
                user_id=user.id, bot_id=bot.id, symbol="BTC/USDT", quantity=Decimal(1), entry_price=Decimal(1),
                opened_at=platform.clock.now(),
            )
        )  # fmt: skip
    address, headers = f"/api/v1/admin/bots/{bot.id}/stop", make.headers(administrator)
    for _ in range(2):
        answer = client.post(address, json={"reason": "It floods the exchange."}, headers=headers)
        assert (answer.status_code, answer.get_json()["data"]["status"]) == (200, "stopped")
    seen = client.get(f"/api/v1/bots/{bot.id}", headers=make.headers(user)).get_json()["data"]
    assert seen["status_reason"].startswith("Stopped by the operator: It floods the exchange.")
    assert "It still holds its position" in seen["status_reason"]
    with platform.database.across_tenants("test") as session:
        # The event is what has the engine take back what rests at the exchange.
        (event,) = session.scalars(select(EventRow).where(EventRow.type == "bot.stopped")).all()
        assert (event.user_id, event.payload["id"]) == (user.id, str(bot.id))
        noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "admin.stopped_bot")).all()
    assert {entry.user_id: entry.actor for entry in noted} == {administrator.id: "login", user.id: "operator"}
    assert noted[0].changes["status"] == ["running", "stopped"]


def test_orders_in_review_are_shown_with_owner_bot_and_error(
    client: FlaskClient, make: Factory, platform: Platform, support: dict[str, str], user: User
) -> None:
    bot, now = make.bot(user.id, name="Lost", exchange="kraken"), platform.clock.now()
    with platform.database.across_tenants("test") as session:
        for number, status in enumerate(("review", "filled", "review")):
            session.add(
                Order(
                    user_id=user.id, bot_id=bot.id, symbol="BTC/USDT", client_order_id=f"order-{number}", side="buy",
                    purpose="entry", quantity=Decimal("0.10"), status=status, error="The exchange was silent.",
                    candle_at=now, intended_at=now - timedelta(hours=number),
                )
            )  # fmt: skip
    page = got(client, "orders?status=review", support)
    assert [row["client_order_id"] for row in page["items"]] == ["order-0", "order-2"]
    row = page["items"][0]
    assert (row["user_email"], row["bot_name"], row["exchange"]) == (user.email, "Lost", "kraken")
    assert (row["error"], row["quantity"]) == ("The exchange was silent.", "0.1")
    assert got(client, "orders", support)["total"] == 3
    oldest = got(client, "orders?status=review&sort=intended_at&limit=1", support)["items"]
    assert [row["client_order_id"] for row in oldest] == ["order-2"]


def test_differences_are_shown_with_owner_and_bot(
    client: FlaskClient, make: Factory, platform: Platform, support: dict[str, str], user: User
) -> None:
    bot, key, now = make.bot(user.id, name="Short"), make.api_key(user.id), platform.clock.now()
    with platform.database.across_tenants("test") as session:
        for number, (state, bot_id) in enumerate((("confirmed", bot.id), ("resolved", bot.id), ("suspected", None))):
            session.add(
                Drift(
                    id=new_id(), user_id=user.id, api_key_id=key.id, bot_id=bot_id, kind="balance_short",
                    subject=str(number), symbol="BTC/USDT", explanation="Half is missing.", state=state,
                    first_seen_at=now - timedelta(minutes=number), last_seen_at=now,
                )
            )  # fmt: skip
    rows = got(client, "drifts?state=open", support)["items"]
    assert [(row["state"], row["bot_name"], row["user_email"]) for row in rows] == [
        ("confirmed", "Short", user.email),
        ("suspected", None, user.email),
    ]
    assert got(client, "drifts?state=resolved", support)["total"] == 1


def test_the_lengths_of_the_queues_are_what_lies_in_redis(
    client: FlaskClient, platform: Platform, support: dict[str, str]
) -> None:
    tasks = CeleryTaskQueue(make_celery(platform.settings))
    for name in ("engine.sweep", "engine.sweep", "engine.submit_account_orders", "backtests.run", "foundation.x"):
        tasks.send(name)
    tasks._application.close()
    answer = got(client, "queues", support)
    lengths = {queue["name"]: queue["waiting"] for queue in answer["queues"]}
    assert lengths == {**dict.fromkeys(QUEUES, 0), "engine": 2, "orders": 1, "backtests": 1, "default": 1}
    assert answer["at_work"] == 0


def test_the_outbox_tells_what_waits_and_since_when(
    client: FlaskClient, platform: Platform, support: dict[str, str], user: User, clock: FixedClock
) -> None:
    empty = got(client, "queues", support)["outbox"]
    assert empty == {"waiting": 0, "oldest_at": None, "given_up": 0, "last_dispatched_at": None}
    began = clock.moment
    with platform.database.across_tenants("test") as session:
        for _ in range(3):
            publish(session, clock, user.id, "bot.changed", {})
            clock.moment += timedelta(minutes=1)
        session.flush()
        done, failed, _ = session.scalars(select(EventRow).order_by(EventRow.created_at.desc()))
        done.dispatched_at, failed.attempts = clock.moment, 20
    outbox = got(client, "queues", support)["outbox"]
    assert (outbox["waiting"], outbox["given_up"]) == (1, 1)
    assert outbox["oldest_at"] == began.isoformat().replace("+00:00", "Z")
    assert outbox["last_dispatched_at"] == clock.moment.isoformat().replace("+00:00", "Z")


def test_without_workers_none_answers(client: FlaskClient, support: dict[str, str]) -> None:
    assert got(client, "workers", support) == []


def test_trading_is_switched_off_by_exchange_and_everywhere(
    client: FlaskClient, make: Factory, platform: Platform, user: User
) -> None:
    administrator = make.user(role="admin")
    headers = make.headers(administrator)

    def put(**body: Any) -> Any:
        answer = client.put("/api/v1/admin/switches", json=body, headers=headers)
        assert answer.status_code == 200, answer.get_json()
        return {one["exchange"]: one["reason"] for one in answer.get_json()["data"] if one["is_halted"]}

    def reason(exchange: str) -> str | None:
        with platform.database.across_tenants("test") as session:
            return halts_of(session, [user.id]).reason_for(exchange, user.id)

    places = got(client, "switches", headers)
    assert places[0]["exchange"] is None
    assert {"binance", "kraken"} <= {one["exchange"] for one in places}
    assert not any(one["is_halted"] for one in places)
    assert put(exchange="kraken", is_halted=True, reason="Maintenance") == {"kraken": "Maintenance"}
    assert put(exchange="kraken", is_halted=True, reason="Longer maintenance") == {"kraken": "Longer maintenance"}
    assert "Longer maintenance" in (reason("kraken") or "")
    assert reason("binance") is None
    assert put(is_halted=True, reason="A bad day") == {None: "A bad day", "kraken": "Longer maintenance"}
    assert "A bad day" in (reason("binance") or "")
    assert put(exchange="kraken", is_halted=False) == {None: "A bad day"}
    assert put(is_halted=False) == {}
    assert put(is_halted=False) == {}
    unknown = client.put("/api/v1/admin/switches", json={"exchange": "mtgox", "is_halted": False}, headers=headers)
    assert unknown.status_code in {404, 422}
    with platform.database.across_tenants("test") as session:
        noted = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.action, entry.subject_id, entry.changes["reason"]) for entry in noted] == [
        ("admin.halted_trading", "kraken", [None, "Maintenance"]),
        ("admin.halted_trading", "kraken", ["Maintenance", "Longer maintenance"]),
        ("admin.halted_trading", "platform", [None, "A bad day"]),
        ("admin.resumed_trading", "kraken", ["Longer maintenance", None]),
        ("admin.resumed_trading", "platform", ["A bad day", None]),
    ]
    assert {entry.user_id for entry in noted} == {administrator.id}


def test_plans_are_told_with_their_users(client: FlaskClient, make: Factory, support: dict[str, str]) -> None:
    make.user()
    (plan,) = got(client, "plans", support)
    assert (plan["name"], plan["users_count"]) == ("free", 2)
    assert plan["limits"]["backtests_a_day"] > 0


def test_the_whole_audit_log_is_narrowed_by_user_action_and_time(
    client: FlaskClient, platform: Platform, make: Factory, support: dict[str, str], user: User, clock: FixedClock
) -> None:
    other, began = make.user(), clock.moment
    with platform.database.across_tenants("test") as session:
        for minute, (owner, action) in enumerate(
            [(user, "login.began"), (user, "trading_bots.changed"), (other, "trading_bots.created")]
        ):
            session.add(
                AuditEntry(
                    id=new_id(), user_id=owner.id, actor="login", action=action, subject_id=None, changes={},
                    created_at=began + timedelta(minutes=minute),
                )
            )  # fmt: skip

    def actions(query: str) -> list[str]:
        return [row["action"] for row in got(client, f"audit-log?{query}", support)["items"]]

    assert actions("") == ["trading_bots.created", "trading_bots.changed", "login.began"]
    assert actions("sort=created_at&limit=1") == ["login.began"]
    assert actions(f"user_id={other.id}") == ["trading_bots.created"]
    assert actions("action=trading_bots.") == ["trading_bots.created", "trading_bots.changed"]
    middle = (began + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert actions(f"since={middle}") == ["trading_bots.created", "trading_bots.changed"]
    assert actions(f"until={middle}") == ["login.began"]
    assert got(client, f"audit-log?user_id={other.id}", support)["items"][0]["user_email"] == other.email


def test_the_audit_log_is_exported_whole_and_as_narrowed(
    client: FlaskClient, platform: Platform, support: dict[str, str], user: User
) -> None:
    with platform.database.across_tenants("test") as session:
        for number in range(150):
            note(session, platform.clock, user.id, "login.began" if number else "login.ended")
    as_file = {**support, "Accept": "text/csv"}
    answer = client.get("/api/v1/admin/audit-log?action=login.began&limit=20", headers=as_file)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))
    assert len(rows) == 149
    assert {(row["action"], row["user_email"]) for row in rows} == {("login.began", user.email)}
