"""The client: one object with the API's parts as its attributes."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from tradefleet_client.errors import SecondFactorNeeded, Unauthorized
from tradefleet_client.resources import Resources
from tradefleet_client.transport import Transport


class Client(Resources):
    """Speaks to one Tradefleet server, in the name of one user.

    Give a personal access token, or call `log_in`; a login is renewed by itself while the client lives.
    """

    def __init__(
        self,
        address: str,
        token: str | None = None,
        timeout: float = 30.0,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """`address` is the server's, such as https://tradefleet.example; `timeout` is in seconds."""
        transport = Transport(address, token, timeout, pause)
        super().__init__(transport)
        self._transport = transport

    def log_in(self, email: str, password: str, code: str | None = None) -> None:
        """Log in; `code` is of the second factor where there is one. Raises Unauthorized, SecondFactorNeeded."""
        told = self._transport.data("POST", "/auth/login", body={"email": email, "password": password})
        if "access_token" not in told:
            if code is None:
                raise SecondFactorNeeded("This account has a second factor: give its code too.")
            told = self._transport.data("POST", "/auth/mfa/verify", body={"mfa_token": told["mfa_token"], "code": code})
        self._transport.token = told["access_token"]
        self._transport.renew = self._renew

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _renew(self) -> bool:
        self._transport.renew = lambda: False
        try:
            self._transport.token = self.auth.refresh().access_token
        except Unauthorized:
            return False
        self._transport.renew = self._renew
        return True
