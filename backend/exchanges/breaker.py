"""A circuit breaker per exchange, shared through Redis: it halts entries while the exchange does not answer."""

import redis
import structlog

log = structlog.get_logger(__name__)

_FAILURES = 5
_WINDOW_SECONDS = 60
_FIRST_REST_SECONDS = 15
_LONGEST_REST_SECONDS = 240
_PROBE_SECONDS = 5
_MEMORY_SECONDS = 3600


class Breaker:
    """Closed; open after a few failures within a minute; then half open: one entry is let through to probe.

    Ask `is_open` before entries only: exits, cancels and questions always go, and their answers are noted too. A
    failure while half open rests it again, for twice as long. Redis forgotten is a closed breaker.
    """

    def __init__(self, connections: redis.Redis, exchange: str, address: str) -> None:
        self._redis = connections
        self._exchange = exchange
        prefix = f"exchange:breaker:{exchange} {address}"
        self._failures, self._rest, self._tripped, self._probe = (
            f"{prefix}:{name}" for name in ("failures", "rest", "tripped", "probe")
        )

    def is_open(self) -> bool:
        """Whether an entry must wait. While half open, one caller in a few seconds is told that it need not."""
        try:
            if self._redis.exists(self._rest):
                return True
            if not self._redis.exists(self._tripped):
                return False
            return not self._redis.set(self._probe, b"1", nx=True, ex=_PROBE_SECONDS)
        except redis.RedisError:
            return False

    def note_success(self) -> None:
        """The exchange answered, even if with a refusal."""
        try:
            pipeline = self._redis.pipeline(transaction=False)
            pipeline.exists(self._tripped)
            pipeline.delete(self._failures, self._rest, self._tripped, self._probe)
            if pipeline.execute()[0]:
                log.info("breaker_closed", exchange=self._exchange)
        except redis.RedisError:
            return

    def note_failure(self) -> None:
        """The exchange did not answer, or said that it is down."""
        try:
            if self._redis.exists(self._rest):
                return
            if self._redis.exists(self._tripped):
                self._trip()
                return
            failures = int(self._redis.incr(self._failures))
            if failures == 1:
                self._redis.expire(self._failures, _WINDOW_SECONDS)
            if failures >= _FAILURES:
                self._trip()
        except redis.RedisError:
            return

    def _trip(self) -> None:
        times = int(self._redis.incr(self._tripped))
        self._redis.expire(self._tripped, _MEMORY_SECONDS)
        seconds = min(_FIRST_REST_SECONDS * 2 ** (times - 1), _LONGEST_REST_SECONDS)
        self._redis.set(self._rest, b"1", ex=seconds)
        self._redis.delete(self._failures, self._probe)
        log.warning("breaker_opened", exchange=self._exchange, seconds=seconds)
