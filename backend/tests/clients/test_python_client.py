"""The Python client, over HTTP against the application on a port of its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import pytest
import redis
from flask import Flask
from werkzeug.serving import make_server

from backend.app import create_app
from backend.foundation.clock import FixedClock
from backend.foundation.ids import new_id
from backend.foundation.platform import Platform
from backend.tests.factories import PASSWORD, Factory
from scripts.write_client import FOLDER, client_modules
from tradefleet_client import (
    Client,
    Conflict,
    Forbidden,
    NotFound,
    RateLimited,
    ServerError,
    Unauthorized,
    Unreachable,
    ValidationFailed,
    transport,
)

ADDRESS = ("127.0.0.1", 0)


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve the application for the length of the block; gives its address."""
    server = make_server(*ADDRESS, app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    """The application's address."""
    with serving(app) as address:
        yield address


@pytest.fixture
def client(served: str, make: Factory) -> Iterator[Client]:
    """The client of a user who has logged in; it never waits in earnest."""
    user = make.user()
    with Client(served, pause=lambda _: None) as opened:
        opened.log_in(user.email, PASSWORD)
        yield opened


NEW_BOT: dict[str, Any] = {"strategy": "sma_crossover", "symbols": ["BTC/USDT"], "timeframe": "1m"}


def test_the_generated_modules_are_those_of_the_document(app: Flask) -> None:
    document = app.test_client().get("/api/v1/swagger.json").get_json()
    for name, text in client_modules(document).items():
        assert (FOLDER / name).read_text() == text, f"{name} is old: python -m scripts.write_client"


def test_a_bot_by_the_client_is_what_python_would_expect(client: Client) -> None:
    bot = client.bots.create(name="Mine", base_amount=Decimal("12.50"), cooldown_minutes=None, **NEW_BOT)
    assert (bot.base_amount, bot.name, bot.symbols) == (Decimal("12.5"), "Mine", ["BTC/USDT"])
    assert isinstance(bot.id, UUID)
    assert isinstance(bot.created_at, datetime)
    assert bot.created_at.tzinfo is not None
    assert (bot.trading_window, bot.api_key_id, bot.is_running) == (None, None, False)
    assert client.bots.change(bot.id, description="Slow").description == "Slow"
    assert client.bots.start(bot.id).is_running is True
    assert client.bots.stop(bot.id).status == "stopped"
    client.bots.delete(bot.id)
    with pytest.raises(NotFound) as refused:
        client.bots.get(bot.id)
    assert (refused.value.status, refused.value.code) == (404, "NOT_FOUND")
    assert refused.value.request_id


def test_lists_are_walked_page_by_page_sorted_narrowed_and_to_be_had_as_csv(client: Client, make: Factory) -> None:
    me = client.users.get()
    for number in range(130):
        make.bot(me.id, name=f"Bot {number:03}", status="running" if number % 2 else "stopped")
    names = [bot.name for bot in client.bots.list(sort="name")]
    assert names == [f"Bot {number:03}" for number in range(130)]
    running = client.bots.list(status="running")
    assert (running.count(), len(list(running))) == (65, 65)
    assert len(running.csv().splitlines()) == 1 + 65
    assert list(client.trades.list(since=datetime(2026, 1, 1, tzinfo=UTC))) == []


def test_errors_tell_what_where_and_under_which_id(client: Client, served: str) -> None:
    with pytest.raises(ValidationFailed, match="base_amount") as refused:
        client.bots.create(name="", base_amount=Decimal(-1), **NEW_BOT)
    assert {detail.field for detail in refused.value.details} == {"name", "base_amount"}
    client.bots.create(name="Twice", base_amount="10", **NEW_BOT)
    with pytest.raises(Conflict):
        client.bots.create(name="Twice", base_amount="10", **NEW_BOT)
    with Client(served) as stranger, pytest.raises(Unauthorized):
        stranger.bots.list().count()
    token = client.access_tokens.create(name="Reader", scopes=["bots:read"]).token
    with Client(served, token=token) as reader:
        assert reader.bots.list().count() == 1
        with pytest.raises(Forbidden):
            reader.bots.create(name="More", base_amount="10", **NEW_BOT)


def test_a_lost_answer_is_asked_for_again_and_acts_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    sent, lose = httpx.Client.request, [True, True]

    def losing(self: httpx.Client, *arguments: object, **options: object) -> httpx.Response:
        answer = sent(self, *arguments, **options)  # type: ignore[arg-type]
        if lose:
            lose.pop()
            raise httpx.ReadError("the connection broke after the request was carried out")
        return answer

    monkeypatch.setattr(httpx.Client, "request", losing)
    bot = client.bots.create(name="Once", base_amount="10", **NEW_BOT)
    assert [one.id for one in client.bots.list()] == [bot.id]
    lose.extend([True] * 5)
    with pytest.raises(Unreachable):
        client.bots.list().count()


def test_too_often_waits_as_told(platform: Platform, make: Factory, redis_client: redis.Redis) -> None:
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            redis_client.flushdb()

    user = make.user()
    bot, token = make.bot(user.id), make.headers(user)["Authorization"].split()[1]
    settings = platform.settings.model_copy(update={"rate_limit_trading": 1})
    app = create_app(settings, replace(platform, settings=settings))
    with serving(app) as address, Client(address, token=token, pause=wait) as client:
        client.bots.start(bot.id)
        assert client.bots.start(bot.id).is_running is True
        assert len(waits) == 2
        assert all(0 < seconds <= transport.LONGEST_WAIT for seconds in waits)
        with pytest.raises(RateLimited) as refused:
            client.bots.start(bot.id)
        assert refused.value.code == "RATE_LIMITED"


def test_a_login_that_has_run_out_is_renewed(served: str, make: Factory, clock: FixedClock) -> None:
    # The client keeps cookies by the machine's clock.
    clock.moment = datetime.now(UTC)
    user = make.user()
    with Client(served) as client:
        client.log_in(user.email, PASSWORD)
        for _ in range(2):
            clock.moment += timedelta(minutes=20)
            assert client.bots.list().count() == 0
        clock.moment += timedelta(days=8)
        with pytest.raises(Unauthorized):
            client.bots.list().count()


def test_a_server_that_is_down_is_asked_again_and_then_told_of(client: Client) -> None:
    with pytest.raises(ServerError) as refused:
        client.exchanges.markets("kraken")
    assert (refused.value.status, refused.value.code) == (503, "DEPENDENCY_UNAVAILABLE")


def test_nobody_at_the_address_is_told_apart_from_a_refusal() -> None:
    with Client("http://127.0.0.1:1", pause=lambda _: None) as client, pytest.raises(Unreachable):
        client.bots.get(new_id())
