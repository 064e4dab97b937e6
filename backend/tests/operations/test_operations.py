"""Health, and logs that keep secrets to themselves."""

from dataclasses import replace

import pytest
import redis
from flask.testing import FlaskClient

from backend.app import create_app
from backend.config import Settings
from backend.foundation.platform import Platform
from backend.operations.logging import mask_secrets


def test_health_is_ok_while_both_stores_answer(client: FlaskClient) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok", "database": "ok", "redis": "ok"})


def test_health_names_what_does_not_answer(settings: Settings, platform: Platform) -> None:
    nowhere = redis.Redis.from_url("unix:///nonexistent/redis.sock")
    answer = create_app(settings, replace(platform, redis=nowhere)).test_client().get("/health")
    assert (answer.status_code, answer.get_json()["redis"]) == (503, "unreachable")


@pytest.mark.parametrize(
    ("event", "hidden"),
    [
        ({"event": "x", "password": "hunter2"}, "hunter2"),
        ({"event": "x", "api_secret": "hunter2"}, "hunter2"),
        ({"event": "x", "Authorization": "Bearer hunter2"}, "hunter2"),
        ({"event": "GET /order?symbol=A&signature=hunter2&x=1"}, "hunter2"),
        ({"event": '{"apiKey": "hunter2", "symbol": "A"}'}, "hunter2"),
        ({"event": "x", "exception": "secret='hunter2' failed"}, "hunter2"),
    ],
)
def test_secrets_are_masked_by_name_and_inside_texts(event: dict[str, str], hidden: str) -> None:
    assert hidden not in str(mask_secrets(None, "info", dict(event)))


def test_ordinary_facts_are_kept() -> None:
    event = {"event": "request", "path": "/api/v1/bots", "status": "200"}
    assert mask_secrets(None, "info", dict(event)) == event
