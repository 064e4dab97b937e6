"""Tests here run backtests as a user does: by the API, with the worker's tasks carried out in between."""

from datetime import UTC, datetime
from typing import Any, cast

import numpy as np
import pytest
from flask.testing import FlaskClient

from backend.accounts.models import User
from backend.backtests import subscribers, tasks
from backend.config import Settings
from backend.foundation.events import dispatch_waiting
from backend.foundation.platform import Platform
from backend.market_data.commands import copy_candles
from backend.tests.factories import Factory
from backend.tests.recording_queue import RecordingQueue
from backend.trading.candles import CANDLE, TIMEFRAMES, Candles

BEGIN = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp() * 1000)


@pytest.fixture(scope="session")
def settings(plain_settings: Settings, sandbox_url: str) -> Settings:
    """The settings of this worker, with Binance's address overridden to the sandbox's."""
    changes = {"sandbox_url": sandbox_url, "exchange_urls": {"binance": f"{sandbox_url}/binance"}}
    return plain_settings.model_copy(update=changes)


def walk(count: int, timeframe: str = "1h", seed: int = 1, begin: int = BEGIN) -> Candles:
    """A random walk that trends a little now and then."""
    generator = np.random.default_rng(seed)
    steps = generator.normal(0, 0.004, count) + 0.002 * np.sin(np.arange(count) / 40)
    close = 40_000 * np.exp(np.cumsum(steps))
    candles = np.zeros(count, dtype=CANDLE)
    candles["opened_at"] = begin + np.arange(count) * TIMEFRAMES[timeframe]
    candles["close"] = close.round(2)
    candles["open"] = np.concatenate(([40_000.0], candles["close"][:-1]))
    spread = np.abs(generator.normal(0, 0.001, count))
    candles["high"] = (np.maximum(candles["open"], candles["close"]) * (1 + spread)).round(2)
    candles["low"] = (np.minimum(candles["open"], candles["close"]) * (1 - spread)).round(2)
    candles["volume"] = 10
    return candles


class Desk:
    """A user at the API, and a worker that carries out what is queued."""

    def __init__(self, platform: Platform, client: FlaskClient, user: User, make: Factory) -> None:
        self.platform = platform
        self.client = client
        self.user = user
        self.make = make
        self.headers = make.headers(user)
        self.queue = cast(RecordingQueue, platform.tasks)
        subscribers.subscribe(platform.subscribers, platform.tasks)

    def store(
        self, candles: Candles, timeframe: str = "1h", exchange: str = "binance", symbol: str = "BTC/USDT"
    ) -> None:
        """Have candles stored."""
        with self.platform.database.across_tenants("test") as session:
            copy_candles(session, exchange, symbol, timeframe, [candles])

    def ask(self, method: str, path: str, status: int = 200, **options: Any) -> Any:
        """The answer's data, or its error where `status` is one."""
        answer = self.client.open(f"/api/v1{path}", method=method, headers=self.headers, **options)
        body = answer.get_json(silent=True)
        assert answer.status_code == status, body or answer.data
        if body is None:
            return answer
        return body["data"] if status < 400 else body

    def log_in_again(self) -> None:
        """After the clock was moved."""
        self.headers = self.make.headers(self.user)

    def work(self) -> None:
        """Deliver events and carry out tasks until nothing is left."""
        while (
            dispatch_waiting(self.platform.database, self.platform.subscribers, self.platform.clock) or self.queue.sent
        ):
            sent, self.queue.sent = self.queue.sent, []
            for name, arguments in sent:
                if name.startswith("backtests."):
                    carry_out(self.platform, name, arguments)

    def backtest(self, **changes: Any) -> Any:
        """A complete backtest of the first month."""
        created = self.ask("POST", "/backtests", 201, json={**SETTINGS, **changes})
        self.work()
        return self.ask("GET", f"/backtests/{created['id']}")


def carry_out(platform: Platform, name: str, arguments: tuple[Any, ...]) -> None:
    """Run a task's function in this process."""
    task = next(one for one in vars(tasks).values() if getattr(one, "name", "") == name)

    class Worker:
        """What a task finds as itself."""

    worker = Worker()
    worker.platform = platform  # type: ignore[attr-defined]
    task.run.__func__(worker, *arguments)


SETTINGS: dict[str, Any] = {
    "symbol": "BTC/USDT",
    "timeframe": "1h",
    "start": "2025-01-03",
    "end": "2025-02-15",
    "strategy": "sma_crossover",
    "strategy_config": {"short_period": 5, "long_period": 20},
    "initial_balance": "10000",
    "base_amount": "1000",
    "fee_rate": "0.001",
    "slippage": "0.0005",
    "stop_loss_percentage": "2",
    "take_profit_percentage": "3",
}


@pytest.fixture
def desk(platform: Platform, client: FlaskClient, make: Factory) -> Desk:
    """A user with two months of hours stored."""
    user = make.user()
    desk = Desk(platform, client, user, make)
    desk.store(walk(1_500))
    return desk
