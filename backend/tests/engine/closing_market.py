"""A market whose candles close one after the other, and bots that run on it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import select

from backend.bots.models import TradingBot
from backend.engine.cycle import ClosedCandle, run_cycle
from backend.engine.models import Evaluation
from backend.engine.touches import Movement, touch
from backend.engine.triggers import TriggerBoard
from backend.foundation.clock import FixedClock
from backend.foundation.platform import Platform
from backend.market_data.commands import store_candles
from backend.tests.factories import Factory
from backend.trading.candles import CANDLE, Candles

FLAT_THEN_UP = [50_000.0] * 5 + [51_000.0]
MINUTE = 60_000
START = 1_772_452_800_000  # 2026-03-02 12:00 UTC


def candles_of(closes: list[float]) -> Candles:
    candles = np.zeros(len(closes), dtype=CANDLE)
    candles["opened_at"] = START + np.arange(len(closes)) * MINUTE
    for name in ("open", "high", "low", "close"):
        candles[name] = closes
    return candles


class Market:
    """Candles that close one after the other, each decided on by the cycle."""

    def __init__(self, platform: Platform, clock: FixedClock) -> None:
        self.platform = platform
        self.clock = clock

    def close(self, candles: Candles, decide: bool = True) -> int:
        """Store the candles; decide on each at its close. Returns how many bot decisions were made."""
        decided = 0
        for index in range(len(candles)):
            self.clock.moment = datetime.fromtimestamp(candles["opened_at"][index] / 1000, UTC) + timedelta(minutes=1)
            with self.platform.database.across_tenants("test") as session:
                store_candles(session, "binance", "BTC/USDT", "1m", candles[index : index + 1])
            if decide:
                decided += self.decide(int(candles["opened_at"][index]))
        return decided

    def tick(self, price: float, before: float | None = None) -> int:
        """A price within the candle that is open now, as the feed sees it; returns how many bots it made act."""
        at = round(self.clock.moment.timestamp() * 1000)
        board = TriggerBoard(self.platform.redis)
        woken = board.pop_crossed("binance", "BTC/USDT", price, at // MINUTE * MINUTE)
        return touch(self.platform, Movement("binance", "BTC/USDT", before or price, price, at), woken)

    def touch_at(self, at: int, price: float) -> int:
        """A movement to this price at some other time (ms), for every bot there is."""
        with self.platform.database.across_tenants("test") as session:
            bots = list(session.scalars(select(TradingBot.id)))
        return touch(self.platform, Movement("binance", "BTC/USDT", 51_000.0, price, at), bots)

    def decide(self, opened_at: int) -> int:
        """Run the cycle of one candle."""
        return len(run_cycle(self.platform, ClosedCandle("binance", "BTC/USDT", "1m", opened_at)))

    def rows(self, table: Any) -> list[Any]:
        """Every row of a table, oldest first."""
        with self.platform.database.across_tenants("test") as session:
            order = table.bot_id if table is Evaluation else table.id
            return list(session.scalars(select(table).order_by(order)))


def running_bot(make: Factory, **values: Any) -> TradingBot:
    started = datetime.fromtimestamp(START / 1000, UTC)
    return make.bot(make.user().id, **{"status": "running", "started_at": started, **values})
