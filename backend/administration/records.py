"""What reads bots, orders, differences and the audit log of all users."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from backend.administration.people import bot_row, email_addresses
from backend.bots.models import TradingBot
from backend.engine.messages import columns
from backend.engine.models import Order
from backend.engine.reconciliation.models import Drift
from backend.foundation.audit import AuditEntry
from backend.foundation.pagination import Page, in_order, paginate

Arguments = dict[str, Any]
Rows = list[dict[str, Any]]


def bots_page(session: Session, arguments: Arguments) -> Page[dict[str, Any]]:
    """Bots that are not deleted, with their owners."""

    def shown(bots: Sequence[TradingBot]) -> Rows:
        return _with_owners(session, bots, bot_row)

    statement = _narrowed(select(TradingBot).where(TradingBot.is_active), TradingBot, arguments)
    ordered = in_order(statement, TradingBot, arguments["sort"], name=func.lower(TradingBot.name))
    return paginate(session, ordered, arguments["limit"], arguments["offset"], shown)


def orders_page(session: Session, arguments: Arguments) -> Page[dict[str, Any]]:
    """Orders with their owners and bots."""

    def shown(orders: Sequence[Order]) -> Rows:
        bots = _bots(session, {order.bot_id for order in orders})
        return _with_owners(
            session,
            [order for order in orders if order.bot_id in bots],
            lambda one: {**columns(one), **bots[one.bot_id]},
        )

    ordered = in_order(_narrowed(select(Order), Order, arguments), Order, arguments["sort"])
    return paginate(session, ordered, arguments["limit"], arguments["offset"], shown)


def drifts_page(session: Session, arguments: Arguments) -> Page[dict[str, Any]]:
    """Differences between ledger and exchanges, with their owners and bots."""

    def shown(drifts: Sequence[Drift]) -> Rows:
        bots = _bots(session, {drift.bot_id for drift in drifts if drift.bot_id})
        nobody = {"bot_name": None, "exchange": None}
        return _with_owners(
            session, drifts, lambda one: {**columns(one), **(bots.get(one.bot_id, nobody) if one.bot_id else nobody)}
        )

    statement = _narrowed(select(Drift), Drift, arguments)
    if arguments.get("state") == "open":
        statement = statement.where(Drift.state != "resolved")
    elif "state" in arguments:
        statement = statement.where(Drift.state == arguments["state"])
    ordered = in_order(statement, Drift, arguments["sort"])
    return paginate(session, ordered, arguments["limit"], arguments["offset"], shown)


def audit_page(session: Session, arguments: Arguments) -> Page[dict[str, Any]]:
    """Lines of everybody's audit log."""

    def shown(entries: Sequence[AuditEntry]) -> Rows:
        return _with_owners(session, entries, columns)

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


def _with_owners(session: Session, rows: Sequence[Any], described: Callable[[Any], dict[str, Any]]) -> Rows:
    owners = email_addresses(session, {row.user_id for row in rows})
    # Whoever deleted their account since the rows were read took them along.
    return [{**described(row), "user_email": owners[row.user_id]} for row in rows if row.user_id in owners]


def _bots(session: Session, bot_ids: set[UUID]) -> dict[UUID, dict[str, str]]:
    rows = session.execute(
        select(TradingBot.id, TradingBot.name, TradingBot.exchange).where(TradingBot.id.in_(bot_ids))
    )
    return {row.id: {"bot_name": row.name, "exchange": row.exchange} for row in rows}
