"""The lease: one holder at a time, and the next one when it is not renewed."""

import redis

from backend.foundation.lease import Lease
from backend.foundation.waiting import wait_until


def test_one_holds_it_and_renews_it(redis_client: redis.Redis) -> None:
    first, second = Lease(redis_client, "feed", 60.0), Lease(redis_client, "feed", 60.0)
    assert first.hold()
    assert first.hold()
    assert not second.hold()
    assert Lease(redis_client, "another", 60.0).hold()


def test_who_does_not_renew_it_has_lost_it(redis_client: redis.Redis) -> None:
    first, second = Lease(redis_client, "feed", 0.05), Lease(redis_client, "feed", 60.0)
    assert first.hold()
    assert wait_until(second.hold, seconds=30)
    assert not first.hold()
    # What is not one's own is not given back.
    first.release()
    assert not first.hold()
    second.release()
    assert first.hold()
