"""The one way to an exchange: a small interface of our own nouns over ccxt."""

import math
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import ccxt
import numpy as np

from backend.config import Settings
from backend.exchanges.errors import (
    ExchangeBusy,
    InsufficientBalance,
    KeyRefused,
    OrderRefused,
    OutcomeUnknown,
)
from backend.exchanges.venues import override_addresses, venue_of
from backend.trading.candles import CANDLE, Candles

_TIMEOUT_MILLISECONDS = 10_000


@dataclass(frozen=True)
class Market:
    """One market and its filters; `minimum_notional` in quote."""

    symbol: str
    base: str
    quote: str
    price_tick: Decimal
    quantity_step: Decimal
    minimum_notional: Decimal


@dataclass(frozen=True)
class Credentials:
    """A decrypted API key; its text shows nothing of it."""

    api_key: str
    api_secret: str

    def __repr__(self) -> str:
        return "Credentials(***)"


@dataclass(frozen=True)
class KeyRights:
    """What an API key may do; None where the exchange does not tell."""

    can_trade: bool
    can_withdraw: bool | None


@dataclass(frozen=True)
class Fill:
    """One execution of an order, as the exchange recorded it."""

    fill_id: str
    price: Decimal
    quantity: Decimal
    fee: Decimal
    fee_currency: str
    executed_at: datetime


@dataclass(frozen=True)
class ExchangeOrder:
    """An order as the exchange knows it."""

    exchange_order_id: str
    status: str
    filled_quantity: Decimal


_MESSAGE = re.compile(r'"msg"\s*:\s*"([^"]*)"')
# Binance's refusal of a key; once a call with the key has succeeded, ccxt takes it for a ban of the address instead.
_REVOKED_KEY = '"code":-2015'

_STATUS_OF = {
    "open": "open",
    "closed": "filled",
    "canceled": "canceled",
    "canceling": "open",
    "rejected": "rejected",
    "expired": "expired",
}


class Gateway:
    """Speaks to one exchange, without a key (public data) or with one account's. Not shared between threads."""

    def __init__(self, settings: Settings, exchange: str, credentials: Credentials | None = None) -> None:
        self._client = make_client(ccxt, settings, exchange, credentials)
        self._exchange = exchange
        self._settings = settings

    def markets(self) -> list[Market]:
        """Every spot market that is open for trading, by symbol. Raises OutcomeUnknown or ExchangeBusy."""
        with _translated():
            _share_markets(self._settings, self._exchange, self._client)
        return [
            _market(row)
            for _, row in sorted(self._client.markets.items())
            if row.get("spot") and row.get("active") is not False
        ]

    def market(self, symbol: str) -> Market | None:
        """The market of this symbol, or None where the exchange has none."""
        with _translated():
            _share_markets(self._settings, self._exchange, self._client)
        row = self._client.markets.get(symbol)
        return _market(row) if row else None

    def candles(self, symbol: str, timeframe: str, since: int | None = None, limit: int = 1000) -> Candles:
        """Candles oldest first, the unfinished one included; `since` in milliseconds."""
        with _translated():
            _share_markets(self._settings, self._exchange, self._client)
            rows = self._client.fetch_ohlcv(symbol, timeframe, since, limit)
        return np.array([tuple(float(value) for value in row) for row in rows], dtype=CANDLE)

    def key_rights(self) -> KeyRights:
        """Check the key against the exchange. Raises KeyRefused when it is not accepted."""
        with _translated():
            balance = self._client.fetch_balance()
            restrictions = self._client.sapi_get_account_apirestrictions()
        can_trade = bool(balance.get("info", {}).get("canTrade", True))
        return KeyRights(
            can_trade=can_trade and _flag(restrictions.get("enableSpotAndMarginTrading")) is not False,
            can_withdraw=_flag(restrictions.get("enableWithdrawals")),
        )

    def place_market_order(self, symbol: str, side: str, quantity: Decimal, client_order_id: str) -> ExchangeOrder:
        """Send a market order under our id.

        Raises OrderRefused, InsufficientBalance or KeyRefused when the exchange said no, ExchangeBusy when it took
        nothing for now, and OutcomeUnknown when the order may or may not exist.
        """
        with _translated(sending=True):
            _share_markets(self._settings, self._exchange, self._client)
        with _translated(sending=True):
            order = self._client.create_order(
                symbol, "market", side, str(quantity), None, {"clientOrderId": client_order_id}
            )
        return _order(order)

    def find_order(self, symbol: str, client_order_id: str) -> ExchangeOrder | None:
        """The order of our id, or None when the exchange certainly has none."""
        with _translated():
            _share_markets(self._settings, self._exchange, self._client)
            try:
                order = self._client.fetch_order(None, symbol, {"clientOrderId": client_order_id})
            except ccxt.OrderNotFound:
                return None
        return _order(order)

    def fills(self, symbol: str, exchange_order_id: str) -> list[Fill]:
        """Every execution of the order so far."""
        with _translated():
            rows = self._client.fetch_my_trades(symbol, None, None, {"orderId": exchange_order_id})
        return [_fill(row) for row in rows if str(row["order"]) == exchange_order_id]


