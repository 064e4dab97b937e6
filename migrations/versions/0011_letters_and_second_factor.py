"""letters and their links, the second factor, frozen keys; the web role may not change who a user is

Revision: 0011
Follows: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from backend.foundation.database import WEB_ROLE
from migrations.tenancy import protect

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_PURPOSES = ("verify_email", "change_email", "reset_password")
_OWN_COLUMNS = (
    "username, first_name, last_name, locale, timezone, password_hash, mfa_secret_enc, mfa_confirmed_at, mfa_last_step,"
    " updated_at"
)


def upgrade() -> None:
    """Apply."""
    op.add_column("users", sa.Column("mfa_secret_enc", sa.Text()))
    op.add_column("users", sa.Column("mfa_confirmed_at", _MOMENT))
    op.add_column("users", sa.Column("mfa_last_step", sa.BigInteger()))
    op.add_column("sessions", sa.Column("device_hash", sa.Text()))
    op.add_column("api_keys", sa.Column("frozen_at", _MOMENT))
    op.add_column("api_keys", sa.Column("frozen_until", _MOMENT))
    op.execute(f"REVOKE UPDATE ON users FROM {WEB_ROLE}")
    op.execute(f"GRANT UPDATE ({_OWN_COLUMNS}) ON users TO {WEB_ROLE}")
    _create_tenant_table(
        "letters",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.Column("written_at", _MOMENT, nullable=False),
        sa.Column("next_attempt_at", _MOMENT),
        sa.Column("sent_at", _MOMENT),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text()),
    )
    op.create_index(
        "ix_letters_next_attempt_at",
        "letters",
        ["next_attempt_at"],
        postgresql_where=sa.text("next_attempt_at IS NOT NULL"),
    )
    protect("letters", "SELECT, INSERT, UPDATE")
    _create_tenant_table(
        "one_time_links",
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("used_at", _MOMENT),
        sa.CheckConstraint(f"purpose IN {_PURPOSES}", name=op.f("ck_one_time_links_purpose")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_links_token_hash")),
    )
    protect("one_time_links", "SELECT, DELETE")
    _create_tenant_table(
        "recovery_codes",
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("used_at", _MOMENT),
    )
    protect("recovery_codes", "SELECT, INSERT, UPDATE, DELETE")


def downgrade() -> None:
    """Undo."""
    for table in ("recovery_codes", "one_time_links", "letters"):
        op.drop_table(table)
    op.execute(f"REVOKE UPDATE ({_OWN_COLUMNS}) ON users FROM {WEB_ROLE}")
    op.execute(f"GRANT UPDATE ON users TO {WEB_ROLE}")
    for column in ("frozen_at", "frozen_until"):
        op.drop_column("api_keys", column)
    op.drop_column("sessions", "device_hash")
    for column in ("mfa_last_step", "mfa_confirmed_at", "mfa_secret_enc"):
        op.drop_column("users", column)


def _create_tenant_table(table: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", _MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", _MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column(
            "user_id",
            sa.Uuid(),
            sa.ForeignKey("users.id", name=op.f(f"fk_{table}_user_id_users"), ondelete="CASCADE"),
            nullable=False,
        ),
        *columns,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_user_id", table, ["user_id"])
