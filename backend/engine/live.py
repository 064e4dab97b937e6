"""What fills at an exchange do to a live bot's state, and what its orders there become of it."""

from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.engine.desk import Desk
from backend.engine.guards.switches import halts_of
from backend.engine.ledger import show_exits
from backend.engine.models import Evaluation, Order, Position
from backend.engine.order_states import TERMINAL
from backend.engine.roster import rules_record
from backend.engine.rows import MarketPlace
from backend.engine.states import (
    begin_anew,
    begin_measuring,
    from_ledger,
    open_position,
    packed,
    take_over_position,
    unpacked,
)
from backend.exchanges.nouns import Market
from backend.foundation.clock import Clock
from backend.trading.bands import exit_band
from backend.trading.grid import arm_grid, end_grid, settle_lines
from backend.trading.position import protect
from backend.trading.records import DCA, GRID


class LiveState:
    """One live bot's state, locked for the length of the caller's transaction; `save` writes it back."""

    def __init__(self, session: Session, clock: Clock, bot_id: object, symbol: str) -> None:
        """Locks the bot's look first, then the bot: the order that cycle and touch keep as well."""
        self._session = session
        self._clock = clock
        self._symbol = symbol
        self._look = session.scalar(
            select(Evaluation)
            .where(Evaluation.bot_id == bot_id, Evaluation.symbol == symbol)
            .with_for_update(key_share=True)
        )
        self.bot = session.get_one(TradingBot, bot_id, with_for_update={"key_share": True, "of": TradingBot})

    def open(self, market: Market) -> "OpenState":
        """The state with its rules."""
        place = MarketPlace(self.bot.exchange, self.bot.timeframe, market)
        rules = rules_record(self.bot, place)
        states, unreadable = unpacked([self._look.state if self._look else None])
        if unreadable:
            from_ledger(self._session, states, np.array([rules]), [self.bot], self._symbol)
            begin_measuring(states[0], float(states[0]["entry_price"]))
        elif self._look is not None and self.bot.started_at and self.bot.started_at > self._look.evaluated_at:
            begin_anew(self._session, states, np.array([rules]), [self.bot], self._symbol)
        halted = halts_of(self._session, [self.bot.user_id]).reason_for(self.bot.exchange, self.bot.user_id)
        states[0]["paused"] = self.bot.status == "paused" or halted is not None
        return OpenState(self._session, self._clock, self.bot, market, states, rules, self._look)


class OpenState:
    """A live bot's state at work."""

    def __init__(
        self,
        session: Session,
        clock: Clock,
        bot: TradingBot,
        market: Market,
        states: NDArray[np.void],
        rules: np.void,
        look: Evaluation | None,
    ) -> None:
        self.bot = bot
        self.states = states
        self.rules = rules
        self._session = session
        self._clock = clock
        self._market = market
        self._look = look

    @property
    def state(self) -> np.void:
        """The record itself; changing it changes what is saved."""
        record: np.void = self.states[0]
        return record

    def absorb(self, order: Order, price: float) -> None:
        """Take over what fills of the order have made of money and position, and what its end means for the bot."""
        state, before = self.state, float(self.state["quantity"])
        position = open_position(self._session, self.bot, self._market.symbol)
        take_over_position(state, self.bot, position)
        if order.side == "buy" and order.filled_quantity > 0:
            self._absorb_purchase(order, price, is_first=before <= 0)
        elif order.side == "sell" and order.filled_quantity > 0:
            self._absorb_sale(order, position)
        # Prices of before are none of what is held now: the candle's close does not judge by them.
        state["touched_at"] = round(self._clock.now().timestamp() * 1000)
        if position is not None:
            show_exits(position, *exit_band(state, self.rules))

    def rest(self, at: datetime, reference: float | None) -> None:
        """Have the orders rest that the state asks for; `reference`: the market's price of now, where it is known."""
        Desk(self._session, self._clock, self.bot, self._market).settle(self.state, self.rules, reference, at)

    def save(self) -> None:
        """Write the state back; a bot that has not looked yet begins anew with its first look."""
        if self._look is not None:
            self._look.state = packed(self.states)
        self._session.flush()

    def _absorb_purchase(self, order: Order, price: float, is_first: bool) -> None:
        state, done = self.state, order.status in TERMINAL
        if is_first:
            state["entered_at"] = round(self._clock.now().timestamp() * 1000)
            state["entries"] = 1
            state["peak_price"] = price
            state["first_price"] = price
            state["safeties_filled"] = 0
        if self.rules["kind"] == GRID:
            if order.purpose == "grid_line" and done:
                state["grid"][order.part] = -1
            elif order.purpose == "entry" and done:
                arm_grid(state, self.rules)
                settle_lines(state, self.rules)
            return
        protect(state, self.rules)
        if self.rules["kind"] == DCA and order.purpose == "safety_order" and done:
            state["safeties_filled"] = max(int(state["safeties_filled"]), order.part + 1)
            state["entries"] = 1 + state["safeties_filled"]

    def _absorb_sale(self, order: Order, position: Position | None) -> None:
        state = self.state
        if order.purpose == "grid_line" and self.rules["kind"] == GRID:
            if order.status in TERMINAL:
                state["grid"][order.part] = 1
            return
        if position is not None:
            return
        _forget_position(state)
        state["last_exit_at"] = round(self._clock.now().timestamp() * 1000)
        if self.rules["kind"] == GRID:
            halted = int(state["halted"])
            end_grid(state, self.rules)
            if order.purpose not in {"stop_loss", "take_profit"}:
                # Sold by hand or by a limit on losses: the price has not left the range.
                state["halted"] = halted


def _forget_position(state: np.void) -> None:
    for name in ("entry_price", "entry_fees", "peak_price", "stop_price", "target_price", "first_price"):
        state[name] = 0.0
    state["safeties_filled"] = 0
