"""Runs the migrations as the database's owner; the address comes from the settings, never from a file."""

from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection

from backend.config import load_settings
from backend.foundation.database import normalize_url
from backend.foundation.partitions import is_partition
from backend.foundation.platform import owner_url
from backend.tables import metadata


def include_object(_item: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """Months of a partitioned table are made at run time and are no part of the schema that is compared."""
    return not (kind == "table" and name is not None and is_partition(name))


def run(connection: Connection) -> None:
    """Run on a connection, in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_object=include_object,
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = create_engine(normalize_url(owner_url(load_settings())))
    with engine.connect() as opened:
        run(opened)
        opened.commit()
    engine.dispose()
