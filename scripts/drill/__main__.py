"""`python -m scripts.drill --kills N --seed S`: 0 lost, 0 doubled, or an exit code of 1 and what differs."""

import argparse
import shutil
import signal
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from backend.config import load_settings
from backend.foundation.clock import SystemClock
from backend.foundation.waiting import wait_until
from backend.tests.journeys.running_platform import RunningPlatform, free_ports
from scripts.drill.comparing import Comparison, compare
from scripts.drill.killing import Kill, Killer, NotReturned, chosen_kills
from scripts.drill.watching import Watch
from scripts.drill.weather import Weather
from scripts.stage import Stage, StagedKey, Trader

_LOOK_SECONDS = 300.0
_MINUTE_BOTS_EVERY = {False: 5, True: 10}
"""After every so manieth kill the bots of minutes are waited for; seldomer in the short drill."""
_QUIET_SECONDS = 900.0
_SETTLE_SECONDS = 300.0


@dataclass
class Record:
    """What was seen: by target, the seconds from a kill until every running bot of a time frame was looked at."""

    seconds: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    problems: list[str] = field(default_factory=list)


def main() -> int:
    """Run the drill; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m scripts.drill", description=__doc__)
    parser.add_argument("--kills", type=int, default=None, help="200, or 20 with --short")
    parser.add_argument("--seed", type=int, default=1, help="decides who is killed when, and the weather")
    parser.add_argument("--short", action="store_true", help="one trader, nobody held down for long")
    parser.add_argument("--keep", action="store_true", help="leave the platform's folder and log")
    given = parser.parse_args()
    own = load_settings()
    if own.database_url or own.redis_url:
        print("The drill kills PostgreSQL and Redis of its own: unset DATABASE_URL and REDIS_URL for it.")
        return 2
    kills = given.kills if given.kills is not None else 20 if given.short else 200
    var = Path(tempfile.mkdtemp(prefix="tradefleet-drill-"))
    # PostgreSQL runs as nobody when the drill runs as root, and has to pass through.
    var.chmod(0o755)
    # Told to end, it stops the platform as it does on Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    platform = RunningPlatform(var / "var", free_ports(), {"ENVIRONMENT": "test", "SANDBOX_SEED": str(given.seed)})
    differences = ["The drill did not come to its end."]
    try:
        differences = Drill(platform, given.seed, given.short).run(kills)
    finally:
        if given.keep or differences:
            print(f"\nThe platform's folder and log are in {var}")
        else:
            shutil.rmtree(var, ignore_errors=True)
    return 1 if differences else 0


class Drill:
    """One drill from the platform's start to its end."""

    def __init__(self, platform: RunningPlatform, seed: int, short: bool) -> None:
        self._platform = platform
        self._seed = seed
        self._short = short
        self._clock = SystemClock()
        self._record = Record()
        self._watch = Watch(platform.var)

    def run(self, count: int) -> list[str]:
        """Start, stage, kill, calm down, compare, stop; returns the differences."""
        begun = time.monotonic()
        print(f"Drill of {count} kills, seed {self._seed}. Starting the platform …", flush=True)
        self._platform.start()
        try:
            stage = Stage(self._platform)
            traders = [stage.trader(f"trader{number}") for number in range(1 if self._short else 3)]
            print(f"{sum(len(trader.bots) for trader in traders)} bots of {len(traders)} users run.", flush=True)
            self._await_looks("start", ("1s", "1m"), time.monotonic())
            weather = Weather(self._platform, self._seed)
            weather.begin_storm()
            self._kill_all(chosen_kills(self._seed, count, self._short), weather)
            storm = weather.storm()
            weather.end()
            self._await_looks("calm", ("1s", "1m"), time.monotonic())
            self._note_fallen()
            comparison = self._settle(stage, traders)
        finally:
            self._watch.close()
            left = self._platform.stop()
        if left:
            self._record.problems.append(f"Still running after Ctrl-C: {left}")
        self._print_summary(comparison, weather, storm, time.monotonic() - begun)
        return [*self._record.problems, *comparison.differences]

    def _kill_all(self, kills: list[Kill], weather: Weather) -> None:
        killer = Killer(self._platform.var)
        for number, kill in enumerate(kills, 1):
            self._check_supervisor()
            begun = time.monotonic()
            try:
                killer.carry_out(kill)
            except NotReturned as error:
                self._record.problems.append(f"Kill {number}: {error}.")
                continue
            weather.turn()
            minutes_too = number % _MINUTE_BOTS_EVERY[self._short] == 0
            took = self._await_looks(kill.target, ("1s", "1m") if minutes_too else ("1s",), begun)
            print(f"  {number:>4} {kill!s:<36}{'  '.join(f'{name} {took[name]:5.1f} s' for name in took)}", flush=True)

    def _await_looks(self, cause: str, timeframes: tuple[str, ...], begun: float) -> dict[str, float]:
        """Wait until all running bots were looked at by a candle that closes from now on; returns the seconds of that
        since `begun`, by time frame."""
        since, took = self._clock.now(), {}
        for timeframe in timeframes:
            for name in self._watch.not_looked_at(since, timeframe, _LOOK_SECONDS):
                self._record.problems.append(f"After {cause}: nobody looked at {name} for {_LOOK_SECONDS:.0f} seconds.")
            took[timeframe] = time.monotonic() - begun
            self._record.seconds[(cause, timeframe)].append(took[timeframe])
        return took

    def _check_supervisor(self) -> None:
        """Nobody kills what keeps the others up. Raises SupervisorEnded."""
        process = self._platform.process
        if process is None or process.poll() is not None:
            raise SupervisorEnded(self._platform.log_path.read_text(errors="replace")[-3_000:])

    def _note_fallen(self) -> None:
        """A drill gives no bot a reason to stop."""
        for bot in self._watch.bots():
            if bot.status != "running":
                self._record.problems.append(f"Bot {bot.name} is {bot.status}: {bot.reason}")

    def _settle(self, stage: Stage, traders: list[Trader]) -> Comparison:
        """Stop all bots, wait until no order is under way, and compare until nothing changes any more."""
        for trader in traders:
            stage.stop(trader)
        begun = time.monotonic()
        wait_until(lambda: self._watch.under_way() == 0, _QUIET_SECONDS, 1.0)
        print(f"Quiet after {time.monotonic() - begun:.0f} s. Comparing …", flush=True)
        keys = [key for trader in traders for key in trader.keys.values()]
        compared: list[Comparison] = []

        def agrees() -> bool:
            compared.append(self._compare(keys))
            return not compared[-1].differences

        # The minutely comparison may still find what an answer that was lost has left behind.
        wait_until(agrees, _SETTLE_SECONDS, 5.0)
        return compared[-1]

    def _compare(self, keys: list[StagedKey]) -> Comparison:
        # The ledger last: what was filled in between would be missed the other way round only.
        journal = self._sandbox("/_sandbox/journal")["entries"]
        balances = {
            row["api_key"]: {
                coin: Decimal(amounts["free"]) + Decimal(amounts["locked"]) for coin, amounts in row["balances"].items()
            }
            for row in self._sandbox("/_sandbox/keys")["keys"]
        }
        return compare(self._watch.ledger(), journal, keys, balances)

    def _sandbox(self, path: str) -> Any:
        return self._platform.call("GET", path, base=self._platform.sandbox_url).body

    def _print_summary(self, comparison: Comparison, weather: Weather, storm: dict[str, Any], seconds: float) -> None:
        kills = sum(len(times) for (_, timeframe), times in self._record.seconds.items() if timeframe == "1s") - 2
        print(f"\n{kills} kills, seed {self._seed}, {seconds / 60:.1f} minutes")
        print(f"storm: {storm['spoilt']} of {storm['seen']} requests spoilt; {weather.events}")
        print("\nseconds from a kill until all running bots were looked at again")
        print("  killed      time frame                              median     most   times")
        for (cause, timeframe), times in sorted(self._record.seconds.items()):
            print(f"  {cause:<12}{timeframe:<39}{statistics.median(times):>7.1f}{max(times):>9.1f}{len(times):>8}")
        print(f"\norders accepted by the exchange {comparison.accepted:>8}")
        print(f"fills at the exchange           {comparison.fills:>8}")
        print(f"lost                            {comparison.lost:>8}")
        print(f"doubled                         {comparison.doubled:>8}")
        for sentence in (*self._record.problems, *comparison.differences):
            print(f"DIFFERS: {sentence}")
        if not (self._record.problems or comparison.differences):
            print("The ledger equals the exchange's journal: orders, fills, fees, positions and balances.")


class SupervisorEnded(Exception):
    """The program that keeps the processes up has ended; the message is the end of its log."""


if __name__ == "__main__":
    sys.exit(main())
