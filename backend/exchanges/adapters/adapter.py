"""What every exchange's adapter can be asked; a subclass holds what is particular to one exchange."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar, cast

import ccxt

from backend.exchanges.errors import OrderRefused
from backend.exchanges.nonces import Nonces
from backend.exchanges.nouns import (
    Balance,
    ExchangeOrder,
    Fill,
    KeyRights,
    OrderRequest,
    OrderStatus,
    Side,
    Ticker,
)
from backend.exchanges.refusals import Refusal
from backend.exchanges.venue import Venue

_SERVER_FAILS = re.compile(r" 5\d\d ")
_STATUS_OF: dict[str, OrderStatus] = {
    "open": "open",
    "closed": "filled",
    "canceled": "canceled",
    "canceling": "open",
    "rejected": "rejected",
    "expired": "expired",
}


@dataclass(frozen=True)
class OrderCall:
    """Exactly one call of ccxt's `create_order`."""

    type: str
    amount: str
    price: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)


class Adapter(ABC):
    """One exchange through one ccxt client, which raises its own errors; the caller translates them."""

    refusals: ClassVar[tuple[Refusal, ...]] = ()
    """Answers of the exchange that ccxt reads wrongly or vaguely."""
    kept_details: ClassVar[tuple[str, ...] | None] = ()
    """What ccxt still needs later of the exchange's own description of a market; None: all of it."""
    market_indexes: ClassVar[Mapping[str, str]] = {}
    """Options of ccxt's that only its own loading of the markets fills, and the field of a market each is sorted by."""
    not_found: ClassVar[tuple[str, ...]] = ()
    """Texts by which the exchange says that it has no such order."""
    our_id: ClassVar[str] = "clientOrderId"
    """Under which name ccxt really sends our id of an order."""
    stop_price: ClassVar[str] = "stopLossPrice"
    """Under which name a stop-limit order's trigger makes the kind of order that is wanted."""
    with_every_order: ClassVar[Mapping[str, Any]] = {}
    """Parameters that all orders are sent with."""

    def __init__(self, venue: Venue, client: Any, is_testnet: bool) -> None:
        self.venue = venue
        self.client = client
        self.is_testnet = is_testnet

    def prepare(self, nonces: Nonces | None) -> None:
        """Set the client up beyond its options; `nonces` are None without a key."""
        if nonces is not None:
            # The requests of one key are numbered over all processes, where the exchange wants them to rise.
            self.client.incrementing_nonce = lambda: nonces.next(int(self.client.milliseconds()))

    @classmethod
    def complete_source(cls, source: Any) -> None:
        """Complete a client that was handed its markets, from which all others share them."""
        for option, name in cls.market_indexes.items():
            source.options[option] = source.index_by(source.markets, name)

    def problem_of_key(self) -> str | None:
        """What is wrong with the key to the naked eye, in plain words; None where nothing is."""
        return None

    def order_call(self, request: OrderRequest) -> OrderCall:
        """The call that is proven to do what is wanted. Raises OrderRefused for everything else."""
        if request.type not in self.venue.order_types:
            raise OrderRefused(f"{self.venue.name} takes no {request.type.replace('_', '-')} orders here.")
        check_shape(request)
        parameters = {self.our_id: request.client_order_id, **self.with_every_order}
        quantity = str(request.quantity)
        if request.type == "market":
            # Nothing about a stop goes with it: some exchanges would take that as junk, and the order at once.
            return OrderCall("market", quantity, None, {**parameters, **self._with_market_order(request)})
        if request.type == "stop_limit":
            parameters[self.stop_price] = str(request.stop_price)
        return OrderCall("limit", quantity, str(request.price), parameters)

    def _with_market_order(self, request: OrderRequest) -> Mapping[str, Any]:  # noqa: ARG002 - of use to some
        """What a market order needs besides. Raises OrderRefused."""
        return {}

    def place(self, request: OrderRequest, call: OrderCall) -> ExchangeOrder:
        """Send the order."""
        row = self.client.create_order(
            request.symbol, call.type, request.side, call.amount, call.price, dict(call.parameters)
        )
        return self._placed(request, row)

    @abstractmethod
    def cancel(self, symbol: str, client_order_id: str, exchange_order_id: str | None) -> bool:
        """Cancel; False where the exchange has no such open order."""

    @abstractmethod
    def find(
        self, symbol: str, client_order_id: str, exchange_order_id: str | None, since: datetime
    ) -> ExchangeOrder | None:
        """The order, None where the exchange says that it has none."""

    @abstractmethod
    def fills(self, symbol: str, exchange_order_id: str) -> list[Fill]:
        """Every execution of the order so far."""

    @abstractmethod
    def fills_since(self, symbol: str, since: datetime) -> list[Fill]:
        """Every execution of the account in this market from then on, oldest first."""

    @abstractmethod
    def rights(self) -> KeyRights:
        """What the key may do, by the exchange's own word."""

    def open_orders(self, symbol: str | None) -> list[ExchangeOrder]:
        """Every open order of the account, or of one market."""
        return [self.order(row) for row in self.client.fetch_open_orders(symbol)]

    def balances(self) -> dict[str, Balance]:
        """What the account holds, by currency, without those of which it holds nothing."""
        return balances_of(self.client.fetch_balance())

    def ticker(self, symbol: str) -> Ticker:
        """The present prices of a market."""
        return ticker_of(self.client.fetch_ticker(symbol))

    def tickers(self, symbols: list[str]) -> dict[str, Ticker]:
        """The present prices of several markets; one that the exchange does not tell is left out."""
        rows = self.client.fetch_tickers(symbols)
        told = {symbol: rows[symbol] for symbol in symbols if symbol in rows}
        return {symbol: ticker_of(row) for symbol, row in told.items() if row.get("last") is not None}

    def candles(self, symbol: str, timeframe: str, since: int | None, limit: int) -> list[list[Any]]:
        """ccxt's rows of candles, oldest first."""
        rows: list[list[Any]] = self.client.fetch_ohlcv(symbol, timeframe, since, limit)
        return rows

    def server_time(self) -> int:
        """The exchange's clock, in milliseconds since 1970."""
        return int(self.client.fetch_time())

    def order(self, row: Mapping[str, Any]) -> ExchangeOrder:
        """Our order of one of ccxt's."""
        filled = decimal(row.get("filled"))
        status = self._status(row)
        quantity = row.get("amount")
        return ExchangeOrder(
            exchange_order_id=str(row["id"]),
            client_order_id=row.get("clientOrderId") or None,
            symbol=str(row["symbol"]),
            side=cast(Side, row["side"]),
            status="partially_filled" if status == "open" and filled > 0 else status,
            quantity=filled if quantity is None else decimal(quantity),
            filled_quantity=filled,
            price=decimal_or_none(row.get("price")),
        )

    def _status(self, row: Mapping[str, Any]) -> OrderStatus:
        return _STATUS_OF.get(str(row.get("status") or "open"), "open")

    def _placed(self, request: OrderRequest, row: Mapping[str, Any]) -> ExchangeOrder:
        """The order as the answer to its sending tells it; what is not told is as it was wanted."""
        if not row.get("id"):
            raise ccxt.NullResponse("the answer names no order")
        known = {"symbol": request.symbol, "side": request.side, "clientOrderId": request.client_order_id}
        told = {name: value for name, value in row.items() if value is not None}
        return self.order({"amount": str(request.quantity), **told, **known})

    def _is_absent(self, error: ccxt.BaseError) -> bool:
        said = str(error)
        if isinstance(error, ccxt.ExchangeNotAvailable) and _SERVER_FAILS.search(said):
            # The page of a failing server may hold any word; to believe it would send the order again.
            return False
        return isinstance(error, ccxt.OrderNotFound) or any(text in said for text in self.not_found)


