"""Compares one account with the ledger, orders first and then balances; what is left over is told as a drift."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import structlog
from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.engine.models import Order, Position
from backend.engine.order_states import TERMINAL
from backend.engine.reconciliation.drifts import Finding, note_findings
from backend.engine.reconciliation.models import Comparison
from backend.engine.reconciliation.orders import Account, compare_orders
from backend.engine.submission import open_account
from backend.exchanges.errors import ExchangeProblem
from backend.exchanges.models import ApiKey
from backend.exchanges.nouns import Balance
from backend.foundation.locks import try_lock
from backend.foundation.platform import Platform

log = structlog.get_logger(__name__)

_TOLERANCE = Decimal("0.001")
"""A holding may fall short of the ledger's by this share: exchanges round fees in their own ways."""


def compare_account(platform: Platform, api_key_id: UUID) -> int:
    """Compare the account with its exchange; returns how many differences stay open. Running it twice changes nothing.

    The lock of the account's orders is held meanwhile, so that nothing moves from our side.
    """
    with try_lock(platform.database, f"account {api_key_id}") as acquired:
        if not acquired:
            return 0
        with platform.database.across_tenants("compare an account: whose it is") as session:
            key = session.get_one(ApiKey, api_key_id)
        try:
            account = Account(platform, open_account(platform, api_key_id), key.exchange, api_key_id, key.user_id)
            findings = compare_orders(account) + _compare_balances(account)
        except ExchangeProblem as problem:
            _note_comparison(platform, key, problem.reason)
            return 0
        with platform.database.across_tenants("note what an account and the ledger disagree about") as session:
            count = note_findings(session, platform.clock, api_key_id, key.user_id, findings)
        _note_comparison(platform, key, None)
        return count


def accounts_to_compare(platform: Platform) -> list[UUID]:
    """Accounts of live bots that are watched, that hold something, or that have orders at work."""
    with platform.database.across_tenants("accounts to compare") as session:
        held = select(Position.bot_id).where(Position.closed_at.is_(None))
        working = select(Order.bot_id).where(Order.status.not_in(TERMINAL), Order.api_key_id.is_not(None))
        rows = session.scalars(
            select(TradingBot.api_key_id)
            .join(ApiKey, ApiKey.id == TradingBot.api_key_id)
            .where(
                ApiKey.status == "valid",
                or_(
                    TradingBot.status.in_(("running", "paused")),
                    TradingBot.id.in_(held),
                    TradingBot.id.in_(working),
                ),
            )
            .distinct()
        )
        return [row for row in rows if row is not None]


def _compare_balances(account: Account) -> list[Finding]:
    """Every coin that bots hold by the ledger must be there; what is there beyond that is the user's own."""
    with account.platform.database.across_tenants("holdings to compare") as session:
        held = _held_by_coin(session, account.api_key_id)
    if not held:
        return []
    balances = account.gateway.balances()
    findings = []
    for coin, positions in held.items():
        expected = sum((quantity for _, _, quantity in positions), Decimal(0))
        found = balances.get(coin, Balance(Decimal(0), Decimal(0))).total
        if found >= expected * (1 - _TOLERANCE):
            continue
        explanation = (
            f"By the ledger the bots of this account hold {expected.normalize():f} {coin}; the exchange shows"
            f" {found.normalize():f}. Was some of it sold or moved by hand?"
        )
        findings += [
            Finding("balance_short", str(bot_id), bot_id, symbol, expected, found, explanation)
            for bot_id, symbol, _ in positions
        ]
    return findings


def _held_by_coin(session: Session, api_key_id: UUID) -> dict[str, list[tuple[UUID, str, Decimal]]]:
    rows = session.execute(
        select(Position.bot_id, Position.symbol, func.sum(Position.quantity))
        .join(TradingBot, TradingBot.id == Position.bot_id)
        .where(TradingBot.api_key_id == api_key_id, Position.closed_at.is_(None))
        .group_by(Position.bot_id, Position.symbol)
    )
    held = defaultdict(list)
    for bot_id, symbol, quantity in rows:
        held[symbol.partition("/")[0]].append((bot_id, symbol, quantity))
    return dict(held)


def _note_comparison(platform: Platform, key: ApiKey, problem: str | None) -> None:
    now: datetime = platform.clock.now()
    values = {"api_key_id": key.id, "user_id": key.user_id, "attempted_at": now, "problem": problem}
    changed: dict[str, object] = {"attempted_at": now, "problem": problem}
    if problem is None:
        values["compared_at"] = changed["compared_at"] = now
    else:
        log.warning("comparison_failed", api_key_id=str(key.id), reason=problem)
    with platform.database.across_tenants("note a comparison") as session:
        session.execute(
            insert(Comparison).values(**values).on_conflict_do_update(index_elements=["api_key_id"], set_=changed)
        )
