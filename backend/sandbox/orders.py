"""Orders as they are asked for: whether one can be taken, for how much, and what has to be locked for it."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import Final, Literal

from backend.sandbox.accounts import Account
from backend.sandbox.events import Side
from backend.sandbox.fees import quote_amount
from backend.sandbox.markets import Market
from backend.sandbox.venues import MOST_OPEN_ORDERS, VENUES

Kind = Literal["MARKET", "LIMIT", "LIMIT_MAKER", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"]
TimeInForce = Literal["GTC", "IOC", "FOK"]

# A stop without a limit fills at a price that nobody knows yet: so much more than its trigger is locked for a buy.
_STOP_MARGIN: Final = Decimal("1.05")


class Refusal(StrEnum):
    """Why an order was not taken."""

    PRICE = "price"
    QUANTITY = "quantity"
    MARKET_QUANTITY = "market quantity"
    NOTIONAL = "notional"
    TOO_MANY_ORDERS = "too many orders"
    TOO_MANY_STOPS = "too many stops"
    BALANCE = "balance"
    DUPLICATE = "duplicate"
    WOULD_TAKE = "would take"
    WOULD_TRIGGER = "would trigger"
    CLOSED = "closed"


class OrderRefused(Exception):
    """The order was not taken, and nothing has changed."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class OrderRequest:
    """An order as it is asked for: a quantity of the base asset, or for a market order an amount of the quote asset."""

    side: Side
    kind: Kind
    time_in_force: TimeInForce
    quantity: Decimal | None
    quote_quantity: Decimal | None
    price: Decimal | None
    client_order_id: str
    trigger_price: Decimal | None = None
    user_reference: int = 0

    @property
    def is_stop(self) -> bool:
        """Whether it waits for a trigger price."""
        return self.trigger_price is not None

    @property
    def has_limit(self) -> bool:
        """Whether it may fill at its price or better only."""
        return self.kind in {"LIMIT", "LIMIT_MAKER", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"}


@dataclass(frozen=True)
class Terms:
    """What an order comes to: how much of the base asset, and what is set aside in which asset."""

    quantity: Decimal
    locked: Decimal
    locked_asset: str


def triggers_downward(kind: str, side: Side) -> bool:
    """Whether a stop of this kind waits for a falling price."""
    return (side == "sell") == kind.startswith("STOP_LOSS")


def trigger_is_reached(kind: str, side: Side, trigger: Decimal, last: Decimal) -> bool:
    """Whether the last price is at or beyond the trigger."""
    return last <= trigger if triggers_downward(kind, side) else last >= trigger


def crosses(market: Market, side: Side, price: Decimal, now: int) -> bool:
    """Whether a limit order at this price would fill at once."""
    return market.ask(now) <= price if side == "buy" else market.bid(now) >= price


def terms_of(account: Account, market: Market, request: OrderRequest, now: int) -> Terms:
    """What the order comes to if it is taken now. Raises OrderRefused."""
    if not market.is_open:
        raise OrderRefused(Refusal.CLOSED)
    price = _price(market, request, now)
    quantity = _quantity(account, market, request, price)
    _check_others(account, market, request)
    if request.kind == "LIMIT_MAKER" and crosses(market, request.side, price, now):
        raise OrderRefused(Refusal.WOULD_TAKE)
    _check_trigger(account, market, request, now)
    locked, asset = quantity, market.base
    if request.side == "buy":
        cost = quote_amount(price, quantity)
        locked, asset = cost + VENUES[account.venue].fees.most_for("buy", cost), market.quote
    if account.balance(asset).free < locked:
        raise OrderRefused(Refusal.BALANCE)
    return Terms(quantity, locked, asset)


def _price(market: Market, request: OrderRequest, now: int) -> Decimal:
    for price in (request.price, request.trigger_price):
        if price is not None and not (0 < price <= market.maximum_price and price % market.price_tick == 0):
            raise OrderRefused(Refusal.PRICE)
    if request.has_limit:
        return request.price or Decimal(0)
    if request.trigger_price is not None:
        return request.trigger_price * _STOP_MARGIN if request.side == "buy" else request.trigger_price
    return market.ask(now) if request.side == "buy" else market.bid(now)


def _quantity(account: Account, market: Market, request: OrderRequest, price: Decimal) -> Decimal:
    quantity = request.quantity
    if quantity is None:
        spent = request.quote_quantity or Decimal(0)
        rules = VENUES[account.venue]
        if rules.quote_quantity_holds_fee and request.side == "buy":
            spent /= 1 + rules.fees.taker
        quantity = (spent / price / market.quantity_step).to_integral_value(ROUND_DOWN) * market.quantity_step
    if not market.quantity_step <= quantity <= market.maximum_quantity or quantity % market.quantity_step:
        raise OrderRefused(Refusal.QUANTITY)
    if request.kind == "MARKET" and quantity > market.maximum_market_quantity:
        raise OrderRefused(Refusal.MARKET_QUANTITY)
    if quote_amount(price, quantity) < market.minimum_notional:
        raise OrderRefused(Refusal.NOTIONAL)
    return quantity


def _check_others(account: Account, market: Market, request: OrderRequest) -> None:
    rules = VENUES[account.venue]
    if request.client_order_id and account.has_open(
        request.client_order_id, market.symbol if rules.client_ids_by_market else None
    ):
        raise OrderRefused(Refusal.DUPLICATE)
    here = [order for order in account.open_orders.values() if order.accepted.symbol == market.symbol]
    if len(here) >= MOST_OPEN_ORDERS:
        raise OrderRefused(Refusal.TOO_MANY_ORDERS)
    if request.is_stop and sum(order.waits_for_trigger for order in here) >= rules.most_stop_orders:
        raise OrderRefused(Refusal.TOO_MANY_STOPS)


def _check_trigger(account: Account, market: Market, request: OrderRequest, now: int) -> None:
    trigger = request.trigger_price
    if trigger is None or not VENUES[account.venue].refuses_reached_stops:
        return
    if trigger_is_reached(request.kind, request.side, trigger, market.last(now)):
        raise OrderRefused(Refusal.WOULD_TRIGGER)
