"""How often somebody may ask, over HTTP and real Redis."""

from dataclasses import replace
from typing import Any

import pytest
import redis
from flask.testing import FlaskClient

from backend.app import create_app
from backend.foundation.platform import Platform
from backend.tests.factories import Factory

LOGIN = {"email": "nobody@example.com", "password": "Wrong-horse-1"}


def limited(platform: Platform, **limits: int) -> FlaskClient:
    """A client of an application with these limits."""
    settings = platform.settings.model_copy(update={f"rate_limit_{name}": most for name, most in limits.items()})
    return create_app(settings, replace(platform, settings=settings)).test_client()


def test_guesses_at_passwords_are_few_a_minute_from_one_address(platform: Platform) -> None:
    client = limited(platform, auth=3)
    answers = [client.post("/api/v1/auth/login", json=LOGIN) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
    refused = answers[-1]
    assert refused.get_json()["code"] == "RATE_LIMITED"
    assert "3 are allowed here" in refused.get_json()["error"]
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    # A header that anybody may write does not make another address.
    again = client.post("/api/v1/auth/login", json=LOGIN, headers={"X-Forwarded-For": "203.0.113.9"})
    assert again.status_code == 429
    elsewhere = client.post("/api/v1/auth/login", json=LOGIN, environ_base={"REMOTE_ADDR": "198.51.100.7"})
    assert elsewhere.status_code == 401


def test_every_answer_tells_how_much_is_left_and_users_have_budgets_of_their_own(
    platform: Platform, make: Factory
) -> None:
    client, mine, theirs = limited(platform, page=3), make.headers(make.user()), make.headers(make.user())
    left = [client.get("/api/v1/users/me", headers=mine).headers["RateLimit-Remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    refused = client.get("/api/v1/users/me", headers=mine)
    assert (refused.status_code, refused.headers["RateLimit-Limit"]) == (429, "3")
    assert client.get("/api/v1/users/me", headers=theirs).status_code == 200


def test_starting_bots_is_counted_apart_and_stopping_never(platform: Platform, make: Factory) -> None:
    client, user = limited(platform, trading=2), make.user()
    paused = {"status": "paused", "started_at": platform.clock.now()}
    headers, bots = make.headers(user), [make.bot(user.id, **paused) for _ in range(3)]

    def post(bot: Any, action: str) -> int:
        return client.post(f"/api/v1/bots/{bot.id}/{action}", headers=headers).status_code

    assert [post(bot, "resume") for bot in bots] == [200, 200, 429]
    assert [post(bot, "stop") for bot in bots] == [200, 200, 200]
    assert client.get("/api/v1/bots", headers=headers).status_code == 200


def test_tokens_that_are_none_are_counted_by_address(platform: Platform) -> None:
    client = limited(platform, page=2)
    answers = [client.get("/api/v1/bots", headers={"Authorization": f"Bearer {n}"}).status_code for n in range(3)]
    assert answers == [401, 401, 429]


def test_without_redis_a_process_counts_by_itself(platform: Platform) -> None:
    nowhere = redis.Redis.from_url("unix:///nonexistent/redis.sock")
    client = limited(replace(platform, redis=nowhere), auth=1)
    answers = [client.post("/api/v1/auth/login", json=LOGIN).status_code for _ in range(2)]
    assert answers == [401, 429]


@pytest.mark.parametrize("path", ["/health", "/config.json"])
def test_what_is_no_part_of_the_api_is_not_counted(platform: Platform, path: str) -> None:
    client = limited(platform, page=1)
    assert [client.get(path).status_code for _ in range(3)] == [200, 200, 200]
