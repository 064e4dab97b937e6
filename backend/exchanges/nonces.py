"""Nonces that rise strictly for one API key, whichever process uses it: Kraken refuses any other."""

import hashlib
import itertools

import redis

_NEXT = """
local last = tonumber(redis.call('GET', KEYS[1]) or '0')
local next = math.max(last + 1, tonumber(ARGV[1]))
redis.call('SET', KEYS[1], string.format('%.0f', next), 'EX', 604800)
return string.format('%.0f', next)
"""


class Nonces:
    """The nonces of one key: milliseconds, one more where two would be the same."""

    def __init__(self, connections: redis.Redis, api_key: str) -> None:
        self._next = connections.register_script(_NEXT)
        self._key = f"exchange:nonce:{hashlib.sha256(api_key.encode()).hexdigest()[:32]}"
        self._alone = itertools.count(1)

    def next(self, milliseconds: int) -> int:
        """A nonce that is larger than every one before, and at least the present time."""
        try:
            return int(self._next(keys=[self._key], args=[milliseconds]))
        except redis.RedisError:
            # Without Redis nothing is queued either; what is under way goes on with the clock alone.
            return milliseconds + next(self._alone)
