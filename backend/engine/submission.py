"""Takes the intents of one account to its exchange: exactly once, whatever crashes in between."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.engine.ledger import Ledger
from backend.engine.models import Order
from backend.engine.order_states import TERMINAL
from backend.exchanges.errors import (
    ExchangeBusy,
    InsufficientBalance,
    KeyRefused,
    OrderRefused,
    OutcomeUnknown,
)
from backend.exchanges.gateway import Credentials, ExchangeOrder, Gateway
from backend.exchanges.models import ApiKey
from backend.foundation.events import publish
from backend.foundation.locks import try_lock
from backend.foundation.platform import Platform

log = structlog.get_logger(__name__)

MAXIMUM_ATTEMPTS = 12
"""After this many unclear answers a human must look: state `review`."""
_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 60.0


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
        while (order_id := _next_due(platform, api_key_id, seen)) is not None:
            seen.add(order_id)
            gateway = gateway or _open_gateway(platform, api_key_id)
            _OrderCourier(platform, gateway, order_id).advance()
            handled += 1
        return handled


def _next_due(platform: Platform, api_key_id: UUID, seen: set[UUID]) -> UUID | None:
    with platform.database.across_tenants("orders of an account") as session:
        return session.scalar(
            select(Order.id)
            .where(
                Order.api_key_id == api_key_id,
                Order.status.not_in({*TERMINAL, "review"}),
                Order.id.not_in(seen),
                or_(Order.next_attempt_at.is_(None), Order.next_attempt_at <= platform.clock.now()),
            )
            .order_by(Order.intended_at, Order.id)
            .limit(1)
        )


def _open_gateway(platform: Platform, api_key_id: UUID) -> Gateway:
    with platform.database.across_tenants("decrypt the account's key to send its orders") as session:
        key = session.get_one(ApiKey, api_key_id)
    credentials = Credentials(platform.vault.decrypt(key.api_key_enc), platform.vault.decrypt(key.api_secret_enc))
    return Gateway(platform.settings, key.exchange, credentials)


@dataclass(frozen=True)
class _Target:
    """What is needed of an order outside its transaction."""

    symbol: str
    side: str
    quantity: object
    client_order_id: str
    exchange_order_id: str | None


class _OrderCourier:
    """Advances one order by one step and records what came of it."""

    def __init__(self, platform: Platform, gateway: Gateway, order_id: UUID) -> None:
        self._platform = platform
        self._gateway = gateway
        self._order_id = order_id

    def advance(self) -> None:
        """Send an intent; ask about anything that was sent before."""
        try:
            answer = self._answer_of_exchange()
            if answer is not None:
                self._record(answer)
        except InsufficientBalance as problem:
            self._reject(f"The account's balance does not cover this order: {problem.reason}")
        except OrderRefused as problem:
            self._reject(f"The exchange refused the order: {problem.reason}")
        except KeyRefused as problem:
            self._reject(f"The exchange refused the API key: {problem.reason}", key_refused=True)
        except ExchangeBusy as problem:
            self._wait(problem.reason)
        except OutcomeUnknown as problem:
            self._wait(f"{problem.reason} It is asked again before anything is sent again.")

    def _answer_of_exchange(self) -> ExchangeOrder | None:
        with self._order() as (_, order):
            fresh = order.status == "intended"
            target = _Target(order.symbol, order.side, order.quantity, order.client_order_id, order.exchange_order_id)
        if fresh:
            return self._send(target)
        found = self._gateway.find_order(target.symbol, target.client_order_id)
        if found is None and target.exchange_order_id is None:
            # Certainly absent: whatever was sent before never arrived.
            return self._send(target)
        if found is None:
            raise OutcomeUnknown("The exchange no longer finds an order that it had accepted.")
        return found

    def _send(self, target: _Target) -> ExchangeOrder:
        with self._order() as (ledger, order):
            ledger.move_order(order, "submitting")
            order.attempts += 1
            order.submitted_at = self._platform.clock.now()
        # `submitting` is committed: whoever finds it from here on asks before sending.
        return self._gateway.place_market_order(target.symbol, target.side, order.quantity, target.client_order_id)

    def _record(self, answer: ExchangeOrder) -> None:
        market = self._gateway.market(self._symbol())
        fills = self._gateway.fills(self._symbol(), answer.exchange_order_id) if answer.filled_quantity else []
        with self._order() as (ledger, order):
            order.exchange_order_id = answer.exchange_order_id
            bot = ledger.session.get_one(TradingBot, order.bot_id, with_for_update={"key_share": True})
            assert market is not None
            for fill in fills:
                ledger.record_fill(order, bot, market, fill)
            complete = order.filled_quantity >= answer.filled_quantity
            if complete:
                ledger.move_order(order, answer.status)
                order.next_attempt_at = None
            if not complete or answer.status not in TERMINAL:
                # The exchange's list of fills runs behind its list of orders, or the order is still working.
                order.next_attempt_at = self._platform.clock.now() + timedelta(seconds=_FIRST_PAUSE_SECONDS)

    def _symbol(self) -> str:
        with self._order() as (_, order):
            return order.symbol

    def _reject(self, reason: str, key_refused: bool = False) -> None:
        log.warning("order_rejected", order_id=str(self._order_id), reason=reason)
        with self._order() as (ledger, order):
            if order.status == "intended":
                ledger.move_order(order, "submitting")
            ledger.move_order(order, "rejected", reason)
            if key_refused:
                self._pause_bots_of_key(ledger.session, order, reason)

    def _pause_bots_of_key(self, session: Session, order: Order, reason: str) -> None:
        assert order.api_key_id is not None
        key = session.get_one(ApiKey, order.api_key_id)
        key.status = "invalid"
        for bot in session.scalars(
            select(TradingBot).where(TradingBot.api_key_id == key.id, TradingBot.status == "running")
        ):
            bot.status, bot.status_reason = "error", f"{reason} Check the key on the page Exchange keys."
            publish(
                session,
                self._platform.clock,
                bot.user_id,
                "bot.failed",
                {
                    "id": str(bot.id),
                    "name": bot.name,
                    "status": bot.status,
                    "status_reason": bot.status_reason,
                    "is_running": False,
                },
            )

    def _wait(self, reason: str) -> None:
        with self._order() as (ledger, order):
            order.attempts += 1
            log.warning("order_waits", order_id=str(order.id), attempts=order.attempts, reason=reason)
            if order.attempts >= MAXIMUM_ATTEMPTS and order.status != "intended":
                ledger.move_order(order, "review", f"{reason} Somebody has to look at this order.")
                return
            order.error = reason
            pause = min(_FIRST_PAUSE_SECONDS * 2 ** (order.attempts - 1), _LONGEST_PAUSE_SECONDS)
            # Jitter keeps accounts from asking in step after an outage.
            order.next_attempt_at = self._platform.clock.now() + timedelta(
                seconds=pause * random.uniform(0.75, 1.25)  # noqa: S311
            )

    @contextmanager
    def _order(self) -> Iterator[tuple[Ledger, Order]]:
        with self._platform.database.across_tenants("advance an order") as session:
            order = session.get_one(Order, self._order_id, with_for_update={"key_share": True})
            yield Ledger(session, self._platform.clock), order


def accounts_with_due_orders(platform: Platform) -> list[UUID]:
    """Every account that has an order to advance."""
    with platform.database.across_tenants("accounts with orders under way") as session:
        rows = session.scalars(
            select(Order.api_key_id)
            .where(
                Order.api_key_id.is_not(None),
                Order.status.not_in({*TERMINAL, "review"}),
                or_(Order.next_attempt_at.is_(None), Order.next_attempt_at <= platform.clock.now()),
            )
            .distinct()
        )
        return [row for row in rows if row is not None]
