"""Fills: recorded once, and adding up to the last digit whatever currency the fee was charged in."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from backend.bots.models import TradingBot
from backend.engine.ledger import Ledger, NothingToSell
from backend.engine.models import Order, Position, Trade
from backend.engine.order_states import IllegalTransition
from backend.exchanges.nouns import Fill, Market
from backend.foundation.events import EventRow
from backend.foundation.ids import new_id
from backend.foundation.platform import Platform
from backend.tests.conftest import NOW
from backend.tests.factories import Factory

MARKET = Market(
    "BTC/USDT", "BTC", "USDT", Decimal("0.01"), Decimal("0.00001"), Decimal("0.00001"), Decimal(5), is_active=True
)


class Book:
    """A bot and its ledger, for a test to buy and sell with."""

    def __init__(self, platform: Platform, make: Factory, **bot: Any) -> None:
        self.platform = platform
        self.bot = make.bot(make.user().id, **bot)
        self.count = 0

    def trade(self, side: str, fill: Fill, purpose: str = "entry") -> Order:
        """An order that is filled by one fill."""
        self.count += 1
        with self.platform.database.across_tenants("test") as session:
            bot = session.get_one(TradingBot, self.bot.id)
            order = Order(
                id=new_id(), user_id=bot.user_id, bot_id=bot.id, client_order_id=str(new_id()), symbol="BTC/USDT",
                side=side, type="market", purpose=purpose, quantity=fill.quantity, filled_quantity=Decimal(0),
                fee=Decimal(0), status="submitting", attempts=1, candle_at=NOW, intended_at=NOW,
            )  # fmt: skip
            session.add(order)
            session.flush()
            ledger = Ledger(session, self.platform.clock)
            assert ledger.record_fill(order, bot, MARKET, fill)
            assert not ledger.record_fill(order, bot, MARKET, fill)
            ledger.move_order(order, "filled")
        return order

    def position(self) -> Position:
        """The newest position."""
        with self.platform.database.across_tenants("test") as session:
            return session.scalars(select(Position).order_by(Position.id.desc())).first()  # type: ignore[return-value]

    def totals(self) -> TradingBot:
        """The bot as it stands."""
        with self.platform.database.across_tenants("test") as session:
            return session.get_one(TradingBot, self.bot.id)


def fill(price: str, quantity: str, fee: str, currency: str, minutes: int = 0) -> Fill:
    at = NOW + timedelta(minutes=minutes)
    return Fill(str(new_id()), "1", "BTC/USDT", "buy", Decimal(price), Decimal(quantity), Decimal(fee), currency, at)


def test_round_trip_with_the_fee_in_the_bought_coin_adds_up(platform: Platform, make: Factory) -> None:
    book = Book(platform, make, stop_loss_percentage=Decimal(2), take_profit_percentage=Decimal(3))
    book.trade("buy", fill("50000", "0.02000", "0.00002", "BTC"))
    position = book.position()
    assert position.quantity == Decimal("0.01998")
    assert position.fees == Decimal(1)
    book.trade("sell", fill("51500", "0.01998", "1.02897", "USDT", 1), "take_profit")
    position = book.position()
    assert position.closed_at is not None
    assert position.close_reason == "take_profit"
    # What came in less what went out: 51500 x 0.01998 - 1.02897 - 50000 x 0.02.
    assert position.realized_pnl == Decimal("27.94103")
    totals = book.totals()
    assert (totals.total_trades, totals.winning_trades, totals.total_profit_loss) == (1, 1, Decimal("27.94103"))


def test_residue_below_the_step_closes_the_position_and_stays_on_it(platform: Platform, make: Factory) -> None:
    book = Book(platform, make)
    book.trade("buy", fill("50000", "0.00200", "0.000002", "BTC"))
    book.trade("sell", fill("50000", "0.00199", "0.0995", "USDT", 1), "exit_signal")
    position = book.position()
    assert position.closed_at is not None
    assert position.quantity == Decimal("0.000008")
    assert position.realized_pnl < 0


def test_a_fill_is_recorded_once_and_told_once(platform: Platform, make: Factory) -> None:
    book = Book(platform, make)
    book.trade("buy", fill("50000", "0.002", "0.1", "USDT"))
    with platform.database.across_tenants("test") as session:
        assert session.scalar(select(func.count()).select_from(Trade)) == 1
        types = session.scalars(select(EventRow.type).order_by(EventRow.id)).all()
    assert types == ["trade.executed", "position.updated", "order.updated"]


def test_selling_what_is_not_held_is_a_defect_that_leaves_nothing(platform: Platform, make: Factory) -> None:
    book = Book(platform, make)
    with pytest.raises(NothingToSell, match="no open position"):
        book.trade("sell", fill("50000", "0.002", "0.1", "USDT"), "manual")
    with platform.database.across_tenants("test") as session:
        assert session.scalar(select(func.count()).select_from(Trade)) == 0


def test_a_finished_order_stays_finished(platform: Platform, make: Factory) -> None:
    book = Book(platform, make)
    order = book.trade("buy", fill("50000", "0.002", "0.1", "USDT"))
    with platform.database.across_tenants("test") as session:
        again = session.get_one(Order, order.id)
        with pytest.raises(IllegalTransition, match="filled cannot become open"):
            Ledger(session, platform.clock).move_order(again, "open")


steps = st.integers(min_value=1, max_value=2000).map(lambda count: Decimal(count) * MARKET.quantity_step)
amounts = st.integers(min_value=100, max_value=9_000_000).map(lambda cents: Decimal(cents) / 100)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(buys=st.lists(st.tuples(amounts, steps), min_size=1, max_size=4), share=st.integers(1, 99), exit_price=amounts)
def test_profit_equals_the_cash_that_moved(
    platform: Platform, make: Factory, buys: list[tuple[Decimal, Decimal]], share: int, exit_price: Decimal
) -> None:
    """With fees in quote and everything sold, profit is money in less money out, to a billionth."""
    book = Book(platform, make)
    rate = Decimal("0.001")
    cash = Decimal(0)
    for price, quantity in buys:
        execution = replace(fill("1", "1", "0", "USDT"), price=price, quantity=quantity, fee=price * quantity * rate)
        book.trade("buy", execution)
        cash -= price * quantity + execution.fee
    held = sum((quantity for _, quantity in buys), Decimal(0))
    part = (held * share / 100).quantize(MARKET.quantity_step)
    for quantity in (part, held - part):
        if quantity:
            execution = replace(
                fill("1", "1", "0", "USDT", 1), price=exit_price, quantity=quantity, fee=exit_price * quantity * rate
            )
            book.trade("sell", execution, "exit_signal")
            cash += exit_price * quantity - execution.fee
    assert book.position().closed_at is not None
    assert abs(book.totals().total_profit_loss - cash) < Decimal("0.000001")
