"""What is stored for all tenants, kept in Redis: counting millions of rows would keep a form waiting."""

import json
from dataclasses import asdict
from typing import Any

import redis
import structlog

from backend.foundation.platform import Platform
from backend.market_data.holdings import Holding
from backend.market_data.queries import milliseconds
from backend.market_data.store import CandleStore

log = structlog.get_logger(__name__)

_KEY = "candles:holdings"
_ASKED_KEY = "candles:holdings:asked"
_FRESH_MILLISECONDS = 60_000
_OLDEST_MILLISECONDS = 900_000
_ASK_AGAIN_SECONDS = 30


class HoldingsBoard:
    """Answers at once with what was counted last; a count that is getting old is renewed by a worker."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def holdings(self) -> list[Holding]:
        """What is stored, without users' uploads; counted a minute ago, or quarter of an hour ago at the very most."""
        now = milliseconds(self._platform.clock.now())
        noted = self._noted()
        age = now - noted["at"] if noted else _OLDEST_MILLISECONDS
        if noted is None or age >= _OLDEST_MILLISECONDS:
            return self.survey()
        if age >= _FRESH_MILLISECONDS:
            self._ask_for_survey()
        return [Holding(**one) for one in noted["holdings"]]

    def survey(self) -> list[Holding]:
        """Count now, and keep the result; called wherever much was stored."""
        with self._platform.database.as_tenant(None) as session:
            found = CandleStore(session, self._platform.settings).available()
        value = {"at": milliseconds(self._platform.clock.now()), "holdings": [asdict(one) for one in found]}
        try:
            self._platform.redis.set(_KEY, json.dumps(value))
        except redis.RedisError as error:
            log.warning("holdings_not_kept", error=type(error).__name__)
        return found

    def _noted(self) -> dict[str, Any] | None:
        try:
            raw: Any = self._platform.redis.get(_KEY)
        except redis.RedisError:
            return None
        return json.loads(raw) if raw else None

    def _ask_for_survey(self) -> None:
        try:
            if self._platform.redis.set(_ASKED_KEY, b"1", nx=True, ex=_ASK_AGAIN_SECONDS):
                self._platform.tasks.send("market_data.survey_holdings")
        except (redis.RedisError, OSError):
            return  # What is noted will do; beat asks as well.
