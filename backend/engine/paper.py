"""Paper trading: the core's own fills of a candle or of a price, written into the ledger as an exchange's would be."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.engine.ledger import (
    account_for,
    add_to,
    fill_events,
    kept,
    new_position,
    show_exits,
    take_from,
    trade_values,
)
from backend.engine.messages import order_message
from backend.engine.models import Order, Position, Trade
from backend.engine.roster import Table
from backend.exchanges.nouns import Fill, Market, Side
from backend.foundation.clock import Clock
from backend.foundation.database import insert_rows
from backend.foundation.events import Message, publish_all
from backend.foundation.ids import new_id
from backend.trading.bands import exit_band
from backend.trading.records import FILL, MOST_FILLS_PER_CANDLE, PURPOSES

_AT_ONCE = frozenset({"entry", "exit_signal", "risk_exit", "manual"})
_RESTING = frozenset({"safety_order", "grid_line"})
_SPACE = {"fills": np.empty(MOST_FILLS_PER_CANDLE, dtype=FILL)}


def buffer() -> NDArray[np.void]:
    """Room for the core's fills, kept and grown from call to call."""
    return _SPACE["fills"]


def keep_buffer(fills: NDArray[np.void]) -> None:
    """Keep the room that the core has grown."""
    _SPACE["fills"] = fills


def record_fills(
    session: Session,
    clock: Clock,
    table: Table,
    fills: NDArray[np.void],
    candle_at: datetime,
    began_at: datetime,
    ended_at: datetime,
) -> None:
    """Write the fills (FILL; `record` is the index in the table) of paper bots with all that follows from them.

    `candle_at` names the candle in which they fell; market orders filled when the movement `began_at`, the others by
    when it `ended_at`.
    """
    if not len(fills):
        return
    indices = sorted({int(index) for index in fills["record"]})
    bots = _locked_bots(session, [table.seats[index].bot_id for index in indices])
    positions = _open_positions(session, list(bots), table.place.market.symbol)
    now = clock.now()
    book = _PaperBook(session, clock, table.place.market, candle_at, min(began_at, now), min(ended_at, now))
    fills_of = defaultdict(list)
    for fill in fills:
        fills_of[int(fill["record"])].append(fill)
    for index in indices:
        bot = bots[table.seats[index].bot_id]
        position = positions.get(bot.id)
        for fill in fills_of[index]:
            position = book.enter(bot, position, fill)
        if position is not None:
            show_exits(position, *exit_band(table.states[index], table.rules[index]))
    book.write()


class _PaperBook:
    """Gathers orders, trades, positions and events of many bots, and writes each kind at once."""

    def __init__(
        self,
        session: Session,
        clock: Clock,
        market: Market,
        candle_at: datetime,
        began_at: datetime,
        ended_at: datetime,
    ) -> None:
        self._session = session
        self._clock = clock
        self._market = market
        self._candle_at = candle_at
        self._began_at = began_at
        self._ended_at = ended_at
        self._positions: list[Position] = []
        self._orders: list[Order] = []
        self._trades: list[Trade] = []
        self._messages: list[Message] = []

    def enter(self, bot: TradingBot, position: Position | None, made: np.void) -> Position | None:
        """Take in one fill; returns the position that it leaves open, None where it closed it."""
        price = on_grid(float(made["price"]), self._market.price_tick)
        quantity = on_grid(float(made["quantity"]), self._market.quantity_step)
        side: Side = "buy" if made["side"] > 0 else "sell"
        if made["closed"] and position is not None:
            quantity = position.quantity
        order = self._order(bot, PURPOSES[made["purpose"]], side, price, quantity)
        at = self._began_at if order.purpose in _AT_ONCE else self._ended_at
        if position is None:
            position = new_position(order, price, at)
            self._positions.append(position)
        order.position_id = position.id
        fee = kept(Decimal(repr(float(made["fee"]))))
        fill = Fill(order.client_order_id, "", order.symbol, side, price, quantity, fee, self._market.quote, at)
        trade = Trade(**trade_values(order, self._market, fill), profit_loss=None)
        if side == "buy":
            add_to(position, trade, quantity)
        else:
            take_from(position, bot, trade, self._market.quantity_step)
        account_for(order, trade)
        self._orders.append(order)
        self._trades.append(trade)
        self._messages.append((order.user_id, "order.updated", order_message(order)))
        self._messages.extend(fill_events(order, bot.name, trade, position))
        return None if position.closed_at else position

    def write(self) -> None:
        """Positions before the orders that name them, orders before their trades."""
        for rows in (self._positions, self._orders, self._trades):
            insert_rows(self._session, rows)
        publish_all(self._session, self._clock, self._messages)

    def _order(self, bot: TradingBot, purpose: str, side: Side, price: Decimal, quantity: Decimal) -> Order:
        identifier, now = new_id(), self._clock.now()
        return Order(
            id=identifier,
            user_id=bot.user_id,
            bot_id=bot.id,
            api_key_id=None,
            client_order_id=str(identifier),
            symbol=self._market.symbol,
            side=side,
            type="limit" if purpose in _RESTING else "market",
            purpose=purpose,
            part=0,
            quantity=quantity,
            price=price if purpose in _RESTING else None,
            filled_quantity=Decimal(0),
            fee=Decimal(0),
            status="filled",
            attempts=0,
            candle_at=self._candle_at,
            intended_at=now,
            submitted_at=now,
            finished_at=now,
        )


def _locked_bots(session: Session, bot_ids: Sequence[UUID]) -> dict[UUID, TradingBot]:
    rows = session.scalars(
        select(TradingBot)
        .where(TradingBot.id.in_(bot_ids))
        .order_by(TradingBot.id)
        .with_for_update(key_share=True, of=TradingBot)
    )
    return {bot.id: bot for bot in rows}


def _open_positions(session: Session, bot_ids: Sequence[UUID], symbol: str) -> dict[UUID, Position]:
    rows = session.scalars(
        select(Position).where(Position.bot_id.in_(bot_ids), Position.symbol == symbol, Position.closed_at.is_(None))
    )
    return {position.bot_id: position for position in rows}


def on_grid(value: float, step: Decimal) -> Decimal:
    """The core's float as the multiple of the market's step that it stands for."""
    if not step:
        return kept(Decimal(repr(value)))
    return (Decimal(repr(value)) / step).quantize(Decimal(1), rounding=ROUND_HALF_EVEN) * step


def moment_of(milliseconds: int) -> datetime:
    """The moment, in UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
