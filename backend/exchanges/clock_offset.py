"""How far this machine's clock is from an exchange's: measured there, kept in Redis for all processes."""

from collections.abc import Callable
from typing import Any

import redis
import structlog

from backend.exchanges.errors import ExchangeProblem

log = structlog.get_logger(__name__)

_KEEP_SECONDS = 1800
_WORTH_REPEATING_MILLISECONDS = 1000


class ClockOffset:
    """The offset of one exchange's clock, in milliseconds: ours minus theirs."""

    def __init__(self, connections: redis.Redis, exchange: str, address: str, fetch_time: Callable[[], int]) -> None:
        self._redis = connections
        self._exchange = exchange
        self._key = f"exchange:clock:{exchange} {address}"
        self._fetch_time = fetch_time

    def apply(self, client: Any) -> None:
        """Have the client sign with the exchange's time; it is measured where nobody has done so lately."""
        kept = self._kept()
        offset = self._measure(client) if kept is None else kept
        if offset is not None:
            _set(client, offset)

    def has_moved(self, client: Any) -> bool:
        """Measure anew; whether the client had used a time that is off by a second or more."""
        before = int(client.options.get("timeDifference") or 0)
        offset = self._measure(client)
        if offset is None or abs(offset - before) < _WORTH_REPEATING_MILLISECONDS:
            return False
        _set(client, offset)
        return True

    def _kept(self) -> int | None:
        try:
            kept = self._redis.get(self._key)
        except redis.RedisError:
            return None
        return int(kept.decode()) if isinstance(kept, bytes) else None

    def _measure(self, client: Any) -> int | None:
        before = client.milliseconds()
        try:
            theirs = self._fetch_time()
        except ExchangeProblem as problem:
            log.warning("clock_not_measured", exchange=self._exchange, reason=problem.reason)
            return None
        offset = int(before + client.milliseconds()) // 2 - theirs
        try:
            self._redis.set(self._key, offset, ex=_KEEP_SECONDS)
        except redis.RedisError:
            log.warning("clock_not_kept", exchange=self._exchange)
        return offset


def _set(client: Any, offset: int) -> None:
    client.options["timeDifference"] = offset
