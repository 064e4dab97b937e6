"""Who asks: a token signed with the key's own private key, for this request and for two minutes."""

from typing import Any, Final

import jwt
from aiohttp import web
from jwt.types import Options

from backend.sandbox.accounts import Account
from backend.sandbox.clock import Clock
from backend.sandbox.coinbase.errors import Unauthorized
from backend.sandbox.matching import Exchange

_LONGEST_SECONDS = 120
# A client's clock may be so much ahead.
_LEEWAY_SECONDS = 10
# The times are judged by the venue's own clock, the key's name by comparison with the header's.
_CHECKS: Final[Options] = {
    "verify_signature": True,
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


class Signatures:
    """Checks tokens against the public keys that the venue keeps."""

    def __init__(self, exchange: Exchange, clock: Clock) -> None:
        self._exchange = exchange
        self._clock = clock

    def verify(self, request: web.Request) -> Account:
        """The account whose key has signed the request's token. Raises Unauthorized."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer":
            raise Unauthorized
        claims, account = self._believed(token)
        method, _, address = str(claims.get("uri", "")).partition(" ")
        # The whole address without https://; a client that was pointed at this machine leaves its http:// there.
        asked = f"{request.host}{request.rel_url.raw_path}"
        if method != request.method or address.removeprefix("http://") != asked:
            raise Unauthorized
        return account

    def verify_stream(self, token: Any) -> Account:
        """The account whose key has signed a websocket's token. Raises Unauthorized."""
        return self._believed(str(token))[1]

    def _believed(self, token: str) -> tuple[dict[str, Any], Account]:
        try:
            api_key = str(jwt.get_unverified_header(token).get("kid", ""))
            account, public_key = self._exchange.account_of(api_key, "coinbase"), self._exchange.secrets.of(api_key)
            if account is None or public_key is None:
                raise Unauthorized
            claims: dict[str, Any] = jwt.decode(token, public_key, algorithms=["ES256"], options=_CHECKS)
        except jwt.PyJWTError:
            raise Unauthorized from None
        if claims.get("sub") != api_key or not self._is_timely(claims):
            raise Unauthorized
        return claims, account

    def _is_timely(self, claims: dict[str, Any]) -> bool:
        begins, ends = claims.get("nbf"), claims.get("exp")
        if not isinstance(begins, int) or not isinstance(ends, int):
            return False
        now = self._clock.milliseconds() // 1000
        return begins - _LEEWAY_SECONDS <= now < ends <= begins + _LONGEST_SECONDS
