"""Events reach the browsers of their own user, through Redis."""

import json

import redis

from backend.config import Settings
from backend.foundation.events import Subscribers, dispatch_waiting, publish
from backend.foundation.platform import Platform
from backend.realtime.messages import Announcer, user_room
from backend.realtime.subscribers import subscribe
from backend.tests.factories import Factory


def test_an_event_is_told_to_its_user_only(
    platform: Platform, make: Factory, settings: Settings, redis_client: redis.Redis
) -> None:
    assert settings.redis_url
    user = make.user()
    subscribers = Subscribers()
    subscribe(subscribers, Announcer(settings.redis_url))
    listener = redis_client.pubsub(ignore_subscribe_messages=True)
    listener.subscribe("realtime")
    listener.get_message(timeout=5)
    with platform.database.as_tenant(user.id) as session:
        publish(session, platform.clock, user.id, "bot.started", {"id": "1", "status": "running"})
        publish(session, platform.clock, user.id, "user.registered", {"username": "x"})
    dispatch_waiting(platform.database, subscribers, platform.clock)
    told = [json.loads(message["data"]) for message in iter(lambda: listener.get_message(timeout=1), None)]
    listener.close()
    assert [(one["event"], one["room"]) for one in told] == [("bot_status", user_room(user.id))]
    assert told[0]["data"][0]["status"] == "running"
