"""An account at the sandbox, the live bot that trades on it, and what tests do with both."""

import json
import urllib.request
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import numpy as np
from sqlalchemy import select

from backend.bots.models import TradingBot
from backend.engine.cycle import ClosedCandle, run_cycle
from backend.engine.identity import client_order_id
from backend.engine.models import Evaluation, Order, Position, Trade
from backend.engine.recording import Look
from backend.engine.states import unpacked
from backend.engine.submission import submit_account
from backend.engine.touches import Movement, touch
from backend.engine.triggers import TriggerBoard
from backend.foundation.clock import FixedClock
from backend.foundation.events import EventRow
from backend.foundation.platform import Platform
from backend.foundation.waiting import wait_until
from backend.market_data.commands import store_candles
from backend.market_data.tickers import Ticker, TickerBoard
from backend.tests.factories import Factory
from backend.trading.candles import CANDLE

SYMBOL = "BTC/USDT"
MINUTE = 60_000
TICK = 250


class LiveAccount:
    """The clock begins with the real time, for the exchange has no other; it runs when the test says so."""

    def __init__(
        self,
        platform: Platform,
        make: Factory,
        clock: FixedClock,
        venue: str,
        balances: dict[str, str],
        bot: dict[str, Any],
    ) -> None:
        self.platform = platform
        self.clock = clock
        self.venue = venue
        self._newest = 0
        self.url = str(platform.settings.sandbox_url)
        made = self.post("/_sandbox/keys", {"venue": venue, "balances": balances})
        self.public_key = made["api_key"]
        user = make.user()
        vault = platform.vault
        self.key = make.api_key(
            user.id,
            exchange=venue,
            is_testnet=False,
            api_key_enc=vault.encrypt(made["api_key"]),
            api_secret_enc=vault.encrypt(made["api_secret"]),
        )
        clock.moment = datetime.now(UTC)
        self.bot = make.bot(
            user.id,
            **{
                "exchange": venue,
                "is_paper_trading": False,
                "api_key_id": self.key.id,
                "status": "running",
                "started_at": clock.moment - timedelta(minutes=10),
                "paper_balance": Decimal(10_000),
                "base_amount": Decimal(1_000),
                **bot,
            },
        )

    def post(self, path: str, body: dict[str, Any], method: str = "POST") -> Any:
        """Speak to the sandbox's own side."""
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), method=method)
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def get(self, path: str) -> Any:
        """The same, asking."""
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            return json.loads(answer.read())

    def calm_down(self) -> None:
        """No fault and no moved price any more."""
        self.post("/_sandbox/faults", {}, method="DELETE")
        self.post("/_sandbox/markets/price", {"symbol": SYMBOL, "price": None})

    def fault(self, kind: str, **values: Any) -> None:
        """The next requests to this account's venue go wrong like this."""
        self.post("/_sandbox/faults", {"kind": kind, "venue": self.venue, **values})

    def price(self, price: str) -> None:
        """Move the market at the exchange, and let the platform see it as the feed would."""
        self.post("/_sandbox/markets/price", {"symbol": SYMBOL, "price": price})
        # Its prices come four times a second, and an order is reached by those that follow it.
        moved_at = self._exchange_time()
        assert wait_until(lambda: self._exchange_time() > moved_at + 2 * TICK, seconds=20)
        self.note_price(float(price))

    def _exchange_time(self) -> int:
        milliseconds: int = self.get("/_sandbox/health")["time"]
        return milliseconds

    def note_price(self, price: float) -> None:
        """What the feed notes of a price."""
        TickerBoard(self.platform.redis).note(Ticker(self.venue, SYMBOL, price, self.milliseconds))

    @property
    def milliseconds(self) -> int:
        """The clock's time."""
        return round(self.clock.moment.timestamp() * 1000)

    def close(self, *closes: float) -> list[Look]:
        """Store one-minute candles that end now, the last of these closes newest, and decide on the newest."""
        newest = self.milliseconds // MINUTE * MINUTE - MINUTE
        if newest == self._newest:
            self.clock.moment += timedelta(minutes=1)
            newest += MINUTE
        self._newest = newest
        candles = np.zeros(len(closes), dtype=CANDLE)
        candles["opened_at"] = newest - MINUTE * np.arange(len(closes) - 1, -1, -1)
        for name in ("open", "high", "low", "close"):
            candles[name] = closes
        with self.platform.database.across_tenants("test") as session:
            store_candles(session, self.venue, SYMBOL, "1m", candles)
        return run_cycle(self.platform, ClosedCandle(self.venue, SYMBOL, "1m", newest))

    def tick(self, price: float, before: float | None = None) -> int:
        """A price as the feed sees it; returns how many bots it made act."""
        self.note_price(price)
        woken = TriggerBoard(self.platform.redis).pop_crossed(self.venue, SYMBOL, price, self.milliseconds)
        return touch(self.platform, Movement(self.venue, SYMBOL, before or price, price, self.milliseconds), woken)

    def submit(self, wait: float = 0.0) -> int:
        """What the order worker does for this account, after so many seconds."""
        self.clock.moment += timedelta(seconds=wait)
        return submit_account(self.platform, self.key.id)

    def submit_all(self) -> None:
        """The same until nothing is due any more, a few seconds apart."""
        for _ in range(4):
            self.submit(wait=6)

    def intend(self, side: str = "buy", quantity: str = "0.01", **values: Any) -> Order:
        """An order as the cycle commits it."""
        now = self.clock.now()
        order = Order(
            **{
                "user_id": self.bot.user_id,
                "bot_id": self.bot.id,
                "api_key_id": self.key.id,
                "client_order_id": client_order_id(self.bot.id, SYMBOL, len(self.orders()), side),
                "symbol": SYMBOL,
                "side": side,
                "type": "market",
                "purpose": "entry" if side == "buy" else "exit_signal",
                "quantity": Decimal(quantity),
                "filled_quantity": Decimal(0),
                "fee": Decimal(0),
                "status": "intended",
                "attempts": 0,
                "reference_price": Decimal(50_000),
                "candle_at": now,
                "intended_at": now,
                **values,
            }
        )
        with self.platform.database.across_tenants("test") as session:
            session.add(order)
        return order

    def rows(self, table: Any) -> list[Any]:
        """Every row of a table, oldest first."""
        with self.platform.database.across_tenants("test") as session:
            return list(session.scalars(select(table).order_by(table.id)))

    def orders(self, **wanted: Any) -> list[Order]:
        """Our orders, oldest first; those of which these columns have these values."""
        rows: list[Order] = self.rows(Order)
        return [row for row in rows if all(getattr(row, name) == value for name, value in wanted.items())]

    def position(self) -> Position:
        """The newest position."""
        position: Position = self.rows(Position)[-1]
        return position

    def position_count(self) -> int:
        """How many positions there are or were."""
        return len(self.rows(Position))

    def state(self) -> np.void:
        """What the core remembers of the bot."""
        with self.platform.database.across_tenants("test") as session:
            raw = session.scalars(select(Evaluation.state).where(Evaluation.bot_id == self.bot.id)).one()
        states, unreadable = unpacked([raw])
        assert not unreadable
        record: np.void = states[0]
        return record

    def reread_bot(self) -> TradingBot:
        """The bot as it stands."""
        with self.platform.database.across_tenants("test") as session:
            return session.get_one(TradingBot, self.bot.id)

    def told(self, event_type: str) -> list[dict[str, Any]]:
        """The payloads of the events of this type, oldest first."""
        with self.platform.database.across_tenants("test") as session:
            rows = session.scalars(select(EventRow).where(EventRow.type == event_type).order_by(EventRow.id))
            return [row.payload for row in rows]

    def journal(self, kind: str) -> list[dict[str, Any]]:
        """The exchange's own record."""
        entries: list[dict[str, Any]] = self.get(
            f"/_sandbox/journal?{urlencode({'api_key': self.public_key, 'type': kind})}"
        )["entries"]
        return entries

    def agrees_with_exchange(self) -> None:
        """Every fill of the exchange is in the ledger once, and nothing else is."""
        ours = sorted((trade.price, trade.quantity) for trade in self.rows(Trade) if trade.bot_id == self.bot.id)
        theirs = sorted((Decimal(f["price"]), Decimal(f["quantity"])) for f in self.journal("order_filled"))
        assert ours == theirs, (ours, theirs)
