"""A circuit breaker per exchange, shared through Redis: it halts entries while the exchange does not answer."""

from typing import Literal

import redis
import structlog

log = structlog.get_logger(__name__)

Call = Literal["question", "sending"]
"""What was said to the exchange: something to be answered, or something to be changed there."""

_CALLS: tuple[Call, ...] = ("question", "sending")
_FAILURES = 5
_WINDOW_SECONDS = 60
_FIRST_REST_SECONDS = 15
_LONGEST_REST_SECONDS = 240
_PROBE_SECONDS = 5
_MEMORY_SECONDS = 3600


class Breaker:
    """Closed; open after a few failures within a minute; then half open: one entry is let through to probe.

    Questions and sendings are counted apart: an exchange that answers every question and takes no order is of no use to
    entries. An answer to a sending closes the breaker, an answer to a question only where questions have opened it.

    Ask `is_open` before entries only: exits, cancels and questions always go, and their answers are noted too. A
    failure while half open rests it again, for twice as long. Redis forgotten is a closed breaker.
    """

    def __init__(self, connections: redis.Redis, exchange: str, address: str) -> None:
        self._redis = connections
        self._exchange = exchange
        self._prefix = f"exchange:breaker:{exchange} {address}"
        self._probe = f"{self._prefix}:probe"

    def is_open(self) -> bool:
        """Whether an entry must wait. While half open, one caller in a few seconds is told that it need not."""
        try:
            if self._redis.exists(*self._keys("rest", _CALLS)):
                return True
            if not self._redis.exists(*self._keys("tripped", _CALLS)):
                return False
            return not self._redis.set(self._probe, b"1", nx=True, ex=_PROBE_SECONDS)
        except redis.RedisError:
            return False

    def note_success(self, call: Call) -> None:
        """The exchange answered, even if with a refusal."""
        calls = _CALLS if call == "sending" else (call,)
        tripped = self._keys("tripped", calls)
        try:
            pipeline = self._redis.pipeline(transaction=False)
            pipeline.exists(*tripped)
            pipeline.delete(*tripped, *self._keys("failures", calls), *self._keys("rest", calls))
            if pipeline.execute()[0]:
                log.info("breaker_closed", exchange=self._exchange, call=call)
        except redis.RedisError:
            return

    def note_failure(self, call: Call) -> None:
        """The exchange did not answer, or said that it is down."""
        try:
            if self._redis.exists(self._key("rest", call)):
                return
            if self._redis.exists(self._key("tripped", call)):
                self._trip(call)
                return
            counted = self._key("failures", call)
            failures = int(self._redis.incr(counted))
            if failures == 1:
                self._redis.expire(counted, _WINDOW_SECONDS)
            if failures >= _FAILURES:
                self._trip(call)
        except redis.RedisError:
            return

    def _trip(self, call: Call) -> None:
        times = int(self._redis.incr(self._key("tripped", call)))
        self._redis.expire(self._key("tripped", call), _MEMORY_SECONDS)
        seconds = min(_FIRST_REST_SECONDS * 2 ** (times - 1), _LONGEST_REST_SECONDS)
        self._redis.set(self._key("rest", call), b"1", ex=seconds)
        self._redis.delete(self._key("failures", call), self._probe)
        log.warning("breaker_opened", exchange=self._exchange, call=call, seconds=seconds)

    def _keys(self, name: str, calls: tuple[Call, ...]) -> list[str]:
        return [self._key(name, call) for call in calls]

    def _key(self, name: str, call: Call) -> str:
        return f"{self._prefix}:{call}:{name}"
