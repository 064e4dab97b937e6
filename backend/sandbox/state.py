"""The state directory: one process's lock on it, the anchors of recordings, the journal's and the secrets' files."""

import fcntl
import json
import os
from pathlib import Path

from backend.sandbox.errors import StartupError


class StateDirectory:
    """What survives a restart. Only one process may use a directory at a time."""

    def __init__(self, path: Path) -> None:
        """Raises StartupError when the directory cannot be used or another process holds it."""
        self.path = path
        try:
            path.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StartupError(
                f"SANDBOX_STATE_DIR: {str(path)!r} cannot be written ({error.strerror}): choose another directory."
            ) from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise StartupError(
                f"SANDBOX_STATE_DIR: another sandbox is running on {str(path)!r}: stop it or choose another directory."
            ) from None

    def close(self) -> None:
        """Let another process have the directory."""
        os.close(self._lock)

    @property
    def journal(self) -> Path:
        """Everything accepted, one transaction a line."""
        return self.path / "journal.jsonl"

    @property
    def secrets(self) -> Path:
        """The API secrets, readable by the owner alone."""
        return self.path / "secrets.jsonl"

    def anchor(self, name: str, if_new: int) -> int:
        """The moment at which a recording ends: the one of its first start, so that a restart goes on from there."""
        path = self.path / "anchors.json"
        try:
            anchors: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
            known = anchors.get(name)
            if known is not None:
                return int(known)
        except (ValueError, AttributeError, TypeError):
            raise StartupError(f"{str(path)!r} is damaged: delete it, and the recordings begin anew.") from None
        anchors[name] = if_new
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(anchors, indent=1))
        fresh.replace(path)
        return if_new
