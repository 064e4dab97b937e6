"""Records fills: order, trade, position, bot totals and events change together, and a fill counts once."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.engine.messages import order_message, position_message, trade_message
from backend.engine.models import Order, Position, Trade
from backend.engine.order_states import TERMINAL, check_transition
from backend.exchanges.nouns import Fill, Market
from backend.foundation.clock import Clock
from backend.foundation.events import Message, publish, publish_all
from backend.foundation.ids import new_id

_KEPT_PLACES = Decimal("0.000000000001")


class NothingToSell(Exception):
    """A sale was filled though the bot holds no position of the symbol: ledger and exchange disagree."""


@dataclass(frozen=True)
class Ledger:
    """Writes the trading record inside the caller's transaction."""

    session: Session
    clock: Clock

    def move_order(self, order: Order, status: str, error: str | None = None) -> None:
        """Take the order into its next state and tell of it. Raises IllegalTransition."""
        if order.status == status and order.error == error:
            return
        check_transition(order.status, status)
        order.status, order.error = status, error
        if status in TERMINAL:
            order.finished_at = self.clock.now()
        publish(self.session, self.clock, order.user_id, "order.updated", order_message(order))

    def record_fill(self, order: Order, bot: TradingBot, market: Market, fill: Fill) -> bool:
        """Record one execution of an order; returns False, changing nothing, for one that is already recorded.

        Raises NothingToSell.
        """
        if self.session.scalar(
            select(Trade.id).where(Trade.order_id == order.id, Trade.exchange_fill_id == fill.fill_id)
        ):
            return False
        position = self.open_position(order.bot_id, order.symbol)
        if position is None:
            if order.side == "sell":
                raise NothingToSell(f"Order {order.id} sold, but its bot holds no open position of {order.symbol}.")
            position = new_position(order, fill.price, fill.executed_at)
            self.session.add(position)
            # The order's reference to it must find it.
            self.session.flush()
        trade = self._insert_trade(order, market, fill)
        if trade is None:
            return False
        if order.side == "buy":
            received = fill.quantity - (fill.fee if fill.fee_currency == market.base else Decimal(0))
            add_to(position, trade, received)
        else:
            take_from(position, bot, trade, market.quantity_step)
        order.position_id = position.id
        account_for(order, trade)
        self.session.flush()
        publish_all(self.session, self.clock, fill_events(order, bot.name, trade, position))
        return True

    def open_position(self, bot_id: object, symbol: str) -> Position | None:
        """The bot's open position of the symbol, locked."""
        return self.session.scalar(
            select(Position)
            .where(Position.bot_id == bot_id, Position.symbol == symbol, Position.closed_at.is_(None))
            .with_for_update()
        )

    def _insert_trade(self, order: Order, market: Market, fill: Fill) -> Trade | None:
        statement = insert(Trade).values(**trade_values(order, market, fill)).on_conflict_do_nothing().returning(Trade)
        return self.session.scalar(statement)


def fill_events(order: Order, bot_name: str, trade: Trade, position: Position) -> list[Message]:
    """What is told of one fill."""
    kind = "position.closed" if position.closed_at else "position.updated"
    return [
        (order.user_id, "trade.executed", trade_message(trade, bot_name)),
        (order.user_id, kind, position_message(position, bot_name)),
    ]


def trade_values(order: Order, market: Market, fill: Fill) -> dict[str, object]:
    """The columns of the trade that a fill makes."""
    return {
        "id": new_id(),
        "user_id": order.user_id,
        "bot_id": order.bot_id,
        "order_id": order.id,
        "exchange_fill_id": fill.fill_id,
        "symbol": order.symbol,
        "type": order.side,
        "purpose": order.purpose,
        "price": fill.price,
        "quantity": fill.quantity,
        "amount": kept(fill.price * fill.quantity),
        "fee": fee_in_quote(market, fill),
        "fee_charged": fill.fee,
        "fee_currency": fill.fee_currency or market.quote,
        "status": "executed",
        "executed_at": fill.executed_at,
    }


def new_position(order: Order, price: Decimal, at: datetime) -> Position:
    """An open position that holds nothing yet."""
    return Position(
        id=new_id(),
        user_id=order.user_id,
        bot_id=order.bot_id,
        symbol=order.symbol,
        side="long",
        quantity=Decimal(0),
        entry_price=price,
        realized_pnl=Decimal(0),
        fees=Decimal(0),
        entry_fees_open=Decimal(0),
        opened_at=at,
    )


def add_to(position: Position, trade: Trade, received: Decimal) -> None:
    """A purchase: the average entry price moves, and the fee waits for its sale."""
    held = position.quantity + received
    position.entry_price = kept((position.entry_price * position.quantity + trade.price * received) / held)
    position.quantity = held
    position.fees += trade.fee
    position.entry_fees_open += trade.fee


def take_from(position: Position, bot: TradingBot, trade: Trade, step: Decimal) -> None:
    """A sale: its profit after the fees of both sides goes to trade, position and bot; the last one closes."""
    sold = min(trade.quantity, position.quantity)
    entry_fees = kept(position.entry_fees_open * sold / position.quantity) if position.quantity else Decimal(0)
    profit = kept((trade.price - position.entry_price) * sold - trade.fee - entry_fees)
    trade.profit_loss = profit
    position.quantity -= sold
    position.fees += trade.fee
    position.entry_fees_open -= entry_fees
    position.realized_pnl += profit
    bot.total_profit_loss += profit
    if position.quantity < step or position.quantity == 0:
        position.closed_at = trade.executed_at
        position.close_reason = trade.purpose
        position.stop_price = position.take_profit_price = None
        bot.total_trades += 1
        bot.winning_trades += 1 if position.realized_pnl > 0 else 0


def account_for(order: Order, trade: Trade) -> None:
    """The order's filled quantity, average price and fee."""
    filled = order.filled_quantity + trade.quantity
    before = (order.average_price or Decimal(0)) * order.filled_quantity
    order.average_price = kept((before + trade.price * trade.quantity) / filled)
    order.filled_quantity = filled
    order.fee += trade.fee


def show_exits(position: Position, stop: float, target: float) -> None:
    """The prices at which the position is left, as the page shows them; 0 is none."""
    position.stop_price = kept(Decimal(repr(float(stop)))) if stop > 0 and np.isfinite(stop) else None
    position.take_profit_price = kept(Decimal(repr(float(target)))) if target > 0 and np.isfinite(target) else None


def fee_in_quote(market: Market, fill: Fill) -> Decimal:
    """The fee in quote; one charged in a third currency is kept as charged and counts as nothing here."""
    if fill.fee_currency == market.base:
        return kept(fill.fee * fill.price)
    return fill.fee if fill.fee_currency in {market.quote, ""} else Decimal(0)


def kept(value: Decimal) -> Decimal:
    """Rounded to the ledger's places."""
    return value.quantize(_KEPT_PLACES, rounding=ROUND_HALF_EVEN)
