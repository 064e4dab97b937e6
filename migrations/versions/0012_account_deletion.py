"""accounts that are deleted, and an audit log that may be anonymised and nothing else

Revision: 0012
Follows: 0011
"""

import sqlalchemy as sa
from alembic import op

from backend.foundation.database import ENGINE_ROLE

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("users", sa.Column("deleted_at", sa.DateTime(timezone=True)))
    op.add_column("users", sa.Column("erased_at", sa.DateTime(timezone=True)))
    op.execute(f"GRANT UPDATE (changes, ip_address, user_agent) ON audit_log TO {ENGINE_ROLE}")
    op.execute(
        """
        CREATE FUNCTION only_anonymise_audit_log() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.changes <> '{}'::jsonb OR NEW.ip_address IS NOT NULL OR NEW.user_agent IS NOT NULL THEN
                RAISE EXCEPTION 'rows of the audit log are not changed' USING ERRCODE = 'insufficient_privilege';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER only_anonymise BEFORE UPDATE ON audit_log"
        " FOR EACH ROW EXECUTE FUNCTION only_anonymise_audit_log()"
    )


def downgrade() -> None:
    """Undo."""
    op.execute("DROP TRIGGER only_anonymise ON audit_log")
    op.execute("DROP FUNCTION only_anonymise_audit_log()")
    op.execute(f"REVOKE UPDATE (changes, ip_address, user_agent) ON audit_log FROM {ENGINE_ROLE}")
    op.drop_column("users", "erased_at")
    op.drop_column("users", "deleted_at")
