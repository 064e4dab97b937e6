"""The journal: every accepted transaction is on disk before it is answered, and the state is rebuilt from it."""

import json
import os
from pathlib import Path
from typing import Any

from backend.sandbox.errors import StartupError
from backend.sandbox.events import EVENTS, Event


class Journal:
    """An append-only file, one JSON line per transaction: a list of events that happened together."""

    def __init__(self, path: Path) -> None:
        """Read what is there. Raises StartupError when a line before the last one is damaged."""
        self.events: list[Event] = []
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        content = path.read_bytes()
        complete = content.rfind(b"\n") + 1
        # A kill in the middle of a write leaves half a line. It was never answered, so it never happened.
        os.ftruncate(self._file, complete)
        for number, line in enumerate(content[:complete].splitlines(), start=1):
            try:
                self.events += EVENTS.validate_json(line)
            except ValueError:
                os.close(self._file)
                raise StartupError(
                    f"{str(path)!r}, line {number} is not an entry of the journal: restore the file or move it away."
                ) from None

    def append(self, events: list[Event]) -> None:
        """Write the events as one transaction: after a crash all of them are there or none."""
        # The operating system keeps what was written when the process is killed; only a power cut could lose it,
        # and play money is not worth a disk flush for every order.
        line = EVENTS.dump_json(events) + b"\n"
        length = os.fstat(self._file).st_size
        written = os.write(self._file, line)
        if written != len(line):
            os.ftruncate(self._file, length)
            raise OSError(f"The journal took {written} of {len(line)} bytes: the disk may be full.")
        self.events += events

    def entries(
        self,
        api_key: str | None = None,
        event_type: str | None = None,
        venue: str | None = None,
        after: int = 0,
        newest: int | None = None,
    ) -> list[dict[str, Any]]:
        """The entries as JSON objects, oldest first, each with its number `seq` from 1 on; `newest` keeps the last."""
        numbered = [
            (number, event)
            for number, event in enumerate(self.events[after:], start=after + 1)
            if api_key in {None, event.api_key} and event_type in {None, event.type} and venue in {None, event.venue}
        ]
        kept = numbered if newest is None else numbered[-newest:]
        return [{"seq": number, **event.model_dump(mode="json")} for number, event in kept]

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


class Secrets:
    """What the signatures of each key are checked with, in a file that its owner alone can read."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        os.fchmod(self._file, 0o600)
        content = path.read_bytes()
        complete = content.rfind(b"\n") + 1
        os.ftruncate(self._file, complete)
        self._secrets: dict[str, str] = {}
        for line in content[:complete].splitlines():
            entry = json.loads(line)
            self._secrets[entry["api_key"]] = entry["api_secret"]

    def add(self, api_key: str, api_secret: str) -> None:
        """Keep what a new key is checked with."""
        os.write(self._file, json.dumps({"api_key": api_key, "api_secret": api_secret}).encode() + b"\n")
        self._secrets[api_key] = api_secret

    def of(self, api_key: str) -> str | None:
        """The secret of the key, or None for an unknown key."""
        return self._secrets.get(api_key)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)
