"""Kraken spot."""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

import ccxt
from typing_extensions import override

from backend.exchanges.adapters.adapter import Adapter, OrderCall, fill_of, in_order, milliseconds
from backend.exchanges.errors import (
    BelowMinimum,
    ClockOff,
    DuplicateOrder,
    ExchangeBusy,
    ExchangeProblem,
    InsufficientBalance,
    KeyRefused,
    MarketUnavailable,
    NonceOvertaken,
)
from backend.exchanges.nouns import Balance, ExchangeOrder, Fill, KeyRights, OrderRequest
from backend.exchanges.refusals import Refusal, Unclear

_DEADLINE_MILLISECONDS = 10_000
_TRADES_A_QUESTION = 20
_TRADES_A_PAGE = 50
_EARNING = ".F"


def _slow_down(reason: str) -> ExchangeProblem:
    return ExchangeBusy(reason, retry_after=5.0)


class KrakenAdapter(Adapter):
    """Our id is sent as cl_ord_id and is unique among open orders only; it must be a UUID or 18 characters at most."""

    refusals = (
        # A warning stands beside a result; ccxt takes it for a refusal.
        Refusal('"error":["W', Unclear),
        Refusal("EAPI:Invalid key", KeyRefused, "Kraken does not know this key."),
        # ccxt takes this one for a refused order.
        Refusal("EAPI:Invalid signature", KeyRefused, "The private key does not belong to the key."),
        Refusal(
            "EAPI:Invalid nonce",
            NonceOvertaken,
            "Another program uses this key with higher numbers. Make a key for this platform alone.",
        ),
        Refusal("EGeneral:Permission denied", KeyRefused, "The key may not do this; its permissions are too few."),
        Refusal("EOrder:Insufficient funds", InsufficientBalance, "The account does not hold enough for this order."),
        Refusal("minimum not met", BelowMinimum, "The order is smaller than the smallest that Kraken takes here."),
        Refusal("EQuery:Unknown asset pair", MarketUnavailable, "Kraken has no such market."),
        Refusal("EService:Market in", MarketUnavailable, "Kraken takes no such orders on this market now."),
        Refusal("EAPI:Rate limit exceeded", _slow_down, "Kraken asks to slow down."),
        Refusal("EOrder:Rate limit exceeded", _slow_down, "Kraken asks to slow down."),
        Refusal("EGeneral:Too many requests", _slow_down, "Kraken asks to slow down."),
        Refusal("EGeneral:Temporary lockout", _slow_down, "Kraken has locked this key for a while."),
        Refusal("Deadline elapsed", ClockOff, "The order reached Kraken too late and was not taken."),
        Refusal("EGeneral:Invalid arguments:deadline", ClockOff, "Kraken finds our clock off."),
        Refusal("cl_ord_id", DuplicateOrder, "Kraken has an open order of this id."),
        # Orders were seen to exist although Kraken had answered so.
        Refusal("EService:", Unclear),
        Refusal("EGeneral:Internal error", Unclear),
        Refusal("EDatabase:", Unclear),
    )
    # By this name orders tell their pair: XBTUSD, where the market is XXBTZUSD.
    market_indexes: ClassVar[Mapping[str, str]] = {"marketsByAltname": "altname"}
    not_found = ("EOrder:Unknown order", "EOrder:Invalid order")
    # It makes stop-loss-limit; `triggerPrice` ccxt passes on as junk beside a plain limit order.
    stop_price = "stopLossPrice"
    # Fees in quote, whatever the side, so that what was bought arrives whole.
    with_every_order: ClassVar[Mapping[str, Any]] = {"oflags": "fciq"}

    @override
    def problem_of_key(self) -> str | None:
        """The private key is base64, 64 bytes of it at Kraken itself."""
        try:
            base64.b64decode(self.client.secret, validate=True)
        except binascii.Error:
            return "Kraken's private keys are one long line of letters and digits that ends in ==; this is another."
        return None

    @override
    def place(self, request: OrderRequest, call: OrderCall) -> ExchangeOrder:
        """With a deadline: a request that is held up in the network is not taken later."""
        deadline = self.client.iso8601(int(self.client.nonce()) + _DEADLINE_MILLISECONDS)
        parameters = {**call.parameters, "deadline": deadline}
        return super().place(request, OrderCall(call.type, call.amount, call.price, parameters))

    @override
    def cancel(self, symbol: str, client_order_id: str, exchange_order_id: str | None) -> bool:
        """By Kraken's id where it is known."""
        wanted = {"cl_ord_id": client_order_id} if exchange_order_id is None else {"txid": exchange_order_id}
        try:
            answer = self.client.private_post_cancelorder(wanted)
        except ccxt.BaseError as error:
            if self._is_absent(error):
                return False
            raise
        return int(answer["result"]["count"]) > 0

    @override
    def find(
        self, symbol: str, client_order_id: str, exchange_order_id: str | None, since: datetime
    ) -> ExchangeOrder | None:
        """By our id among the open, then the closed orders: ccxt's own search by it asks for another number.

        In this order an order that closes between the two questions is found by the second.
        """
        if exchange_order_id is not None:
            return self._by_exchange_id(symbol, exchange_order_id)
        for ask in (self.client.fetch_open_orders, self.client.fetch_closed_orders):
            # Without the symbol, by which ccxt sorts out rows: our id decides, not how Kraken names the pair today.
            rows = ask(None, None, None, {"clientOrderId": client_order_id})
            for row in rows:
                if row.get("clientOrderId") == client_order_id:
                    return self.order({**row, "symbol": symbol})
        return None

    @override
    def open_orders(self, symbol: str | None) -> list[ExchangeOrder]:
        """Kraken filters by no market; the rows name the pair in one of its ways."""
        rows = self.client.fetch_open_orders()
        if symbol is None:
            return [self.order(row) for row in rows]
        names = self._names(symbol)
        return [self.order({**row, "symbol": symbol}) for row in rows if row["info"]["descr"]["pair"] in names]

    def _names(self, symbol: str) -> set[str]:
        """Such as XXBTZUSD and XBTUSD: trades tell their pair by the one, orders by the other."""
        market = self.client.market(symbol)
        return {str(market["id"]), str(market["altname"])}

    def _by_exchange_id(self, symbol: str, exchange_order_id: str) -> ExchangeOrder | None:
        try:
            return self.order({**self.client.fetch_order(exchange_order_id, symbol), "symbol": symbol})
        except ccxt.BaseError as error:
            if self._is_absent(error):
                return None
            raise

    @override
    def fills(self, symbol: str, exchange_order_id: str) -> list[Fill]:
        """The order names its trades, which are asked for twenty at a time; ccxt's own question may name none."""
        order = self.client.fetch_order(exchange_order_id, symbol)
        ids = [str(trade) for trade in order["info"].get("trades") or ()]
        fills: list[Fill] = []
        for start in range(0, len(ids), _TRADES_A_QUESTION):
            some = ids[start : start + _TRADES_A_QUESTION]
            answer = self.client.private_post_querytrades({"txid": ",".join(some)})
            fills += self._fills(answer["result"], symbol)
        return in_order(fills)

    @override
    def fills_since(self, symbol: str, since: datetime) -> list[Fill]:
        """The account's trades from then on; Kraken filters by no market."""
        names = self._names(symbol)
        fills: list[Fill] = []
        offset = 0
        while True:
            wanted = {"start": milliseconds(since) // 1000, "ofs": offset}
            answer = self.client.private_post_tradeshistory(wanted)["result"]
            trades = answer.get("trades") or {}
            own = {name: trade for name, trade in trades.items() if trade["pair"] in names}
            fills += self._fills(own, symbol)
            offset += len(trades)
            if len(trades) < _TRADES_A_PAGE or offset >= int(answer.get("count") or 0):
                return in_order([fill for fill in fills if fill.executed_at >= since])

    def _fills(self, trades: dict[str, dict[str, Any]], symbol: str) -> list[Fill]:
        rows = self.client.parse_trades([{**trade, "id": name} for name, trade in trades.items()])
        return [fill_of({**row, "symbol": symbol}) for row in rows]

    @override
    def balances(self) -> dict[str, Balance]:
        """What earns rewards by itself (`XBT.F`) can be traded with at any time, and is counted with the currency.

        What is staked or bonded (`.S`, `.B`, `.M`) cannot, and stays apart under its own name.
        """
        held = super().balances()
        for name in [name for name in held if name.endswith(_EARNING)]:
            earning = held.pop(name)
            currency = name.removesuffix(_EARNING)
            plain = held.get(currency, Balance(Decimal(0), Decimal(0)))
            held[currency] = Balance(plain.free + earning.free, plain.total + earning.total)
        return held

    @override
    def rights(self) -> KeyRights:
        """Kraken lists the key's permissions; one that cannot read orders and funds cannot be traded with."""
        told = self.client.private_post_getapikeyinfo()["result"]
        permissions = set(told["permissions"])
        needed = {"query-funds", "query-open-trades", "query-closed-trades", "modify-trades", "close-trades"}
        return KeyRights(
            can_trade=needed <= permissions,
            can_withdraw="withdraw-funds" in permissions,
            ip_restricted=bool(told.get("ipAllowlist")),
        )
