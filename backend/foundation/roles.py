"""Creates the database roles that processes log in as; run by the owner before migrations."""

from psycopg import sql
from sqlalchemy import create_engine, text

from backend.config import Settings
from backend.foundation.database import ENGINE_ROLE, WEB_ROLE, normalize_url, role_password


def ensure_roles(settings: Settings, owner_url: str) -> None:
    """Create or refresh both login roles. Neither owns anything nor can bypass row-level security."""
    engine = create_engine(normalize_url(owner_url))
    try:
        with engine.begin() as connection:
            # Two databases of one cluster may be prepared at the same time; roles belong to the cluster.
            connection.execute(text("SELECT pg_advisory_xact_lock(7217001)"))
            driver = connection.connection.driver_connection
            assert driver is not None
            for role in (WEB_ROLE, ENGINE_ROLE):
                known = connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role})
                statement = sql.SQL(
                    "{verb} ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {password}"
                ).format(
                    verb=sql.SQL("ALTER" if known else "CREATE"),
                    role=sql.Identifier(role),
                    password=sql.Literal(role_password(settings, role)),
                )
                connection.exec_driver_sql(statement.as_string(driver))
            # A worker that serves one user steps down to the web role for that transaction.
            connection.execute(text(f"GRANT {WEB_ROLE} TO {ENGINE_ROLE}"))
    finally:
        engine.dispose()
