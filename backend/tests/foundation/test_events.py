"""The outbox: at least once, in order per user, and one user's trouble is not another's."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.foundation.events import Event, EventRow, Subscribers, dispatch_waiting, publish
from backend.foundation.platform import Platform, acknowledge_nudge, nudge_dispatcher
from backend.tests.factories import Factory
from backend.tests.recording_queue import RecordingQueue


def _publish(platform: Platform, user_id: UUID, *numbers: int) -> None:
    with platform.database.as_tenant(user_id) as session:
        for number in numbers:
            publish(session, platform.clock, user_id, "thing.happened", {"number": number})


def test_events_are_delivered_once_and_in_order(platform: Platform, make: Factory) -> None:
    seen: list[Any] = []
    subscribers = Subscribers()
    subscribers.add("thing.happened", lambda event: seen.append(event.payload["number"]))
    _publish(platform, make.user().id, 1, 2, 3)
    assert dispatch_waiting(platform.database, subscribers, platform.clock) == 3
    assert dispatch_waiting(platform.database, subscribers, platform.clock) == 0
    assert seen == [1, 2, 3]


def test_rolled_back_work_leaves_no_event(platform: Platform, make: Factory) -> None:
    user = make.user()

    def fail() -> None:
        with platform.database.as_tenant(user.id) as session:
            publish(session, platform.clock, user.id, "thing.happened", {})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert dispatch_waiting(platform.database, Subscribers(), platform.clock) == 0


def test_a_failing_subscriber_holds_up_its_user_only(platform: Platform, make: Factory) -> None:
    unlucky, lucky = make.user(), make.user()
    seen: list[tuple[UUID, int]] = []
    broken = True

    def handle(event: Event) -> None:
        if broken and event.user_id == unlucky.id:
            raise ValueError("a secret that must not be stored")
        seen.append((event.user_id, event.payload["number"]))

    subscribers = Subscribers()
    subscribers.add("thing.happened", handle)
    _publish(platform, unlucky.id, 1, 2)
    _publish(platform, lucky.id, 3)
    dispatch_waiting(platform.database, subscribers, platform.clock)
    assert seen == [(lucky.id, 3)]
    with platform.database.across_tenants("test") as session:
        first = session.scalars(select(EventRow).where(EventRow.user_id == unlucky.id).order_by(EventRow.id)).first()
        assert first is not None
        assert (first.attempts, first.error) == (1, "ValueError")
    broken = False
    dispatch_waiting(platform.database, subscribers, platform.clock)
    assert seen[1:] == [(unlucky.id, 1), (unlucky.id, 2)]


def test_nudges_in_quick_succession_become_one_until_acknowledged(platform: Platform) -> None:
    queue = platform.tasks
    assert isinstance(queue, RecordingQueue)
    nudge_dispatcher(platform)
    nudge_dispatcher(platform)
    assert len(queue.sent) == 1
    acknowledge_nudge(platform)
    nudge_dispatcher(platform)
    assert len(queue.sent) == 2
