"""The migrations make exactly the tables that the code declares, from one head."""

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from backend.foundation.migration import alembic_configuration
from backend.foundation.partitions import ensure_months
from backend.foundation.platform import Platform


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(alembic_configuration()).get_heads()) == 1


def test_schema_has_not_drifted_from_the_models(connection: Connection) -> None:
    configuration = alembic_configuration()
    configuration.attributes["connection"] = connection
    # Raises with the list of differences.
    command.check(configuration)


def test_months_are_made_once_and_take_their_rows(platform: Platform, connection: Connection) -> None:
    for _ in range(2):
        with platform.database.across_tenants("test") as session:
            ensure_months(session, platform.clock.now())
    connection.execute(text("RESET ROLE"))
    names = connection.execute(
        text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'trades'::regclass ORDER BY 1")
    )
    months = ["trades_y2026m03", "trades_y2026m04", "trades_y2026m05", "trades_y2026m06"]
    assert names.scalars().all() == ["trades_default", *months]
