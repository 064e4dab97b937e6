"""`python -m scripts.replay FILE` or `--made`: candles through feed, Celery and PostgreSQL trade as backtests do."""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import func, select

from backend.bots.models import TradingBot
from backend.bots.trading_rules import RULE_FIELDS, rules_of
from backend.engine.models import Evaluation, Trade
from backend.engine.roster import PAPER_SLIPPAGE
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.nouns import Market as ExchangeMarket
from backend.exchanges.venues import venue_of
from backend.feed import Wiring
from backend.foundation.partitions import ensure_months
from backend.foundation.platform import Platform, redis_url
from backend.market_data.commands import store_candles
from backend.market_data.feed import Feed, FeedCallbacks, Market
from backend.market_data.importers.reading import read_recording
from backend.market_data.live_stream import StreamedCandle
from backend.realtime.messages import Announcer
from backend.trading import backtester
from backend.trading.candles import CANDLE, Candles, interval
from backend.trading.records import PURPOSES
from backend.trading.rules import Costs, Filters
from backend.trading.series import Series
from backend.trading.strategies import STRATEGIES
from backend.trading.strategies.declaration import with_defaults
from backend.trading.strategies.evaluation import evaluate, warmup_of
from scripts.workshop import Workshop, open_workshop

_EXCHANGE, _SYMBOL = "binance", "BTC/USDT"
_DECISION_SECONDS = 120.0
_MADE_SEED = 20_260_302

Made = tuple[str, str, Decimal, Decimal]
"""A trade: side, purpose, price, quantity."""


def kinds_around(price: float) -> dict[str, dict[str, Any]]:
    """A bot's rules of every kind; the grid lies around the price."""
    ladder = {"safety_orders": 3, "safety_amount": None, "deviation_percentage": "0.3", "step_scale": "1.2"}
    flat = {"safety_orders": 2, "safety_amount": "150", "deviation_percentage": "0.4", "step_scale": "1"}
    lines = {"intervals": 12, "spacing": "geometric"}
    return {
        "plain": {},
        "stops": {
            "stop_loss_percentage": Decimal("0.4"),
            "take_profit_percentage": Decimal("0.9"),
            "cooldown_minutes": 3,
            "max_daily_trades": 8,
        },
        "trailing": {"trailing_stop_percentage": Decimal("0.5"), "sizing": "percent", "equity_percentage": Decimal(40)},
        "risk": {"sizing": "risk", "risk_per_trade": Decimal(1), "stop_loss_percentage": Decimal(1)},
        "dca": {
            "kind": "dca",
            "take_profit_percentage": Decimal("0.5"),
            "stop_loss_percentage": Decimal(3),
            "dca": {**ladder, "start": "at_once", "volume_scale": "1.5"},
        },
        "dca on signals": {
            "kind": "dca",
            "trailing_stop_percentage": Decimal("0.6"),
            "dca": {**flat, "start": "signal", "volume_scale": "1"},
        },
        "grid": {
            "kind": "grid",
            "stop_loss_percentage": Decimal(2),
            "grid": {**lines, "lower_price": f"{price * 0.97:.2f}", "upper_price": f"{price * 1.03:.2f}"},
        },
    }


def made_candles(count: int) -> Candles:
    """A seeded walk of minutes that swings widely enough to reach stops, targets and lines."""
    randomness = np.random.default_rng(_MADE_SEED)
    close = np.round(50_000 + 1_200 * np.sin(np.arange(count) / 23.0) + np.cumsum(randomness.normal(0, 40, count)), 2)
    candles = np.zeros(count, dtype=CANDLE)
    candles["opened_at"] = np.arange(count) * interval("1m")
    candles["close"] = close
    candles["open"] = np.round(np.concatenate(([close[0]], close[:-1])) + randomness.normal(0, 5, count), 2)
    top, bottom = np.maximum(candles["open"], close), np.minimum(candles["open"], close)
    candles["high"] = np.round(top + randomness.exponential(30, count), 2)
    candles["low"] = np.round(bottom - randomness.exponential(30, count), 2)
    candles["volume"] = 1.0
    return candles


def longest_warmup(timeframe: str) -> int:
    """How many candles lie before the first one that is played, so that every strategy speaks from there on."""
    return 1 + max(warmup_of(one, with_defaults(one, {}), interval(timeframe)) for one in STRATEGIES.values())


