"""The programs that prove the engine, as `make test` runs them: a short drill, and a replay of made candles."""

import os
import re
import subprocess
import sys

from backend.config import PROJECT_ROOT

# On a slow machine most of it is waiting for answers that were lost; how long is the programs' to bear.
_MOST_SECONDS = 3_600


def test_twenty_kills_in_a_storm_lose_nothing_and_double_nothing() -> None:
    printed = _run("scripts.drill", "--short", "--kills", "20", "--seed", "7")
    assert re.search(r"^lost +0$", printed, re.MULTILINE), printed
    assert re.search(r"^doubled +0$", printed, re.MULTILINE), printed
    # Bots that had nothing to do would prove nothing.
    fills = re.search(r"^fills at the exchange +([\d,]+)$", printed, re.MULTILINE)
    assert fills, printed
    assert int(fills[1].replace(",", "")) >= 20, printed


def test_a_replay_through_the_real_worker_makes_the_trades_of_the_backtests() -> None:
    printed = _run("scripts.replay", "--made", "--candles", "150")
    compared = re.search(r"^([\d,]+) trades compared, 0 bots differ\.$", printed, re.MULTILINE)
    assert compared, printed
    assert int(compared[1].replace(",", "")) >= 100, printed


def _run(module: str, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TRADEFLEET", "PYTEST"))}
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=PROJECT_ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=_MOST_SECONDS,
    )
    assert done.returncode == 0, done.stdout[-8_000:]
    return done.stdout
