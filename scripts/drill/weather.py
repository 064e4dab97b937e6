"""What the sandbox exchange does meanwhile: a storm of faults, prices that jump, sockets that are cut."""

import random
from decimal import ROUND_DOWN, Decimal
from typing import Any

from backend.tests.journeys.running_platform import RunningPlatform
from scripts.run import SANDBOX_VENUES

_MOVED = ("BTC/USDT", "ETH/USDT", "SOL/USDT")
_TICK = Decimal("0.01")


class Weather:
    """Bad weather at the sandbox of a running platform, repeatable by its seed."""

    def __init__(self, platform: RunningPlatform, seed: int) -> None:
        self._platform = platform
        self._seed = seed
        self._chance = random.Random(f"weather {seed}")  # noqa: S311 - repeatable on purpose
        markets = self._call("GET", "/_sandbox/markets")["markets"]
        self._usual = {row["symbol"]: Decimal(row["price"]) for row in markets if row["symbol"] in _MOVED}
        self._moved: set[str] = set()
        self.events = {"price": 0, "release": 0, "cut": 0}

    def begin_storm(self) -> None:
        """From now on a share of all private requests goes wrong, in every way there is."""
        self._call("POST", "/_sandbox/storm", {"seed": self._seed, "rate": 0.12, "seconds_max": 2.0})

    def storm(self) -> dict[str, Any]:
        """How many requests the storm has seen and spoilt."""
        found: dict[str, Any] = self._call("GET", "/_sandbox/storm")["storm"]
        return found

    def turn(self) -> None:
        """Perhaps let a price jump, or go its own way again, or cut the websockets of a venue."""
        lot = self._chance.random()
        if lot < 0.4:
            self._jump(self._chance.choice(_MOVED))
        elif lot < 0.7 and self._moved:
            self._release(self._chance.choice(sorted(self._moved)))
        elif lot < 0.85:
            self.events["cut"] += 1
            self._call(
                "POST", "/_sandbox/faults", {"kind": "websocket_cut", "venue": self._chance.choice(SANDBOX_VENUES)}
            )

    def end(self) -> None:
        """Calm: no storm, no fault, every price on its own way."""
        self._call("DELETE", "/_sandbox/storm")
        self._call("DELETE", "/_sandbox/faults")
        for symbol in sorted(self._moved):
            self._release(symbol)

    def _jump(self, symbol: str) -> None:
        # Around where it began, so that no jump leaves the grids' ranges for good.
        share = Decimal(self._chance.choice((-12, -8, -5, -3, 3, 5, 8, 12))) / 1000
        target = (self._usual[symbol] * (1 + share)).quantize(_TICK, ROUND_DOWN)
        self._call("POST", "/_sandbox/markets/price", {"symbol": symbol, "price": f"{target:f}"})
        self._moved.add(symbol)
        self.events["price"] += 1

    def _release(self, symbol: str) -> None:
        self._call("POST", "/_sandbox/markets/price", {"symbol": symbol, "price": None})
        self._moved.discard(symbol)
        self.events["release"] += 1

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self._platform.call(method, path, body, base=self._platform.sandbox_url)
        assert answer.status < 300, answer.body
        return answer.body
