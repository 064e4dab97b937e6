"""What changes a user's own limits."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.engine.guards.models import TradingLimit
from backend.exchanges.queries import own_key
from backend.foundation.ids import new_id

_FIELDS = ("max_order_amount", "max_open_amount", "max_open_positions")


def own_limits(session: Session, user_id: UUID) -> list[TradingLimit]:
    """The user's limits: over all accounts first, then of single ones."""
    statement = select(TradingLimit).where(TradingLimit.user_id == user_id)
    return list(session.scalars(statement.order_by(TradingLimit.api_key_id.is_not(None), TradingLimit.created_at)))


def set_limit(session: Session, user_id: UUID, data: dict[str, Any]) -> TradingLimit:
    """Set the limit of one account, or over all. Raises NotFound for somebody else's account."""
    key_id = data["api_key_id"]
    if key_id is not None:
        own_key(session, user_id, key_id)
    row = session.scalar(
        select(TradingLimit).where(
            TradingLimit.user_id == user_id, TradingLimit.api_key_id.is_not_distinct_from(key_id)
        )
    )
    if row is None:
        row = TradingLimit(id=new_id(), user_id=user_id, api_key_id=key_id)
        session.add(row)
    for name in _FIELDS:
        setattr(row, name, data[name])
    session.flush()
    return row
