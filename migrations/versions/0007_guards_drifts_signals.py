"""switches, limits, differences from the exchanges, signals from outside

Revision: 0007
Follows: 0006
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from backend.foundation.database import WEB_ROLE
from migrations.tenancy import protect

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_MONEY = sa.Numeric(28, 12)
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    _create_guards()
    _create_reconciliation()
    _create_incoming()


def downgrade() -> None:
    """Undo."""
    for name in ("incoming_signals", "signal_hooks", "comparisons", "drifts", "trading_limits", "trading_switches"):
        op.drop_table(name)


def _create_guards() -> None:
    op.create_table(
        "trading_switches",
        *_recorded(),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("exchange", sa.Text()),
        _owner(nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(scope = 'platform' AND exchange IS NULL AND user_id IS NULL)"
            " OR (scope = 'exchange' AND exchange IS NOT NULL AND user_id IS NULL)"
            " OR (scope = 'user' AND exchange IS NULL AND user_id IS NOT NULL)",
            name=op.f("ck_trading_switches_scope"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trading_switches")),
    )
    op.create_index("uq_trading_switches_user_id", "trading_switches", ["user_id"], unique=True)
    op.create_index("uq_trading_switches_exchange", "trading_switches", ["exchange"], unique=True)
    op.create_index(
        "uq_trading_switches_platform",
        "trading_switches",
        ["scope"],
        unique=True,
        postgresql_where=sa.text("scope = 'platform'"),
    )
    protect("trading_switches", "SELECT, INSERT, DELETE")
    # What the operator has switched off, everybody may know.
    op.execute(f"CREATE POLICY operators ON trading_switches FOR SELECT TO {WEB_ROLE} USING (user_id IS NULL)")
    op.create_table(
        "trading_limits",
        *_recorded(),
        _owner(),
        sa.Column("api_key_id", sa.Uuid(), _reference("api_keys", "trading_limits", "api_key_id")),
        sa.Column("max_order_amount", _MONEY),
        sa.Column("max_open_amount", _MONEY),
        sa.Column("max_open_positions", sa.Integer()),
        *(
            sa.CheckConstraint(f"{name} > 0", name=op.f(f"ck_trading_limits_{name}"))
            for name in ("max_order_amount", "max_open_amount", "max_open_positions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trading_limits")),
    )
    op.create_index(
        "uq_trading_limits_user_id",
        "trading_limits",
        ["user_id"],
        unique=True,
        postgresql_where=sa.text("api_key_id IS NULL"),
    )
    op.create_index("uq_trading_limits_api_key_id", "trading_limits", ["api_key_id"], unique=True)
    protect("trading_limits", "SELECT, INSERT, UPDATE, DELETE")


def _create_reconciliation() -> None:
    op.create_table(
        "drifts",
        *_recorded(),
        _owner(),
        sa.Column("api_key_id", sa.Uuid(), _reference("api_keys", "drifts", "api_key_id"), nullable=False),
        sa.Column("bot_id", sa.Uuid(), _reference("trading_bots", "drifts", "bot_id")),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text()),
        sa.Column("ledger_value", _MONEY),
        sa.Column("exchange_value", _MONEY),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("first_seen_at", _MOMENT, nullable=False),
        sa.Column("last_seen_at", _MOMENT, nullable=False),
        sa.Column("resolved_at", _MOMENT),
        sa.Column("resolution", sa.Text()),
        sa.CheckConstraint(
            "kind IN ('order_unknown_state', 'order_still_open', 'balance_short')",
            name=op.f("ck_drifts_kind"),
        ),
        sa.CheckConstraint("state IN ('suspected', 'confirmed', 'resolved')", name=op.f("ck_drifts_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drifts")),
    )
    op.create_index(
        "uq_drifts_open",
        "drifts",
        ["api_key_id", "kind", "subject"],
        unique=True,
        postgresql_where=sa.text("state <> 'resolved'"),
    )
    op.create_index("ix_drifts_user_id_first_seen_at", "drifts", ["user_id", "first_seen_at"])
    protect("drifts", "SELECT, UPDATE")
    op.create_table(
        "comparisons",
        sa.Column("api_key_id", sa.Uuid(), _reference("api_keys", "comparisons", "api_key_id"), nullable=False),
        _owner(),
        sa.Column("compared_at", _MOMENT),
        sa.Column("attempted_at", _MOMENT, nullable=False),
        sa.Column("problem", sa.Text()),
        sa.PrimaryKeyConstraint("api_key_id", name=op.f("pk_comparisons")),
    )
    protect("comparisons", "SELECT")


def _create_incoming() -> None:
    op.create_table(
        "signal_hooks",
        *_recorded(),
        _owner(),
        sa.Column("bot_id", sa.Uuid(), _reference("trading_bots", "signal_hooks", "bot_id"), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("secret_enc", sa.Text(), nullable=False),
        sa.Column("last_received_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_hooks")),
        sa.UniqueConstraint("bot_id", name=op.f("uq_signal_hooks_bot_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_signal_hooks_token_hash")),
    )
    op.create_index("ix_signal_hooks_user_id", "signal_hooks", ["user_id"])
    protect("signal_hooks", "SELECT, INSERT, UPDATE, DELETE")
    op.create_table(
        "incoming_signals",
        *_recorded(),
        _owner(),
        sa.Column("bot_id", sa.Uuid(), _reference("trading_bots", "incoming_signals", "bot_id"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text()),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.Column("handled_at", _MOMENT),
        sa.CheckConstraint("action IN ('buy', 'sell')", name=op.f("ck_incoming_signals_action")),
        sa.CheckConstraint(
            "state IN ('received', 'acted', 'ignored', 'refused')", name=op.f("ck_incoming_signals_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_signals")),
        sa.UniqueConstraint("bot_id", "key", name=op.f("uq_incoming_signals_bot_id_key")),
    )
    op.create_index("ix_incoming_signals_user_id_received_at", "incoming_signals", ["user_id", "received_at"])
    op.create_index("ix_incoming_signals_bot_id_received_at", "incoming_signals", ["bot_id", "received_at"])
    protect("incoming_signals", "SELECT")


def _recorded() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", _MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", _MOMENT, server_default=sa.text("now()"), nullable=False),
    )


def _owner(nullable: bool = False) -> sa.Column[Any]:
    return sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=nullable)


def _reference(table: str, owner: str, column: str) -> sa.ForeignKey:
    return sa.ForeignKey(f"{table}.id", ondelete="CASCADE", name=op.f(f"fk_{owner}_{column}"))
