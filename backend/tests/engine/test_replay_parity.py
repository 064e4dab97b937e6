"""A running paper bot makes the trades of its backtest: every strategy, every kind, candle by candle."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest

from backend.bots.models import TradingBot
from backend.bots.trading_rules import RULE_FIELDS, rules_of
from backend.engine.models import Trade
from backend.engine.roster import PAPER_SLIPPAGE
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.venues import venue_of
from backend.tests.engine.closing_market import MINUTE, START, Market
from backend.tests.factories import Factory
from backend.trading import backtester
from backend.trading.candles import CANDLE, Candles
from backend.trading.records import PURPOSES
from backend.trading.rules import Costs, Filters
from backend.trading.series import Series
from backend.trading.strategies import STRATEGIES
from backend.trading.strategies.declaration import with_defaults
from backend.trading.strategies.evaluation import evaluate
from scripts.replay import kinds_around

WARM_UP, LENGTH = 260, 240
KINDS = kinds_around(50_000.0)


@dataclass(frozen=True)
class Course:
    """The candles that all bots of a replay see."""

    candles: Candles


@pytest.fixture(scope="module")
def course() -> Course:
    """A seeded walk that swings widely enough to reach stops, targets and lines."""
    randomness = np.random.default_rng(20260302)
    count = WARM_UP + LENGTH
    swing = 1_200 * np.sin(np.arange(count) / 23.0)
    close = np.round(50_000 + swing + np.cumsum(randomness.normal(0, 40, count)), 2)
    candles = np.zeros(count, dtype=CANDLE)
    candles["opened_at"] = START + np.arange(count) * MINUTE
    candles["close"] = close
    candles["open"] = np.round(np.concatenate(([close[0]], close[:-1])) + randomness.normal(0, 5, count), 2)
    top = np.maximum(candles["open"], close)
    bottom = np.minimum(candles["open"], close)
    candles["high"] = np.round(top + randomness.exponential(30, count), 2)
    candles["low"] = np.round(bottom - randomness.exponential(30, count), 2)
    candles["volume"] = 1.0
    return Course(candles)


def bots_of_all_kinds(make: Factory) -> list[TradingBot]:
    """One bot a strategy, and one a kind of rules."""
    began = datetime.fromtimestamp((START + WARM_UP * MINUTE) / 1000, UTC)
    owner = make.user().id
    shared = {"status": "running", "started_at": began, "paper_balance": Decimal(10_000), "base_amount": Decimal(200)}
    bots = [
        make.bot(owner, name=f"strategy {name}", strategy=name, strategy_config=with_defaults(strategy, {}), **shared)
        for name, strategy in STRATEGIES.items()
    ]
    return bots + [make.bot(owner, name=f"kind {name}", **{**shared, **values}) for name, values in KINDS.items()]


def backtested(market: Market, bot: TradingBot, candles: Candles) -> list[tuple[str, str, Decimal, Decimal]]:
    """(type, purpose, price, quantity) of the trades that a backtest of the bot makes."""
    of_exchange = ExchangeAccess.of(market.platform).market("binance", "BTC/USDT")
    assert of_exchange is not None
    venue = venue_of("binance")
    filters = Filters(
        float(of_exchange.price_tick), float(of_exchange.quantity_step), float(of_exchange.minimum_notional)
    )
    costs = Costs(venue.maker_fee, venue.taker_fee, PAPER_SLIPPAGE)
    rules = rules_of({name: getattr(bot, name) for name in RULE_FIELDS}, costs, filters)
    series = Series(candles)
    actions, _ = evaluate(STRATEGIES[bot.strategy], series, bot.strategy_config)
    result = backtester.run(backtester.Market(series, MINUTE, WARM_UP), rules, actions, float(bot.paper_balance))
    return [
        (
            "buy" if fill["side"] > 0 else "sell",
            PURPOSES[fill["purpose"]],
            Decimal(repr(float(fill["price"]))).quantize(Decimal("0.01")),
            Decimal(repr(float(fill["quantity"]))).quantize(Decimal("0.00001")),
        )
        for fill in result.fills
    ]


def test_every_strategy_and_kind_trades_as_in_its_backtest(market: Market, make: Factory, course: Course) -> None:
    bots = bots_of_all_kinds(make)
    market.close(course.candles[:WARM_UP], decide=False)
    market.close(course.candles[WARM_UP:])
    trades = market.rows(Trade)
    compared = 0
    for bot in bots:
        ours = [(row.type, row.purpose, row.price, row.quantity) for row in trades if row.bot_id == bot.id]
        theirs = backtested(market, bot, course.candles)
        assert ours == theirs, bot.name
        compared += len(theirs)
    # The course must give them something to do, or the comparison would say nothing.
    assert compared > 100
    assert {row.purpose for row in trades} >= {
        "entry", "exit_signal", "stop_loss", "take_profit", "trailing_stop", "safety_order", "grid_line",
    }  # fmt: skip


def test_bots_that_missed_candles_have_met_their_stops_in_them(market: Market, make: Factory) -> None:
    began = datetime.fromtimestamp(START / 1000, UTC)
    bot = make.bot(
        make.user().id, status="running", started_at=began, kind="dca", take_profit_percentage=Decimal(5),
        stop_loss_percentage=Decimal(2), dca={**KINDS["dca"]["dca"], "safety_orders": 0},
    )  # fmt: skip
    candles = np.zeros(6, dtype=CANDLE)
    candles["opened_at"] = START + np.arange(6) * MINUTE
    for name in ("open", "high", "low", "close"):
        candles[name] = 50_000.0
    candles["low"][3] = 48_000.0
    market.close(candles[:2])
    market.close(candles[2:5], decide=False)
    # Nobody looked while the price fell below the stop and came back.
    market.close(candles[5:])
    purposes = [row.purpose for row in market.rows(Trade) if row.bot_id == bot.id]
    assert purposes == ["entry", "stop_loss"]
