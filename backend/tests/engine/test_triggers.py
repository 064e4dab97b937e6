"""The trigger board: a price wakes whom it crosses, once, and everything comes back from PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.bots.queries import MarketKey
from backend.engine.arming import arm_bot, check_market
from backend.engine.models import Trade
from backend.engine.rows import begin_cycle
from backend.engine.touches import Movement, touch
from backend.engine.triggers import Trigger, TriggerBoard
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.errors import UnknownExchange
from backend.foundation.ids import new_id
from backend.foundation.waiting import wait_until
from backend.tests.engine.closing_market import FLAT_THEN_UP, MINUTE, START, Market, candles_of, running_bot
from backend.tests.engine.tasks_at_work import run_task
from backend.tests.factories import Factory
from backend.tests.recording_queue import RecordingQueue

MARKET = ("binance", "BTC/USDT")


def test_a_price_wakes_whom_it_crosses_once(redis_client: redis.Redis) -> None:
    board = TriggerBoard(redis_client)
    stop, target, opening = new_id(), new_id(), new_id()
    board.arm(*MARKET, [Trigger(stop, lower=95.0, upper=120.0), Trigger(target, upper=110.0)])
    board.arm(*MARKET, [Trigger(opening, opens_at=60_000)])
    assert board.pop_crossed(*MARKET, 100.0, opened_at=0) == []
    assert board.pop_crossed(*MARKET, 110.0, opened_at=0) == [target]
    assert board.pop_crossed(*MARKET, 111.0, opened_at=60_000) == [opening]
    assert board.pop_crossed("binance", "ETH/USDT", 1.0, opened_at=0) == []
    assert board.pop_crossed(*MARKET, 94.0, opened_at=60_000) == [stop]
    # Woken by its stop, it has no target left that could wake it again.
    assert board.pop_crossed(*MARKET, 500.0, opened_at=60_000) == []
    assert board.count(*MARKET) == 0


def test_arming_again_replaces_what_was_armed(redis_client: redis.Redis) -> None:
    board, bot = TriggerBoard(redis_client), new_id()
    board.arm(*MARKET, [Trigger(bot, lower=95.0, opens_at=5)])
    board.arm(*MARKET, [Trigger(bot, lower=90.0)])
    assert board.pop_crossed(*MARKET, 94.0, opened_at=10) == []
    board.arm(*MARKET, [Trigger(bot)])
    assert board.count(*MARKET) == 0


def test_a_price_waits_for_the_cycle_that_is_at_work(market: Market, make: Factory) -> None:
    """The cycle arms before it commits; looks that it writes for the first time are not there to be locked before."""
    bot = running_bot(make)
    assert market.platform.settings.database_url
    engine = create_engine(market.platform.settings.database_url)
    movement = Movement(*MARKET, 51_000.0, 51_000.0, START)
    waiting = text(
        "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
        " WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"
    )
    with engine.connect() as another, engine.connect() as third, ThreadPoolExecutor(1) as worker:
        with Session(another) as session:
            begin_cycle(session, *MARKET, "1m")
            touching = worker.submit(touch, market.platform, movement, [bot.id])
            assert wait_until(lambda: touching.done() or third.scalar(waiting) == 1, seconds=30)
            was_waiting = not touching.done()
        assert touching.result(timeout=60) == 0
    engine.dispose()
    assert was_waiting


prices = st.floats(1.0, 1_000.0)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bands=st.lists(st.tuples(prices, prices), max_size=40), price=prices)
def test_exactly_those_whose_band_is_left_are_woken(
    redis_client: redis.Redis, bands: list[tuple[float, float]], price: float
) -> None:
    redis_client.flushdb()
    board = TriggerBoard(redis_client)
    triggers = [Trigger(new_id(), min(band), max(band)) for band in bands]
    board.arm(*MARKET, triggers)
    expected = {trigger.bot_id for trigger in triggers if price <= trigger.lower or price >= trigger.upper}
    woken = board.pop_crossed(*MARKET, price, opened_at=0)
    assert set(woken) == expected
    assert len(woken) == len(expected)


def holding_bot(market: Market, make: Factory, **values: Any) -> TradingBot:
    """A bot that has bought at 51,025.5 and has its stop two per cent below."""
    bot = running_bot(make, stop_loss_percentage=Decimal(2), **values)
    market.close(candles_of(FLAT_THEN_UP))
    assert market.tick(51_000.0) == 1
    return bot


def sweep_triggers(market: Market) -> list[tuple[Any, ...]]:
    """Run the sweep and carry out the checks of triggers that it asks for; returns the markets that were checked."""
    queue = market.platform.tasks
    assert isinstance(queue, RecordingQueue)
    queue.sent.clear()
    run_task(market.platform, "engine.sweep")
    checks = [arguments for name, arguments in queue.sent if name == "engine.check_triggers"]
    for arguments in checks:
        run_task(market.platform, "engine.check_triggers", *arguments)
    return checks


def test_whoever_was_woken_and_lost_on_the_way_is_armed_again_within_a_minute(market: Market, make: Factory) -> None:
    bot = holding_bot(market, make)
    client = market.platform.redis
    board = TriggerBoard(client)
    assert sweep_triggers(market) == [(*MARKET, "1m")]
    assert sweep_triggers(market) == []
    key = f"triggers:checked:{':'.join(MARKET)}:1m"
    assert 0 < client.ttl(key) <= 75
    # The feed, or the worker, dies with what it has just taken out.
    assert board.pop_crossed(*MARKET, 49_000.0, 0) == [bot.id]
    assert board.count(*MARKET) == 0
    client.delete(key, f"{key}:claimed")
    assert sweep_triggers(market) == [(*MARKET, "1m")]
    assert market.tick(49_000.0, before=51_000.0) == 1
    assert [row.purpose for row in market.rows(Trade)] == ["entry", "stop_loss"]


def test_a_redis_that_lost_its_memory_is_filled_from_the_states(market: Market, make: Factory) -> None:
    holding_bot(market, make)
    sweep_triggers(market)
    market.platform.redis.flushdb()
    assert market.tick(49_000.0, before=51_000.0) == 0
    assert sweep_triggers(market) == [(*MARKET, "1m")]
    assert market.tick(49_000.0, before=51_000.0) == 1


def test_what_is_armed_wrongly_is_found_and_what_is_right_is_left_alone(market: Market, make: Factory) -> None:
    bot = holding_bot(market, make)
    key = MarketKey(*MARKET, "1m")
    assert check_market(market.platform, key) == 0
    TriggerBoard(market.platform.redis).arm(*MARKET, [Trigger(bot.id, lower=10.0)])
    assert check_market(market.platform, key) == 1
    assert check_market(market.platform, key) == 0
    assert market.tick(49_000.0, before=51_000.0) == 1


def test_a_market_that_cannot_be_checked_stays_due_and_the_others_are_checked(market: Market, make: Factory) -> None:
    holding_bot(market, make)
    running_bot(make, exchange="kraken", symbols=["NO/SUCH"])
    running_bot(make, exchange="nowhere", symbols=["BTC/USDT"])
    queue = market.platform.tasks
    assert isinstance(queue, RecordingQueue)
    market.platform.redis.flushdb()
    run_task(market.platform, "engine.rearm")
    failed = []
    for arguments in [arguments for name, arguments in queue.sent if name == "engine.check_triggers"]:
        try:
            run_task(market.platform, "engine.check_triggers", *arguments)
        except UnknownExchange:
            failed.append(arguments)
    assert failed == [("nowhere", "BTC/USDT", "1m")]
    assert TriggerBoard(market.platform.redis).claim_due("nowhere", "BTC/USDT", "1m")
    assert market.tick(49_000.0, before=51_000.0) == 1


def test_a_touch_that_fails_leaves_its_bots_armed(market: Market, make: Factory, connection: Connection) -> None:
    bot = holding_bot(market, make)
    woken = TriggerBoard(market.platform.redis).pop_crossed(*MARKET, 49_000.0, 0)
    assert woken == [bot.id]
    at = round(market.clock.moment.timestamp() * 1000)
    arguments = (*MARKET, (51_000.0, 51_000.0, 49_000.0, 49_000.0), at, [str(bot.id)])
    connection.execute(text("SET LOCAL ROLE NONE"))
    connection.execute(text("ALTER TABLE trades RENAME TO trades_away"))
    with pytest.raises(ProgrammingError):
        run_task(market.platform, "engine.touch", *arguments)
    connection.execute(text("SET LOCAL ROLE NONE"))
    connection.execute(text("ALTER TABLE trades_away RENAME TO trades"))
    assert market.tick(49_000.0, before=51_000.0) == 1
    assert [row.purpose for row in market.rows(Trade)] == ["entry", "stop_loss"]


def test_a_cycle_that_fails_has_its_market_checked(market: Market, make: Factory, connection: Connection) -> None:
    holding_bot(market, make)
    sweep_triggers(market)
    candle = candles_of([51_000.0])
    candle["opened_at"] = START + 6 * MINUTE
    market.close(candle, decide=False)
    connection.execute(text("SET LOCAL ROLE NONE"))
    connection.execute(text("ALTER TABLE evaluations RENAME TO evaluations_away"))
    with pytest.raises(ProgrammingError):
        run_task(market.platform, "engine.run_cycle", *MARKET, "1m", START + 6 * MINUTE)
    connection.execute(text("SET LOCAL ROLE NONE"))
    connection.execute(text("ALTER TABLE evaluations_away RENAME TO evaluations"))
    market.platform.redis.delete(f"triggers:checked:{':'.join(MARKET)}:1m:claimed")
    assert sweep_triggers(market) == [(*MARKET, "1m")]


def test_what_is_armed_last_is_what_is_committed(market: Market, make: Factory) -> None:
    """Whatever was armed before: the committed state is read anew, under its lock."""
    bot = holding_bot(market, make)
    venue_market = ExchangeAccess.of(market.platform).market(*MARKET)
    assert venue_market is not None
    board = TriggerBoard(market.platform.redis)
    board.arm(*MARKET, [Trigger(bot.id, 10.0, 90_000.0)])
    arm_bot(market.platform, bot, venue_market)
    assert market.tick(49_000.0, before=51_000.0) == 1


def test_a_bot_that_left_the_market_is_woken_by_it_once_and_does_nothing(market: Market, make: Factory) -> None:
    grid = {"lower_price": "48000", "upper_price": "50000", "intervals": 2, "spacing": "arithmetic"}
    bot = running_bot(make, kind="grid", paper_balance=Decimal(10_000), grid=grid)
    market.close(candles_of([49_999.0]))
    with market.platform.database.across_tenants("test") as session:
        row = session.get_one(TradingBot, bot.id)
        row.symbols, row.started_at = ["ETH/USDT"], market.clock.moment + timedelta(seconds=1)
    board = TriggerBoard(market.platform.redis)
    assert board.count(*MARKET) > 0
    market.clock.moment += timedelta(seconds=61)
    assert market.tick(48_900.0, before=49_100.0) == 0
    assert market.rows(Trade) == []
    assert board.count(*MARKET) == 0


def test_a_movement_of_the_past_changes_nothing(market: Market, make: Factory) -> None:
    """A task that comes late, after the bot has looked at the candle that the movement lay in."""
    running_bot(make, stop_loss_percentage=Decimal(2))
    market.close(candles_of(FLAT_THEN_UP))
    market.tick(51_000.0)
    later = candles_of([51_000.0])
    later["opened_at"] = START + 6 * MINUTE
    market.close(later)
    market.clock.moment = market.clock.moment.replace(second=0)
    late = round(market.clock.moment.timestamp() * 1000) - MINUTE
    assert market.touch_at(late, 40_000.0) == 0
    assert market.tick(49_000.0, before=51_000.0) == 1
