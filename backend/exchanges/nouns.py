"""What is said to and heard from an exchange, in our own words; prices and quantities are Decimal."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

Side = Literal["buy", "sell"]
OrderType = Literal["market", "limit", "stop_limit"]
OrderStatus = Literal["open", "partially_filled", "filled", "canceled", "rejected", "expired"]


@dataclass(frozen=True)
class Market:
    """One market and its filters: prices in quote, quantities in base, `minimum_notional` in quote; 0 where there is
    no such filter. An inactive market is listed but takes no orders now."""

    symbol: str
    base: str
    quote: str
    price_tick: Decimal
    quantity_step: Decimal
    minimum_quantity: Decimal
    minimum_notional: Decimal
    is_active: bool


@dataclass(frozen=True)
class Credentials:
    """A decrypted API key; its text shows nothing of it."""

    api_key: str
    api_secret: str
    passphrase: str | None = None

    def __repr__(self) -> str:
        return "Credentials(***)"


@dataclass(frozen=True)
class KeyRights:
    """What an API key may do; None where the exchange does not tell."""

    can_trade: bool
    can_withdraw: bool | None
    ip_restricted: bool | None


@dataclass(frozen=True)
class Ticker:
    """The present prices of a market; `quote_volume` is what was traded in 24 hours, in quote. None: not told."""

    symbol: str
    last: Decimal
    bid: Decimal | None
    ask: Decimal | None
    quote_volume: Decimal | None


@dataclass(frozen=True)
class Balance:
    """What an account holds of one currency; `free` is not bound by open orders."""

    free: Decimal
    total: Decimal


@dataclass(frozen=True)
class OrderRequest:
    """An order to be placed under our id: `quantity` in base, prices in quote.

    A limit order takes `price`; a stop-limit order takes `stop_price`, at which it becomes a limit order of `price`: a
    sell once the market falls to it, a buy once the market rises to it. `reference_price` is the price that the
    caller decided on; an exchange whose market orders are sized in quote needs it.
    """

    client_order_id: str
    symbol: str
    side: Side
    type: OrderType
    quantity: Decimal
    price: Decimal | None = None
    stop_price: Decimal | None = None
    reference_price: Decimal | None = None


@dataclass(frozen=True)
class ExchangeOrder:
    """An order as the exchange knows it; `client_order_id` is None where its answer does not carry it."""

    exchange_order_id: str
    client_order_id: str | None
    symbol: str
    side: Side
    status: OrderStatus
    quantity: Decimal
    filled_quantity: Decimal
    price: Decimal | None


@dataclass(frozen=True)
class Fill:
    """One execution of an order, as the exchange recorded it; `fee` is in `fee_currency`."""

    fill_id: str
    exchange_order_id: str
    symbol: str
    side: Side
    price: Decimal
    quantity: Decimal
    fee: Decimal
    fee_currency: str
    executed_at: datetime
