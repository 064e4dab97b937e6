"""Accounts, balances and orders: a pure core that changes by events alone and never loses or invents a unit."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from backend.sandbox.events import (
    Event,
    KeyCreated,
    KeyRevoked,
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderTriggered,
    Venue,
)

_ZERO: Final = Decimal(0)
_STOPS: Final = frozenset({"STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"})


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
    triggered_at: int | None = None
    fills: list[OrderFilled] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether it can still fill or be canceled."""
        return self.status in {"NEW", "PARTIALLY_FILLED"}

    @property
    def is_stop(self) -> bool:
        """Whether it began as an order that waits for a trigger price."""
        return self.accepted.kind in _STOPS

    @property
    def waits_for_trigger(self) -> bool:
        """Whether the price has not reached the trigger yet."""
        return self.is_stop and self.triggered_at is None

    @property
    def has_limit(self) -> bool:
        """Whether it fills at its price or better only."""
        return self.accepted.kind not in {"MARKET", "STOP_LOSS", "TAKE_PROFIT"}

    @property
    def remaining(self) -> Decimal:
        """What has not been filled."""
        return self.accepted.quantity - self.executed

    @property
    def fees(self) -> Decimal:
        """All commissions so far."""
        return sum((fill.commission for fill in self.fills), _ZERO)

    @property
    def average_price(self) -> Decimal:
        """What a unit has cost so far; zero without a fill."""
        return self.executed_quote / self.executed if self.executed else _ZERO

    @property
    def rest_at(self) -> int:
        """When the planned rest of a partly filled order fills; 0 when nothing is planned."""
        return self.fills[-1].rest_at if self.fills else 0


@dataclass
class Account:
    """One API key's money and orders."""

    created: KeyCreated
    revoked: bool = False
    balances: dict[str, Balance] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    open_orders: dict[int, Order] = field(default_factory=dict)
    by_exchange_order_id: dict[str, int] = field(default_factory=dict)
    by_client_order_id: dict[str, list[int]] = field(default_factory=dict)

    @property
    def venue(self) -> Venue:
        """Where the key is known."""
        return self.created.venue

    def balance(self, asset: str) -> Balance:
        """The balance of the asset, empty at first."""
        return self.balances.setdefault(asset, Balance())

    def with_exchange_id(self, exchange_order_id: str) -> Order | None:
        """The order that the venue calls so."""
        number = self.by_exchange_order_id.get(exchange_order_id)
        return None if number is None else self.orders[number]

    def with_client_id(self, client_order_id: str, symbol: str | None = None) -> list[Order]:
        """Every order of this client order id, oldest first, in one market or in all."""
        orders = [self.orders[number] for number in self.by_client_order_id.get(client_order_id, [])]
        return [order for order in orders if symbol is None or order.accepted.symbol == symbol]

    def newest_with(self, client_order_id: str, symbol: str | None = None) -> Order | None:
        """The open order of this client order id, otherwise the newest: the id is unique among open orders only."""
        orders = self.with_client_id(client_order_id, symbol)
        open_ones = [order for order in orders if order.is_open]
        return (open_ones or orders)[-1] if orders else None

    def has_open(self, client_order_id: str, symbol: str | None = None) -> bool:
        """Whether an open order carries this client order id."""
        return any(order.is_open for order in self.with_client_id(client_order_id, symbol))


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
        """Let the event happen; one of a market changes no account.

        Raises BalanceBroken or KeyError for an event that cannot follow those before it.
        """
        match event:
            case KeyCreated():
                balances = {asset: Balance(free=amount) for asset, amount in event.balances.items()}
                self.by_key[event.api_key] = Account(event, balances=balances)
            case KeyRevoked():
                self.by_key[event.api_key].revoked = True
            case OrderAccepted():
                self._accept(self.by_key[event.api_key], event)
            case OrderTriggered():
                order = self.open_orders[event.order_id]
                order.triggered_at = order.updated_at = event.at
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
        account.by_exchange_order_id[event.exchange_order_id] = event.order_id
        account.by_client_order_id.setdefault(event.client_order_id, []).append(event.order_id)
        self.last_order_id = max(self.last_order_id, event.order_id)

    def _fill(self, account: Account, event: OrderFilled) -> None:
        order = account.open_orders[event.order_id]
        accepted = order.accepted
        buys = event.side == "buy"
        paid, received = (event.quote_amount, event.quantity) if buys else (event.quantity, event.quote_amount)
        # A fee in the asset that is received makes it less; in the asset that is paid it comes on top.
        if event.commission_asset == accepted.locked_asset:
            paid += event.commission
        else:
            received -= event.commission
        if paid > order.still_locked:
            raise BalanceBroken(f"order {event.order_id} pays {paid} of {order.still_locked} locked")
        account.balance(accepted.locked_asset).move(locked=-paid)
        account.balance(accepted.base if buys else accepted.quote).move(free=received)
        order.still_locked -= paid
        order.executed += event.quantity
        order.executed_quote += event.quote_amount
        order.fills.append(event)
        order.status, order.updated_at = "PARTIALLY_FILLED", event.at
        self.last_fill_id = max(self.last_fill_id, event.fill_id)
        if order.executed == accepted.quantity:
            self._finish(account, event.order_id, "FILLED", event.at)

    def _finish(self, account: Account, order_id: int, status: str, at: int) -> None:
        order = account.open_orders.pop(order_id)
        del self.open_orders[order_id]
        rest = order.still_locked
        account.balance(order.accepted.locked_asset).move(free=rest, locked=-rest)
        order.still_locked = _ZERO
        order.status, order.updated_at = status, at
