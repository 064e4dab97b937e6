"""Accounts, balances and orders: a pure core that changes by events alone and never loses or invents a unit."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from typing import Final

from backend.sandbox.events import (
    Event,
    KeyCreated,
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
)

SMALLEST_AMOUNT: Final = Decimal("0.00000001")
_ZERO: Final = Decimal(0)


class BalanceBroken(Exception):
    """An event would take more than there is: the journal and the rules disagree."""


@dataclass
class Balance:
    """What an account holds of one asset; `locked` is set aside for open orders."""

    free: Decimal = _ZERO
    locked: Decimal = _ZERO

    def move(self, free: Decimal = _ZERO, locked: Decimal = _ZERO) -> None:
        """Change both at once. Raises BalanceBroken, and changes nothing, when one would fall below zero."""
        if self.free + free < 0 or self.locked + locked < 0:
            raise BalanceBroken(f"free {self.free} {free:+}, locked {self.locked} {locked:+}")
        self.free += free
        self.locked += locked


@dataclass
class Order:
    """An order as it stands: what was accepted, and what has become of it."""

    accepted: OrderAccepted
    status: str = "NEW"
    updated_at: int = 0
    executed: Decimal = _ZERO
    executed_quote: Decimal = _ZERO
    still_locked: Decimal = _ZERO
    fills: list[OrderFilled] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether it can still fill or be canceled."""
        return self.status in {"NEW", "PARTIALLY_FILLED"}


@dataclass
class Account:
    """One API key's money and orders."""

    created: KeyCreated
    balances: dict[str, Balance] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    open_orders: dict[int, Order] = field(default_factory=dict)
    by_client_order_id: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def balance(self, asset: str) -> Balance:
        """The balance of the asset, empty at first."""
        return self.balances.setdefault(asset, Balance())

    def newest_with(self, symbol: str, client_order_id: str) -> Order | None:
        """The newest order of this client order id; the id is unique among open orders only."""
        numbers = self.by_client_order_id.get((symbol, client_order_id), [])
        open_ones = [number for number in numbers if number in self.open_orders]
        return self.orders[(open_ones or numbers)[-1]] if numbers else None

    def has_open(self, symbol: str, client_order_id: str) -> bool:
        """Whether an open order carries this client order id."""
        order = self.newest_with(symbol, client_order_id)
        return order is not None and order.is_open


def quote_amount(price: Decimal, quantity: Decimal) -> Decimal:
    """What so much costs at this price, cut at the smallest amount as the venue does."""
    return (price * quantity).quantize(SMALLEST_AMOUNT, ROUND_DOWN)


def commission_on(received: Decimal, rate: Decimal) -> Decimal:
    """The fee on what was received, cut at the smallest amount."""
    return (received * rate).quantize(SMALLEST_AMOUNT, ROUND_DOWN)


class Accounts:
    """All accounts, as the events so far have made them."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self.by_key: dict[str, Account] = {}
        self.open_orders: dict[int, Order] = {}
        self.last_order_id = 0
        self.last_fill_id = 0
        for event in events:
            self.apply(event)

    def apply(self, event: Event) -> None:
        """Let the event happen. Raises BalanceBroken or KeyError for one that cannot follow those before it."""
        match event:
            case KeyCreated():
                balances = {asset: Balance(free=amount) for asset, amount in event.balances.items()}
                self.by_key[event.api_key] = Account(event, balances)
            case OrderAccepted():
                self._accept(self.by_key[event.api_key], event)
            case OrderFilled():
                self._fill(self.by_key[event.api_key], event)
            case OrderCanceled():
                self._finish(self.by_key[event.api_key], event.order_id, "CANCELED", event.at)
            case OrderExpired():
                self._finish(self.by_key[event.api_key], event.order_id, "EXPIRED", event.at)

    def _accept(self, account: Account, event: OrderAccepted) -> None:
        account.balance(event.locked_asset).move(free=-event.locked, locked=event.locked)
        order = Order(event, updated_at=event.at, still_locked=event.locked)
        account.orders[event.order_id] = account.open_orders[event.order_id] = order
        self.open_orders[event.order_id] = order
        account.by_client_order_id.setdefault((event.symbol, event.client_order_id), []).append(event.order_id)
        self.last_order_id = max(self.last_order_id, event.order_id)

    def _fill(self, account: Account, event: OrderFilled) -> None:
        order = account.open_orders[event.order_id]
        buys = event.side == "buy"
        paid = event.quote_amount if buys else event.quantity
        received = event.quantity if buys else event.quote_amount
        if paid > order.still_locked:
            raise BalanceBroken(f"order {event.order_id} pays {paid} of {order.still_locked} locked")
        account.balance(order.accepted.locked_asset).move(locked=-paid)
        account.balance(event.commission_asset).move(free=received - event.commission)
        order.still_locked -= paid
        order.executed += event.quantity
        order.executed_quote += event.quote_amount
        order.fills.append(event)
        order.status, order.updated_at = "PARTIALLY_FILLED", event.at
        self.last_fill_id = max(self.last_fill_id, event.fill_id)
        if order.executed == order.accepted.quantity:
            self._finish(account, event.order_id, "FILLED", event.at)

    def _finish(self, account: Account, order_id: int, status: str, at: int) -> None:
        order = account.open_orders.pop(order_id)
        del self.open_orders[order_id]
        rest = order.still_locked
        account.balance(order.accepted.locked_asset).move(free=rest, locked=-rest)
        order.still_locked = _ZERO
        order.status, order.updated_at = status, at
