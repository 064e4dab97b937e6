"""rules of bots, and backtests

Revision: 0004
Follows: 0003
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.tenancy import protect

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_MONEY = sa.Numeric(28, 12)
_MOMENT = sa.DateTime(timezone=True)
_BOT_COLUMNS = (
    ("equity_percentage", _MONEY),
    ("risk_per_trade", _MONEY),
    ("max_position_amount", _MONEY),
    ("trailing_stop_percentage", _MONEY),
    ("cooldown_minutes", sa.Integer()),
    ("max_daily_trades", sa.Integer()),
    ("daily_loss_limit", _MONEY),
    ("max_drawdown", _MONEY),
    ("max_open_positions", sa.Integer()),
    ("trading_window", JSONB()),
    ("dca", JSONB()),
    ("grid", JSONB()),
)
_OLD_PURPOSES = "('entry', 'exit_signal', 'stop_loss', 'take_profit', 'manual')"
_PURPOSES = (
    "('entry', 'exit_signal', 'stop_loss', 'take_profit', 'trailing_stop', 'safety_order', 'grid_line', 'risk_exit',"
    " 'manual')"
)
_STATUSES = "status IN ('queued', 'running', 'completed', 'failed', 'canceled')"


def upgrade() -> None:
    """Apply."""
    op.add_column("trading_bots", sa.Column("sizing", sa.Text(), server_default="fixed", nullable=False))
    op.add_column("trading_bots", sa.Column("close_on_breach", sa.Boolean(), server_default="true", nullable=False))
    for name, kind in _BOT_COLUMNS:
        op.add_column("trading_bots", sa.Column(name, kind))
    op.create_check_constraint(op.f("ck_trading_bots_sizing"), "trading_bots", "sizing IN ('fixed', 'percent', 'risk')")
    op.add_column("positions", sa.Column("peak_price", _MONEY))
    op.add_column("evaluations", sa.Column("memory", JSONB(), server_default="{}", nullable=False))
    op.drop_constraint(op.f("ck_orders_purpose"), "orders", type_="check")
    op.create_check_constraint(op.f("ck_orders_purpose"), "orders", f"purpose IN {_PURPOSES}")
    _create_backtests()
    _create_optimizations()
    rights = "SELECT, INSERT, UPDATE, DELETE"
    protect("backtests", rights)
    protect("optimizations", rights)
    protect("optimization_chunks", "SELECT, DELETE")


def downgrade() -> None:
    """Undo."""
    for table in ("optimization_chunks", "optimizations", "backtests"):
        op.drop_table(table)
    op.drop_constraint(op.f("ck_orders_purpose"), "orders", type_="check")
    op.create_check_constraint(op.f("ck_orders_purpose"), "orders", f"purpose IN {_OLD_PURPOSES}")
    op.drop_column("evaluations", "memory")
    op.drop_column("positions", "peak_price")
    op.drop_constraint(op.f("ck_trading_bots_sizing"), "trading_bots", type_="check")
    for name in ("sizing", "close_on_breach", *(name for name, _ in _BOT_COLUMNS)):
        op.drop_column("trading_bots", name)


def _recorded() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("exchange", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("timeframe", sa.Text(), nullable=False),
        sa.Column("start", _MOMENT, nullable=False),
        sa.Column("end", _MOMENT, nullable=False),
        sa.Column("strategy", sa.Text(), nullable=False),
        sa.Column("configuration", JSONB(), nullable=False),
        sa.Column("data_hash", sa.Text()),
        sa.Column("code_version", sa.Text()),
        sa.Column("summary", JSONB()),
        sa.Column("result", JSONB()),
        sa.Column("started_at", _MOMENT),
        sa.Column("finished_at", _MOMENT),
        sa.Column("created_at", _MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", _MOMENT, server_default=sa.func.now(), nullable=False),
    ]


def _create_backtests() -> None:
    op.create_table(
        "backtests",
        *_recorded(),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("initial_balance", _MONEY, nullable=False),
        sa.Column("result_hash", sa.Text()),
        sa.Column("fills", sa.LargeBinary()),
        sa.Column("curve", sa.LargeBinary()),
        sa.CheckConstraint(_STATUSES, name=op.f("ck_backtests_status")),
    )
    op.create_index("ix_backtests_user_id_created_at", "backtests", ["user_id", "created_at"])


def _create_optimizations() -> None:
    op.create_table(
        "optimizations",
        *_recorded(),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("objective", sa.Text(), nullable=False),
        sa.Column("search", JSONB(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("chunks", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.CheckConstraint(_STATUSES, name=op.f("ck_optimizations_status")),
        sa.CheckConstraint(
            "method IN ('grid', 'random', 'bayesian', 'walk_forward')", name=op.f("ck_optimizations_method")
        ),
    )
    op.create_index("ix_optimizations_user_id_created_at", "optimizations", ["user_id", "created_at"])
    op.create_table(
        "optimization_chunks",
        sa.Column(
            "optimization_id",
            sa.Uuid(),
            sa.ForeignKey("optimizations.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
