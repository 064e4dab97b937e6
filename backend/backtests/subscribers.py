"""What backtests do when an event tells of work for them."""

from backend.foundation.events import Event, Subscribers
from backend.foundation.platform import TaskQueue


def subscribe(subscribers: Subscribers, tasks: TaskQueue) -> None:
    """Have wanted runs carried out."""

    def start_run(event: Event) -> None:
        tasks.send("backtests.run", event.payload["id"])

    def start_search(event: Event) -> None:
        tasks.send("backtests.plan_optimization", event.payload["id"])

    subscribers.add("backtest.queued", start_run)
    subscribers.add("optimization.queued", start_search)
