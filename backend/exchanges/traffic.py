"""Rate limits of exchanges, shared by every process through Redis, and the pauses that exchanges ask for."""

import time
from typing import Any

import redis
import structlog
from limits import RateLimitItem, RateLimitItemPerSecond
from limits.storage import RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from backend.exchanges.errors import ExchangeBusy
from backend.exchanges.venue import RequestLimit, Venue

log = structlog.get_logger(__name__)

_LONGEST_WAIT_SECONDS = 5.0
_LOOK_SECONDS = 0.05
_PAUSE_WITHOUT_A_WORD = 10.0
_LONGEST_PAUSE_SECONDS = 3 * 24 * 3600.0
_BAN = 418

_ORDER_PATHS = frozenset(
    {"order", "AddOrder", "CancelOrder", "brokerage/orders", "brokerage/orders/batch_cancel", "v2/orders"}
)

_LENGTHEN = """
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
    redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
end
"""


class Limiter:
    """The library's limiter over the process's own Redis connections."""

    def __init__(self, connections: redis.Redis) -> None:
        pool = connections.connection_pool
        self._limiter = SlidingWindowCounterRateLimiter(RedisStorage("redis://", connection_pool=pool))

    def take(self, item: RateLimitItem, weight: int, *scope: str) -> bool:
        """Count a request of this weight, unless the limit is reached."""
        return self._limiter.hit(item, *scope, cost=weight)


class Traffic:
    """Admits the requests of one account, or of the public's line, to one address of an exchange."""

    def __init__(
        self, connections: redis.Redis, limiter: Limiter, venue: Venue, address: str, account: str | None
    ) -> None:
        self._redis = connections
        self._limiter = limiter
        self._venue = venue
        self._address = f"{venue.id} {address}"
        self._account = account
        self._lengthen = connections.register_script(_LENGTHEN)

    def admit(self, api: Any, method: str, path: str, cost: float, until: float | None = None) -> None:
        """Wait a little, and not past `until` of the monotonic clock, until the request may be sent.

        Raises ExchangeBusy when that takes too long.
        """
        deadline = time.monotonic() + _LONGEST_WAIT_SECONDS
        if until is not None:
            deadline = min(deadline, until)
        try:
            self._wait_out_pause(api, deadline)
            for scope, limit in self._shares(api, method, path):
                self._take_share(scope, limit, cost, deadline)
        except redis.RedisError as error:
            # Without Redis nobody's share is known. An exit matters more than a limit, which the exchange keeps itself.
            log.warning("limits_unknown", exchange=self._venue.id, error=type(error).__name__)

    def hold_back(self, api: Any, status: int, text: str, retry_after: str | None) -> float:
        """Pause those whom this refusal for too many requests concerns; returns for how many seconds.

        A pause that lasts longer already stays as it is.
        """
        seconds = _seconds(retry_after)
        whole_address = self._concerns_address(api, status, text)
        try:
            self._lengthen(
                keys=[self._pause_key(None if whole_address else self._account)], args=[max(1, round(seconds * 1000))]
            )
        except redis.RedisError as error:
            log.warning("pause_untold", exchange=self._venue.id, error=type(error).__name__)
        log.warning("exchange_pause", exchange=self._venue.id, seconds=seconds, whole_address=whole_address)
        return seconds

    def _concerns_address(self, api: Any, status: int, text: str) -> bool:
        if self._account is None or _is_public(api) or status == _BAN:
            return True
        limits = self._venue.limits
        words = limits.too_many_orders
        return limits.address is not None and (words is None or words not in text.replace('": ', '":'))

    def _pause_key(self, account: str | None) -> str:
        everybody = f"exchange:pause:{self._address}"
        return everybody if account is None else f"{everybody}:{account}"

    def _wait_out_pause(self, api: Any, deadline: float) -> None:
        keys = [self._pause_key(None)]
        if self._account is not None and not _is_public(api):
            keys.append(self._pause_key(self._account))
        remaining = max(int(self._redis.pttl(key)) for key in keys) / 1000
        if remaining <= 0:
            return
        if time.monotonic() + remaining > deadline:
            raise ExchangeBusy(f"{self._venue.name} asked to hold back.", remaining)
        time.sleep(remaining)

    def _take_share(self, scope: tuple[str, ...], limit: RequestLimit, cost: float, deadline: float) -> None:
        weight = min(max(1, round(cost * self._venue.limits.weight_of_cost)), limit.amount)
        item = RateLimitItemPerSecond(limit.amount, limit.seconds, namespace="exchange:limit")
        while not self._limiter.take(item, weight, *scope):
            if time.monotonic() > deadline:
                reason = f"Our share of {self._venue.name}'s requests is used up for the moment."
                raise ExchangeBusy(reason, float(limit.seconds))
            time.sleep(_LOOK_SECONDS)

    def _shares(self, api: Any, method: str, path: str) -> list[tuple[tuple[str, ...], RequestLimit]]:
        limits = self._venue.limits
        # The account's own share comes first: an account that has used it up takes nothing from the others.
        shares = [self._own_share(api, method, path)]
        if limits.address is not None:
            shares.append(((self._address, "everybody"), limits.address))
        return shares

    def _own_share(self, api: Any, method: str, path: str) -> tuple[tuple[str, ...], RequestLimit]:
        limits = self._venue.limits
        if self._account is None or _is_public(api):
            return (self._address, "public"), limits.public
        if method in {"POST", "DELETE"} and path.removesuffix("/{order_id}") in _ORDER_PATHS:
            return (self._address, "orders", self._account), limits.orders
        return (self._address, "private", self._account), limits.private


def _is_public(api: Any) -> bool:
    names = [api] if isinstance(api, str) else api
    return any("public" in name.lower() for name in names)


def _seconds(retry_after: str | None) -> float:
    """Retry-After in seconds; a date in it, which exchanges do not send, counts as silence."""
    try:
        asked = float(retry_after or _PAUSE_WITHOUT_A_WORD)
    except ValueError:
        asked = _PAUSE_WITHOUT_A_WORD
    return min(max(asked, 0.0), _LONGEST_PAUSE_SECONDS)
