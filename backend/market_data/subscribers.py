"""What market data does when an event tells of work for it."""

from backend.foundation.events import Event, Subscribers
from backend.foundation.platform import TaskQueue


def subscribe(subscribers: Subscribers, tasks: TaskQueue) -> None:
    """Have wanted downloads carried out."""

    def start_download(event: Event) -> None:
        tasks.send("market_data.download_candles", event.payload["download_id"])

    subscribers.add("candles.download_requested", start_download)
