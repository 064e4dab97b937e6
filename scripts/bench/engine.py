"""Many running paper bots over twenty markets that close at once: how long until every look is committed."""

import argparse
import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
import psutil
from sqlalchemy import any_, func, select

from backend.engine.models import Evaluation, Order
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.nouns import Market
from backend.foundation.waiting import wait_until
from backend.market_data.commands import store_candles
from backend.trading.candles import CANDLE, Candles, interval
from backend.trading.strategies import STRATEGIES
from backend.trading.strategies.declaration import with_defaults
from scripts.run import SANDBOX_VENUES
from scripts.workshop import Workshop, open_workshop

_MARKETS = 20
_LENGTH = interval("1m")
_HISTORY = 900
_LOOKED_SECONDS = 1_800.0
_MIX: tuple[dict[str, Any], ...] = (
    {"strategy": "sma_crossover", "strategy_config": {"short_period": 5, "long_period": 20}},
    {"strategy": "sma_crossover", "strategy_config": {"short_period": 10, "long_period": 30}},
    {"strategy": "ema_crossover", "stop_loss_percentage": Decimal("0.5"), "take_profit_percentage": Decimal(1)},
    {"strategy": "rsi", "stop_loss_percentage": Decimal(1)},
    {"strategy": "macd", "trailing_stop_percentage": Decimal("0.5")},
    {"strategy": "bollinger"},
    {"strategy": "stochastic", "stop_loss_percentage": Decimal(1), "cooldown_minutes": 5},
    {"strategy": "supertrend", "sizing": "percent", "equity_percentage": Decimal(20)},
    {
        "kind": "dca",
        "strategy": "sma_crossover",
        "take_profit_percentage": Decimal("0.5"),
        "dca": {
            "start": "at_once",
            "safety_orders": 4,
            "safety_amount": None,
            "deviation_percentage": "0.3",
            "step_scale": "1.2",
            "volume_scale": "1.2",
        },
    },
    {"kind": "grid", "strategy": "sma_crossover"},
)
"""What the bots do, in turn."""


@dataclass
class Quote:
    """One market of the bench, with the candles that close in it."""

    exchange: str
    market: Market
    candles: Candles


