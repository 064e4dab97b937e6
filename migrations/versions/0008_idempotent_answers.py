"""answers to requests that may be repeated

Revision: 0008
Follows: 0007
"""

import sqlalchemy as sa
from alembic import op

from migrations.tenancy import protect

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "idempotent_answers",
        sa.Column(
            "user_id",
            sa.Uuid(),
            sa.ForeignKey("users.id", name=op.f("fk_idempotent_answers_user_id_users"), ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer_enc", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_idempotent_answers")),
    )
    op.create_index("ix_idempotent_answers_created_at", "idempotent_answers", ["created_at"])
    protect("idempotent_answers", "SELECT, INSERT, UPDATE")


def downgrade() -> None:
    """Undo."""
    op.drop_table("idempotent_answers")
