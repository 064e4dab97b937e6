"""What reads bots, orders and the audit log of all users."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from backend.administration.people import bot_row, email_addresses
from backend.bots.models import TradingBot
from backend.engine.messages import columns
from backend.engine.models import Order
from backend.foundation.audit import AuditEntry
from backend.foundation.pagination import Page, in_order, paginate

Arguments = dict[str, Any]
Rows = list[dict[str, Any]]


def bots_page(session: Session, arguments: Arguments) -> Page[dict[str, Any]]:
    """Bots that are not deleted, with their owners."""

    def shown(bots: Sequence[TradingBot]) -> Rows:
        owners = email_addresses(session, {bot.user_id for bot in bots})
        return [{**bot_row(bot), "user_email": owners[bot.user_id]} for bot in bots]

    statement = _narrowed(select(TradingBot).where(TradingBot.is_active), TradingBot, arguments)
    ordered = in_order(statement, TradingBot, arguments["sort"], name=func.lower(TradingBot.name))
    return paginate(session, ordered, arguments["limit"], arguments["offset"], shown)


def orders_page(session: Session, arguments: Arguments) -> Page[dict[str, Any]]:
    """Orders with their owners and bots."""

    def shown(orders: Sequence[Order]) -> Rows:
        owners = email_addresses(session, {order.user_id for order in orders})
        bots = _bots(session, {order.bot_id for order in orders})
        return [
            {**columns(order), "user_email": owners[order.user_id], **bots[order.bot_id]} for order in orders
        ]  # fmt: skip

    ordered = in_order(_narrowed(select(Order), Order, arguments), Order, arguments["sort"])
    return paginate(session, ordered, arguments["limit"], arguments["offset"], shown)


def audit_page(session: Session, arguments: Arguments) -> Page[dict[str, Any]]:
    """Lines of everybody's audit log."""

    def shown(entries: Sequence[AuditEntry]) -> Rows:
        owners = email_addresses(session, {entry.user_id for entry in entries})
        return [{**columns(entry), "user_email": owners[entry.user_id]} for entry in entries]

    statement = _narrowed(select(AuditEntry), AuditEntry, arguments)
    if arguments.get("action"):
        statement = statement.where(AuditEntry.action.startswith(arguments["action"], autoescape=True))
    if "since" in arguments:
        statement = statement.where(AuditEntry.created_at >= arguments["since"])
    if "until" in arguments:
        statement = statement.where(AuditEntry.created_at < arguments["until"])
    ordered = in_order(statement, AuditEntry, arguments["sort"])
    return paginate(session, ordered, arguments["limit"], arguments["offset"], shown)


def _narrowed(statement: Select[Any], table: Any, arguments: Arguments) -> Select[Any]:
    for name in ("status", "user_id", "bot_id", "exchange", "is_paper_trading"):
        if name in arguments:
            statement = statement.where(getattr(table, name) == arguments[name])
    return statement


def _bots(session: Session, bot_ids: set[UUID]) -> dict[UUID, dict[str, str]]:
    rows = session.execute(
        select(TradingBot.id, TradingBot.name, TradingBot.exchange).where(TradingBot.id.in_(bot_ids))
    )
    return {row.id: {"bot_name": row.name, "exchange": row.exchange} for row in rows}