def main(arguments: list[str]) -> int:
    """Measure and print; the figures are compared with the goals by whoever reads them."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench engine", description=__doc__)
    parser.add_argument("bots", type=int, nargs="?", default=10_000)
    parser.add_argument("--rounds", type=int, default=7, help="closes that are measured")
    parser.add_argument("--warm", type=int, default=5, help="closes before them")
    given = parser.parse_args(arguments)
    with open_workshop() as workshop:
        Bench(workshop, given.bots, given.warm + given.rounds).run(given.warm)
    return 0


class Bench:
    """The bots, their markets, and the rounds."""

    def __init__(self, workshop: Workshop, count: int, rounds: int) -> None:
        self._workshop = workshop
        self._platform = workshop.platform
        self._rounds = rounds
        self._count = count
        now = round(self._platform.clock.now().timestamp() * 1000)
        self._first = (now // _LENGTH - rounds - _HISTORY) * _LENGTH
        self._quotes = self._make_quotes()
        self._watched: list[UUID] = []

    def run(self, warm: int) -> None:
        """Stage, close candle after candle, print."""
        self._stage()
        print(f"{self._count:,} paper bots over {_MARKETS} markets, {len(_MIX)} mixes, {os.cpu_count()} cores\n")
        # Seconds of processors tell what the work costs where other programs want the machine as well.
        heads = f"{'seconds':>10}{'worker CPU':>12}{'database CPU':>14}{'orders':>9}{'a bot':>10}{'memory':>12}"
        print(f"{'close':>6}{heads}")
        taken = []
        for number in range(self._rounds):
            before, orders = self._processor_seconds(), self._orders()
            seconds = self._close(_HISTORY + number)
            worker, database = (now - then for now, then in zip(self._processor_seconds(), before, strict=True))
            made = self._orders() - orders
            name = f"{number + 1}" if number >= warm else f"({number + 1})"
            cost = f"{seconds / self._count * 1e6:.0f} µs"
            costs = f"{seconds:>10.3f}{worker:>12.2f}{database:>14.2f}{made:>9,}{cost:>10}{self._memory():>8.0f} MiB"
            print(f"{name:>6}{costs}", flush=True)
            if number >= warm:
                taken.append(seconds)
        goal = {10_000: "2 s", 100_000: "20 s"}.get(self._count)
        print("\nCloses in brackets warm up and are not counted.")
        print(
            f"median {statistics.median(taken):.3f} s, {min(taken):.3f} to {max(taken):.3f} s"
            + (f"   (goal: at most {goal})" if goal else "")
        )
        print(f"memory of the worker's processes {self._memory():.0f} MiB   (goal: at most 1,024 MiB)")

    def _make_quotes(self) -> list[Quote]:
        access = ExchangeAccess.of(self._platform)
        markets = [(exchange, market) for exchange in SANDBOX_VENUES for market in access.markets(exchange).values()]
        chosen = markets[:_MARKETS]
        assert len(chosen) == _MARKETS
        return [Quote(name, market, self._walk(number, market)) for number, (name, market) in enumerate(chosen)]

    def _walk(self, seed: int, market: Market) -> Candles:
        """A seeded walk whose prices lie far above the market's tick."""
        generator, count = np.random.default_rng(seed), _HISTORY + self._rounds
        tick = float(market.price_tick)
        close = 20_000 * np.exp(np.cumsum(generator.normal(0, 0.001, count)))
        candles = np.zeros(count, dtype=CANDLE)
        candles["opened_at"] = self._first + np.arange(count) * _LENGTH
        candles["close"] = np.round(close) * tick
        candles["open"] = np.concatenate((candles["close"][:1], candles["close"][:-1]))
        wick = np.round(np.abs(generator.normal(0, 8, (2, count)))) * tick
        candles["high"] = np.maximum(candles["open"], candles["close"]) + wick[0]
        candles["low"] = np.minimum(candles["open"], candles["close"]) - wick[1]
        candles["volume"] = 1.0
        return candles

    def _stage(self) -> None:
        owner = self._workshop.owner()
        for quote in self._quotes:
            with self._platform.database.across_tenants("bench: history") as session:
                store_candles(session, quote.exchange, quote.market.symbol, "1m", quote.candles[:_HISTORY])
        rows = [self._row(number, owner) for number in range(self._count)]
        columns = dict.fromkeys(column for row in rows[: _MARKETS * len(_MIX)] for column in row)
        ids = self._workshop.add_bots([{**columns, "kind": "signal", "sizing": "fixed", **row} for row in rows])
        # All looks of one market are committed together, so that one bot of each tells of all.
        self._watched = ids[:_MARKETS]

    def _row(self, number: int, owner: UUID) -> dict[str, Any]:
        quote, mix = self._quotes[number % _MARKETS], _MIX[number // _MARKETS % len(_MIX)]
        price = float(quote.candles["close"][_HISTORY])
        row = {
            "user_id": owner,
            "name": f"bot {number}",
            "exchange": quote.exchange,
            "symbols": [quote.market.symbol],
            "started_at": _moment(self._first),
            "strategy_config": with_defaults(STRATEGIES[mix["strategy"]], {}),
            **mix,
        }
        if row.get("kind") == "grid":
            bounds = {"lower_price": f"{price * 0.95:.8f}", "upper_price": f"{price * 1.05:.8f}"}
            row["grid"] = {**bounds, "intervals": 20, "spacing": "geometric"}
        return row

    def _close(self, number: int) -> float:
        """Seconds from the close of all markets, as the feed stores and announces it, until the last look is there."""
        opened_at = self._first + number * _LENGTH
        begun = time.perf_counter()
        for quote in self._quotes:
            symbol = quote.market.symbol
            with self._platform.database.across_tenants("bench: a close") as session:
                store_candles(session, quote.exchange, symbol, "1m", quote.candles[number : number + 1])
            self._platform.tasks.send("engine.run_cycle", quote.exchange, symbol, "1m", opened_at)
        if not wait_until(lambda: self._looked(opened_at, self._watched) == len(self._watched), _LOOKED_SECONDS, 0.01):
            raise LooksMissing(self._workshop.log.read_text(errors="replace")[-3000:])
        seconds = time.perf_counter() - begun
        if (looked := self._looked(opened_at)) != self._count:
            raise LooksMissing(f"{looked:,} of {self._count:,} bots have looked at the candle.")
        return seconds

    def _looked(self, opened_at: int, bots: Sequence[UUID] | None = None) -> int:
        statement = select(func.count()).select_from(Evaluation).where(Evaluation.candle_at == _moment(opened_at))
        if bots is not None:
            statement = statement.where(Evaluation.bot_id == any_(list(bots)))  # type: ignore[arg-type]
        with self._platform.database.across_tenants("bench: looks") as session:
            return session.scalar(statement) or 0

    def _orders(self) -> int:
        with self._platform.database.across_tenants("bench: orders") as session:
            return session.scalar(select(func.count()).select_from(Order)) or 0

    def _memory(self) -> float:
        """MiB of the worker and its children; what they share is counted once."""
        family = _family(self._workshop.worker.pid)
        return float(sum(process.memory_full_info().pss for process in family) / 2**20)

    def _processor_seconds(self) -> tuple[float, float]:
        """What worker and database have taken of the processors so far."""
        return _taken(self._workshop.worker.pid), _taken(self._workshop.database.pid)


class LooksMissing(Exception):
    """Not every bot has looked at a candle; the message says what is known."""


def _family(leader: int) -> list[psutil.Process]:
    process = psutil.Process(leader)
    return [process, *process.children(recursive=True)]


def _taken(leader: int) -> float:
    """Of a process and those that it has started and that still run, in seconds."""
    times = [process.cpu_times() for process in _family(leader)]
    return float(sum(one.user + one.system for one in times))


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
