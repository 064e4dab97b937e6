"""The drill's comparison of ledger and journal finds every kind of difference, and none where there is none."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from backend.engine.models import Order, Position, Trade
from scripts.drill.comparing import Comparison, compare
from scripts.drill.killing import TARGETS, chosen_kills
from scripts.drill.watching import Ledger
from scripts.stage import StagedKey

_BOT, _KEY, _ORDER = (UUID(int=number) for number in (1, 2, 3))
_AT = datetime(2026, 3, 2, tzinfo=UTC)


class Books:
    """A purchase of one bot that ledger and exchange agree on; a test spoils one side of it."""

    def __init__(self) -> None:
        self.keys = [StagedKey(str(_KEY), "binance", "public", {"USDT": "1000"})]
        named = {"api_key": "public", "venue": "binance", "client_order_id": "name", "exchange_order_id": "17"}
        self.journal: list[dict[str, Any]] = [
            {**named, "type": "order_accepted"},
            {
                **named, "type": "order_filled", "trade_id": "5", "price": "100", "quantity": "2",
                "commission": "0.002", "commission_asset": "BTC",
            },
        ]  # fmt: skip
        self.balances = {"public": {"USDT": Decimal(800), "BTC": Decimal("1.998")}}
        self.order = Order(
            id=_ORDER, bot_id=_BOT, api_key_id=_KEY, client_order_id="name", exchange_order_id="17",
            symbol="BTC/USDT", side="buy", type="market", purpose="entry", status="filled", error=None,
            quantity=Decimal(2), filled_quantity=Decimal(2),
        )  # fmt: skip
        self.trade = Trade(
            bot_id=_BOT, order_id=_ORDER, exchange_fill_id="5", symbol="BTC/USDT", type="buy", executed_at=_AT,
            price=Decimal(100), quantity=Decimal(2), fee_charged=Decimal("0.002"), fee_currency="BTC",
        )  # fmt: skip
        self.position = Position(bot_id=_BOT, symbol="BTC/USDT", quantity=Decimal("1.998"))
        self.ledger = Ledger([self.order], [self.trade], [self.position], {_BOT: _KEY})

    def compared(self) -> Comparison:
        """What the comparison says."""
        return compare(self.ledger, self.journal, self.keys, self.balances)


def test_books_that_agree_have_no_difference() -> None:
    found = Books().compared()
    assert found.differences == []
    assert (found.accepted, found.fills, found.lost, found.doubled) == (1, 1, 0, 0)


def _accepted_twice(books: Books) -> None:
    books.journal.append({**books.journal[0], "exchange_order_id": "18"})


def _unknown_to_ledger(books: Books) -> None:
    books.journal.append({**books.journal[0], "client_order_id": "stranger"})


def _never_accepted(books: Books) -> None:
    del books.journal[0]


def _canceled_though_accepted(books: Books) -> None:
    books.order.status, books.order.exchange_order_id = "canceled", None


def _fill_missing(books: Books) -> None:
    books.ledger.trades.clear()


def _fill_twice(books: Books) -> None:
    books.ledger.trades.append(books.trade)


def _other_price(books: Books) -> None:
    books.trade.price = Decimal("100.01")


def _other_fee(books: Books) -> None:
    books.trade.fee_charged = Decimal("0.003")


def _other_ending(books: Books) -> None:
    books.journal.append({**books.journal[0], "type": "order_canceled"})


def _other_filled_quantity(books: Books) -> None:
    books.order.filled_quantity = Decimal(1)


def _unresolved(books: Books) -> None:
    books.order.status = "review"


def _position_off(books: Books) -> None:
    books.position.quantity = Decimal(2)


def _balance_off(books: Books) -> None:
    books.balances["public"]["USDT"] = Decimal("799.99999999")


def _coin_from_nowhere(books: Books) -> None:
    books.balances["public"]["ETH"] = Decimal(1)


@pytest.mark.parametrize(
    ("spoil", "words", "lost", "doubled"),
    [
        (_accepted_twice, "accepted 2 orders of the name", 1, 1),
        (_unknown_to_ledger, "does not know", 1, 0),
        (_never_accepted, "never accepted", 1, 0),
        (_canceled_though_accepted, "None (canceled)", 1, 0),
        (_fill_missing, "lacks the fill", 1, 0),
        (_fill_twice, "has the fill", 0, 1),
        (_other_price, "for 100.01 each", 1, 1),
        (_other_fee, "fee 0.003 BTC", 1, 1),
        (_other_ending, "canceled at the exchange", 0, 0),
        (_other_filled_quantity, "1 filled, at the exchange 2", 0, 0),
        (_unresolved, "unresolved: review", 0, 0),
        (_position_off, "its fills make", 0, 0),
        (_balance_off, "799.99999999 USDT; by the ledger 800", 0, 0),
        (_coin_from_nowhere, "1 ETH; by the ledger 0", 0, 0),
    ],
)
def test_every_kind_of_difference_is_found(spoil: Callable[[Books], None], words: str, lost: int, doubled: int) -> None:
    books = Books()
    spoil(books)
    found = books.compared()
    assert any(words in sentence for sentence in found.differences), found.differences
    assert (found.lost, found.doubled) == (lost, doubled)


def test_a_seed_chooses_the_same_kills_and_every_target_as_often() -> None:
    kills = chosen_kills(5, 200, short=False)
    assert kills == chosen_kills(5, 200, short=False)
    assert kills != chosen_kills(6, 200, short=False)
    counts = {target: sum(kill.target == target for kill in kills) for target in TARGETS}
    assert set(counts.values()) == {25}
    assert {kill.hold_seconds for kill in kills} == {0.0, 5.0, 40.0}
    assert max(kill.hold_seconds for kill in chosen_kills(5, 200, short=True)) == 5.0
