"""Order intents of a cycle: written with their deterministic id; paper ones are filled in place."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_DOWN, Decimal
from typing import Protocol
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.engine.ledger import Ledger, paper_fill
from backend.engine.messages import order_message
from backend.engine.models import Order
from backend.engine.records import PAPER_SLIPPAGE
from backend.exchanges.gateway import Market
from backend.exchanges.venues import venue_of
from backend.foundation.events import publish
from backend.foundation.ids import new_id
from backend.foundation.platform import Platform
from backend.trading.prices import market_price

_ORDER_NAMESPACE = UUID("5d1f0a52-6f0e-4c53-9a5e-6a8f3f5b1c77")


@dataclass(frozen=True)
class Intent:
    """What a bot wants done now; `price` is where a protective exit was crossed, None for the price of now."""

    bot: TradingBot
    side: str
    purpose: str
    quantity: Decimal
    price: float | None


class CandleName(Protocol):
    """The candle that an intent was decided on."""

    @property
    def exchange(self) -> str:
        """Where."""

    @property
    def symbol(self) -> str:
        """Which market."""

    @property
    def opened_at(self) -> int:
        """When, in milliseconds."""


def client_order_id(bot_id: UUID, symbol: str, candle: int, purpose: str, part: int = 0) -> str:
    """The same for the same decision, always: sending it twice cannot make two orders. 36 characters."""
    return str(uuid5(_ORDER_NAMESPACE, f"{bot_id}|{symbol}|{candle}|{purpose}|{part}"))


class IntentWriter:
    """Writes the intents of one market's cycle into its transaction."""

    def __init__(self, platform: Platform, session: Session, candle: CandleName, market: Market, tick: float) -> None:
        """`tick`: the price of now, at which paper market orders fill before slippage."""
        self._platform = platform
        self._session = session
        self._candle = candle
        self._market = market
        self._tick = tick
        self._ledger = Ledger(session, platform.clock)
        self._fee_rate = Decimal(str(venue_of(candle.exchange).taker_fee))

    def write(self, intent: Intent) -> None:
        """Commit to the order: a live one is sent by the order worker afterwards, a paper one fills here."""
        quantity = self._in_steps(intent.quantity)
        if quantity <= 0:
            return
        order = self._order(intent, quantity)
        self._session.add(order)
        self._session.flush()
        if intent.bot.is_paper_trading:
            self._fill_on_paper(order, intent)
        else:
            publish(self._session, self._platform.clock, order.user_id, "order.intended", order_message(order))

    def _order(self, intent: Intent, quantity: Decimal) -> Order:
        candle_at = datetime.fromtimestamp(self._candle.opened_at / 1000, UTC)
        return Order(
            id=new_id(),
            user_id=intent.bot.user_id,
            bot_id=intent.bot.id,
            api_key_id=intent.bot.api_key_id,
            client_order_id=client_order_id(intent.bot.id, self._candle.symbol, self._candle.opened_at, intent.purpose),
            symbol=self._candle.symbol,
            side=intent.side,
            type="market",
            purpose=intent.purpose,
            quantity=quantity,
            filled_quantity=Decimal(0),
            fee=Decimal(0),
            status="intended",
            attempts=0,
            candle_at=candle_at,
            intended_at=self._platform.clock.now(),
        )

    def _fill_on_paper(self, order: Order, intent: Intent) -> None:
        reference = self._tick if intent.price is None else intent.price
        side = 1 if order.side == "buy" else -1
        price = market_price(reference, side, PAPER_SLIPPAGE, float(self._market.price_tick))
        fill = paper_fill(
            order,
            _on_grid(price, self._market.price_tick),
            self._fee_rate,
            self._market,
            self._platform.clock.now(),
        )
        order.submitted_at = self._platform.clock.now()
        self._ledger.record_fill(order, intent.bot, self._market, fill)
        self._ledger.move_order(order, "filled")

    def _in_steps(self, quantity: Decimal) -> Decimal:
        step = self._market.quantity_step
        # The core's float may lie a hair below its step; half a billionth of a step is no quantity.
        return ((quantity / step + Decimal("1e-9")).to_integral_value(ROUND_DOWN) * step) if step else quantity


def _on_grid(price: float, tick: Decimal) -> Decimal:
    return Decimal(round(price / float(tick))) * tick if tick else Decimal(repr(price))