def check_shape(request: OrderRequest) -> None:
    """Raises OrderRefused unless exactly the prices that the kind of order needs are given, and all are positive."""
    if request.side not in {"buy", "sell"}:
        raise OrderRefused(f"An order is a buy or a sell, not “{request.side}”.")
    given = {name for name in ("price", "stop_price") if getattr(request, name) is not None}
    needed = {"market": set(), "limit": {"price"}, "stop_limit": {"price", "stop_price"}}[request.type]
    if given != needed:
        names = " and ".join(sorted(needed)) or "neither price nor stop price"
        raise OrderRefused(f"A {request.type.replace('_', '-')} order takes {names}.")
    amounts = (request.quantity, request.price, request.stop_price, request.reference_price)
    if any(amount is not None and not (amount.is_finite() and amount > 0) for amount in amounts):
        raise OrderRefused("Quantity and prices of an order must be above zero.")


def fill_of(row: Mapping[str, Any]) -> Fill:
    """Our fill of one of ccxt's trades."""
    fee = row.get("fee") or {}
    return Fill(
        fill_id=str(row["id"]),
        exchange_order_id=str(row["order"]),
        symbol=str(row["symbol"]),
        side=cast(Side, row["side"]),
        price=Decimal(str(row["price"])),
        quantity=Decimal(str(row["amount"])),
        fee=decimal(fee.get("cost")),
        fee_currency=fee.get("currency") or "",
        executed_at=datetime.fromtimestamp(row["timestamp"] / 1000, UTC),
    )


def in_order(fills: list[Fill]) -> list[Fill]:
    """Each fill once, oldest first."""
    return sorted({fill.fill_id: fill for fill in fills}.values(), key=lambda fill: (fill.executed_at, fill.fill_id))


def ticker_of(row: Mapping[str, Any]) -> Ticker:
    """Our ticker of one of ccxt's."""
    return Ticker(
        symbol=str(row["symbol"]),
        last=Decimal(str(row["last"])),
        bid=decimal_or_none(row.get("bid")),
        ask=decimal_or_none(row.get("ask")),
        quote_volume=decimal_or_none(row.get("quoteVolume")),
    )


def balances_of(row: Mapping[str, Any]) -> dict[str, Balance]:
    """Our balances of ccxt's."""
    found = {
        currency: Balance(decimal(row["free"].get(currency)), decimal(total))
        for currency, total in row["total"].items()
    }
    return {currency: balance for currency, balance in found.items() if balance.total or balance.free}


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def decimal(value: Any) -> Decimal:
    """The exchange's number; 0 where it tells none."""
    return decimal_or_none(value) or Decimal(0)


def decimal_or_none(value: Any) -> Decimal | None:
    """The exchange's number, None where it tells none."""
    return None if value is None or value == "" else Decimal(str(value))
