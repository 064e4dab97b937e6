"""A task queue that notes what it is given; tests look at it or carry it out themselves."""

from typing import Any


class RecordingQueue:
    """Notes tasks in the order in which they were sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, tuple[Any, ...]]] = []

    def send(self, name: str, *arguments: Any) -> None:
        """Note the task."""
        self.sent.append((name, arguments))
