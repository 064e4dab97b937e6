"""Takes the orders of one account to its exchange, one at a time, whatever crashes in between."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, case, or_, select, update
from sqlalchemy.orm import Session

from backend.engine.adoption import RESTING_POLL
from backend.engine.courier import Courier
from backend.engine.models import Order
from backend.engine.order_states import TERMINAL
from backend.engine.taking_back import take_back_together
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.errors import ExchangeProblem
from backend.exchanges.gateway import Gateway
from backend.exchanges.models import ApiKey
from backend.exchanges.queries import credentials_of
from backend.foundation.locks import try_lock
from backend.foundation.platform import Platform

_AFTER_A_DEFECT = timedelta(minutes=1)
_NOTED_AT_MOST_EVERY = timedelta(minutes=1)

log = structlog.get_logger(__name__)


def submit_account(platform: Platform, api_key_id: UUID) -> int:
    """Advance every order of one account that is due, one at a time; returns how many.

    Commits between the steps of an order, as its safety asks: intent, `submitting`, answer. One worker at a time
    serves an account; a second one leaves at once, and what it came for is seen by the first or by the sweep.
    """
    with try_lock(platform.database, f"account {api_key_id}") as acquired:
        if not acquired:
            return 0
        handled = 0
        gateway: Gateway | None = None
        seen: set[UUID] = set()
        if _has_wanted_back(platform, api_key_id):
            # First of all: a sale may wait for what they bind.
            gateway = open_account(platform, api_key_id)
            handled += take_back_together(platform, gateway, api_key_id)
        resting = _resting_due(platform, api_key_id)
        if resting:
            gateway = gateway or open_account(platform, api_key_id)
            handled += _pass_over_unchanged(platform, gateway, resting)
        while (order_id := _next_due(platform, api_key_id, seen)) is not None:
            seen.add(order_id)
            gateway = gateway or open_account(platform, api_key_id)
            _advance(platform, gateway, order_id)
            handled += 1
        return handled


def _advance(platform: Platform, gateway: Gateway, order_id: UUID) -> None:
    try:
        Courier(platform, gateway, order_id).advance()
    except Exception:
        # A defect that one order meets must not keep the account's others, exits among them, from being sent.
        log.exception("order_failed", order_id=str(order_id))
        with platform.database.across_tenants("put off an order that fails here") as session:
            order = session.get_one(Order, order_id, with_for_update={"key_share": True})
            order.error = "Something went wrong on our side; it is tried again every minute."
            order.next_attempt_at = platform.clock.now() + _AFTER_A_DEFECT


def _has_wanted_back(platform: Platform, api_key_id: UUID) -> bool:
    with platform.database.across_tenants("orders that are wanted back") as session:
        found = session.scalar(
            select(Order.id)
            .where(
                Order.api_key_id == api_key_id,
                Order.cancel_requested_at.is_not(None),
                Order.status.in_(("open", "partially_filled")),
                Order.next_attempt_at.is_(None),
            )
            .limit(1)
        )
        return found is not None


def _resting_due(platform: Platform, api_key_id: UUID) -> list[Order]:
    """Orders at rest that are to be asked about and that nobody wants back."""
    with platform.database.across_tenants("resting orders of an account") as session:
        return list(
            session.scalars(
                select(Order).where(
                    Order.api_key_id == api_key_id,
                    Order.type != "market",
                    Order.status.in_(("open", "partially_filled")),
                    Order.cancel_requested_at.is_(None),
                    *_is_due(platform),
                )
            )
        )


def _pass_over_unchanged(platform: Platform, gateway: Gateway, resting: list[Order]) -> int:
    """Ask once for all open orders of each market; those that rest as they did need no question of their own."""
    try:
        listed = {
            found.exchange_order_id: found.filled_quantity
            for symbol in sorted({order.symbol for order in resting})
            for found in gateway.open_orders(symbol)
        }
    except ExchangeProblem:
        # Each order meets the problem itself, and is put off with its reason.
        return 0
    unchanged = [
        order.id
        for order in resting
        if order.exchange_order_id in listed and listed[order.exchange_order_id] == order.filled_quantity
    ]
    with platform.database.across_tenants("resting orders that have not changed") as session:
        session.execute(
            update(Order)
            .where(Order.id.in_(unchanged), Order.status.in_(("open", "partially_filled")))
            .values(next_attempt_at=platform.clock.now() + RESTING_POLL)
        )
    return len(unchanged)


def open_account(platform: Platform, api_key_id: UUID) -> Gateway:
    """The account's gateway; the only place where a key is decrypted for trading."""
    with platform.database.across_tenants("decrypt the account's key to send its orders") as session:
        key = session.get_one(ApiKey, api_key_id)
        _note_use(session, key, platform.clock.now())
    credentials = credentials_of(platform.vault, key)
    return ExchangeAccess.of(platform).account(key.exchange, key.id, credentials, key.is_testnet)


def _note_use(session: Session, key: ApiKey, now: datetime) -> None:
    if key.last_used_at is None or now - key.last_used_at >= _NOTED_AT_MOST_EVERY:
        session.execute(update(ApiKey).where(ApiKey.id == key.id).values(last_used_at=now))


def accounts_with_due_orders(platform: Platform) -> list[UUID]:
    """Every account that has an order to advance."""
    with platform.database.across_tenants("accounts with orders under way") as session:
        rows = session.scalars(
            select(Order.api_key_id).where(Order.api_key_id.is_not(None), *_is_due(platform)).distinct()
        )
        return [row for row in rows if row is not None]


def _next_due(platform: Platform, api_key_id: UUID, seen: set[UUID]) -> UUID | None:
    with platform.database.across_tenants("orders of an account") as session:
        return session.scalar(
            select(Order.id)
            .where(Order.api_key_id == api_key_id, Order.id.not_in(seen), *_is_due(platform))
            # What is wanted back comes first: it sets free what a sale needs.
            .order_by(case((Order.cancel_requested_at.is_not(None), 0), else_=1), Order.intended_at, Order.id)
            .limit(1)
        )


def _is_due(platform: Platform) -> tuple[ColumnElement[bool], ...]:
    return (
        Order.status.not_in({*TERMINAL, "review"}),
        or_(Order.next_attempt_at.is_(None), Order.next_attempt_at <= platform.clock.now()),
    )
