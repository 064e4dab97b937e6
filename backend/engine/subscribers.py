"""What the engine does when an event tells of work for it."""

from backend.foundation.events import Event, Subscribers
from backend.foundation.platform import TaskQueue


def subscribe(subscribers: Subscribers, tasks: TaskQueue) -> None:
    """Have committed intents taken to their exchange."""

    def send_orders(event: Event) -> None:
        tasks.send("engine.submit_account_orders", event.payload["api_key_id"])

    subscribers.add("order.intended", send_orders)
