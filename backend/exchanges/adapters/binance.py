"""Binance spot."""

from datetime import datetime
from typing import Any

import ccxt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from typing_extensions import override

from backend.exchanges.adapters.adapter import Adapter, fill_of, in_order, milliseconds
from backend.exchanges.errors import (
    BelowMinimum,
    ClockOff,
    DuplicateOrder,
    ExchangeBusy,
    InsufficientBalance,
    KeyRefused,
    MarketUnavailable,
)
from backend.exchanges.nouns import ExchangeOrder, Fill, KeyRights
from backend.exchanges.refusals import Refusal, Unclear

_PAGE = 1000


class BinanceAdapter(Adapter):
    """Our id is sent as newClientOrderId and is unique among open orders only: ask before sending again."""

    refusals = (
        # ccxt takes the refusal of a revoked key for a ban of our address, once a call with the key has succeeded.
        Refusal('"code":-2015', KeyRefused),
        Refusal('"code":-2014', KeyRefused),
        Refusal('"code":-1022', KeyRefused, "The secret does not belong to the key."),
        Refusal('"code":-1021', ClockOff, "Binance finds our clock off."),
        Refusal("Duplicate order sent", DuplicateOrder, "Binance has an open order of this id."),
        Refusal("insufficient balance", InsufficientBalance, "The account does not hold enough for this order."),
        Refusal("Market is closed", MarketUnavailable, "Nobody can trade on this market now."),
        Refusal('"code":-1121', MarketUnavailable, "Binance has no such market."),
        Refusal("NOTIONAL", BelowMinimum, "The order's value is below the smallest that Binance takes here."),
        Refusal('"code":-1015', ExchangeBusy, "Binance takes no more orders of this account for the moment."),
        # It comes with a status of 503, and Binance calls it a certain failure.
        Refusal('"code":-1008', ExchangeBusy, "Binance is overloaded and took nothing.", of_failing_server=True),
        # These say that what became of the request is not known; ccxt reads some of them as a refusal.
        Refusal('"code":-1000', Unclear),
        Refusal('"code":-1001', Unclear),
        Refusal('"code":-1006', Unclear),
        Refusal('"code":-1007', Unclear),
    )
    # It looks up there which kinds of orders a market takes.
    kept_details = ("orderTypes",)
    not_found = ('"code":-2011', '"code":-2013')
    # It makes STOP_LOSS_LIMIT: a sell waits below the market, a buy above it. Market stops are not taken on spot.
    stop_price = "stopLossPrice"

    @override
    def problem_of_key(self) -> str | None:
        """A secret is a line of letters and digits, or the private half of a key that the user made."""
        if not self.client.secret.startswith("-----BEGIN"):
            return None
        try:
            key = load_pem_private_key(self.client.secret.encode(), password=None)
        except (ValueError, TypeError):
            return "This is not a whole private key. Copy all of its lines, from -----BEGIN to -----END."
        if not isinstance(key, RSAPrivateKey | Ed25519PrivateKey):
            return "Binance takes no private keys of this kind; this is another exchange's."
        return None

    @override
    def cancel(self, symbol: str, client_order_id: str, exchange_order_id: str | None) -> bool:
        """By Binance's id where it is known: after the order, its client id may belong to another."""
        try:
            if exchange_order_id is None:
                self.client.cancel_order("", symbol, {"clientOrderId": client_order_id})
            else:
                self.client.cancel_order(exchange_order_id, symbol)
        except ccxt.BaseError as error:
            if self._is_absent(error):
                return False
            raise
        return True

    @override
    def find(
        self, symbol: str, client_order_id: str, exchange_order_id: str | None, since: datetime
    ) -> ExchangeOrder | None:
        """The newest order of our id, if there were several."""
        try:
            if exchange_order_id is None:
                row = self.client.fetch_order("", symbol, {"clientOrderId": client_order_id})
            else:
                row = self.client.fetch_order(exchange_order_id, symbol)
        except ccxt.BaseError as error:
            if self._is_absent(error):
                return None
            raise
        return self.order(row)

    @override
    def fills(self, symbol: str, exchange_order_id: str) -> list[Fill]:
        """In pages, by the ids of the fills."""
        fills = self._pages(symbol, None, {"orderId": exchange_order_id})
        return [fill for fill in fills if fill.exchange_order_id == exchange_order_id]

    @override
    def fills_since(self, symbol: str, since: datetime) -> list[Fill]:
        """The first page by time, those after it by the ids of the fills."""
        return self._pages(symbol, milliseconds(since), {})

    def _pages(self, symbol: str, since: int | None, parameters: dict[str, Any]) -> list[Fill]:
        fills: list[Fill] = []
        while True:
            rows = self.client.fetch_my_trades(symbol, since, _PAGE, parameters)
            fills += [fill_of(row) for row in rows]
            if len(rows) < _PAGE:
                return in_order(fills)
            # Binance takes no start time beside an id to go on from.
            since, parameters = None, {**parameters, "fromId": max(int(row["id"]) for row in rows) + 1}

    @override
    def rights(self) -> KeyRights:
        """The account says whether it may trade, another address what the key may do."""
        account = self.client.fetch_balance()
        can_trade = flag(account["info"].get("canTrade")) is not False
        if self.is_testnet and self.client.isSandboxModeEnabled:
            # The test network has no such address, and its money is worth nothing.
            return KeyRights(can_trade, can_withdraw=False, ip_restricted=None)
        told = self.client.sapi_get_account_apirestrictions()
        return KeyRights(
            can_trade=can_trade and flag(told.get("enableSpotAndMarginTrading")) is True,
            can_withdraw=flag(told.get("enableWithdrawals")),
            ip_restricted=flag(told.get("ipRestrict")),
        )


def flag(value: Any) -> bool | None:
    """A yes or no of an exchange, which may come as a word; None where it tells none."""
    if isinstance(value, bool) or value is None:
        return value
    return str(value).lower() == "true"
