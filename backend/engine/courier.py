"""Advances one order at its exchange by one step: exactly once, by asking before anything is sent again."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import cast
from uuid import UUID

import structlog
from sqlalchemy import select

from backend.bots.models import TradingBot
from backend.engine.adoption import adopt
from backend.engine.failures import note_balance_missing, note_key_refused, note_market_gone, note_too_little_to_sell
from backend.engine.guards.limits import refusal_of
from backend.engine.ledger import Ledger
from backend.engine.models import Evaluation, Order
from backend.engine.order_states import TERMINAL
from backend.exchanges.errors import (
    BelowMinimum,
    ExchangeBusy,
    InsufficientBalance,
    KeyRefused,
    MarketUnavailable,
    OrderRefused,
    OutcomeUnknown,
)
from backend.exchanges.gateway import Gateway
from backend.exchanges.nouns import ExchangeOrder, OrderRequest, OrderType, Side
from backend.exchanges.venues import venue_of
from backend.foundation.platform import Platform

log = structlog.get_logger(__name__)

MAXIMUM_ATTEMPTS = 12
"""After this many unclear answers a human must look: state `review`."""
_ENTRY_GOES_STALE = timedelta(seconds=60)
"""An entry that could not be sent for so long was decided on a price that is past."""
_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 60.0
_MOST_DOUBLINGS = 6


@dataclass(frozen=True)
class _Facts:
    """What is needed of an order outside its transaction."""

    request: OrderRequest
    bot_id: UUID
    exchange: str
    exchange_order_id: str | None
    status: str
    submitted_at: datetime | None
    is_unwanted: bool


class Courier:
    """Advances one order by one step and records what came of it."""

    def __init__(self, platform: Platform, gateway: Gateway, order_id: UUID) -> None:
        self._platform = platform
        self._gateway = gateway
        self.order_id = order_id
        self._is_sending = False

    def advance(self) -> None:
        """Send an intent; ask about anything that was sent before; take back what is not wanted any more."""
        try:
            answer = self._answer_of_exchange()
            if answer is not None:
                adopt(self._platform, self._gateway, self.order_id, answer)
        except InsufficientBalance as problem:
            self._reject(f"The account's balance does not cover this order: {problem.reason}", problem)
        except MarketUnavailable as problem:
            self._reject(f"The exchange does not trade this market any more: {problem.reason}", problem)
        except OrderRefused as problem:
            self._reject(f"The exchange refused the order: {problem.reason}", problem)
        except KeyRefused as problem:
            self._reject(f"The exchange refused the API key: {problem.reason}", problem)
        except ExchangeBusy as problem:
            self._wait(problem.reason, problem.retry_after, was_taken=False)
        except OutcomeUnknown as problem:
            self._wait(f"{problem.reason} It is asked again before anything is sent again.")
            self._platform.tasks.send("engine.submit_comparison", str(self._account_id()))

    def _answer_of_exchange(self) -> ExchangeOrder | None:
        facts = self._facts()
        if facts.status == "intended":
            return self._send_if_allowed()
        found = self._find(facts)
        if found is None:
            return self._absent(facts)
        if facts.is_unwanted and found.status not in TERMINAL:
            request = facts.request
            self._gateway.cancel_order(request.symbol, request.client_order_id, found.exchange_order_id)
            # Whether it was canceled or had filled before, its last state is what counts.
            return self._find(facts) or found
        return found

    def _find(self, facts: _Facts) -> ExchangeOrder | None:
        since = facts.submitted_at or self._platform.clock.now()
        request = facts.request
        return self._gateway.find_order(request.symbol, request.client_order_id, facts.exchange_order_id, since)

    def _absent(self, facts: _Facts) -> ExchangeOrder | None:
        """What to do about an order that the exchange says it has not."""
        if facts.exchange_order_id is not None:
            raise OutcomeUnknown("The exchange no longer finds an order that it had accepted.")
        certain = timedelta(seconds=venue_of(facts.exchange).absent_after_seconds)
        sent_at = facts.submitted_at or self._platform.clock.now()
        if self._platform.clock.now() < sent_at + certain:
            # The request may still be on its way, or wait at the exchange's door.
            self._look_again(sent_at + certain)
            return None
        if facts.is_unwanted:
            with self._order() as (ledger, order):
                ledger.move_order(order, "canceled", "It never reached the exchange.")
            return None
        return self._send_if_allowed()

    def _send_if_allowed(self) -> ExchangeOrder | None:
        # What may take long comes first: from the noted moment of sending on the order's age counts.
        self._gateway.prepare()
        return self._send() if self._may_be_sent() else None

    def _may_be_sent(self) -> bool:
        """Whether the order is still wanted and allowed; notes what became of it where it is not."""
        now = self._platform.clock.now()
        with self._order() as (ledger, order):
            if order.cancel_requested_at is not None:
                return self._drop(ledger, order, "It was taken back before it was sent.")
            if order.side == "sell":
                return order.type != "market" or self._fit_sale(ledger, order)
            if order.type == "market" and now - order.intended_at > _ENTRY_GOES_STALE:
                return self._drop(ledger, order, "It could not be sent in time; the price it was decided on is past.")
            refusal = refusal_of(self._platform, ledger.session, order)
            if refusal is not None:
                # As an exchange's refusal: what may not rest now is not asked for again at every close.
                ledger.move_order(order, "rejected", refusal)
            return refusal is None

    def _fit_sale(self, ledger: Ledger, order: Order) -> bool:
        """Sell what is held by now, once nothing rests any more that binds it."""
        resting = ledger.session.scalar(
            select(Order.id).where(
                Order.bot_id == order.bot_id,
                Order.symbol == order.symbol,
                Order.type != "market",
                Order.status.not_in({*TERMINAL, "review"}),
            )
        )
        if resting is not None:
            order.next_attempt_at = self._platform.clock.now() + timedelta(seconds=_FIRST_PAUSE_SECONDS)
            return False
        position = ledger.open_position(order.bot_id, order.symbol)
        market = self._gateway.market(order.symbol)
        step = market.quantity_step if market else Decimal(0)
        held = position.quantity if position else Decimal(0)
        held = held // step * step if step else held
        if held <= 0:
            return self._drop(ledger, order, "Nothing is left to sell.")
        order.quantity = held
        return True

    def _drop(self, ledger: Ledger, order: Order, reason: str) -> bool:
        ledger.move_order(order, "canceled", reason)
        return False

    def _send(self) -> ExchangeOrder:
        with self._order() as (ledger, order):
            # How often it was put off before it was first sent says nothing about its answer.
            order.attempts = 1 if order.status == "intended" else order.attempts + 1
            ledger.move_order(order, "submitting")
            order.submitted_at = self._platform.clock.now()
            request = _request_of(order)
        # `submitting` is committed: whoever finds it from here on asks before sending.
        self._is_sending = True
        answer = self._gateway.place_order(request)
        # It is accepted: whatever fails from here on, the order is there.
        self._is_sending = False
        return answer

    def _reject(self, reason: str, problem: OrderRefused | KeyRefused) -> None:
        log.warning("order_rejected", order_id=str(self.order_id), reason=reason)
        with self._order_with_bots(every_bot_of_key=isinstance(problem, KeyRefused)) as (ledger, order):
            if self._is_sending:
                ledger.move_order(order, "rejected", reason)
            else:
                # Only a question was refused: what was sent before may well be there.
                self._put_off(ledger, order, reason)
            if isinstance(problem, KeyRefused):
                note_key_refused(ledger.session, self._platform.clock, order, reason)
            elif isinstance(problem, MarketUnavailable):
                note_market_gone(ledger.session, self._platform.clock, order, reason)
            elif isinstance(problem, InsufficientBalance) and order.side == "buy":
                note_balance_missing(ledger.session, order, reason)
            elif isinstance(problem, BelowMinimum) and order.side == "sell" and order.type == "market":
                note_too_little_to_sell(ledger.session, self._platform.clock, order, reason)

    def _wait(self, reason: str, retry_after: float | None = None, was_taken: bool = True) -> None:
        with self._order() as (ledger, order):
            if self._is_sending and not was_taken:
                # It was sent only after every earlier sending had come to nothing for certain.
                ledger.move_order(order, "intended")
            self._put_off(ledger, order, reason, retry_after)

    def _put_off(self, ledger: Ledger, order: Order, reason: str, retry_after: float | None = None) -> None:
        order.attempts += 1
        log.warning("order_waits", order_id=str(order.id), attempts=order.attempts, reason=reason)
        if order.attempts >= MAXIMUM_ATTEMPTS and order.status == "submitting":
            ledger.move_order(order, "review", f"{reason} Somebody has to look at this order.")
            return
        order.error = reason
        pause = min(_FIRST_PAUSE_SECONDS * 2 ** min(order.attempts - 1, _MOST_DOUBLINGS), _LONGEST_PAUSE_SECONDS)
        # Jitter keeps accounts from asking in step after an outage.
        pause = max(pause * random.uniform(0.75, 1.25), retry_after or 0.0)  # noqa: S311
        order.next_attempt_at = self._platform.clock.now() + timedelta(seconds=pause)

    def _look_again(self, at: datetime) -> None:
        with self._order() as (_, order):
            soon = self._platform.clock.now() + timedelta(seconds=_FIRST_PAUSE_SECONDS * 2)
            order.next_attempt_at = min(at, soon)
            order.error = "Its answer was lost; the exchange is asked until it is certain whether the order arrived."

    def _account_id(self) -> UUID | None:
        with self._order() as (_, order):
            return order.api_key_id

    def _facts(self) -> _Facts:
        with self._order() as (ledger, order):
            bot = ledger.session.get_one(TradingBot, order.bot_id)
            return _Facts(
                _request_of(order),
                order.bot_id,
                bot.exchange,
                order.exchange_order_id,
                order.status,
                order.submitted_at,
                order.cancel_requested_at is not None,
            )

    @contextmanager
    def _order(self) -> Iterator[tuple[Ledger, Order]]:
        with self._platform.database.across_tenants("advance an order") as session:
            order = session.get_one(Order, self.order_id, with_for_update={"key_share": True})
            yield Ledger(session, self._platform.clock), order

    @contextmanager
    def _order_with_bots(self, every_bot_of_key: bool) -> Iterator[tuple[Ledger, Order]]:
        """The order with what its refusal changes, locked in the order of everybody: look, bots by id, order."""
        with self._platform.database.across_tenants("an order that was refused") as session:
            order = session.get_one(Order, self.order_id)
            session.execute(
                select(Evaluation.bot_id)
                .where(Evaluation.bot_id == order.bot_id, Evaluation.symbol == order.symbol)
                .with_for_update(key_share=True)
            )
            of_key = TradingBot.api_key_id == order.api_key_id
            session.execute(
                select(TradingBot.id)
                .where(of_key if every_bot_of_key else TradingBot.id == order.bot_id)
                .order_by(TradingBot.id)
                .with_for_update(key_share=True, of=TradingBot)
            )
            session.refresh(order, with_for_update={"key_share": True})
            yield Ledger(session, self._platform.clock), order


def _request_of(order: Order) -> OrderRequest:
    return OrderRequest(
        order.client_order_id,
        order.symbol,
        cast(Side, order.side),
        cast(OrderType, order.type),
        order.quantity,
        order.price,
        order.stop_price,
        order.reference_price,
    )
