"""when an exchange key was last used, and when it was replaced

Revision: 0013
Follows: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_COLUMNS = ("last_used_at", "rotated_at")


def upgrade() -> None:
    """Apply."""
    for name in _COLUMNS:
        op.add_column("api_keys", sa.Column(name, sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Undo."""
    for name in _COLUMNS:
        op.drop_column("api_keys", name)
