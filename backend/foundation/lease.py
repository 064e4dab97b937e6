"""A lease in Redis: of several processes that could do a thing, one does it, and another takes over when it dies."""

import secrets

import redis

_RENEW = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
_RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
"""


class Lease:
    """Held for some seconds at a time; whoever does not renew it in time has lost it."""

    def __init__(self, client: redis.Redis, name: str, seconds: float) -> None:
        self._key = f"lease:{name}"
        self._holder = secrets.token_hex(8)
        self._milliseconds = round(seconds * 1000)
        self._renew = client.register_script(_RENEW)
        self._release = client.register_script(_RELEASE)

    def hold(self) -> bool:
        """Take the lease or renew it; False while another holds it. Raises RedisError where nobody can tell."""
        return bool(self._renew(keys=[self._key], args=[self._holder, self._milliseconds]))

    def release(self) -> None:
        """Let the next one have it at once."""
        self._release(keys=[self._key], args=[self._holder])
