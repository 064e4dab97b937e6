"""The cycle: decides once per candle, fills paper orders as the core says, and tells why."""

from datetime import UTC, datetime, timedelta
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import func, select

from backend.engine.models import Decision, Evaluation, Order, Position, Trade
from backend.foundation.events import EventRow
from backend.foundation.platform import Platform
from backend.market_data.importers import read_recording
from backend.tests.engine.closing_market import FLAT_THEN_UP, MINUTE, START, Market, candles_of, running_bot
from backend.tests.factories import Factory
from backend.trading.candles import Candles


def test_a_crossing_buys_on_paper_with_fee_and_slippage(market: Market, make: Factory) -> None:
    bot = running_bot(make, stop_loss_percentage=Decimal(2))
    market.close(candles_of(FLAT_THEN_UP))
    assert market.rows(Trade) == []
    assert market.tick(51_000.0) == 1
    (trade,) = market.rows(Trade)
    assert trade.price == Decimal("51025.5")  # 51000 and half a per mille
    assert trade.quantity == Decimal("0.00196")  # 100 at 51000, floored to the step
    assert trade.fee == trade.price * trade.quantity * Decimal("0.001")
    (position,) = market.rows(Position)
    assert position.stop_price == trade.price * Decimal("0.98")
    (order,) = market.rows(Order)
    assert (order.status, order.purpose, order.bot_id) == ("filled", "entry", bot.id)
    (decision,) = market.rows(Decision)
    assert (decision.action, decision.outcome) == ("buy", "acted")
    assert decision.reason == "The strategy says buy; the bot buys."


def test_a_paper_order_pays_the_first_price_after_the_decision(market: Market, make: Factory) -> None:
    running_bot(make)
    market.close(candles_of(FLAT_THEN_UP))
    assert market.tick(51_200.0) == 1
    assert market.tick(51_900.0) == 0
    assert market.rows(Trade)[0].price == Decimal("51225.6")


def test_without_any_price_between_the_candles_it_pays_the_next_open(market: Market, make: Factory) -> None:
    running_bot(make)
    candles = candles_of([*FLAT_THEN_UP, 51_500.0])
    candles["open"][-1], candles["high"][-1] = 51_100.0, 51_600.0
    candles["low"][-1] = 51_000.0
    market.close(candles)
    assert market.rows(Trade)[0].price == Decimal("51125.55")


def test_deciding_twice_changes_nothing(market: Market, make: Factory) -> None:
    running_bot(make)
    candles = candles_of(FLAT_THEN_UP)
    market.close(candles)
    assert market.decide(int(candles["opened_at"][-1])) == 0
    assert market.decide(int(candles["opened_at"][-2])) == 0
    market.tick(51_000.0)
    market.tick(51_000.0)
    assert len(market.rows(Trade)) == 1
    assert len(market.rows(Decision)) == 1


def test_what_the_bot_waits_for_is_always_known(market: Market, make: Factory) -> None:
    running_bot(make)
    market.close(candles_of(FLAT_THEN_UP[:5]))
    (evaluation,) = market.rows(Evaluation)
    assert (evaluation.action, evaluation.outcome) == ("hold", "hold")
    assert evaluation.inputs == {"price": 50000.0, "SMA 2": 50000.0, "SMA 3": 50000.0}
    assert market.rows(Decision) == []


def test_stop_loss_sells_at_the_stop(market: Market, make: Factory) -> None:
    running_bot(make, stop_loss_percentage=Decimal(2))
    candles = candles_of([*FLAT_THEN_UP, 51_000])
    candles["low"][-1] = 49_000
    market.close(candles)
    entry, exit_ = market.rows(Trade)
    assert exit_.purpose == "stop_loss"
    stop = entry.price * Decimal("0.98")
    assert exit_.price == (stop * Decimal("0.9995")).quantize(Decimal("0.01"), ROUND_DOWN)
    (position,) = market.rows(Position)
    assert (position.close_reason, position.quantity) == ("stop_loss", 0)
    decisions = market.rows(Decision)
    assert decisions[-1].reason.startswith("The price fell to the stop loss")


def test_a_refusal_is_told_in_words_and_once(market: Market, make: Factory) -> None:
    running_bot(make, paper_balance=Decimal(50))
    market.close(candles_of(FLAT_THEN_UP))
    (decision,) = market.rows(Decision)
    assert decision.outcome == "balance"
    assert "balance does not cover" in decision.reason
    assert market.rows(Trade) == []


def test_stopped_bots_other_markets_and_history_are_left_alone(market: Market, make: Factory) -> None:
    running_bot(make, status="stopped")
    running_bot(make, symbols=["ETH/USDT"])
    running_bot(make, timeframe="5m")
    running_bot(make, started_at=datetime.fromtimestamp(START / 1000, UTC) + timedelta(hours=1))
    assert market.close(candles_of(FLAT_THEN_UP)) == 0


