"""Who asks: the API key, the signature over exactly what was sent, and the time window, as Binance checks them."""

import hashlib
import hmac
import re
from decimal import Decimal
from typing import Final

from backend.sandbox.accounts import Account
from backend.sandbox.binance.errors import BinanceError, invalid_key
from backend.sandbox.binance.parameters import Parameters
from backend.sandbox.matching import Exchange

_DEFAULT_WINDOW: Final = Decimal(5_000)
_LARGEST_WINDOW: Final = 60_000
_AHEAD: Final = 1_000


def verify(api_key: str, parameters: Parameters, exchange: Exchange, now: int) -> Account:
    """The account that asks. Raises BinanceError -2014, -2015, -1102, -1022, -1131 or -1021."""
    if not re.fullmatch(r"[A-Za-z0-9]{64}", api_key):
        raise BinanceError(-2014, "API-key format invalid.", 401)
    account, api_secret = exchange.account_of(api_key, "binance"), exchange.secrets.of(api_key)
    if account is None or api_secret is None:
        raise invalid_key()
    sent = parameters.text("signature")
    timestamp = parameters.integer("timestamp")
    payload = _without_signature(parameters.query) + _without_signature(parameters.body)
    check_signature(api_secret, payload, sent)
    window = parameters.decimal("recvWindow") if parameters.has("recvWindow") else _DEFAULT_WINDOW
    check_time(timestamp, window, now)
    return account


def check_signature(api_secret: str, payload: str, sent: str) -> None:
    """Raises BinanceError -1022 unless `sent` is the payload's signature in hexadecimal digits."""
    right = hmac.new(api_secret.encode(), payload.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(right.encode(), sent.lower().encode()):
        raise BinanceError(-1022, "Signature for this request is not valid.")


def _without_signature(sent: str) -> str:
    # Only the signature itself is cut out: the rest stays byte for byte what the client signed.
    return "&".join(part for part in sent.split("&") if not part.startswith("signature="))


def check_time(timestamp: int, window: Decimal, now: int) -> None:
    """Raises BinanceError -1131 or -1021 for a request that was not signed just now; all in milliseconds."""
    if window > _LARGEST_WINDOW:
        raise BinanceError(-1131, f"'recvWindow' must be less than {_LARGEST_WINDOW}.")
    if timestamp >= now + _AHEAD:
        raise BinanceError(-1021, f"Timestamp for this request was {_AHEAD}ms ahead of the server's time.")
    if now - timestamp > window:
        raise BinanceError(-1021, "Timestamp for this request is outside of the recvWindow.")
