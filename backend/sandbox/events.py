"""What the sandbox has accepted, as facts: the journal's entries, and the only way in which anything changes."""

from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

Venue = Literal["binance", "kraken", "coinbase"]
Side = Literal["buy", "sell"]


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    at: int
    api_key: str
    # A journal of the time when there was one venue does not name it.
    venue: Venue = "binance"


class KeyCreated(_Fact):
    """An API key and its play money came into being."""

    type: Literal["key_created"] = "key_created"
    label: str
    balances: dict[str, Decimal]
    can_withdraw: bool
    can_trade: bool = True
    ip_restricted: bool = False


class KeyRevoked(_Fact):
    """An API key is worth nothing any more; its orders rest as they were."""

    type: Literal["key_revoked"] = "key_revoked"


class _OrderFact(_Fact):
    order_id: int
    # The order's name at its venue: a number, a text or a UUID.
    exchange_order_id: str
    client_order_id: str
    symbol: str

    @model_validator(mode="before")
    @classmethod
    def _name_by_number(cls, content: Any) -> Any:
        if isinstance(content, dict) and "exchange_order_id" not in content:
            return {**content, "exchange_order_id": str(content.get("order_id", ""))}
        return content


class OrderAccepted(_OrderFact):
    """An order was taken; `locked` of `locked_asset` is set aside for it.

    Of a quantity the part `first_fraction` fills at first and the rest `rest_after` milliseconds later.
    """

    type: Literal["order_accepted"] = "order_accepted"
    base: str
    quote: str
    side: Side
    kind: str
    time_in_force: str
    price: Decimal
    trigger_price: Decimal = Decimal(0)
    quantity: Decimal
    quote_quantity: Decimal
    locked_asset: str
    locked: Decimal
    first_fraction: Decimal = Decimal(1)
    rest_after: int = 0
    user_reference: int = 0


class OrderTriggered(_OrderFact):
    """The price has reached a stop order's trigger: from now on it is a market or a limit order."""

    type: Literal["order_triggered"] = "order_triggered"


class OrderFilled(_OrderFact):
    """An execution; `commission` was taken from what was received or paid on top, as its asset tells."""

    type: Literal["order_filled"] = "order_filled"
    fill_id: int
    trade_id: str
    side: Side
    price: Decimal
    quantity: Decimal
    quote_amount: Decimal
    commission: Decimal
    commission_asset: str
    maker: bool
    # When the rest of a partly filled order fills at the same price; 0 when nothing is planned.
    rest_at: int = 0

    @model_validator(mode="before")
    @classmethod
    def _trade_by_number(cls, content: Any) -> Any:
        if isinstance(content, dict) and "trade_id" not in content:
            return {**content, "trade_id": str(content.get("fill_id", ""))}
        return content


class OrderCanceled(_OrderFact):
    """The account's owner took an order back, or the venue did when it closed the market."""

    type: Literal["order_canceled"] = "order_canceled"


class OrderExpired(_OrderFact):
    """An order that had to fill at once did not."""

    type: Literal["order_expired"] = "order_expired"


class _MarketFact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    at: int
    symbol: str
    # A market is the same at every venue, and no key's.
    api_key: Literal[""] = ""
    venue: Literal[""] = ""


class PriceMoved(_MarketFact):
    """Somebody set the market's price; without a price the path leads again."""

    type: Literal["price_moved"] = "price_moved"
    price: Decimal | None


class MarketDelisted(_MarketFact):
    """The market takes no orders any more."""

    type: Literal["market_delisted"] = "market_delisted"


class MarketRelisted(_MarketFact):
    """The market takes orders again."""

    type: Literal["market_relisted"] = "market_relisted"


class ConditionsSet(_MarketFact):
    """What the tickers say of a day's turnover (in the quote asset) and of the spread (a share of the price)."""

    type: Literal["conditions_set"] = "conditions_set"
    daily_volume: Decimal | None
    spread: Decimal | None


KeyEvent = KeyCreated | KeyRevoked
OrderEvent = OrderAccepted | OrderTriggered | OrderFilled | OrderCanceled | OrderExpired
MarketEvent = PriceMoved | MarketDelisted | MarketRelisted | ConditionsSet
Event = KeyEvent | OrderEvent | MarketEvent
EVENT_TYPES: Final = (
    "key_created",
    "key_revoked",
    "order_accepted",
    "order_triggered",
    "order_filled",
    "order_canceled",
    "order_expired",
    "price_moved",
    "market_delisted",
    "market_relisted",
    "conditions_set",
)

EVENTS: TypeAdapter[list[Event]] = TypeAdapter(list[Annotated[Event, Field(discriminator="type")]])
