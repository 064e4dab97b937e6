"""What a migration says of a new table's tenancy: who may do what, and which rows they see."""

from alembic import op

from backend.foundation.database import ENGINE_ROLE, WEB_ROLE


def protect(table: str, web_rights: str, tenant_column: str = "user_id") -> None:
    """Turn on row-level security: the web role gets `web_rights` on its tenant's rows, the engine role sees all rows.

    FORCE keeps even the table's owner inside the policies, should a process ever run as it by mistake.
    """
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    mine = f"{tenant_column} = NULLIF(current_setting('app.user_id', true), '')::uuid"
    op.execute(f"CREATE POLICY tenant ON {table} TO {WEB_ROLE} USING ({mine}) WITH CHECK ({mine})")
    op.execute(f"CREATE POLICY across_tenants ON {table} TO {ENGINE_ROLE} USING (true) WITH CHECK (true)")
    op.execute(f"GRANT {web_rights} ON {table} TO {WEB_ROLE}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {ENGINE_ROLE}")


def share(table: str) -> None:
    """A table without tenants: the web role reads it, the engine role writes it."""
    op.execute(f"GRANT SELECT ON {table} TO {WEB_ROLE}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {ENGINE_ROLE}")
