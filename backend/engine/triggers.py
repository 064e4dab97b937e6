"""Prices at which something is to happen between candles: a cache in Redis of what the states in PostgreSQL say."""

import math
from collections.abc import Iterable
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
EPOCH_KEY = "triggers:epoch"
"""There as long as Redis has kept its memory; where it is missing, every trigger has to be armed anew."""


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

    def pop_crossed(self, exchange: str, symbol: str, price: float, opened_at: int) -> list[UUID]:
        """Whoever the price wakes, disarmed; `opened_at` (ms): of the unfinished candle that the price belongs to."""
        found: Any = self._pop(keys=list(_keys(exchange, symbol)), args=[repr(price), repr(price), opened_at])
        return list(dict.fromkeys(UUID(bytes=member) for member in found))

    def count(self, exchange: str, symbol: str) -> int:
        """How many triggers are armed in the market."""
        counts: Any = [self._redis.zcard(key) for key in _keys(exchange, symbol)]
        return sum(counts)

    def begin_epoch(self) -> bool:
        """Note that everything is being armed; returns False where that was noted before and nothing was lost."""
        return bool(self._redis.set(EPOCH_KEY, b"1", nx=True))


def _keys(exchange: str, symbol: str) -> tuple[str, str, str]:
    name = f"triggers:{exchange}:{symbol}"
    return f"{name}:low", f"{name}:high", f"{name}:open"


def _scores(batch: list[Trigger]) -> tuple[dict[bytes, float], dict[bytes, float], dict[bytes, float]]:
    low = {trigger.bot_id.bytes: trigger.lower for trigger in batch if math.isfinite(trigger.lower)}
    high = {trigger.bot_id.bytes: trigger.upper for trigger in batch if math.isfinite(trigger.upper)}
    opens = {trigger.bot_id.bytes: float(trigger.opens_at) for trigger in batch if trigger.opens_at is not None}
    return low, high, opens
