"""tenancy and partitions

Revision: 0002
Follows: 0001
"""

from alembic import op

from backend.foundation.database import ENGINE_ROLE
from migrations.tenancy import protect, share

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_WEB_RIGHTS = {
    "sessions": "SELECT",
    "api_keys": "SELECT, INSERT, UPDATE, DELETE",
    "events": "SELECT, INSERT",
    "trading_bots": "SELECT, INSERT, UPDATE",
    "positions": "SELECT",
    "orders": "SELECT",
    "trades": "SELECT",
    "decisions": "SELECT",
    "evaluations": "SELECT",
}
_PARTITIONED = ("trades", "decisions")


def upgrade() -> None:
    """Apply."""
    protect("users", "SELECT, UPDATE", tenant_column="id")
    for table, rights in _WEB_RIGHTS.items():
        protect(table, rights)
    share("candles")
    for table in _PARTITIONED:
        # Whatever falls outside the months that exist is kept all the same.
        op.execute(f"CREATE TABLE {table}_default PARTITION OF {table} DEFAULT")
    op.execute(
        """
        CREATE FUNCTION ensure_month_partitions(table_name text, month date) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
            partition text := table_name || to_char(month, '_"y"YYYY"m"MM');
        BEGIN
            IF table_name NOT IN ('trades', 'decisions') THEN
                RAISE EXCEPTION '% has no monthly partitions', table_name;
            END IF;
            IF to_regclass(partition) IS NULL THEN
                EXECUTE format(
                    'CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                    partition, table_name, month, (month + interval '1 month')::date
                );
            END IF;
        END $$
        """
    )
    op.execute("REVOKE ALL ON FUNCTION ensure_month_partitions(text, date) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION ensure_month_partitions(text, date) TO {ENGINE_ROLE}")


def downgrade() -> None:
    """Undo."""
    op.execute("DROP FUNCTION ensure_month_partitions(text, date)")
    for table in _PARTITIONED:
        op.execute(f"DROP TABLE {table}_default")
    for table in ("users", *_WEB_RIGHTS):
        for policy in ("tenant", "across_tenants"):
            op.execute(f"DROP POLICY {policy} ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
