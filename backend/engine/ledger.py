"""Records fills: order, trade, position, bot totals and events change together, and a fill counts once."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.engine.messages import order_message, position_message, trade_message
from backend.engine.models import Order, Position, Trade
from backend.engine.order_states import check_transition
from backend.exchanges.gateway import Fill, Market
from backend.foundation.clock import Clock
from backend.foundation.events import publish
from backend.foundation.ids import new_id

_KEPT_PLACES = Decimal("0.000000000001")
_HUNDRED = Decimal(100)


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
        if status in {"filled", "canceled", "rejected", "expired"}:
            order.finished_at = self.clock.now()
        self._tell(order, "order.updated", order_message(order))

    def record_fill(self, order: Order, bot: TradingBot, market: Market, fill: Fill) -> bool:
        """Record one execution of an order; returns False, changing nothing, for one that is already recorded."""
        trade = self._insert_trade(order, bot, market, fill)
        if trade is None:
            return False
        position = self._open_position(order, bot, fill) if order.side == "buy" else self._held_position(order)
        if order.side == "buy":
            self._add(position, bot, market, fill, trade)
        else:
            self._reduce(position, bot, market, trade)
        order.position_id = position.id
        self._account_for(order, trade)
        self.session.flush()
        self._tell(order, "trade.executed", trade_message(trade, bot.name))
        kind = "position.closed" if position.closed_at else "position.updated"
        self._tell(order, kind, position_message(position, bot.name))
        return True

    def _insert_trade(self, order: Order, bot: TradingBot, market: Market, fill: Fill) -> Trade | None:
        values = {
            "id": new_id(),
            "user_id": order.user_id,
            "bot_id": bot.id,
            "order_id": order.id,
            "exchange_fill_id": fill.fill_id,
            "symbol": order.symbol,
            "type": order.side,
            "purpose": order.purpose,
            "price": fill.price,
            "quantity": fill.quantity,
            "amount": _kept(fill.price * fill.quantity),
            "fee": fee_in_quote(market, fill),
            "fee_charged": fill.fee,
            "fee_currency": fill.fee_currency or market.quote,
            "status": "executed",
            "executed_at": fill.executed_at,
        }
        statement = insert(Trade).values(**values).on_conflict_do_nothing().returning(Trade)
        return self.session.scalar(statement)

    def _open_position(self, order: Order, bot: TradingBot, fill: Fill) -> Position:
        position = self._find_open(order)
        if position is None:
            position = Position(
                id=new_id(),
                user_id=order.user_id,
                bot_id=bot.id,
                symbol=order.symbol,
                side="long",
                quantity=Decimal(0),
                entry_price=fill.price,
                realized_pnl=Decimal(0),
                fees=Decimal(0),
                entry_fees_open=Decimal(0),
                opened_at=fill.executed_at,
            )
            self.session.add(position)
            # The order's reference to it must find it.
            self.session.flush()
        return position

    def _held_position(self, order: Order) -> Position:
        position = self._find_open(order)
        if position is None:
            raise LookupError(f"Order {order.id} sold, but its bot holds no open position of {order.symbol}.")
        return position

    def _find_open(self, order: Order) -> Position | None:
        return self.session.scalar(
            select(Position)
            .where(Position.bot_id == order.bot_id, Position.symbol == order.symbol, Position.closed_at.is_(None))
            .with_for_update()
        )

    def _add(self, position: Position, bot: TradingBot, market: Market, fill: Fill, trade: Trade) -> None:
        received = fill.quantity - (fill.fee if fill.fee_currency == market.base else Decimal(0))
        held = position.quantity + received
        position.entry_price = _kept((position.entry_price * position.quantity + fill.price * received) / held)
        position.quantity = held
        position.fees += trade.fee
        position.entry_fees_open += trade.fee
        position.stop_price = _away(position.entry_price, bot.stop_loss_percentage, -1)
        position.take_profit_price = _away(position.entry_price, bot.take_profit_percentage, 1)

    def _reduce(self, position: Position, bot: TradingBot, market: Market, trade: Trade) -> None:
        sold = min(trade.quantity, position.quantity)
        entry_fees = _kept(position.entry_fees_open * sold / position.quantity)
        profit = _kept((trade.price - position.entry_price) * sold - trade.fee - entry_fees)
        trade.profit_loss = profit
        position.quantity -= sold
        position.fees += trade.fee
        position.entry_fees_open -= entry_fees
        position.realized_pnl += profit
        bot.total_profit_loss += profit
        if position.quantity < market.quantity_step or position.quantity == 0:
            position.closed_at = trade.executed_at
            position.close_reason = trade.purpose
            bot.total_trades += 1
            bot.winning_trades += 1 if position.realized_pnl > 0 else 0

    def _account_for(self, order: Order, trade: Trade) -> None:
        filled = order.filled_quantity + trade.quantity
        before = (order.average_price or Decimal(0)) * order.filled_quantity
        order.average_price = _kept((before + trade.price * trade.quantity) / filled)
        order.filled_quantity = filled
        order.fee += trade.fee

    def _tell(self, order: Order, event_type: str, message: dict[str, object]) -> None:
        publish(self.session, self.clock, order.user_id, event_type, message)


def fee_in_quote(market: Market, fill: Fill) -> Decimal:
    """The fee in quote; one charged in a third currency is kept as charged and counts as nothing here."""
    if fill.fee_currency == market.base:
        return _kept(fill.fee * fill.price)
    return fill.fee if fill.fee_currency in {market.quote, ""} else Decimal(0)


def paper_fill(order: Order, price: Decimal, fee_rate: Decimal, market: Market, at: datetime) -> Fill:
    """The execution of a paper order: whole, at one price, with the fee in quote."""
    fee = _kept(price * order.quantity * fee_rate)
    return Fill(f"paper-{order.client_order_id}", price, order.quantity, fee, market.quote, at)


def _away(price: Decimal, percentage: Decimal | None, direction: int) -> Decimal | None:
    if percentage is None:
        return None
    return _kept(price * (1 + direction * percentage / _HUNDRED))


def _kept(value: Decimal) -> Decimal:
    return value.quantize(_KEPT_PLACES, rounding=ROUND_HALF_EVEN)
