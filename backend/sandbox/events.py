"""What the sandbox has accepted, as facts: the journal's entries, and the only way in which accounts change."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    at: int
    api_key: str


class KeyCreated(_Fact):
    """An API key and its play money came into being."""

    type: Literal["key_created"] = "key_created"
    label: str
    balances: dict[str, Decimal]
    can_withdraw: bool


class OrderAccepted(_Fact):
    """An order was taken; `locked` of `locked_asset` is set aside for it."""

    type: Literal["order_accepted"] = "order_accepted"
    venue: str
    order_id: int
    client_order_id: str
    symbol: str
    base: str
    quote: str
    side: Literal["buy", "sell"]
    kind: str
    time_in_force: str
    price: Decimal
    quantity: Decimal
    quote_quantity: Decimal
    locked_asset: str
    locked: Decimal


class OrderFilled(_Fact):
    """An execution; `commission` was taken from what was received."""

    type: Literal["order_filled"] = "order_filled"
    order_id: int
    fill_id: int
    client_order_id: str
    symbol: str
    side: Literal["buy", "sell"]
    price: Decimal
    quantity: Decimal
    quote_amount: Decimal
    commission: Decimal
    commission_asset: str
    maker: bool


class OrderCanceled(_Fact):
    """The account's owner took an order back."""

    type: Literal["order_canceled"] = "order_canceled"
    order_id: int
    client_order_id: str
    symbol: str


class OrderExpired(_Fact):
    """An order that had to fill at once did not."""

    type: Literal["order_expired"] = "order_expired"
    order_id: int
    client_order_id: str
    symbol: str


Event = KeyCreated | OrderAccepted | OrderFilled | OrderCanceled | OrderExpired
EVENT_TYPES = ("key_created", "order_accepted", "order_filled", "order_canceled", "order_expired")

EVENTS: TypeAdapter[list[Event]] = TypeAdapter(list[Annotated[Event, Field(discriminator="type")]])
