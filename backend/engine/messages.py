"""What events say of orders, trades and positions: the same shapes as the API's answers."""

from decimal import Decimal
from typing import Any, cast

from backend.engine.models import Decision, Order, Position, Trade
from backend.engine.schemas import DecisionSchema, OrderSchema, PositionSchema, TradeSchema

# Making a schema takes longer than dumping by it.
_DECISION, _ORDER, _POSITION, _TRADE = DecisionSchema(), OrderSchema(), PositionSchema(), TradeSchema()


def trade_row(trade: Trade, bot_name: str) -> dict[str, Any]:
    """A trade's columns with its bot's name."""
    return {**columns(trade), "bot_name": bot_name}


def position_row(position: Position, bot_name: str, mark: Decimal | None = None) -> dict[str, Any]:
    """A position's columns with its bot's name and, where it is open, its worth at the mark price."""
    is_open = position.closed_at is None
    worth = mark if is_open else None
    gain = None if worth is None else (worth - position.entry_price) * position.quantity - position.entry_fees_open
    return {**columns(position), "bot_name": bot_name, "mark_price": worth, "unrealized_pnl": gain}


def columns(row: Any) -> dict[str, Any]:
    """A row's columns by name."""
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


def trade_message(trade: Trade, bot_name: str) -> dict[str, object]:
    """The event's payload."""
    return cast(dict[str, object], _TRADE.dump(trade_row(trade, bot_name)))


def order_message(order: Order) -> dict[str, object]:
    """The event's payload; `api_key_id` tells the engine whose account it is for."""
    key = str(order.api_key_id) if order.api_key_id else None
    return {**_ORDER.dump(order), "api_key_id": key}


def position_message(position: Position, bot_name: str) -> dict[str, object]:
    """The event's payload."""
    return cast(dict[str, object], _POSITION.dump(position_row(position, bot_name)))


def decision_message(decision: Decision) -> dict[str, object]:
    """The event's payload."""
    return cast(dict[str, object], _DECISION.dump(decision))
