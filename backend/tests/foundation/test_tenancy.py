"""One tenant never sees another's rows, whatever a query forgets."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import ProgrammingError

from backend.config import Settings
from backend.foundation.database import ENGINE_ROLE, WEB_ROLE, login_url
from backend.foundation.platform import Platform
from backend.tables import metadata
from backend.tests.factories import Factory
from backend.tests.one_of_each import make_one_of_each

TENANT_TABLES = [*sorted(table.name for table in metadata.tables.values() if "user_id" in table.columns), "users"]


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_every_tenant_table_has_forced_row_level_security(connection: Connection, table: str) -> None:
    row = connection.execute(
        text("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = to_regclass(:name)"), {"name": table}
    ).one()
    assert tuple(row) == (True, True)


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_raw_sql_sees_the_tenants_rows_of_every_table_and_no_others(
    platform: Platform, make: Factory, table: str
) -> None:
    mine, theirs = make.user(), make.user()
    with platform.database.across_tenants("test") as session:
        for user in (mine, theirs):
            make_one_of_each(session, metadata, user.id, platform.clock.now(), user.username)
    owner = "id" if table == "users" else "user_id"
    with platform.database.as_tenant(mine.id) as session:
        assert set(session.execute(text(f"SELECT {owner} FROM {table}")).scalars()) == {mine.id}
    with platform.database.as_tenant(None) as session:
        assert session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0


def test_raw_sql_of_one_tenant_sees_its_own_rows_only(platform: Platform, make: Factory) -> None:
    mine, theirs = make.user(), make.user()
    bot = make.bot(mine.id)
    make.bot(theirs.id)
    with platform.database.as_tenant(mine.id) as session:
        assert session.execute(text("SELECT id FROM trading_bots")).scalars().all() == [bot.id]
        assert session.execute(text("SELECT email FROM users")).scalars().all() == [mine.email]
        changed = session.execute(
            text("UPDATE trading_bots SET name = 'stolen' WHERE user_id = :id"), {"id": theirs.id}
        )
        assert changed.rowcount == 0  # type: ignore[attr-defined]


def test_a_tenant_cannot_write_a_row_for_another(platform: Platform, make: Factory) -> None:
    mine, theirs = make.user(), make.user()
    insert = text(
        "INSERT INTO events (id, user_id, type, payload, created_at, attempts)"
        " VALUES (gen_random_uuid(), :user, 'x', '{}', now(), 0)"
    )
    with pytest.raises(ProgrammingError, match="row-level security"), platform.database.as_tenant(mine.id) as session:
        session.execute(insert, {"user": theirs.id})


def test_the_web_role_cannot_take_the_engines_place(settings: Settings) -> None:
    assert settings.database_url
    engine = create_engine(login_url(settings, settings.database_url, WEB_ROLE))
    try:
        with engine.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text(f"SET ROLE {ENGINE_ROLE}"))
        with engine.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text("SELECT ensure_month_partitions('trades', '2030-01-01')"))
        with engine.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text("CREATE TABLE mine (id int)"))
    finally:
        engine.dispose()


def test_the_tenant_ends_with_its_transaction(platform: Platform, make: Factory) -> None:
    user = make.user()
    make.bot(user.id)
    with platform.database.as_tenant(user.id) as session:
        assert session.execute(text("SELECT count(*) FROM trading_bots")).scalar_one() == 1
    with platform.database.as_tenant(None) as session:
        assert session.execute(text("SELECT count(*) FROM trading_bots")).scalar_one() == 0


def test_somebody_elses_things_are_not_found(client: FlaskClient, make: Factory) -> None:
    owner, stranger = make.user(), make.user()
    bot, key = make.bot(owner.id), make.api_key(owner.id)
    headers = make.headers(stranger)
    assert client.get(f"/api/v1/bots/{bot.id}", headers=make.headers(owner)).status_code == 200
    for path in ("", "/trades", "/orders", "/positions", "/decisions", "/evaluations", "/candles"):
        answer = client.get(f"/api/v1/bots/{bot.id}{path}", headers=headers)
        assert (answer.status_code, answer.get_json()["code"]) == (404, "NOT_FOUND"), path
    for method, path in (
        ("patch", f"/bots/{bot.id}"),
        ("delete", f"/bots/{bot.id}"),
        ("post", f"/bots/{bot.id}/start"),
        ("post", f"/bots/{bot.id}/stop"),
        ("delete", f"/api-keys/{key.id}"),
        ("post", f"/api-keys/{key.id}/test"),
    ):
        answer = client.open(f"/api/v1{path}", method=method.upper(), headers=headers, json={})
        assert answer.status_code == 404, path
    for path in ("bots", "trades", "orders", "positions", "api-keys"):
        assert client.get(f"/api/v1/{path}", headers=headers).get_json()["data"]["total"] == 0
