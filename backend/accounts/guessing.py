"""Slows down guesses at the password of one account, from however many addresses, without locking its owner out."""

import math
from dataclasses import dataclass
from datetime import timedelta

import redis
import structlog
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from backend.accounts.models import User, UserSession
from backend.foundation.clock import Clock, SystemClock
from backend.foundation.errors import TooManyRequests

log = structlog.get_logger(__name__)

_WINDOW_MINUTES = 15
_FROM_NEW_PLACES = RateLimitItemPerMinute(10, _WINDOW_MINUTES)
"""Failures of all addresses together from which nobody has logged into the account yet."""
_FROM_A_KNOWN_PLACE = RateLimitItemPerMinute(20, _WINDOW_MINUTES)
"""Failures of one address that its owner has used."""
_REMEMBERED = timedelta(days=90)
_ALONE = FixedWindowRateLimiter(MemoryStorage())


@dataclass(frozen=True)
class Attempt:
    """One try to log into an account; the same for accounts that there are and that there are not."""

    subject: str
    """The e-mail that was given, or whose code is tried."""
    address: str | None
    is_known_place: bool

    @property
    def _scope(self) -> tuple[RateLimitItemPerMinute, str, str]:
        if self.is_known_place:
            return _FROM_A_KNOWN_PLACE, self.subject, str(self.address)
        return _FROM_NEW_PLACES, self.subject, "new places"

    def begin(self, connections: redis.Redis) -> None:
        """Count the try before it is looked at, so that none of many at one instant goes uncounted.

        Raises TooManyRequests where there were too many failures lately.
        """
        item, subject, place = self._scope
        limiter = _limiter(connections)
        if limiter.hit(item, "guesses", subject, place):
            return
        reset = limiter.get_window_stats(item, "guesses", subject, place).reset_time
        seconds = max(1, math.ceil(reset - SystemClock().now().timestamp()))
        minutes = math.ceil(seconds / 60)
        raise TooManyRequests(
            f"Too many failed log-ins to this account. Try again in {minutes} min, or from a device and network"
            " that you have logged in from before.",
            seconds,
        )

    def succeed(self, connections: redis.Redis) -> None:
        """Take the try back: it was no guess."""
        item, subject, place = self._scope
        _limiter(connections).hit(item, "guesses", subject, place, cost=-1)


def attempt_of(session: Session, clock: Clock, email: str, address: str | None) -> Attempt:
    """An attempt at a password, with whether the account was logged into from the address before."""
    lowered = email.lower()
    return Attempt(lowered, address, _is_known_place(session, clock, func.lower(User.email) == lowered, address))


def attempt_at_code(session: Session, clock: Clock, user: User, address: str | None) -> Attempt:
    """An attempt at a code of the second factor, counted apart: its guesser knows the password."""
    return Attempt(f"code of {user.id}", address, _is_known_place(session, clock, User.id == user.id, address))


def _is_known_place(session: Session, clock: Clock, whose: ColumnElement[bool], address: str | None) -> bool:
    found = session.scalar(
        select(UserSession.id)
        .join(User, User.id == UserSession.user_id)
        .where(
            whose,
            UserSession.ip_address == address,
            UserSession.created_at >= clock.now() - _REMEMBERED,
        )
        .limit(1)
    )
    return found is not None


def _limiter(connections: redis.Redis) -> FixedWindowRateLimiter:
    limiter = FixedWindowRateLimiter(RedisStorage("redis://", connection_pool=connections.connection_pool))
    try:
        if limiter.storage.check():
            return limiter
    except redis.RedisError as error:
        log.warning("guesses_counted_alone", error=type(error).__name__)
    return _ALONE
