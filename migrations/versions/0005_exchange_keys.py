"""what is known of an API key: why it is invalid, who confirmed it, whether it is bound to addresses

Revision: 0005
Follows: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("api_keys", sa.Column("problem", sa.Text()))
    op.add_column("api_keys", sa.Column("confirmed_at", sa.DateTime(timezone=True)))
    op.add_column("api_keys", sa.Column("ip_restricted", sa.Boolean()))


def downgrade() -> None:
    """Undo."""
    for name in ("problem", "confirmed_at", "ip_restricted"):
        op.drop_column("api_keys", name)
