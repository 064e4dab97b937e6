"""Taking everything along, and deleting the account for good."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import numpy as np
import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from backend.accounts.letters import forget_old_letters
from backend.accounts.models import Letter, User
from backend.bots.models import TradingBot
from backend.engine.models import Order, Position
from backend.exchanges.models import ApiKey
from backend.foundation.audit import AuditEntry
from backend.foundation.clock import FixedClock
from backend.foundation.events import Subscribers, dispatch_waiting
from backend.foundation.platform import Platform
from backend.market_data.store import CandleStore
from backend.market_data.uploads import upload_name
from backend.operations.erasure import ANONYMISED, erase_accounts, erased_tables
from backend.tables import metadata
from backend.tests.factories import PASSWORD, Factory
from backend.tests.one_of_each import make_one_of_each
from backend.trading.candles import CANDLE, interval

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
TENANT_TABLES = {table.name for table in metadata.sorted_tables if "user_id" in table.c}


def store_candles(platform: Platform, user: User) -> None:
    candles = np.zeros(3, dtype=CANDLE)
    candles["opened_at"] = 1_700_000_040_000 + np.arange(3) * interval("1m")
    for name in ("open", "high", "low", "close", "volume"):
        candles[name] = 7.5
    with platform.database.as_tenant(user.id) as session:
        store = CandleStore(session, platform.settings)
        store.write(upload_name(user.id), "ABC/USDT", "1m", candles, platform.clock.now())


def export(client: FlaskClient, headers: dict[str, str]) -> zipfile.ZipFile:
    answer = client.get("/api/v1/users/me/export", headers=headers)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    content = answer.get_data()
    answer.close()
    return zipfile.ZipFile(io.BytesIO(content))


def test_the_archive_holds_every_table_twice_and_nobody_elses_rows(
    client: FlaskClient, platform: Platform, make: Factory
) -> None:
    mine, theirs = make.user(), make.user()
    with platform.database.across_tenants("test") as session:
        for user in (mine, theirs):
            make_one_of_each(session, metadata, user.id, platform.clock.now(), f"text of {user.username}")
    store_candles(platform, mine)
    archive = export(client, make.headers(mine))
    untold = {"idempotent_answers", "one_time_links", "recovery_codes"}
    tables = (TENANT_TABLES - untold) | {"users"}
    names = {f"{table}.{form}" for table in tables for form in ("json", "csv")}
    assert set(archive.namelist()) == names | {"README.txt", "candles/ABC-USDT-1m.csv"}
    assert len(archive.read("candles/ABC-USDT-1m.csv").splitlines()) == 4
    for table in tables:
        rows: list[dict[str, Any]] = json.loads(archive.read(f"{table}.json"))
        lines = list(csv.DictReader(io.StringIO(archive.read(f"{table}.csv").decode())))
        owners = {row["id" if table == "users" else "user_id"] for row in rows}
        assert owners == {str(mine.id)}, table
        assert len(lines) == len(rows)
        assert not [name for name in rows[0] if name.endswith(("_enc", "_hash"))]
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert mine.username.encode() in everything
    assert theirs.username.encode() not in everything
    assert mine.password_hash.encode() not in everything
    with platform.database.across_tenants("test") as session:
        noted = select(AuditEntry.id).where(AuditEntry.user_id == mine.id, AuditEntry.action == "account.exported")
        assert session.scalar(noted) is not None


def delete(client: FlaskClient, headers: dict[str, str], user: User, **changes: Any) -> Any:
    body = {"username": user.username, "current_password": PASSWORD, **changes}
    return client.delete("/api/v1/users/me", json=body, headers=headers)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"current_password": "Wrong-horse-1"}, "current_password"),
        ({"username": "somebody"}, "username"),
        ({"code": None}, "code"),
        ({"code": "000000"}, "code"),
    ],
)
def test_only_who_has_everything_deletes_the_account(
    client: FlaskClient, platform: Platform, make: Factory, clock: FixedClock, changes: dict[str, Any], field: str
) -> None:
    user = make.user(mfa_secret_enc=platform.vault.encrypt(SECRET), mfa_confirmed_at=clock.now())
    right = {"code": pyotp.TOTP(SECRET).at(clock.now())}
    refused = delete(client, make.headers(user), user, **(right | changes))
    assert (refused.status_code, refused.get_json()["details"][0]["field"]) == (422, field)
    assert client.get("/api/v1/users/me", headers=make.headers(user)).status_code == 200
    assert delete(client, make.headers(user), user, **right).status_code == 204


def test_orders_at_an_exchange_and_what_live_bots_hold_come_first(
    client: FlaskClient, platform: Platform, make: Factory
) -> None:
    user = make.user()
    headers = make.headers(user)
    key = make.api_key(user.id)
    bot = make.bot(user.id, is_paper_trading=False, api_key_id=key.id, status="running")
    with platform.database.across_tenants("test") as session:
        made = make_one_of_each(session, metadata, user.id, platform.clock.now(), "x")
        order, position = session.get_one(Order, made["orders"]), session.get_one(Position, made["positions"])
        order.api_key_id, order.bot_id, order.status = key.id, bot.id, "submitting"
        position.bot_id, position.closed_at = bot.id, None
    refused = delete(client, headers, user)
    assert (refused.status_code, "may still fill" in refused.get_json()["error"]) == (409, True)
    with platform.database.across_tenants("test") as session:
        session.get_one(Order, made["orders"]).status = "filled"
    refused = delete(client, headers, user)
    assert (refused.status_code, refused.get_json()["details"][0]["field"]) == (409, "leave_positions")
    assert "hold 1 position at" in refused.get_json()["error"]
    assert delete(client, headers, user, leave_positions=True).status_code == 204
    with platform.database.across_tenants("test") as session:
        assert session.get_one(TradingBot, bot.id).status == "stopped"
        stored = session.get_one(ApiKey, key.id)
        assert (stored.status, stored.api_key_enc, stored.api_secret_enc) == ("deleted", "", "")


def test_a_deleted_account_is_closed_at_once_and_erased_afterwards(
    client: FlaskClient, platform: Platform, make: Factory, clock: FixedClock
) -> None:
    user, other = make.user(), make.user()
    login = client.post("/api/v1/auth/login", json={"email": user.email, "password": PASSWORD}).get_json()["data"]
    headers = {"Authorization": f"Bearer {login['access_token']}"}
    with platform.database.across_tenants("test") as session:
        for one in (user, other):
            made = make_one_of_each(session, metadata, one.id, clock.now(), one.username)
            session.get_one(Order, made["orders"]).status = "filled"
    store_candles(platform, user)
    assert delete(client, headers, user, leave_positions=True).status_code == 204
    assert client.get("/api/v1/users/me", headers=headers).status_code == 401
    assert client.post("/api/v1/auth/refresh").status_code == 401
    credentials = {"email": user.email, "password": PASSWORD}
    assert client.post("/api/v1/auth/login", json=credentials).status_code == 401
    shell = f"deleted-{user.id}@deleted.invalid"
    assert client.post("/api/v1/auth/login", json={"email": shell, "password": PASSWORD}).status_code in {401, 422}
    assert erase_accounts(platform, metadata) == 0, "somebody has still to hear of it"
    dispatch_waiting(platform.database, Subscribers(), clock)
    clock.moment += timedelta(minutes=10)
    assert erase_accounts(platform, metadata) == 1
    # Somebody who began before the deletion is done only now.
    make.api_key(user.id)
    clock.moment += timedelta(hours=1)
    assert erase_accounts(platform, metadata) == 1
    assert erase_accounts(platform, metadata) == 0
    with platform.database.across_tenants("test") as session:
        left = {
            table.name: session.scalar(select(func.count()).where(table.c.user_id == user.id))
            for table in metadata.sorted_tables
            if "user_id" in table.c
        }
        assert {name for name, count in left.items() if count} == set(ANONYMISED)
        entries = session.scalars(select(AuditEntry).where(AuditEntry.user_id == user.id)).all()
        assert {(str(entry.changes), entry.ip_address, entry.user_agent) for entry in entries} == {("{}", None, None)}
        row = session.get_one(User, user.id)
        assert user.username not in f"{vars(row)}"
        assert user.email not in f"{vars(row)}"
        counts = [session.scalar(select(func.count()).where(table.c.user_id == other.id)) for table in _tenant_tables()]
        assert all(counts), "nobody else lost anything"
        assert CandleStore(session, platform.settings).available(upload_name(user.id)) == []


def _tenant_tables() -> list[Any]:
    return [table for table in metadata.sorted_tables if "user_id" in table.c]


def test_every_tenant_table_is_erased_or_named(platform: Platform) -> None:
    assert {table.name for table in erased_tables(metadata)} | ANONYMISED == TENANT_TABLES


def test_the_audit_log_is_anonymised_and_not_changed_otherwise(platform: Platform, make: Factory) -> None:
    user = make.user()
    with platform.database.across_tenants("test") as session:
        make_one_of_each(session, metadata, user.id, platform.clock.now(), "x")
    change = text("UPDATE audit_log SET changes = '{\"name\": [1, 2]}'")
    with pytest.raises(ProgrammingError, match="not changed"), platform.database.across_tenants("test") as session:
        session.execute(change)
    with pytest.raises(ProgrammingError, match="permission denied"), platform.database.across_tenants("t") as session:
        session.execute(text("UPDATE audit_log SET action = 'x'"))


def test_letters_of_long_ago_are_forgotten(platform: Platform, make: Factory, clock: FixedClock) -> None:
    user = make.user()
    with platform.database.across_tenants("test") as session:
        for sent_at, next_attempt_at in ((clock.now(), None), (None, clock.now())):
            letter = Letter(user_id=user.id, kind="mfa_enabled", address="a@example.com", details={})
            letter.written_at, letter.sent_at, letter.next_attempt_at = clock.now(), sent_at, next_attempt_at
            session.add(letter)
    clock.moment += timedelta(days=31)
    assert forget_old_letters(platform) == 1


def test_the_last_administrator_stays(client: FlaskClient, platform: Platform, make: Factory) -> None:
    last = make.user(role="admin")
    refused = delete(client, make.headers(last), last)
    assert (refused.status_code, "last administrator" in refused.get_json()["error"]) == (409, True)
    make.user(role="admin")
    assert delete(client, make.headers(last), last).status_code == 204
