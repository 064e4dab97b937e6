"""The one way to an exchange: a small interface of our own nouns over ccxt."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

import numpy as np

from backend.exchanges.adapters.adapter import Adapter
from backend.exchanges.errors import (
    BelowMinimum,
    DuplicateOrder,
    ExchangeProblem,
    KeyRefused,
    MarketUnavailable,
    OutcomeUnknown,
)
from backend.exchanges.line import Line
from backend.exchanges.markets import MarketShelf
from backend.exchanges.nouns import (
    Balance,
    Credentials,
    ExchangeOrder,
    Fill,
    KeyRights,
    Market,
    OrderRequest,
    Ticker,
)
from backend.trading.candles import CANDLE, Candles

__all__ = ["Credentials", "ExchangeOrder", "Fill", "Gateway", "KeyRights", "Market"]

Answer = TypeVar("Answer")

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


class Gateway:
    """Speaks to one exchange, without a key (public data) or with one account's. Not shared between threads.

    Every method may raise ExchangeBusy (nothing was accepted, later may work; its kinds ExchangeDown and ClockOff),
    and with a key KeyRefused. Given by ExchangeAccess.
    """

    def __init__(self, adapter: Adapter, line: Line, shelf: MarketShelf, load_markets: Callable[[], Any]) -> None:
        self._adapter = adapter
        self._line = line
        self._shelf = shelf
        self._load_markets = load_markets

    def markets(self) -> dict[str, Market]:
        """Every spot market by symbol, in the symbols' order; those that are closed now are marked."""
        return dict(self._shelf.table(self._load_markets).markets)

    def market(self, symbol: str) -> Market | None:
        """The market of this symbol, or None where the exchange has none."""
        return self._shelf.table(self._load_markets).markets.get(symbol)

    def candles(self, symbol: str, timeframe: str, since: int | None = None, limit: int = 1000) -> Candles:
        """Candles oldest first, the unfinished one included; `since` in milliseconds. Raises MarketUnavailable."""
        rows = self._ask_of(symbol, lambda: self._adapter.candles(symbol, timeframe, since, limit))
        return np.array([tuple(float(value) for value in row) for row in rows], dtype=CANDLE)

    def ticker(self, symbol: str) -> Ticker:
        """The market's present prices. Raises MarketUnavailable."""
        return self._ask_of(symbol, lambda: self._adapter.ticker(symbol))

    def tickers(self, symbols: list[str]) -> dict[str, Ticker]:
        """The present prices of several markets; those that the exchange has not, or does not tell, are left out."""
        known = self._share_markets()
        wanted = [symbol for symbol in symbols if symbol in known]
        return self._line.ask(lambda: self._adapter.tickers(wanted)) if wanted else {}

    def prepare(self) -> None:
        """Whatever may take long before an order can be signed: markets that are known, a clock that was measured.

        Asks the exchange only for what is not fresh. Raises ExchangeBusy (or its kinds) while the markets are not
        known, and KeyRefused where they are shown to keys only; without a measured clock our own signs.
        """
        self._share_markets()
        self._line.prepare()

    def place_order(self, request: OrderRequest, sign_within: float = 5.0) -> ExchangeOrder:
        """Send an order under our id; its answer may know less of the order than `find_order` does.

        `sign_within`: so many seconds after the call the order is on its way or will never be, whatever it waits for
        here; ExchangeBusy then. The venue's `absent_after_seconds`, counted from the call, reckons with five.

        Raises OrderRefused (or its kinds InsufficientBalance, MarketUnavailable, BelowMinimum) when the order does
        not exist and must not be sent again as it is. ExchangeBusy (or its kinds) and KeyRefused mean that this attempt
        was certainly not accepted: it was held back here, or the exchange said so (too many requests, an overtaken
        number, a deadline or a time that is off). All else, such as maintenance, a server that fails or an answer that
        breaks off, is OutcomeUnknown: the order may or may not exist. Where the exchange has an order of this id, that
        one is answered.
        """
        sign_by = time.monotonic() + sign_within
        call = self._adapter.order_call(request)
        market = self._tradable(request.symbol)
        _check_minimum(request, market)
        try:
            return self._line.send(lambda: self._adapter.place(request, call), sign_by)
        except DuplicateOrder:
            return self._placed_before(request)
        except MarketUnavailable:
            self._shelf.mark_stale()
            raise

    def cancel_order(self, symbol: str, client_order_id: str, exchange_order_id: str | None) -> bool:
        """Cancel an order; False where the exchange has no such open order (any more).

        Raises OutcomeUnknown when it may or may not be canceled; asking again is safe.
        """
        self._tradable(symbol)
        return self._line.send(lambda: self._adapter.cancel(symbol, client_order_id, exchange_order_id))

    def find_order(
        self, symbol: str, client_order_id: str, exchange_order_id: str | None, since: datetime
    ) -> ExchangeOrder | None:
        """The order as the exchange knows it; None where it says that it has none.

        `since` is when the order was first sent. Soon after, None may still become an order: see the venue's
        `absent_after_seconds`.
        """
        self._tradable(symbol)
        return self._line.ask(lambda: self._adapter.find(symbol, client_order_id, exchange_order_id, since))

    def open_orders(self, symbol: str | None = None) -> list[ExchangeOrder]:
        """Every open order of the account, or of one market."""
        self._share_markets()
        return self._line.ask(lambda: self._adapter.open_orders(symbol))

    def fills(self, symbol: str, exchange_order_id: str) -> list[Fill]:
        """Every execution of the order so far, oldest first."""
        self._tradable(symbol)
        return self._line.ask(lambda: self._adapter.fills(symbol, exchange_order_id))

    def fills_since(self, symbol: str, since: datetime) -> list[Fill]:
        """Every execution of the account in this market from then on, oldest first."""
        self._tradable(symbol)
        return self._line.ask(lambda: self._adapter.fills_since(symbol, since))

    def balances(self) -> dict[str, Balance]:
        """What the account holds, by currency, without those of which it holds nothing."""
        self._share_markets()
        return self._line.ask(self._adapter.balances)

    def key_rights(self) -> KeyRights:
        """What the exchange lets the key do. Raises KeyRefused when it does not accept the key at all."""
        problem = self._adapter.problem_of_key()
        if problem:
            raise KeyRefused(problem)
        self._share_markets()
        return self._line.ask(self._adapter.rights)

    def _ask_of(self, symbol: str, call: Callable[[], Answer]) -> Answer:
        self._tradable(symbol)
        try:
            return self._line.ask(call)
        except MarketUnavailable:
            self._shelf.mark_stale()
            raise

    def _share_markets(self) -> dict[str, Market]:
        table = self._shelf.table(self._load_markets)
        if self._line.client.markets is not table.source.markets:
            self._line.client.set_markets_from_exchange(table.source)
        return dict(table.markets)

    def _tradable(self, symbol: str) -> Market:
        """The market. One that was closed when the markets were loaded may be open by now: the exchange decides."""
        market = self._share_markets().get(symbol)
        if market is None:
            raise MarketUnavailable(f"{self._adapter.venue.name} has no market {symbol}.")
        return market

    def _placed_before(self, request: OrderRequest) -> ExchangeOrder:
        try:
            found = self.find_order(request.symbol, request.client_order_id, None, _EVER)
        except ExchangeProblem as problem:
            raise OutcomeUnknown(problem.reason) from None
        if found is None:
            raise OutcomeUnknown("The exchange says that it has the order, and does not find it.")
        return found


def _check_minimum(request: OrderRequest, market: Market) -> None:
    if request.quantity < market.minimum_quantity:
        smallest = f"{market.minimum_quantity.normalize():f} {market.base}"
        raise BelowMinimum(f"The smallest order on {market.symbol} is {smallest}.")
    price = request.price or request.reference_price or Decimal(0)
    if price and request.quantity * price < market.minimum_notional:
        smallest = f"{market.minimum_notional.normalize():f} {market.quote}"
        raise BelowMinimum(f"The smallest order on {market.symbol} is worth {smallest}.")
