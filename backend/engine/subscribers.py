"""What the engine does when an event tells of work for it."""

from backend.foundation.events import Event, Subscribers
from backend.foundation.platform import TaskQueue


def subscribe(subscribers: Subscribers, tasks: TaskQueue) -> None:
    """Have committed intents taken to their exchange, and what is not wanted any more taken back."""

    def send_orders(event: Event) -> None:
        tasks.send("engine.submit_account_orders", event.payload["api_key_id"])

    subscribers.add("order.intended", send_orders)
    subscribers.add("order.unwanted", send_orders)

    def settle_orders(event: Event) -> None:
        tasks.send("engine.settle_orders", event.payload["id"])

    def forget_outdated_states(event: Event) -> None:
        tasks.send("engine.forget_outdated_states", event.payload["id"])

    for event_type in ("bot.changed", "bot.started"):
        subscribers.add(event_type, forget_outdated_states)

    for event_type in ("bot.stopped", "bot.failed", "bot.paused", "bot.resumed"):
        subscribers.add(event_type, settle_orders)

    def settle_user_orders(event: Event) -> None:
        tasks.send("engine.settle_user_orders", str(event.user_id))

    for event_type in ("trading.halted", "trading.resumed"):
        subscribers.add(event_type, settle_user_orders)

    def close_position(event: Event) -> None:
        tasks.send("engine.close_position", event.payload["bot_id"])

    subscribers.add("position.close_wanted", close_position)

    def act_on_signal(event: Event) -> None:
        tasks.send("engine.act_on_signal", event.payload["id"])

    subscribers.add("signal.received", act_on_signal)
