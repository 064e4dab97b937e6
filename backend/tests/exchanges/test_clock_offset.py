"""An exchange's clock is measured by the request itself, and only by one that was quick."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import ccxt
import pytest
import redis

from backend.config import Settings
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.clock_offset import ClockOffset, ClockReading
from backend.exchanges.errors import ExchangeDown
from backend.exchanges.markets import HeldTables
from backend.exchanges.nouns import Credentials
from backend.exchanges.traffic import Traffic
from backend.tests.exchanges.recording_server import Asked, RecordingServer

EXACT = ClockReading(theirs=5_000, left_at=10_000, answered_at=10_400)
SLOW = ClockReading(theirs=5_000, left_at=10_000, answered_at=16_000)
"""Its answer may be six seconds old by now, or new."""


class Client:
    """What an offset is set on."""

    def __init__(self) -> None:
        self.options: dict[str, Any] = {}


class Clock:
    """Readings, one after the other; it knows how often it was read."""

    def __init__(self, *readings: ClockReading | ExchangeDown) -> None:
        self._readings: Iterator[ClockReading | ExchangeDown] = iter(readings)
        self.reads = 0

    def read(self) -> ClockReading:
        self.reads += 1
        reading = next(self._readings)
        if isinstance(reading, ExchangeDown):
            raise reading
        return reading


def applied(connections: redis.Redis, clock: Clock) -> Any:
    client = Client()
    ClockOffset(connections, "binance", "own", clock.read).apply(client)
    return client.options.get("timeDifference")


def test_a_slow_answer_is_measured_again(redis_client: redis.Redis) -> None:
    clock = Clock(SLOW, SLOW, EXACT)
    assert applied(redis_client, clock) == 5_200
    assert applied(redis_client, clock) == 5_200
    assert clock.reads == 3


def test_answers_that_all_are_slow_change_nothing(redis_client: redis.Redis) -> None:
    slow = Clock(SLOW, SLOW, SLOW)
    assert applied(redis_client, slow) is None
    # Nor does everybody wait for the same, for a while.
    assert applied(redis_client, slow) is None
    assert slow.reads == 3
    redis_client.flushdb()
    assert applied(redis_client, Clock(EXACT)) == 5_200
    for name in redis_client.scan_iter("exchange:clock:*:fresh"):
        redis_client.delete(name)
    assert applied(redis_client, Clock(SLOW, SLOW, SLOW)) == 5_200


def test_an_old_measurement_serves_while_there_is_no_newer_one(redis_client: redis.Redis) -> None:
    assert applied(redis_client, Clock(EXACT)) == 5_200
    for name in redis_client.scan_iter("exchange:clock:*:fresh"):
        redis_client.delete(name)
    assert applied(redis_client, Clock(ExchangeDown("no answer"))) == 5_200


def test_a_clock_is_not_said_to_have_moved_by_a_slow_answer(redis_client: redis.Redis) -> None:
    client = Client()
    offset = ClockOffset(redis_client, "binance", "own", Clock(SLOW, SLOW, SLOW, EXACT).read)
    assert offset.has_moved(client) is False
    assert client.options == {}
    assert offset.has_moved(client) is True
    assert client.options == {"timeDifference": 5_200}


def test_what_we_waited_for_ourselves_is_no_part_of_the_offset(
    settings: Settings, redis_client: redis.Redis, server: RecordingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1_772_452_800_000]
    admit = Traffic.admit

    def after_an_hour(traffic: Traffic, *arguments: Any) -> None:
        admit(traffic, *arguments)
        now[0] += 3_600_000

    monkeypatch.setattr(Traffic, "admit", after_an_hour)
    monkeypatch.setattr(ccxt.binance, "milliseconds", lambda _: now[0])
    server.on("GET /api/v3/exchangeInfo", {"symbols": []})
    server.on("GET /api/v3/account", {"balances": []})

    def seven_seconds_behind(_: Asked) -> tuple[int, Any]:
        return 200, {"serverTime": now[0] - 7_000}

    server.on("GET /api/v3/time", seven_seconds_behind)
    addresses = {**settings.exchange_urls, "binance": server.url}
    access = ExchangeAccess(settings.model_copy(update={"exchange_urls": addresses}), redis_client, HeldTables())
    assert access.account("binance", uuid4(), Credentials("key", "secret")).balances() == {}
    (asked,) = server.sent("GET /api/v3/account")
    assert int(asked.query["timestamp"]) == now[0] - 7_000
