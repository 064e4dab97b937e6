"""One line to an exchange: every call goes through its limits, its clock, its circuit breaker and our errors."""

from collections.abc import Callable
from typing import Any, TypeVar

import ccxt

from backend.exchanges.breaker import Breaker
from backend.exchanges.clock_offset import ClockOffset
from backend.exchanges.errors import (
    ClockOff,
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
    """Asks through one ccxt client. Not shared between threads, as the client is not."""

    def __init__(
        self,
        client: Any,
        traffic: Traffic,
        breaker: Breaker,
        offset: ClockOffset | None,
        refusals: tuple[Refusal, ...] = (),
    ) -> None:
        self.client = client
        self._traffic = traffic
        self._breaker = breaker
        self._offset = offset
        self._refusals = refusals
        self._status: int | None = None
        self._retry_after: float | None = None
        self._pass_on_request = client.fetch2
        self._pass_on_answer = client.on_rest_response
        client.fetch2 = self._admit
        client.on_rest_response = self._note_answer

    def ask(self, call: Callable[[], Answer]) -> Answer:
        """What the call answers. Raises ExchangeProblem, never OutcomeUnknown: nothing is changed by asking."""
        return self._heal_clock(lambda: self._attempt(call, is_sending=False))

    def send(self, call: Callable[[], Answer]) -> Answer:
        """What the call answers, where it changes something at the exchange. Raises ExchangeProblem."""
        return self._heal_clock(lambda: self._attempt(call, is_sending=True))

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

    def _attempt(self, call: Callable[[], Answer], is_sending: bool) -> Answer:
        self._status = self._retry_after = None
        try:
            answer = call()
        except (ccxt.BaseError, *UNREADABLE) as error:
            circumstances = Circumstances(is_sending, self._status, self._retry_after)
            problem = translate(error, self._refusals, circumstances)
            problem.reason = self._without_secrets(problem.reason)
            self._note(problem)
            raise problem from None
        self._breaker.note_success()
        return answer

    def _note(self, problem: ExchangeProblem) -> None:
        if isinstance(problem, OutcomeUnknown | ExchangeDown):
            self._breaker.note_failure()
        elif self._status is not None:
            self._breaker.note_success()

    def _admit(
        self, path: str, api: Any = "public", method: str = "GET", params: Any = None, config: Any = None
    ) -> Any:
        cost = self.client.calculate_rate_limiter_cost(api, method, path, params or {}, config or {})
        self._traffic.admit(api, method, path, float(cost or 0))
        return self._pass_on_request(path, api, method, params or {}, config or {})

    def _note_answer(self, code: int, reason: str, url: str, method: str, headers: Any, body: str, *rest: Any) -> Any:
        self._status = code
        if code in {418, 429}:
            self._retry_after = self._traffic.pause(headers.get("Retry-After"))
        return self._pass_on_answer(code, reason, url, method, headers, body, *rest)

    def _without_secrets(self, text: str) -> str:
        for secret in (self.client.secret, self.client.apiKey, self.client.password):
            if secret:
                text = text.replace(secret, "***")
        return text
