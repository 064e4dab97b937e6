"""Keeps processes up: what ends by itself or is killed is started again, until everything is stopped in order."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from honcho.colour import get_colours
from honcho.printer import Message, Printer

from backend.foundation.clock import SystemClock

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 10.0
_SETTLED_SECONDS = 10.0
"""Who has run for so long is not counted as one that keeps dying."""
_STOP_SECONDS = 15.0
_LOOK_SECONDS = 0.1
_SYSTEM = "system"

Process = subprocess.Popen[bytes]


@dataclass
class Charge:
    """One thing that is kept up; `begin` starts it (again). `is_stopped_here` is not set where others stop it."""

    name: str
    begin: Callable[[], Process]
    process: Process | None
    colour: str | None
    is_stopped_here: bool


class Keeper:
    """Watches its charges, each from a thread of its own, and prints their lines and what happens to them."""

    def __init__(self, changed: Callable[[], None]) -> None:
        """`changed` is called whenever a process was started again."""
        self._changed = changed
        self._charges: list[Charge] = []
        self._printer = Printer(sys.stdout, width=len("researcher"))
        self._printing = threading.Lock()
        self._colours = get_colours()
        self._starting = threading.Lock()
        self._ending = threading.Event()
        self._asked_by: int | None = None

    def add_command(self, name: str, command: str, cwd: str) -> None:
        """Run a line of the Procfile and keep it up."""

        def begin() -> Process:
            return subprocess.Popen(
                ["/bin/sh", "-c", f"exec {command}"],
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                # Ctrl-C in the terminal reaches the keeper only, which ends them in order.
                start_new_session=True,
            )

        self._charges.append(Charge(name, begin, None, next(self._colours), is_stopped_here=True))

    def adopt(self, name: str, process: Process, begin: Callable[[], Process]) -> None:
        """Keep a process up that somebody else has started and will stop."""
        self._charges.append(Charge(name, begin, process, None, is_stopped_here=False))

    @property
    def process_ids(self) -> dict[str, int]:
        """The charges' process ids by name."""
        return {charge.name: charge.process.pid for charge in self._charges if charge.process}

    def run(self) -> None:
        """Keep everything up until a signal asks for the end, then stop what is to be stopped here."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note_signal)
        for charge in self._charges:
            process = charge.process or self._begin(charge)
            threading.Thread(target=self._mind, args=(charge, process), daemon=True).start()
        while self._asked_by is None:
            time.sleep(_LOOK_SECONDS)
        self.say(f"{signal.Signals(self._asked_by).name} received")
        self._stop()

    def say(self, sentence: str) -> None:
        """Print a line of the keeper's own."""
        self._print(_SYSTEM, None, sentence.encode())

    def _note_signal(self, number: int, _frame: FrameType | None) -> None:
        # No lock may be taken here: the interrupted code may hold it.
        self._asked_by = number

    def _mind(self, charge: Charge, process: Process | None) -> None:
        pause = FIRST_PAUSE_SECONDS
        while process is not None:
            begun = time.monotonic()
            threading.Thread(target=self._print_lines, args=(charge, process), daemon=True).start()
            code = process.wait()
            if self._ending.is_set():
                return
            # What it leaves behind would hold its port, or do its work twice.
            _signal_group(process, signal.SIGKILL)
            if time.monotonic() - begun >= _SETTLED_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            self.say(f"{charge.name} {_ended(code)}; it is started again in {pause:.0f} s")
            self._ending.wait(pause)
            process = self._begin(charge)
            self._changed()
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def _begin(self, charge: Charge) -> Process | None:
        with self._starting:
            if self._ending.is_set():
                return None
            process = charge.process = charge.begin()
        self.say(f"{charge.name} started (pid={process.pid})")
        return process

    def _stop(self) -> None:
        with self._starting:
            self._ending.set()
        own = {charge.name: charge.process for charge in self._charges if charge.is_stopped_here and charge.process}
        for process in own.values():
            if process.poll() is None:
                _signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_SECONDS
        for name, process in own.items():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            self.say(f"{name} {'stopped' if process.poll() is not None else 'does not end; it is killed'}")
            _signal_group(process, signal.SIGKILL)
            process.wait()

    def _print_lines(self, charge: Charge, process: Process) -> None:
        if process.stdout is None:
            return
        with process.stdout as lines:
            for line in lines:
                self._print(charge.name, charge.colour, line)

    def _print(self, name: str, colour: str | None, line: bytes) -> None:
        now = SystemClock().now().astimezone()
        with self._printing:
            self._printer.write(Message(type="line", data=line, time=now, name=name, colour=colour))


def _ended(code: int) -> str:
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"


def _signal_group(leader: Process, number: int) -> None:
    """To the process and everything that it started and that stayed in its group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader.pid, number)
