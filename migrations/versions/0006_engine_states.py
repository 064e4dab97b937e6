"""states of the core, resting orders, paused bots

Revision: 0006
Follows: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_MONEY = sa.Numeric(28, 12)
_MOMENT = sa.DateTime(timezone=True)
_OLD_STATUSES = "status IN ('stopped', 'running', 'error', 'stopped_by_risk')"
_STATUSES = "status IN ('stopped', 'running', 'paused', 'error', 'stopped_by_risk')"
_ORDER_COLUMNS = (
    ("stop_price", _MONEY),
    ("reference_price", _MONEY),
    ("cancel_requested_at", _MOMENT),
)


def upgrade() -> None:
    """Apply."""
    op.drop_column("evaluations", "memory")
    op.add_column("evaluations", sa.Column("state", sa.LargeBinary()))
    # Every row is overwritten at every candle: room on its page keeps the indexes untouched.
    op.execute("ALTER TABLE evaluations SET (fillfactor = 50)")
    op.drop_column("positions", "peak_price")
    op.drop_constraint(op.f("uq_decisions_bot_id_symbol_candle_at"), "decisions", type_="unique")
    op.create_index("ix_decisions_bot_id_candle_at", "decisions", ["bot_id", "candle_at"])
    op.add_column("orders", sa.Column("part", sa.Integer(), server_default="0", nullable=False))
    for name, kind in _ORDER_COLUMNS:
        op.add_column("orders", sa.Column(name, kind))
    op.create_check_constraint(op.f("ck_orders_type"), "orders", "type IN ('market', 'limit', 'stop_limit')")
    op.add_column("trading_bots", sa.Column("stop_on_exchange", sa.Boolean(), server_default="false", nullable=False))
    op.add_column(
        "trading_bots",
        sa.Column(
            "promoted_from",
            sa.Uuid(),
            sa.ForeignKey("trading_bots.id", ondelete="SET NULL", name=op.f("fk_trading_bots_promoted_from")),
        ),
    )
    op.drop_column("trading_bots", "last_run_at")
    op.drop_constraint(op.f("ck_trading_bots_status"), "trading_bots", type_="check")
    op.create_check_constraint(op.f("ck_trading_bots_status"), "trading_bots", _STATUSES)
    op.drop_index("ix_trading_bots_running", "trading_bots")
    op.create_index(
        "ix_trading_bots_watched",
        "trading_bots",
        ["exchange", "timeframe"],
        postgresql_where=sa.text("status IN ('running', 'paused')"),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_trading_bots_watched", "trading_bots")
    op.create_index(
        "ix_trading_bots_running",
        "trading_bots",
        ["exchange", "timeframe"],
        postgresql_where=sa.text("status = 'running'"),
    )
    op.execute("UPDATE trading_bots SET status = 'stopped' WHERE status = 'paused'")
    op.drop_constraint(op.f("ck_trading_bots_status"), "trading_bots", type_="check")
    op.create_check_constraint(op.f("ck_trading_bots_status"), "trading_bots", _OLD_STATUSES)
    op.add_column("trading_bots", sa.Column("last_run_at", _MOMENT))
    op.drop_column("trading_bots", "promoted_from")
    op.drop_column("trading_bots", "stop_on_exchange")
    op.drop_constraint(op.f("ck_orders_type"), "orders", type_="check")
    for name, _ in reversed(_ORDER_COLUMNS):
        op.drop_column("orders", name)
    op.drop_column("orders", "part")
    op.drop_index("ix_decisions_bot_id_candle_at", "decisions")
    op.create_unique_constraint(
        op.f("uq_decisions_bot_id_symbol_candle_at"), "decisions", ["bot_id", "symbol", "candle_at"]
    )
    op.add_column("positions", sa.Column("peak_price", _MONEY))
    op.drop_column("evaluations", "state")
    op.add_column("evaluations", sa.Column("memory", JSONB(), server_default="{}", nullable=False))