class RecordedFeed(Feed):
    """The feed, given candles that are there already instead of a stream's."""

    async def play(self, market: Market, candle: np.void) -> None:
        """Take in one closed candle as one of a stream: stored, then told."""
        top, bottom, volume = float(candle["high"]), float(candle["low"]), float(candle["volume"])
        begin, end = float(candle["open"]), float(candle["close"])
        await self._take(market, StreamedCandle(int(candle["opened_at"]), begin, top, bottom, end, volume, closed=True))


@dataclass
class Replay:
    """One replay: the candles of one market, and bots of every strategy and kind that see them close."""

    workshop: Workshop
    candles: Candles
    timeframe: str

    def __post_init__(self) -> None:
        # As if the last one had closed just now, on the time frame's own grid.
        length = interval(self.timeframe)
        now = round(self.platform.clock.now().timestamp() * 1000)
        self.candles = self.candles.copy()
        count = len(self.candles)
        self.candles["opened_at"] = now // length * length - (count - np.arange(count)) * length
        self.warmup = longest_warmup(self.timeframe)
        if count < self.warmup + 2:
            raise TooFewCandles(f"{count:,} candles are too few: the strategies warm up on {self.warmup:,}.")
        found = ExchangeAccess.of(self.platform).market(_EXCHANGE, _SYMBOL)
        assert found is not None
        self.market: ExchangeMarket = found

    @property
    def platform(self) -> Platform:
        """The plugs."""
        return self.workshop.platform

    def run(self) -> list[str]:
        """Play all candles, compare every bot with its backtest; returns the differences."""
        bots = self._add_bots()
        self._prepare()
        begun = time.monotonic()
        asyncio.run(self._play())
        seconds = time.monotonic() - begun
        played = len(self.candles) - self.warmup
        print(f"{played:,} candles closed for {len(bots)} bots in {seconds:.0f} s, {played / seconds:.0f} a second.")
        return self._compare(bots)

    def _add_bots(self) -> dict[str, UUID]:
        began = _moment(int(self.candles["opened_at"][self.warmup]))
        shared = {"user_id": self.workshop.owner(), "started_at": began, "timeframe": self.timeframe}
        crossover = {"strategy": "sma_crossover", "strategy_config": {"short_period": 2, "long_period": 3}}
        rows = {
            f"strategy {name}": {**shared, "strategy": name, "strategy_config": with_defaults(strategy, {})}
            for name, strategy in STRATEGIES.items()
        }
        around = float(self.candles["close"][self.warmup])
        rows |= {f"kind {name}": {**shared, **crossover, **rules} for name, rules in kinds_around(around).items()}
        # Rows of one statement have the same columns each.
        columns = {column for row in rows.values() for column in row} - {"kind", "sizing"}
        complete = [
            {"kind": "signal", "sizing": "fixed", **dict.fromkeys(columns), **row, "name": name}
            for name, row in rows.items()
        ]
        return dict(zip(rows, self.workshop.add_bots(complete), strict=True))

    def _prepare(self) -> None:
        """The months that the candles lie in, and the past that the strategies warm up on."""
        with self.platform.database.across_tenants("replay: past candles") as session:
            for opened_at in self.candles["opened_at"][:: 20 * 86_400_000 // interval(self.timeframe)]:
                ensure_months(session, _moment(int(opened_at)))
            store_candles(session, _EXCHANGE, _SYMBOL, self.timeframe, self.candles[: self.warmup])

    async def _play(self) -> None:
        wiring = Wiring(self.platform, Announcer(redis_url(self.platform.settings)))
        # No price moves within a recorded candle: what happens in it is the cycle's to find out.
        feed = RecordedFeed(self.platform, FeedCallbacks(set, wiring.candle_closed, lambda _market, _candle: None))
        market = Market(_EXCHANGE, _SYMBOL, self.timeframe)
        for candle in self.candles[self.warmup :]:
            await feed.play(market, candle)
            await self._decided(int(candle["opened_at"]))

    async def _decided(self, opened_at: int) -> None:
        """Wait until every running bot has looked at the candle. Raises NotDecided."""
        deadline = time.monotonic() + _DECISION_SECONDS
        while self._waiting(opened_at):
            if time.monotonic() > deadline or self.workshop.worker.poll() is not None:
                raise NotDecided(_moment(opened_at), self.workshop.log.read_text(errors="replace")[-2000:])
            await asyncio.sleep(0.002)

    def _waiting(self, opened_at: int) -> int:
        with self.platform.database.across_tenants("replay: who has not looked") as session:
            looked = select(Evaluation.bot_id).where(Evaluation.candle_at >= _moment(opened_at))
            statement = select(func.count()).where(TradingBot.status == "running", TradingBot.id.not_in(looked))
            return session.scalar(statement) or 0

    def _compare(self, ids: dict[str, UUID]) -> list[str]:
        with self.platform.database.across_tenants("replay: what was traded") as session:
            bots = {bot.id: bot for bot in session.scalars(select(TradingBot))}
            trades = session.scalars(select(Trade).order_by(Trade.id)).all()
        differences, compared = [], 0
        print(f"\n{'bot':<32}{'replayed':>10}{'backtest':>10}")
        for name, bot_id in ids.items():
            ours = [(row.type, row.purpose, row.price, row.quantity) for row in trades if row.bot_id == bot_id]
            theirs = self._backtested(bots[bot_id])
            print(f"{name:<32}{len(ours):>10,}{len(theirs):>10,}")
            compared += len(theirs)
            differences += _differences(name, ours, theirs)
        print(f"\n{compared:,} trades compared, {len(differences)} bots differ.")
        return differences

    def _backtested(self, bot: TradingBot) -> list[Made]:
        venue, market = venue_of(_EXCHANGE), self.market
        filters = Filters(float(market.price_tick), float(market.quantity_step), float(market.minimum_notional))
        costs = Costs(venue.maker_fee, venue.taker_fee, PAPER_SLIPPAGE)
        rules = rules_of({name: getattr(bot, name) for name in RULE_FIELDS}, costs, filters)
        series = Series(self.candles)
        actions, _ = evaluate(STRATEGIES[bot.strategy], series, bot.strategy_config)
        course = backtester.Market(series, interval(self.timeframe), self.warmup)
        result = backtester.run(course, rules, actions, float(bot.paper_balance))
        return [
            (
                "buy" if fill["side"] > 0 else "sell",
                PURPOSES[fill["purpose"]],
                Decimal(repr(float(fill["price"]))).quantize(market.price_tick),
                Decimal(repr(float(fill["quantity"]))).quantize(market.quantity_step),
            )
            for fill in result.fills
        ]


class TooFewCandles(Exception):
    """The strategies could not warm up."""


class NotDecided(Exception):
    """The worker did not decide on a candle in time."""

    def __init__(self, moment: datetime, log: str) -> None:
        super().__init__(f"Nobody decided on the candle of {moment:%Y-%m-%d %H:%M:%S}; the worker says:\n{log}")


def _differences(name: str, ours: Sequence[Made], theirs: Sequence[Made]) -> list[str]:
    for number, (one, other) in enumerate(zip(ours, theirs, strict=False), 1):
        if one != other:
            return [f"{name}: trade {number} is {_words(one)} in the replay and {_words(other)} in the backtest."]
    if len(ours) != len(theirs):
        return [f"{name}: {len(ours)} trades in the replay, {len(theirs)} in the backtest; the first ones agree."]
    return []


def _words(trade: Made) -> str:
    side, purpose, price, quantity = trade
    return f"{side} {quantity} for {price} ({purpose})"


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _given_candles(given: argparse.Namespace) -> tuple[Candles, str]:
    """The candles to warm up on and to play, and their time frame."""
    if given.made:
        return made_candles(longest_warmup("1m") + (given.candles or 1_000)), "1m"
    # Whatever was recorded plays the part of the one market of the replay.
    recording = read_recording(given.file, _EXCHANGE, _SYMBOL)
    count = longest_warmup(recording.timeframe) + given.candles
    return recording.candles[-count:] if given.candles else recording.candles, recording.timeframe


def main() -> int:
    """Replay and compare; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m scripts.replay", description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", help="a candle file whose name tells its time frame")
    parser.add_argument("--made", action="store_true", help="seeded candles instead of a file")
    parser.add_argument("--candles", type=int, default=0, help="how many are played: 1,000 made ones, or all")
    given = parser.parse_args()
    if given.made == bool(given.file):
        parser.error("name a file, or say --made")
    candles, timeframe = _given_candles(given)
    with open_workshop() as workshop:
        try:
            differences = Replay(workshop, candles, timeframe).run()
        except TooFewCandles as error:
            print(error, file=sys.stderr)
            return 2
    for sentence in differences:
        print(f"DIFFERS: {sentence}")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
