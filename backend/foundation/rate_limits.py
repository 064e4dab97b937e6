"""How often somebody may ask: counted in Redis for all processes, told in every answer, refused with a time to wait."""

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast

import redis
import structlog
from flask import Flask, Response, current_app, g, request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage, RedisStorage

from backend.foundation.clock import Clock
from backend.foundation.errors import TooManyRequests
from backend.foundation.openapi import describe
from backend.foundation.platform import Platform
from backend.foundation.requests import platform

log = structlog.get_logger(__name__)

View = TypeVar("View", bound=Callable[..., Any])

Budget = Literal["auth", "trading", "backtests", "signals"]
"""What is counted apart from the rest, because it costs more or invites guessing."""

_MINUTE = 60
_SPENT = "Too many requests in one minute: {most} are allowed here. Try again in {seconds} s."


@dataclass(frozen=True)
class Standing:
    """How a caller stands with one budget: `most` a minute, `left` of them, all back in `reset` seconds."""

    most: int
    left: int
    reset: int


class RequestLimits:
    """The budgets of one process, counted by the minute; without Redis it counts by itself."""

    def __init__(self, connections: redis.Redis, clock: Clock) -> None:
        self._shared = RedisStorage("redis://", connection_pool=connections.connection_pool)
        self._alone = MemoryStorage()
        self._clock = clock

    def spend(self, budget: str, caller: str, most: int) -> Standing:
        """Count one request of the caller. Raises TooManyRequests."""
        now = self._clock.now().timestamp()
        minute = int(now // _MINUTE)
        # A counter a minute: one question tells how many there were, and the clock when the next minute begins.
        key = RateLimitItemPerMinute(most).key_for("requests", budget, caller, str(minute))
        try:
            count = self._shared.incr(key, _MINUTE)
        except redis.RedisError as error:
            log.warning("requests_counted_alone", error=type(error).__name__)
            count = self._alone.incr(key, _MINUTE)
        reset = max(1, math.ceil((minute + 1) * _MINUTE - now))
        if count > most:
            raise TooManyRequests(_SPENT.format(most=most, seconds=reset), reset)
        return Standing(most, most - count, reset)


def limited(budget: Budget) -> Callable[[View], View]:
    """Count the view's requests in a budget of their own."""
    return lambda view: describe(view, budget=budget)


def spend_as_stranger(budget: str | None) -> None:
    """Count a request of somebody who has not logged in, by address. Raises TooManyRequests."""
    settings = platform().settings
    if budget == "signals":
        # Senders of signals share a few addresses; each hook is counted for itself, under no name that opens it.
        token = str((request.view_args or {}).get("token"))
        _note("signals", hashlib.sha256(token.encode()).hexdigest(), settings.rate_limit_signals)
        return
    most = settings.rate_limit_auth if budget == "auth" else settings.rate_limit_page
    _note(budget or "default", f"address {request.remote_addr}", most)


def spend_as(caller: str, most: int, budget: str | None) -> None:
    """Count a request of a login or token: `most` of any kind, fewer of the dear ones. Raises TooManyRequests."""
    _note("default", caller, most)
    settings = platform().settings
    if budget == "auth":
        _note(budget, caller, settings.rate_limit_auth)
    elif budget == "trading":
        _note(budget, caller, settings.rate_limit_trading)
    elif budget == "backtests":
        _note(budget, caller, settings.rate_limit_backtests)


def _note(budget: str, caller: str, most: int) -> None:
    g.standing = Standing(most, 0, 60)
    g.standing = _limits().spend(budget, caller, most)


def _limits() -> RequestLimits:
    return cast(RequestLimits, current_app.extensions["request_limits"])


def install(app: Flask, plugs: Platform) -> None:
    """Count requests in this application and tell each answer how its caller stands."""
    app.extensions["request_limits"] = RequestLimits(plugs.redis, plugs.clock)

    @app.after_request
    def _tell(response: Response) -> Response:
        standing: Standing | None = g.get("standing")
        if standing is not None:
            response.headers["RateLimit-Limit"] = str(standing.most)
            response.headers["RateLimit-Remaining"] = str(standing.left)
            response.headers["RateLimit-Reset"] = str(standing.reset)
        return response
