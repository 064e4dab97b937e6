"""Who asks: the API key, the signature over path, nonce and body, and a nonce that rises with every request."""

import base64
import binascii
import hashlib
import hmac

from backend.sandbox.accounts import Account
from backend.sandbox.kraken.errors import KrakenError
from backend.sandbox.kraken.parameters import Parameters
from backend.sandbox.matching import Exchange


class Signatures:
    """Checks signed requests; remembers each key's last nonce as long as the process lives."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._nonces: dict[str, int] = {}

    def verify(self, path: str, api_key: str, signature: str, parameters: Parameters) -> Account:
        """The account that asks; `path` from /0 on. Raises KrakenError for the key, the signature or the nonce."""
        account, api_secret = self._exchange.account_of(api_key, "kraken"), self._exchange.secrets.of(api_key)
        if account is None or api_secret is None:
            raise KrakenError("EAPI:Invalid key")
        nonce = parameters.optional("nonce") or ""
        digest = hashlib.sha256((nonce + parameters.raw).encode()).digest()
        right = hmac.new(base64.b64decode(api_secret), path.encode() + digest, hashlib.sha512).digest()
        if not hmac.compare_digest(right, _decoded(signature)):
            raise KrakenError("EAPI:Invalid signature")
        if not nonce.isascii() or not nonce.isdigit() or int(nonce) <= self._nonces.get(api_key, 0):
            raise KrakenError("EAPI:Invalid nonce")
        self._nonces[api_key] = int(nonce)
        return account


def _decoded(signature: str) -> bytes:
    try:
        return base64.b64decode(signature, validate=True)
    except binascii.Error:
        return b""
