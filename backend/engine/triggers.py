"""Prices at which something is to happen between candles: a cache in Redis of what the states in PostgreSQL say."""

import math
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import redis

_POP_CROSSED = """
local found = {}
local function pop(key, from, to)
    local members = redis.call('ZRANGEBYSCORE', key, from, to)
    for _, member in ipairs(members) do found[#found + 1] = member end
end
pop(KEYS[1], ARGV[1], '+inf')
pop(KEYS[2], '-inf', ARGV[2])
pop(KEYS[3], '-inf', ARGV[3])
for first = 1, #found, 1000 do
    local last = math.min(first + 999, #found)
    for _, key in ipairs(KEYS) do redis.call('ZREM', key, unpack(found, first, last)) end
end
return found
"""
_BATCH = 1000
_CHECKED_SECONDS = 45
_SPREAD_SECONDS = 30
"""A market counts as checked for the first, and for up to so many more, so that not all are due in one second."""
_CLAIM_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Trigger:
    """What wakes a bot: a price at or below `lower`, at or above `upper`, or the first one from `opens_at` (ms) on."""

    bot_id: UUID
    lower: float = -math.inf
    upper: float = math.inf
    opens_at: int | None = None


class TriggerBoard:
    """Arms triggers and finds those that a price crosses, however many are armed."""

    def __init__(self, client: redis.Redis) -> None:
        self._redis = client
        self._pop = client.register_script(_POP_CROSSED)

    def arm(self, exchange: str, symbol: str, triggers: Iterable[Trigger]) -> None:
        """Set each bot's triggers of this market, in place of those it had."""
        keys = _keys(exchange, symbol)
        waiting = list(triggers)
        for first in range(0, len(waiting), _BATCH):
            batch = waiting[first : first + _BATCH]
            pipeline = self._redis.pipeline(transaction=True)
            for key, scores in zip(keys, _scores(batch), strict=True):
                gone = [trigger.bot_id.bytes for trigger in batch if trigger.bot_id.bytes not in scores]
                if gone:
                    pipeline.zrem(key, *gone)
                if scores:
                    pipeline.zadd(key, scores)
            pipeline.execute()

    def pop_crossed(
        self,
        exchange: str,
        symbol: str,
        price: float,
        opened_at: int,
        high: float = -math.inf,
        low: float = math.inf,
    ) -> list[UUID]:
        """Whoever the price wakes, disarmed; `opened_at` (ms): of the unfinished candle that the price belongs to.

        `high` and `low`: how far it went on its way, where that is beyond the price.
        """
        reached: list[bytes | str | int] = [repr(min(price, low)), repr(max(price, high)), opened_at]
        found: Any = self._pop(keys=list(_keys(exchange, symbol)), args=reached)
        return list(dict.fromkeys(UUID(bytes=member) for member in found))

    def differing(self, exchange: str, symbol: str, triggers: Sequence[Trigger]) -> list[UUID]:
        """The bots for which something else is armed than these triggers say, or nothing where something should be."""
        found: list[UUID] = []
        for first in range(0, len(triggers), _BATCH):
            batch = triggers[first : first + _BATCH]
            members = [trigger.bot_id.bytes for trigger in batch]
            pipeline: Any = self._redis.pipeline(transaction=False)
            for key in _keys(exchange, symbol):
                pipeline.zmscore(key, members)
            armed = pipeline.execute()
            wanted = _scores(batch)
            found += [
                trigger.bot_id
                for index, trigger in enumerate(batch)
                if any(has[index] != want.get(members[index]) for has, want in zip(armed, wanted, strict=True))
            ]
        return found

    def count(self, exchange: str, symbol: str) -> int:
        """How many triggers are armed in the market."""
        counts: Any = [self._redis.zcard(key) for key in _keys(exchange, symbol)]
        return sum(counts)

    def claim_due(self, exchange: str, symbol: str, timeframe: str) -> bool:
        """Whether the market has to be checked now, and by nobody else for the next seconds.

        True about once a minute, after `doubt`, and where Redis has lost its memory.
        """
        key = _checked_key(exchange, symbol, timeframe)
        if self._redis.exists(key):
            return False
        return bool(self._redis.set(f"{key}:claimed", b"1", nx=True, ex=_CLAIM_SECONDS))

    def note_checked(self, exchange: str, symbol: str, timeframe: str) -> None:
        """Note that everything the market's bots wait for is armed; said once that is done, never before."""
        key = _checked_key(exchange, symbol, timeframe)
        self._redis.set(key, b"1", ex=_CHECKED_SECONDS + zlib.crc32(key.encode()) % _SPREAD_SECONDS)

    def doubt(self, exchange: str, symbol: str, timeframe: str) -> None:
        """Have the market checked at the next sweep: something went wrong while it was being armed."""
        self._redis.delete(_checked_key(exchange, symbol, timeframe))


def _checked_key(exchange: str, symbol: str, timeframe: str) -> str:
    return f"triggers:checked:{exchange}:{symbol}:{timeframe}"


def _keys(exchange: str, symbol: str) -> tuple[str, str, str]:
    name = f"triggers:{exchange}:{symbol}"
    return f"{name}:low", f"{name}:high", f"{name}:open"


def _scores(batch: Sequence[Trigger]) -> tuple[dict[bytes, float], dict[bytes, float], dict[bytes, float]]:
    low = {trigger.bot_id.bytes: trigger.lower for trigger in batch if math.isfinite(trigger.lower)}
    high = {trigger.bot_id.bytes: trigger.upper for trigger in batch if math.isfinite(trigger.upper)}
    opens = {trigger.bot_id.bytes: float(trigger.opens_at) for trigger in batch if trigger.opens_at is not None}
    return low, high, opens
