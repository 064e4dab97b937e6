"""Where a live bot's wishes become order intents: entries and exits at the market, and what shall rest there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from uuid import UUID

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.engine.identity import client_order_id
from backend.engine.messages import order_message
from backend.engine.models import Order
from backend.engine.order_states import TERMINAL
from backend.engine.paper import on_grid
from backend.exchanges.nouns import Market
from backend.exchanges.venues import venue_of
from backend.foundation.clock import Clock
from backend.foundation.events import publish
from backend.foundation.ids import new_id
from backend.trading.position import stop_in_force
from backend.trading.records import GRID, PURPOSES, STOP_LOSS
from backend.trading.resting import resting_orders

RESTING_PURPOSES = ("safety_order", "grid_line")
_STOP_LIMIT_DISTANCE = Decimal("0.01")
"""How far below its stop a stop order at the exchange still sells."""
_WORTH_MOVING = Decimal("0.001")
"""A stop that rests at the exchange follows a trailing stop in steps of this share."""
_REFUSAL_RESTS = timedelta(minutes=15)
_REFUSED_SALE_RESTS = timedelta(minutes=1)


@dataclass(frozen=True)
class Wish:
    """An order that a bot wants to have at its exchange."""

    side: str
    type: str
    purpose: str
    quantity: Decimal
    part: int = 0
    price: Decimal | None = None
    stop_price: Decimal | None = None


@dataclass(frozen=True)
class Desk:
    """Writes the orders of one live bot into the caller's transaction; the bot's look is locked by then."""

    session: Session
    clock: Clock
    bot: TradingBot
    market: Market

    def trade_now(
        self, side: str, purpose: str, quantity: Decimal, reference: float, candle: int, at: datetime
    ) -> bool:
        """Intend a market order; `candle` (ms) names the occasion. Returns False where it was intended before."""
        quantity = self._in_steps(quantity)
        if quantity <= 0:
            return False
        part = self._count(purpose, None) if purpose == "manual" else 0
        wish = Wish(side, "market", purpose, quantity, part)
        return self._write(wish, client_order_id(self.bot.id, self.market.symbol, candle, purpose, part), reference, at)

    def leave(self, purpose: str, quantity: Decimal, reference: float, candle: int, at: datetime) -> bool:
        """Intend to sell the whole position; everything that rests is taken back before the sale is sent.

        Returns False where the sale was intended before, or where the exchange has just refused one: it is tried again
        after a while and not at every price.
        """
        if purpose != "manual" and self._sale_was_refused_lately():
            return False
        self.withdraw()
        return self.trade_now("sell", purpose, quantity, reference, candle, at)

    def withdraw(self) -> None:
        """Want every order back that rests at the exchange."""
        for order in self.working():
            self._take_back(order)

    def settle(self, state: np.void, rules: np.void, reference: float | None, at: datetime) -> None:
        """Have exactly those orders rest that the bot's state asks for: place what is missing, take back the rest."""
        wishes = {(wish.purpose, wish.part, wish.side): wish for wish in self._wishes(state, rules)}
        for order in self.working():
            wish = wishes.pop((order.purpose, order.part, order.side), None)
            if wish is None or not _is_same(order, wish):
                # A changed order is placed anew once this one is certainly gone.
                self._take_back(order)
        refused = self._refused_lately()
        for wish in wishes.values():
            if (wish.purpose, wish.part) in refused:
                continue
            occasion = self._count(wish.purpose, wish.part)
            identifier = client_order_id(self.bot.id, self.market.symbol, occasion, wish.purpose, wish.part)
            self._write(wish, identifier, reference, at)

    def working(self) -> list[Order]:
        """Orders that rest or are to rest and are not done, locked."""
        return list(
            self.session.scalars(
                select(Order)
                .where(
                    Order.bot_id == self.bot.id,
                    Order.symbol == self.market.symbol,
                    Order.type != "market",
                    Order.status.not_in(TERMINAL),
                )
                .order_by(Order.id)
                .with_for_update(key_share=True)
            )
        )

    def _refused_lately(self) -> set[tuple[str, int]]:
        """What the exchange has just refused to let rest: it is tried again after a while, not at once."""
        rows = self.session.execute(
            select(Order.purpose, Order.part).where(
                Order.bot_id == self.bot.id,
                Order.symbol == self.market.symbol,
                Order.type != "market",
                Order.status == "rejected",
                Order.finished_at >= self.clock.now() - _REFUSAL_RESTS,
            )
        )
        return {(row.purpose, row.part) for row in rows}

    def _sale_was_refused_lately(self) -> bool:
        found = self.session.scalar(
            select(Order.id)
            .where(
                Order.bot_id == self.bot.id,
                Order.symbol == self.market.symbol,
                Order.type == "market",
                Order.side == "sell",
                Order.status == "rejected",
                Order.finished_at >= self.clock.now() - _REFUSED_SALE_RESTS,
            )
            .limit(1)
        )
        return found is not None

    def _wishes(self, state: np.void, rules: np.void) -> list[Wish]:
        wishes = []
        for row in resting_orders(state, rules):
            price = on_grid(float(row["price"]), self.market.price_tick)
            quantity = self._in_steps(Decimal(repr(float(row["quantity"]))))
            side = "buy" if row["side"] > 0 else "sell"
            wishes.append(Wish(side, "limit", PURPOSES[row["purpose"]], quantity, int(row["part"]), price))
        stop = self._stop_wish(state, rules)
        return [*wishes, stop] if stop else wishes

    def _stop_wish(self, state: np.void, rules: np.void) -> Wish | None:
        if (
            not self.bot.stop_on_exchange
            or "stop_limit" not in venue_of(self.bot.exchange).order_types
            or rules["kind"] == GRID
        ):
            return None
        _, price = stop_in_force(state, rules, STOP_LOSS)
        quantity = self._in_steps(Decimal(repr(float(state["quantity"]))))
        if price <= 0 or quantity <= 0:
            return None
        stop = self._on_tick(Decimal(repr(float(price))), ROUND_UP)
        limit = self._on_tick(stop * (1 - _STOP_LIMIT_DISTANCE), ROUND_DOWN)
        return Wish("sell", "stop_limit", "stop_loss", quantity, 0, limit, stop)

    def _write(self, wish: Wish, identifier: str, reference: float | None, at: datetime) -> bool:
        if self.session.scalar(select(Order.id).where(Order.client_order_id == identifier)):
            return False
        order = Order(
            id=new_id(),
            user_id=self.bot.user_id,
            bot_id=self.bot.id,
            api_key_id=self.bot.api_key_id,
            client_order_id=identifier,
            symbol=self.market.symbol,
            side=wish.side,
            type=wish.type,
            purpose=wish.purpose,
            part=wish.part,
            quantity=wish.quantity,
            price=wish.price,
            stop_price=wish.stop_price,
            reference_price=None if reference is None else Decimal(repr(float(reference))),
            filled_quantity=Decimal(0),
            fee=Decimal(0),
            status="intended",
            attempts=0,
            candle_at=at,
            intended_at=self.clock.now(),
        )
        self.session.add(order)
        self.session.flush()
        publish(self.session, self.clock, order.user_id, "order.intended", order_message(order))
        return True

    def _take_back(self, order: Order) -> None:
        if order.cancel_requested_at is not None:
            return
        order.cancel_requested_at = self.clock.now()
        order.next_attempt_at = None
        self.session.flush()
        publish(self.session, self.clock, order.user_id, "order.unwanted", order_message(order))

    def _count(self, purpose: str, part: int | None) -> int:
        statement = select(func.count()).where(Order.bot_id == self.bot.id, Order.purpose == purpose)
        if part is not None:
            statement = statement.where(Order.part == part, Order.type != "market")
        return self.session.scalar(statement) or 0

    def _in_steps(self, quantity: Decimal) -> Decimal:
        step = self.market.quantity_step
        # The core's float may lie a hair below its step; half a billionth of a step is no quantity.
        return ((quantity / step + Decimal("1e-9")).to_integral_value(ROUND_DOWN) * step) if step else quantity

    def _on_tick(self, price: Decimal, rounding: str) -> Decimal:
        tick = self.market.price_tick
        return (price / tick).to_integral_value(rounding) * tick if tick else price


def _is_same(order: Order, wish: Wish) -> bool:
    if order.cancel_requested_at is not None:
        return False
    if wish.type == "stop_limit":
        assert wish.stop_price is not None
        moved = abs((order.stop_price or Decimal(0)) - wish.stop_price)
        return order.quantity == wish.quantity and moved <= wish.stop_price * _WORTH_MOVING
    # What an order has filled already is in the state; what is left of it is what the state still asks for.
    return order.price == wish.price


def busy_bots(session: Session, bot_ids: list[UUID], symbol: str) -> set[UUID]:
    """Which of the bots have an order at the market under way."""
    return set(
        session.scalars(
            select(Order.bot_id).where(
                Order.bot_id.in_(bot_ids),
                Order.symbol == symbol,
                Order.type == "market",
                Order.status.not_in(TERMINAL),
            )
        )
    )
