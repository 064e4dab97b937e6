"""Who is killed, how and for how long: chosen by a seed, done by signals."""

import contextlib
import json
import random
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from backend.foundation.waiting import wait_until

TARGETS = ("web", "realtime", "worker", "courier", "beat", "feed", "redis", "postgres")
_WITH_CHILDREN = frozenset({"web", "realtime", "worker"})
_RETURN_SECONDS = 120.0
_LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Kill:
    """One kill: whom, whether one child alone, and for how many seconds it is killed again when it comes back."""

    target: str
    is_child: bool
    hold_seconds: float
    choice: float
    """0..1: which of the children."""

    def __str__(self) -> str:
        whom = f"a child of {self.target}" if self.is_child else self.target
        return f"{whom}, held down {self.hold_seconds:.0f} s" if self.hold_seconds else whom


def chosen_kills(seed: int, count: int, short: bool) -> list[Kill]:
    """The kills of this seed; the short drill holds nobody down for long."""
    chance = random.Random(f"kills {seed}")  # noqa: S311 - repeatable on purpose
    kills = []
    for number in range(count):
        # Every target comes up as often as the others, in an order that the seed decides.
        if number % len(TARGETS) == 0:
            order = chance.sample(TARGETS, len(TARGETS))
        target = order[number % len(TARGETS)]
        is_child = target in _WITH_CHILDREN and chance.random() < 0.4
        lot = chance.random()
        hold = 0.0 if is_child or lot < 0.7 else 5.0
        if not is_child and not short and lot > 0.95:
            hold = 40.0
        kills.append(Kill(target, is_child, hold, chance.random()))
    return kills


class Killer:
    """Finds the processes of one running platform by the names that it notes, and ends them without a warning."""

    def __init__(self, var: Path) -> None:
        self._path = var / "processes.json"

    def carry_out(self, kill: Kill) -> None:
        """Kill, hold down, and wait until the platform has started it again. Raises NotReturned."""
        # It may be about to come back from the kill of another, such as Redis.
        if not wait_until(lambda: self._leader(kill.target) is not None, _RETURN_SECONDS, _LOOK_SECONDS):
            raise NotReturned(kill.target)
        before = self._leader(kill.target)
        if before is None:
            raise NotReturned(kill.target)
        if kill.is_child:
            _end_child(before, kill.choice)
            return
        _end(kill.target, before)
        deadline = time.monotonic() + kill.hold_seconds
        while time.monotonic() < deadline:
            returned = self._leader(kill.target)
            if returned is not None:
                _end(kill.target, returned)
            time.sleep(_LOOK_SECONDS)
        if not wait_until(lambda: self._leader(kill.target) is not None, _RETURN_SECONDS, _LOOK_SECONDS):
            raise NotReturned(kill.target)

    def _leader(self, name: str) -> psutil.Process | None:
        """The process of this name that runs now."""
        with contextlib.suppress(FileNotFoundError, psutil.NoSuchProcess):
            for pid, started, noted in json.loads(self._path.read_text()):
                if noted == name:
                    process = psutil.Process(pid)
                    same = process.create_time() == started and process.status() != psutil.STATUS_ZOMBIE
                    return process if same else None
        return None


class NotReturned(Exception):
    """A process did not come back."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} was not started again within {_RETURN_SECONDS:.0f} seconds")


def _end(name: str, leader: psutil.Process) -> None:
    if name == "postgres":
        # Its immediate shutdown: no checkpoint, no goodbye; the next start recovers from its log as after a crash.
        with contextlib.suppress(psutil.NoSuchProcess):
            leader.send_signal(signal.SIGQUIT)
        psutil.wait_procs([leader], timeout=20)
        return
    family = [leader]
    with contextlib.suppress(psutil.NoSuchProcess):
        family += leader.children(recursive=True)
    for process in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(family, timeout=20)


def _end_child(leader: psutil.Process, choice: float) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        children = sorted(leader.children(), key=lambda child: child.pid)
        if children:
            children[min(int(choice * len(children)), len(children) - 1)].kill()
