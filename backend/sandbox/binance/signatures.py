"""Who asks: the API key, the signature over exactly what was sent, and the time window, as Binance checks them."""

import hashlib
import hmac
import re
from typing import Final

from backend.sandbox.binance.errors import BinanceError
from backend.sandbox.binance.parameters import Parameters
from backend.sandbox.journal import Secrets

_DEFAULT_WINDOW: Final = 5_000
_LARGEST_WINDOW: Final = 60_000
_AHEAD: Final = 1_000


def verify(api_key: str, parameters: Parameters, secrets: Secrets, now: int) -> None:
    """Raises BinanceError -2014, -2015, -1102, -1022, -1131 or -1021."""
    if not re.fullmatch(r"[A-Za-z0-9]{64}", api_key):
        raise BinanceError(-2014, "API-key format invalid.", 401)
    api_secret = secrets.of(api_key)
    if api_secret is None:
        raise BinanceError(-2015, "Invalid API-key, IP, or permissions for action.", 401)
    sent = parameters.text("signature")
    timestamp = parameters.integer("timestamp")
    payload = _without_signature(parameters.query) + _without_signature(parameters.body)
    right = hmac.new(api_secret.encode(), payload.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(right.encode(), sent.lower().encode()):
        raise BinanceError(-1022, "Signature for this request is not valid.")
    _check_time(timestamp, parameters, now)


def _without_signature(sent: str) -> str:
    # Only the signature itself is cut out: the rest stays byte for byte what the client signed.
    return "&".join(part for part in sent.split("&") if not part.startswith("signature="))


def _check_time(timestamp: int, parameters: Parameters, now: int) -> None:
    window = parameters.decimal("recvWindow") if parameters.has("recvWindow") else _DEFAULT_WINDOW
    if window > _LARGEST_WINDOW:
        raise BinanceError(-1131, f"'recvWindow' must be less than {_LARGEST_WINDOW}.")
    if timestamp >= now + _AHEAD:
        raise BinanceError(-1021, f"Timestamp for this request was {_AHEAD}ms ahead of the server's time.")
    if now - timestamp > window:
        raise BinanceError(-1021, "Timestamp for this request is outside of the recvWindow.")