def make_client(module: Any, settings: Settings, exchange: str, credentials: Credentials | None = None) -> Any:
    """A ccxt client of `module` (ccxt, ccxt.pro), pointed at the address that EXCHANGE_URLS names, if any."""
    venue = venue_of(exchange)
    options: dict[str, Any] = {
        "enableRateLimit": True,
        "timeout": _TIMEOUT_MILLISECONDS,
        "options": dict(venue.options),
    }
    if credentials:
        options.update(apiKey=credentials.api_key, secret=credentials.api_secret)
    client = getattr(module, venue.id)(options)
    # Numbers stay the exchange's own digits; they become Decimal for the ledger and float for the core.
    client.number = str
    override = settings.exchange_urls.get(exchange)
    if override:
        client.urls["api"] = override_addresses(client.urls["api"], override.rstrip("/"))
    return client


_markets_lock = threading.Lock()
_markets_of: dict[tuple[str, str], tuple[float, Any]] = {}
_MARKETS_AGE_SECONDS = 3600.0


def _share_markets(settings: Settings, exchange: str, client: Any) -> None:
    # The markets of one exchange weigh tens of megabytes: a process loads them once an hour and shares them.
    if client.markets:
        return
    key = (exchange, settings.exchange_urls.get(exchange, ""))
    with _markets_lock:
        loaded_at, source = _markets_of.get(key, (0.0, None))
        if source is None or time.monotonic() - loaded_at > _MARKETS_AGE_SECONDS:
            source = make_client(ccxt, settings, exchange)
            source.load_markets()
            _markets_of[key] = (time.monotonic(), source)
    client.set_markets_from_exchange(source)
    client.options["timeDifference"] = source.options.get("timeDifference", 0)


@contextmanager
def _translated(sending: bool = False) -> Iterator[None]:
    """Turn ccxt's exceptions into ours; `sending` says that an order may have reached the exchange."""
    try:
        yield
    except (ccxt.RateLimitExceeded, ccxt.DDoSProtection, ccxt.OnMaintenance) as error:
        if _REVOKED_KEY in str(error).replace(" ", ""):
            raise KeyRefused(plain_reason(error)) from None
        raise ExchangeBusy(f"The exchange asks to slow down: {plain_reason(error)}") from None
    except (ccxt.AuthenticationError, ccxt.PermissionDenied, ccxt.AccountSuspended) as error:
        raise KeyRefused(plain_reason(error)) from None
    except ccxt.InvalidNonce as error:
        raise ExchangeBusy(f"The exchange finds our clock off: {plain_reason(error)}") from None
    except ccxt.InsufficientFunds as error:
        raise InsufficientBalance(plain_reason(error)) from None
    except ccxt.OperationFailed as error:
        # A time-out, a cut connection or a 5xx: whether the order arrived is open.
        raise (OutcomeUnknown if sending else ExchangeBusy)("The exchange did not answer.") from error
    except ccxt.ExchangeError as error:
        raise OrderRefused(plain_reason(error)) from None


def plain_reason(error: Exception) -> str:
    """The exchange's own words out of ccxt's text, such as `binance {"code":-2015,"msg":"Invalid API-key."}`."""
    text = str(error)
    found = _MESSAGE.search(text)
    return found.group(1) if found else text[:300]


def _market(row: dict[str, Any]) -> Market:
    return Market(
        symbol=row["symbol"],
        base=row["base"],
        quote=row["quote"],
        price_tick=_decimal(row["precision"]["price"]),
        quantity_step=_decimal(row["precision"]["amount"]),
        minimum_notional=_decimal((row.get("limits") or {}).get("cost", {}).get("min") or 0),
    )


def _order(row: dict[str, Any]) -> ExchangeOrder:
    filled = _decimal(row.get("filled") or 0)
    status = _STATUS_OF.get(row.get("status") or "open", "open")
    return ExchangeOrder(
        exchange_order_id=str(row["id"]),
        status="partially_filled" if status == "open" and filled > 0 else status,
        filled_quantity=filled,
    )


def _fill(row: dict[str, Any]) -> Fill:
    fee = row.get("fee") or {}
    return Fill(
        fill_id=str(row["id"]),
        price=_decimal(row["price"]),
        quantity=_decimal(row["amount"]),
        fee=_decimal(fee.get("cost") or 0),
        fee_currency=fee.get("currency") or "",
        executed_at=datetime.fromtimestamp(row["timestamp"] / 1000, UTC),
    )


def _decimal(value: Any) -> Decimal:
    if isinstance(value, float) and math.isnan(value):
        return Decimal(0)
    return Decimal(str(value))


def _flag(value: Any) -> bool | None:
    if isinstance(value, bool) or value is None:
        return value
    return str(value).lower() == "true"
