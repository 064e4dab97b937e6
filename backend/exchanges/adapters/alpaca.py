"""Alpaca crypto, live and paper accounts."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

import ccxt
from typing_extensions import override

from backend.exchanges.adapters.adapter import Adapter, in_order, milliseconds
from backend.exchanges.errors import (
    BelowMinimum,
    DuplicateOrder,
    InsufficientBalance,
    KeyRefused,
    MarketUnavailable,
    OrderRefused,
)
from backend.exchanges.nouns import ExchangeOrder, Fill, KeyRights
from backend.exchanges.refusals import Refusal

_PAGE = 100


class AlpacaAdapter(Adapter):
    """Our id is sent as client_order_id and is taken for ever: a second order of it is refused."""

    refusals = (
        Refusal("client_order_id must be unique", DuplicateOrder, "Alpaca has an order of this id."),
        Refusal("insufficient balance", InsufficientBalance, "The account does not hold enough for this order."),
        Refusal("cost basis must be", BelowMinimum, "The order's value is below the smallest that Alpaca takes."),
        Refusal("minimal qty of order", BelowMinimum, "The order is smaller than the smallest that Alpaca takes."),
        Refusal("is not active", MarketUnavailable, "Nobody can trade on this market now."),
        Refusal("could not find asset", MarketUnavailable, "Alpaca has no such market."),
        Refusal("asset not found", MarketUnavailable, "Alpaca has no such market."),
        Refusal("rejected by user request", KeyRefused, "New orders are switched off in the Alpaca account."),
        Refusal("unauthorized", KeyRefused, "Alpaca does not accept the key; live and paper keys differ."),
        Refusal("forbidden", KeyRefused, "Alpaca does not accept the key; live and paper keys differ."),
        # Under this code it refuses for many reasons, in words that ccxt takes for a failing server's.
        Refusal('"code":40310000', OrderRefused),
    )
    not_found = ("40410000", "order not found", "404 Not Found")
    stop_price = "triggerPrice"
    with_every_order: ClassVar[Mapping[str, Any]] = {"timeInForce": "gtc"}

    @override
    def cancel(self, symbol: str, client_order_id: str, exchange_order_id: str | None) -> bool:
        """By Alpaca's id only: by ours ccxt asks for an address that is one slash away from canceling everything."""
        if not exchange_order_id:
            found = self._by_client_id(client_order_id)
            if found is None:
                return False
            exchange_order_id = found.exchange_order_id
        try:
            self.client.cancel_order(exchange_order_id, symbol)
        except ccxt.BaseError as error:
            if self._is_absent(error) or "not cancelable" in str(error) or "order is already in" in str(error):
                return False
            raise
        return True

    @override
    def find(
        self, symbol: str, client_order_id: str, exchange_order_id: str | None, since: datetime
    ) -> ExchangeOrder | None:
        """By Alpaca's id, or by ours at the address that is for it, which ccxt does not know."""
        if not exchange_order_id:
            return self._by_client_id(client_order_id)
        try:
            return self.order(self.client.fetch_order(exchange_order_id, symbol))
        except ccxt.BaseError as error:
            if self._is_absent(error):
                return None
            raise

    def _by_client_id(self, client_order_id: str) -> ExchangeOrder | None:
        wanted = {"client_order_id": client_order_id}
        try:
            row = self.client.request("v2/orders:by_client_order_id", ["trader", "private"], "GET", wanted)
        except ccxt.BaseError as error:
            if self._is_absent(error):
                return None
            raise
        return self.order(self.client.parse_order(row))

    @override
    def fills(self, symbol: str, exchange_order_id: str) -> list[Fill]:
        """Among the account's executions since the order was made: Alpaca filters by no order."""
        order = self.client.fetch_order(exchange_order_id, symbol)
        fills = self._fills(symbol, int(order["timestamp"]) - 1000)
        return [fill for fill in fills if fill.exchange_order_id == exchange_order_id]

    @override
    def fills_since(self, symbol: str, since: datetime) -> list[Fill]:
        """Among the account's executions from then on."""
        return self._fills(symbol, milliseconds(since))

    def _fills(self, symbol: str, since: int) -> list[Fill]:
        trades = self.client.parse_trades(list(self._executions(since)))
        return in_order([self._fill(trade) for trade in trades if trade["symbol"] == symbol])

    def _executions(self, since: int) -> Iterator[dict[str, Any]]:
        wanted: dict[str, Any] = {
            "activity_type": "FILL",
            "after": self.client.iso8601(since),
            "direction": "asc",
            "page_size": _PAGE,
        }
        while True:
            rows = self.client.trader_private_get_v2_account_activities_activity_type(wanted)
            yield from rows
            if len(rows) < _PAGE:
                return
            wanted = {**wanted, "page_token": rows[-1]["id"]}

    def _fill(self, trade: dict[str, Any]) -> Fill:
        price, quantity = Decimal(str(trade["price"])), Decimal(str(trade["amount"]))
        # Alpaca takes its fee out of what is received and tells it at the end of the day, without the order. Until
        # then it is reckoned by the taker's rate: the position is rather too small than too large to be sold.
        rate = Decimal(str(self.venue.taker_fee))
        base, quote = str(trade["symbol"]).split("/")
        is_buy = trade["side"] == "buy"
        return Fill(
            fill_id=str(trade["id"]),
            exchange_order_id=str(trade["order"]),
            symbol=str(trade["symbol"]),
            side="buy" if is_buy else "sell",
            price=price,
            quantity=quantity,
            fee=quantity * rate if is_buy else quantity * price * rate,
            fee_currency=base if is_buy else quote,
            executed_at=datetime.fromisoformat(trade["datetime"]),
        )

    @override
    def rights(self) -> KeyRights:
        """The account says whether it may trade; what a key may do, Alpaca does not tell. Paper money stays there."""
        account = self.client.trader_private_get_v2_account()
        blocked = any(account.get(name) for name in ("trading_blocked", "account_blocked", "trade_suspended_by_user"))
        return KeyRights(
            can_trade=not blocked,
            can_withdraw=False if self.is_testnet else None,
            ip_restricted=None,
        )
