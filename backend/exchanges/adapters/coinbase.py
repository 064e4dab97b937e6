"""Coinbase Advanced Trade."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import ccxt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from typing_extensions import override

from backend.exchanges.adapters.adapter import (
    Adapter,
    balances_of,
    decimal_or_none,
    fill_of,
    in_order,
    milliseconds,
)
from backend.exchanges.errors import (
    BelowMinimum,
    InsufficientBalance,
    KeyRefused,
    MarketUnavailable,
    OrderRefused,
)
from backend.exchanges.nonces import Nonces
from backend.exchanges.nouns import Balance, ExchangeOrder, Fill, KeyRights, OrderRequest, OrderStatus, Ticker
from backend.exchanges.refusals import Refusal

_PAGE = 250
# An order may be written down a little before the moment that its sender noted.
_SLACK_MILLISECONDS = 60_000

_STATUS_OF: dict[str, OrderStatus] = {
    "FILLED": "filled",
    "CANCELLED": "canceled",
    "EXPIRED": "expired",
    "FAILED": "rejected",
}


class CoinbaseAdapter(Adapter):
    """Our id is sent as client_order_id; sending it again gives the first order again, never a second."""

    refusals = (
        Refusal("INSUFFICIENT_FUND", InsufficientBalance, "The account does not hold enough for this order."),
        Refusal("INVALID_PRODUCT_ID", MarketUnavailable, "Coinbase has no such market."),
        Refusal("ProductID is invalid", MarketUnavailable, "Coinbase has no such market."),
        Refusal("TRADING_DISABLED", MarketUnavailable, "Nobody can trade on this market now."),
        Refusal("not enabled for trading", MarketUnavailable, "Nobody can trade on this market now."),
        Refusal("BELOW_MIN", BelowMinimum, "The order is smaller than the smallest that Coinbase takes here."),
        Refusal("SIZE_TOO_SMALL", BelowMinimum, "The order is smaller than the smallest that Coinbase takes here."),
        Refusal("PERMISSION_DENIED", KeyRefused, "The key may not do this; its permissions are too few."),
        Refusal("401 Unauthorized", KeyRefused, "Coinbase does not accept the key or its signature."),
    )
    not_found = ("orderID was not found", "NOT_FOUND", "not_found", "404 Not Found")
    # ccxt drops `clientOrderId` and invents an id; under the venue's own name ours is sent.
    our_id = "client_order_id"
    # With `triggerPrice` the direction would be the wrong one: a sell that waits for a rise.
    stop_price = "stopLossPrice"

    @override
    def prepare(self, nonces: Nonces | None) -> None:
        """Sign with the exchange's time: ccxt takes this machine's, however far off it is."""
        if self.client.secret:
            # The file that Coinbase offers for download writes the lines of the key as one.
            self.client.secret = self.client.secret.replace("\\n", "\n")
        super().prepare(nonces)
        # Its currencies are named as in its markets, and the older API that lists them is dear.
        self.client.has["fetchCurrencies"] = False
        self.client.seconds = lambda: int(self.client.nonce()) // 1000

    @override
    def problem_of_key(self) -> str | None:
        """Only ECDSA keys work: ccxt 4.5.90 cannot sign with the others."""
        if not self.client.apiKey.startswith("organizations/"):
            return (
                "The name of a Coinbase key begins with organizations/; this is another exchange's key, or an old one."
            )
        try:
            key = load_pem_private_key(self.client.secret.encode(), password=None)
        except (ValueError, TypeError):
            return "This is not Coinbase's private key. Copy all of its lines, from -----BEGIN to -----END."
        if not isinstance(key, EllipticCurvePrivateKey):
            return "This key is signed with Ed25519. Make one with the signature algorithm ECDSA."
        return None

    @override
    def _with_market_order(self, request: OrderRequest) -> Mapping[str, Any]:
        if request.side == "sell":
            return {}
        if request.reference_price is None:
            raise OrderRefused("Coinbase sizes a market buy in quote: it needs the price it was decided on.")
        return {"cost": str(request.quantity * request.reference_price)}

    @override
    def cancel(self, symbol: str, client_order_id: str, exchange_order_id: str | None) -> bool:
        """By Coinbase's id only: by ours ccxt would send an empty one."""
        if exchange_order_id is None:
            found = self._by_client_id(symbol, client_order_id, None)
            if found is None or found.status not in {"open", "partially_filled"}:
                return False
            exchange_order_id = found.exchange_order_id
        wanted = {"order_ids": [exchange_order_id]}
        results = self.client.v3_private_post_brokerage_orders_batch_cancel(wanted)["results"]
        if results and results[0].get("success"):
            return True
        order = self._by_exchange_id(symbol, exchange_order_id)
        if order is not None and order.status in {"open", "partially_filled"}:
            # It is there, and was not canceled all the same.
            raise ccxt.OperationRejected("coinbase did not cancel the order")
        return False

    @override
    def find(
        self, symbol: str, client_order_id: str, exchange_order_id: str | None, since: datetime
    ) -> ExchangeOrder | None:
        """By Coinbase's id; without it in the list of the market's orders from then on."""
        if exchange_order_id is None:
            return self._by_client_id(symbol, client_order_id, since)
        return self._by_exchange_id(symbol, exchange_order_id)

    def _by_exchange_id(self, symbol: str, exchange_order_id: str) -> ExchangeOrder | None:
        try:
            return self.order(self.client.fetch_order(exchange_order_id, symbol))
        except ccxt.BaseError as error:
            if self._is_absent(error):
                return None
            raise

    def _by_client_id(self, symbol: str, client_order_id: str, since: datetime | None) -> ExchangeOrder | None:
        wanted: dict[str, Any] = {"product_ids": [self._market(symbol)["id"]], "limit": _PAGE}
        if since is not None:
            wanted["start_date"] = self.client.iso8601(milliseconds(since) - _SLACK_MILLISECONDS)
        for row in self._pages(self.client.v3_private_get_brokerage_orders_historical_batch, "orders", wanted):
            if row.get("client_order_id") == client_order_id:
                return self.order(self.client.parse_order(row))
        return None

    @override
    def open_orders(self, symbol: str | None) -> list[ExchangeOrder]:
        """All pages of them; ccxt asks for the first only."""
        wanted: dict[str, Any] = {"order_status": ["OPEN"], "limit": _PAGE}
        if symbol is not None:
            wanted["product_ids"] = [self._market(symbol)["id"]]
        rows = self._pages(self.client.v3_private_get_brokerage_orders_historical_batch, "orders", wanted)
        orders = [self.order(self.client.parse_order(row)) for row in rows]
        return [order for order in orders if symbol in {None, order.symbol}]

    @override
    def fills(self, symbol: str, exchange_order_id: str) -> list[Fill]:
        """By the order's id."""
        fills = self._fills(symbol, {"order_ids": [exchange_order_id]})
        return [fill for fill in fills if fill.exchange_order_id == exchange_order_id]

    @override
    def fills_since(self, symbol: str, since: datetime) -> list[Fill]:
        """By market and time."""
        wanted = {
            "product_ids": [self._market(symbol)["id"]],
            "start_sequence_timestamp": self.client.iso8601(milliseconds(since)),
        }
        return [fill for fill in self._fills(symbol, wanted) if fill.executed_at >= since]

    def _fills(self, symbol: str, wanted: dict[str, Any]) -> list[Fill]:
        ask = self.client.v3_private_get_brokerage_orders_historical_fills
        rows = list(self._pages(ask, "fills", {**wanted, "limit": _PAGE}))
        trades = self.client.parse_trades(rows)
        return in_order([fill_of(trade) for trade in trades if trade["symbol"] == symbol])

    def _pages(
        self, ask: Callable[[dict[str, Any]], dict[str, Any]], name: str, wanted: dict[str, Any]
    ) -> Iterator[dict[str, Any]]:
        cursor = ""
        while True:
            answer = ask({**wanted, "cursor": cursor} if cursor else wanted)
            rows = answer.get(name) or []
            yield from rows
            following = str(answer.get("cursor") or "")
            if not rows or not following or following == cursor or answer.get("has_next") is False:
                return
            cursor = following

    @override
    def balances(self) -> dict[str, Balance]:
        """By the address of the trading API, which tells what open orders bind."""
        return balances_of(self.client.fetch_balance({"v3": True}))

    @override
    def ticker(self, symbol: str) -> Ticker:
        """Two questions: the last trade with bid and ask, and the product with its volume of the day."""
        name = {"product_id": self._market(symbol)["id"]}
        prices = self.client.v3_public_get_brokerage_market_products_product_id_ticker({**name, "limit": 1})
        product = self.client.v3_public_get_brokerage_market_products_product_id(name)
        last = Decimal(str(product["price"]))
        volume = decimal_or_none(product.get("approximate_quote_24h_volume"))
        if volume is None and (base := decimal_or_none(product.get("volume_24h"))) is not None:
            volume = base * last
        return Ticker(
            symbol, last, decimal_or_none(prices.get("best_bid")), decimal_or_none(prices.get("best_ask")), volume
        )

    @override
    def tickers(self, symbols: list[str]) -> dict[str, Ticker]:
        """One by one: the list of all products tells neither bid nor ask."""
        return {symbol: self.ticker(symbol) for symbol in symbols}

    @override
    def rights(self) -> KeyRights:
        """Transfer is Coinbase's word for the right to withdraw; the address list is not told."""
        told = self.client.v3_private_get_brokerage_key_permissions()
        return KeyRights(
            can_trade=bool(told.get("can_trade")) and bool(told.get("can_view")),
            can_withdraw=told.get("can_transfer"),
            ip_restricted=None,
        )

    @override
    def _status(self, row: Any) -> OrderStatus:
        # ccxt calls expired and failed orders canceled, and leaves the states before `OPEN` as they are.
        return _STATUS_OF.get(str((row.get("info") or {}).get("status")), "open")

    def _market(self, symbol: str) -> dict[str, Any]:
        market: dict[str, Any] = self.client.market(symbol)
        return market
