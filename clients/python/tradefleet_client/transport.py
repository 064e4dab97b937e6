"""How requests are sent: with the login or token, tried again where that is safe, and read into Python values."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar
from uuid import uuid4

import httpx

from tradefleet_client.errors import BY_STATUS, FieldProblem, Refused, ServerError, Unreachable
from tradefleet_client.values import decoded, encoded

T = TypeVar("T")

LONGEST_WAIT = 60.0
_ATTEMPTS = 5
_FIRST_PAUSE = 0.5
_REPEATABLE = {"GET", "PUT", "DELETE"}


class Transport:
    """One connection to the API; `token` is an access token of a login or a personal one (`tf_…`)."""

    def __init__(
        self, address: str, token: str | None, timeout: float, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._http = httpx.Client(base_url=f"{address.rstrip('/')}/api/v1", timeout=timeout)
        self._pause = pause
        self.token = token
        self.renew: Callable[[], bool] = lambda: False
        """Gets a new access token when the old one has expired; says whether it did."""

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def call(
        self,
        kind: type[T],
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        once: bool = False,
    ) -> T:
        """Send a request and give its `data` as `kind`; `once` sends an idempotency key. Raises TradefleetError."""
        value: T = decoded(kind, self.data(method, path, query=query, body=body, once=once))
        return value

    def act(self, method: str, path: str, **options: Any) -> None:
        """Send a request whose answer tells nothing; `options` are those of `data`. Raises TradefleetError."""
        self.data(method, path, **options)

    def data(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        once: bool = False,
    ) -> Any:
        """Send a request and give its `data` as it came, None where there is nothing. Raises TradefleetError."""
        headers = {"Idempotency-Key": str(uuid4())} if once else {}
        content = None if body is None else _sent(body)
        answer = self.send(method, path, headers=headers, params=_sent(query), json=content)
        return None if answer.status_code == httpx.codes.NO_CONTENT else answer.json()["data"]

    def file(self, path: str, *, query: Mapping[str, Any] | None = None, accept: str = "*/*") -> bytes:
        """The content of a file. Raises TradefleetError."""
        return self.send("GET", path, headers={"Accept": accept}, params=_sent(query)).content

    def send(self, method: str, path: str, *, headers: Mapping[str, str], **options: Any) -> httpx.Response:
        """Send, wait as told when it was too often, and try again where that acts once. Raises TradefleetError."""
        is_safe = method in _REPEATABLE or "Idempotency-Key" in headers
        is_renewed = False
        for attempt in range(_ATTEMPTS):
            is_last = attempt == _ATTEMPTS - 1
            try:
                answer = self._http.request(method, path, headers={**headers, **self._login()}, **options)
            except httpx.TransportError as error:
                if is_last or not is_safe:
                    raise Unreachable(f"No answer from {self._http.base_url}: {error}") from error
                self._pause(_FIRST_PAUSE * 2**attempt)
                continue
            if answer.is_success:
                return answer
            if _is_expired(answer) and not is_renewed and self.renew():
                is_renewed = True
                continue
            wait = _wait(answer, attempt, is_safe=is_safe)
            if is_last or wait is None:
                raise refusal(answer)
            self._pause(wait)
        raise refusal(answer)

    def _login(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


class Pages(Generic[T]):
    """A list: iterating asks for page after page; `csv` gives all of it as a file."""

    def __init__(self, transport: Transport, kind: type[T], path: str, query: Mapping[str, Any], size: int) -> None:
        self._transport, self._kind, self._path, self._query, self._size = transport, kind, path, query, size

    def __iter__(self) -> Iterator[T]:
        offset = 0
        while True:
            page = self._page(self._size, offset)
            items: list[T] = [decoded(self._kind, one) for one in page["items"]]
            yield from items
            offset += len(items)
            if not page["has_next"] or not items:
                return

    def count(self) -> int:
        """How long the list is."""
        total: int = self._page(1, 0)["total"]
        return total

    def csv(self) -> bytes:
        """All rows that match, with the names of their columns."""
        return self._transport.file(self._path, query=self._query, accept="text/csv")

    def _page(self, limit: int, offset: int) -> Any:
        return self._transport.data("GET", self._path, query={**self._query, "limit": limit, "offset": offset})


def refusal(answer: httpx.Response) -> Refused:
    """The error that the API answered with."""
    try:
        told = answer.json()
    except ValueError:
        told = {}
    kind = BY_STATUS.get(answer.status_code, ServerError if answer.is_server_error else Refused)
    details = [FieldProblem(one["field"], one["message"]) for one in told.get("details", ())]
    message = told.get("error", f"The server answered {answer.status_code}.")
    return kind(answer.status_code, told.get("code", "UNKNOWN"), message, details, told.get("request_id"))


def _is_expired(answer: httpx.Response) -> bool:
    return answer.status_code == httpx.codes.UNAUTHORIZED and refusal(answer).code == "TOKEN_EXPIRED"


def _wait(answer: httpx.Response, attempt: int, *, is_safe: bool) -> float | None:
    """How many seconds to wait before the next attempt; None where there should be none."""
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        # It was refused before anything was done, so sending it again is safe.
        wait = float(answer.headers.get("Retry-After", _FIRST_PAUSE))
        return wait if wait <= LONGEST_WAIT else None
    if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE and is_safe:
        return float(_FIRST_PAUSE * 2**attempt)
    return None


def _sent(values: Mapping[str, Any] | None) -> dict[str, Any]:
    """What is to be sent: arguments that were not given are left out."""
    return {name: encoded(value) for name, value in (values or {}).items() if value is not UNSET}


class _Unset:
    def __repr__(self) -> str:
        return "UNSET"


UNSET: Any = _Unset()
"""An argument that was not given, where None means something."""
