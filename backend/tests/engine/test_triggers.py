"""The trigger board: a price wakes whom it crosses, once, and everything comes back from PostgreSQL."""

from decimal import Decimal

import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.engine.arming import rearm_all
from backend.engine.models import Trade
from backend.engine.triggers import Trigger, TriggerBoard
from backend.foundation.ids import new_id
from backend.tests.engine.closing_market import FLAT_THEN_UP, MINUTE, START, Market, candles_of, running_bot
from backend.tests.factories import Factory

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


def test_a_redis_that_lost_its_memory_is_filled_from_the_states(market: Market, make: Factory) -> None:
    bot = running_bot(make, stop_loss_percentage=Decimal(2))
    market.close(candles_of(FLAT_THEN_UP))
    market.tick(51_000.0)
    client = market.platform.redis
    board = TriggerBoard(client)
    assert board.begin_epoch()
    assert not board.begin_epoch()
    client.flushdb()
    assert market.tick(49_000.0, before=51_000.0) == 0
    assert board.begin_epoch()
    assert rearm_all(market.platform) == 1
    assert market.tick(49_000.0, before=51_000.0) == 1
    assert [(row.bot_id, row.purpose) for row in market.rows(Trade)] == [(bot.id, "entry"), (bot.id, "stop_loss")]


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