def test_a_candle_that_is_not_stored_is_not_decided(market: Market, make: Factory) -> None:
    running_bot(make)
    market.close(candles_of(FLAT_THEN_UP[:3]))
    assert market.decide(START + 10 * MINUTE) == 0


def test_a_bot_that_was_kept_waiting_decides_once_on_the_newest_candle(market: Market, make: Factory) -> None:
    running_bot(make)
    candles = candles_of([*FLAT_THEN_UP[:5], *FLAT_THEN_UP])
    market.close(candles, decide=False)
    market.clock.moment += timedelta(seconds=90)
    assert market.decide(int(candles["opened_at"][3])) == 1
    assert market.decide(int(candles["opened_at"][4])) == 0
    (decision,) = market.rows(Decision)
    assert decision.candle_at == datetime.fromtimestamp(candles["opened_at"][-1] / 1000, UTC)
    assert decision.inputs["late_seconds"] == 90


def test_a_live_intent_is_committed_with_its_event_and_nothing_is_filled(
    market: Market, make: Factory, platform: Platform
) -> None:
    user = make.user()
    key = make.api_key(user.id)
    started = datetime.fromtimestamp(START / 1000, UTC)
    bot = make.bot(user.id, is_paper_trading=False, api_key_id=key.id, status="running", started_at=started)
    candles = candles_of([*FLAT_THEN_UP, 50_000, 45_000])
    market.close(candles)
    (order,) = market.rows(Order)
    assert (order.status, order.api_key_id, order.side) == ("intended", key.id, "buy")
    with platform.database.across_tenants("test") as session:
        event = session.scalars(select(EventRow).where(EventRow.type == "order.intended")).one()
        assert event.payload["api_key_id"] == str(key.id)
        assert session.scalar(select(func.count()).select_from(Trade)) == 0
    # While it is under way nothing new is decided.
    assert market.rows(Evaluation)[0].outcome == "order_pending"
    assert bot.user_id == order.user_id


def test_many_tenants_are_decided_together_and_apart(market: Market, make: Factory) -> None:
    bots = [running_bot(make, base_amount=Decimal(100 + index)) for index in range(20)]
    assert market.close(candles_of(FLAT_THEN_UP[:5])) == 100
    market.close(candles_of(FLAT_THEN_UP)[5:])
    assert market.tick(51_000.0) == 20
    trades = market.rows(Trade)
    assert {trade.bot_id: trade.user_id for trade in trades} == {bot.id: bot.user_id for bot in bots}


def test_a_recorded_file_replays_like_an_independent_calculation(
    market: Market, make: Factory, recorded_candles: Path
) -> None:
    """The same trades as a plain loop that shares no code with core or engine."""
    candles = read_recording(recorded_candles / "ftx_BTC-USD-PERP_1m.csv.gz").candles[:400].copy()
    candles["opened_at"] = START + np.arange(len(candles)) * MINUTE
    running_bot(
        make,
        strategy_config={"short_period": 5, "long_period": 12},
        stop_loss_percentage=Decimal("0.15"),
        take_profit_percentage=Decimal("0.5"),
    )
    market.close(candles)
    ours = [(trade.type, trade.purpose, trade.price) for trade in market.rows(Trade)]
    assert ours == _independent_trades(candles, 5, 12, Decimal("0.0015"), Decimal("0.005"))
    assert {purpose for _, purpose, _ in ours} == {"entry", "exit_signal", "stop_loss", "take_profit"}


def _independent_trades(candles: Candles, short: int, long: int, stop: Decimal, target: Decimal) -> list[Any]:
    closes = [float(value) for value in candles["close"]]
    trades: list[Any] = []
    entry: Decimal | None = None
    wanted = 0
    for index in range(len(closes)):
        open_, high, low = (Decimal(str(candles[name][index])) for name in ("open", "high", "low"))
        if wanted > 0:
            entry = _worsened(open_, 1)
            trades.append(("buy", "entry", entry))
        elif wanted < 0:
            trades.append(("sell", "exit_signal", _worsened(open_, -1)))
            entry = None
        wanted = 0
        if entry is not None:
            floor, ceiling = entry * (1 - stop), entry * (1 + target)
            if low <= floor:
                trades.append(("sell", "stop_loss", _worsened(min(open_, floor), -1)))
                entry = None
            elif high >= ceiling:
                trades.append(("sell", "take_profit", _worsened(max(open_, ceiling), -1)))
                entry = None
        if index < long:
            continue
        now = sum(closes[index - short + 1 : index + 1]) / short - sum(closes[index - long + 1 : index + 1]) / long
        before = sum(closes[index - short : index]) / short - sum(closes[index - long : index]) / long
        if entry is None and before <= 0 < now:
            wanted = 1
        elif entry is not None and before >= 0 > now:
            wanted = -1
    return trades


def _worsened(price: Decimal, side: int) -> Decimal:
    """What a market order pays or gets: half a per mille worse, on the tick that is worse."""
    exact = price * (1 + side * Decimal("0.0005"))
    return exact.quantize(Decimal("0.01"), ROUND_UP if side > 0 else ROUND_DOWN)
