"""One line to an exchange: every call goes through its limits, its clock, its circuit breaker and our errors."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import ccxt

from backend.exchanges.breaker import Breaker, Call
from backend.exchanges.clock_offset import ClockOffset
from backend.exchanges.errors import (
    ClockOff,
    ExchangeBusy,
    ExchangeDown,
    ExchangeProblem,
    KeyRefused,
    NonceOvertaken,
    OutcomeUnknown,
)
from backend.exchanges.refusals import UNREADABLE, Circumstances, Refusal, translate
from backend.exchanges.traffic import Traffic

Answer = TypeVar("Answer")


class Line:
    """Asks through one ccxt client. Not shared between threads, as the client is not.

    `left_at` and `answered_at` are our times, in milliseconds, of the last request: of itself, without what it waited
    for before.
    """

    def __init__(
        self,
        client: Any,
        traffic: Traffic,
        breaker: Breaker,
        offset: ClockOffset | None,
        refusals: tuple[Refusal, ...] = (),
    ) -> None:
        self.client = client
        self.left_at = self.answered_at = 0
        self._traffic = traffic
        self._breaker = breaker
        self._offset = offset
        self._refusals = refusals
        self._api: Any = "public"
        self._sign_by: float | None = None
        self._status: int | None = None
        self._retry_after: float | None = None
        self._pass_on_request = client.fetch2
        self._pass_on_signed = client.fetch
        self._pass_on_answer = client.on_rest_response
        client.fetch2 = self._admit
        client.fetch = self._let_leave
        client.on_rest_response = self._note_answer

    def prepare(self) -> None:
        """Have the exchange's clock measured where nobody has done so lately."""
        if self._offset is not None:
            self._offset.apply(self.client)

    def ask(self, call: Callable[[], Answer]) -> Answer:
        """What the call answers. Raises ExchangeProblem, never OutcomeUnknown: nothing is changed by asking."""
        return self._heal_clock(lambda: self._attempt(call, "question"))

    def send(self, call: Callable[[], Answer], sign_by: float | None = None) -> Answer:
        """What the call answers, where it changes something at the exchange. Raises ExchangeProblem.

        `sign_by`: the moment of the monotonic clock after which nothing may leave any more; ExchangeBusy then.
        """
        self._sign_by = sign_by
        try:
            return self._heal_clock(lambda: self._attempt(call, "sending"))
        finally:
            self._sign_by = None

    def _heal_clock(self, attempt: Callable[[], Answer]) -> Answer:
        if self._offset is None:
            return attempt()
        self._offset.apply(self.client)
        try:
            return attempt()
        except NonceOvertaken:
            return attempt()
        except (ClockOff, KeyRefused):
            # Coinbase says only that the key is not authorized when the time of a signature is off. The call was
            # refused, so that it can be repeated once the clock was found to be another.
            if not self._offset.has_moved(self.client):
                raise
        return attempt()

    def _attempt(self, call: Callable[[], Answer], kind: Call) -> Answer:
        self._status = self._retry_after = None
        try:
            answer = call()
        except (ccxt.BaseError, *UNREADABLE) as error:
            circumstances = Circumstances(kind == "sending", self._status, self._retry_after)
            problem = translate(error, self._refusals, circumstances)
            problem.reason = self._without_secrets(problem.reason)
            self._note(problem, kind)
            raise problem from None
        self._breaker.note_success(kind)
        return answer

    def _note(self, problem: ExchangeProblem, kind: Call) -> None:
        if isinstance(problem, OutcomeUnknown | ExchangeDown):
            self._breaker.note_failure(kind)
        elif self._status is not None:
            self._breaker.note_success(kind)

    def _admit(
        self, path: str, api: Any = "public", method: str = "GET", params: Any = None, config: Any = None
    ) -> Any:
        cost = self.client.calculate_rate_limiter_cost(api, method, path, params or {}, config or {})
        self._api = api
        self._traffic.admit(api, method, path, float(cost or 0), self._sign_by)
        return self._pass_on_request(path, api, method, params or {}, config or {})

    def _let_leave(self, url: str, method: str = "GET", headers: Any = None, body: Any = None) -> Any:
        # Looked at here, where the request is signed already: no signature is made after this moment.
        if self._sign_by is not None and time.monotonic() > self._sign_by:
            raise ExchangeBusy("It took too long until the request could be sent; nothing was.")
        self._status = None
        self.left_at = self.answered_at = int(self.client.milliseconds())
        answer = self._pass_on_signed(url, method, headers, body)
        self.answered_at = int(self.client.milliseconds())
        return answer

    def _note_answer(self, code: int, reason: str, url: str, method: str, headers: Any, body: str, *rest: Any) -> Any:
        self._status = code
        if code in {418, 429}:
            self._retry_after = self._traffic.hold_back(self._api, code, body, headers.get("Retry-After"))
        return self._pass_on_answer(code, reason, url, method, headers, body, *rest)

    def _without_secrets(self, text: str) -> str:
        for secret in (self.client.secret, self.client.apiKey, self.client.password):
            if secret:
                text = text.replace(secret, "***")
        return text
