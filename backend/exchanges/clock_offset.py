"""How far this machine's clock is from an exchange's: measured there, kept in Redis for all processes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import redis
import structlog

from backend.exchanges.errors import ExchangeProblem

log = structlog.get_logger(__name__)

_FRESH_SECONDS = 1800
_KEEP_SECONDS = 24 * 3600
_ATTEMPTS = 3
_LONGEST_ROUND_TRIP_MILLISECONDS = 1000
_REST_AFTER_FAILURE_SECONDS = 15
_WORTH_REPEATING_MILLISECONDS = 1000


@dataclass(frozen=True)
class ClockReading:
    """The exchange's time, and ours when the request left and when its answer was there; all in milliseconds."""

    theirs: int
    left_at: int
    answered_at: int


class ClockOffset:
    """The offset of one exchange's clock, in milliseconds: ours minus theirs."""

    def __init__(self, connections: redis.Redis, exchange: str, address: str, read: Callable[[], ClockReading]) -> None:
        self._redis = connections
        self._exchange = exchange
        self._key = f"exchange:clock:{exchange} {address}"
        self._fresh_key = f"{self._key}:fresh"
        self._read = read

    def apply(self, client: Any) -> None:
        """Have the client sign with the exchange's time; it is measured where nobody has done so lately."""
        kept, is_fresh = self._kept()
        measured = None if is_fresh else self._measure()
        offset = kept if measured is None else measured
        if offset is not None:
            _set(client, offset)

    def has_moved(self, client: Any) -> bool:
        """Measure anew; whether the client had used a time that is off by a second or more."""
        before = int(client.options.get("timeDifference") or 0)
        offset = self._measure()
        if offset is None or abs(offset - before) < _WORTH_REPEATING_MILLISECONDS:
            return False
        _set(client, offset)
        return True

    def _kept(self) -> tuple[int | None, bool]:
        try:
            kept, fresh = self._redis.mget(self._key, self._fresh_key)
        except redis.RedisError:
            return None, False
        return int(kept.decode()) if isinstance(kept, bytes) else None, fresh is not None

    def _measure(self) -> int | None:
        """The offset; None where the exchange does not answer, or too slowly to tell."""
        offset = self._measured()
        try:
            if offset is None:
                # Whoever comes next goes on with what is kept, instead of waiting for the same.
                self._redis.set(self._fresh_key, b"1", ex=_REST_AFTER_FAILURE_SECONDS, nx=True)
            else:
                self._redis.set(self._key, offset, ex=_KEEP_SECONDS)
                self._redis.set(self._fresh_key, b"1", ex=_FRESH_SECONDS)
        except redis.RedisError:
            log.warning("clock_not_kept", exchange=self._exchange)
        return offset

    def _measured(self) -> int | None:
        for _ in range(_ATTEMPTS):
            try:
                reading = self._read()
            except ExchangeProblem as problem:
                log.warning("clock_not_measured", exchange=self._exchange, reason=problem.reason)
                return None
            # On a slow way nobody knows when the exchange looked at its clock. The first request may be slow only
            # because it opens the connection.
            if 0 <= reading.answered_at - reading.left_at <= _LONGEST_ROUND_TRIP_MILLISECONDS:
                return (reading.left_at + reading.answered_at) // 2 - reading.theirs
        log.warning("clock_not_measured", exchange=self._exchange, reason="Its answers take too long.")
        return None


def _set(client: Any, offset: int) -> None:
    client.options["timeDifference"] = offset
