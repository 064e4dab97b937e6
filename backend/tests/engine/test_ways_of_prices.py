"""The way between two prices: nothing of it is invented when the feed begins anew, and nothing of it is lost."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.engine.models import Decision, Order, Trade
from backend.engine.unfinished import SeenCandle
from backend.feed import Wiring
from backend.foundation.platform import redis_url
from backend.market_data.feed import Market as FeedMarket
from backend.market_data.live_stream import StreamedCandle
from backend.realtime.messages import Announcer
from backend.tests.engine.closing_market import FLAT_THEN_UP, MINUTE, START, Market, candles_of, running_bot
from backend.tests.engine.tasks_at_work import run_task
from backend.tests.factories import Factory
from backend.tests.recording_queue import RecordingQueue
from backend.trading.candles import CANDLE, Candles

NEXT = START + 6 * MINUTE
"""When the candle opens in which a bot that bought after FLAT_THEN_UP holds its position; its stop is at 50,005."""
DCA = {"start": "at_once", "safety_orders": 2, "safety_amount": None, "deviation_percentage": "2", "step_scale": "1",
       "volume_scale": "1"}  # fmt: skip


class Stream:
    """The feed's side of a market: each update is passed on, and whoever it wakes acts."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.begin_anew()

    def begin_anew(self) -> None:
        """As a feed that has just been started: nothing is known of what came before."""
        self._wiring = Wiring(self.market.platform, Announcer(redis_url(self.market.platform.settings)))

    def update(self, opened_at: int, *prices: float, timeframe: str = "1m") -> int:
        """An update (open, high, low, close) of the unfinished candle; returns how many tasks it led to."""
        open_, high, low, close = prices
        queue = self.market.platform.tasks
        assert isinstance(queue, RecordingQueue)
        queue.sent.clear()
        self._wiring.candle_moved(
            FeedMarket("binance", "BTC/USDT", timeframe),
            StreamedCandle(opened_at, open_, high, low, close, 1.0, closed=False),
        )
        touches = [arguments for name, arguments in queue.sent if name == "engine.touch"]
        for arguments in touches:
            run_task(self.market.platform, "engine.touch", *arguments)
        return len(touches)


@pytest.fixture
def stream(market: Market) -> Stream:
    return Stream(market)


def a_candle(opened_at: int, *prices: float) -> Candles:
    """One closed candle."""
    candle = candles_of([prices[3]])
    for name, value in zip(("opened_at", "open", "high", "low", "close"), (opened_at, *prices), strict=True):
        candle[name] = value
    assert candle.dtype == CANDLE
    return candle


def hold(market: Market, stream: Stream, make: Factory, **values: Any) -> None:
    """Have a bot buy at 51,025.5 at the first price of the candle that opens at NEXT."""
    running_bot(make, **{"stop_loss_percentage": Decimal(2), **values})
    market.close(candles_of(FLAT_THEN_UP))
    stream.update(NEXT - MINUTE, *[51_000.0] * 4)
    stream.update(NEXT, *[51_000.0] * 4)
    assert purposes(market) == ["entry"]


def purposes(market: Market) -> list[str]:
    return [trade.purpose for trade in market.rows(Trade)]


def test_a_feed_that_begins_within_a_candle_takes_nothing_of_it_for_granted(
    market: Market, stream: Stream, make: Factory
) -> None:
    running_bot(make, stop_loss_percentage=Decimal(2), take_profit_percentage=Decimal(2))
    market.close(candles_of(FLAT_THEN_UP))
    stream.begin_anew()
    # The candle opened far above and fell far below before anybody looked; what it costs now is what the bot pays.
    assert stream.update(NEXT, 53_000.0, 53_500.0, 49_000.0, 51_000.0) == 1
    (trade,) = market.rows(Trade)
    assert (trade.purpose, trade.price) == ("entry", Decimal("51025.5"))
    stream.begin_anew()
    assert stream.update(NEXT, 53_000.0, 53_500.0, 49_000.0, 51_100.0) == 0
    assert purposes(market) == ["entry"]


def test_a_candle_that_follows_the_last_one_begins_at_its_open(market: Market, stream: Stream, make: Factory) -> None:
    running_bot(make, stop_loss_percentage=Decimal(2))
    market.close(candles_of(FLAT_THEN_UP))
    stream.update(NEXT - MINUTE, *[51_000.0] * 4)
    stream.update(NEXT, 51_200.0, 51_400.0, 51_100.0, 51_300.0)
    assert market.rows(Trade)[0].price == Decimal("51225.6")


def test_a_candle_that_follows_after_a_gap_begins_where_it_is(market: Market, stream: Stream, make: Factory) -> None:
    running_bot(make, stop_loss_percentage=Decimal(2))
    market.close(candles_of(FLAT_THEN_UP))
    stream.update(NEXT - 3 * MINUTE, *[51_000.0] * 4)
    stream.update(NEXT, 51_200.0, 51_400.0, 51_100.0, 51_300.0)
    assert market.rows(Trade)[0].price == Decimal("51325.65")


def test_a_wick_between_two_prices_reaches_the_stop(market: Market, stream: Stream, make: Factory) -> None:
    hold(market, stream, make)
    assert stream.update(NEXT, 51_000.0, 51_000.0, 50_500.0, 50_900.0) == 0
    assert stream.update(NEXT, 51_000.0, 51_000.0, 49_900.0, 50_800.0) == 1
    assert purposes(market) == ["entry", "stop_loss"]
    # At the stop, not at the bottom of the wick, and half a per mille worse.
    stop = market.rows(Trade)[0].price * Decimal("0.98")
    assert market.rows(Trade)[1].price == (stop * Decimal("0.9995")).quantize(Decimal("0.01"), "ROUND_DOWN")


def test_a_wick_that_reaches_both_ends_meets_the_stop_first(market: Market, stream: Stream, make: Factory) -> None:
    hold(market, stream, make, take_profit_percentage=Decimal(2))
    stream.update(NEXT, 51_000.0, 52_500.0, 49_900.0, 51_000.0)
    assert purposes(market) == ["entry", "stop_loss"]


def test_an_extreme_of_before_is_not_met_again(market: Market, stream: Stream, make: Factory) -> None:
    running_bot(make, stop_loss_percentage=Decimal(2), take_profit_percentage=Decimal(2))
    market.close(candles_of(FLAT_THEN_UP))
    # It buys within the candle, when both of its extremes are past.
    stream.begin_anew()
    stream.update(NEXT, 51_000.0, 53_000.0, 49_000.0, 51_000.0)
    assert stream.update(NEXT, 51_000.0, 53_000.0, 49_000.0, 51_200.0) == 0
    market.close(a_candle(NEXT, 51_000.0, 53_000.0, 49_000.0, 51_100.0))
    assert purposes(market) == ["entry"]


def test_what_a_candle_did_after_the_last_price_told_is_matched_at_its_close(
    market: Market, stream: Stream, make: Factory
) -> None:
    """The stream breaks within the candle; a bot that was touched in it meets the rest of it all the same."""
    hold(market, stream, make)
    stream.update(NEXT, 51_000.0, 51_200.0, 50_900.0, 51_100.0)
    market.close(a_candle(NEXT, 51_000.0, 51_600.0, 49_000.0, 51_500.0))
    assert purposes(market) == ["entry", "stop_loss"]
    assert market.rows(Decision)[-1].reason.startswith("The price fell to the stop loss")
    assert market.rows(Order)[-1].candle_at.timestamp() * 1000 == NEXT


def test_lines_that_the_rest_of_a_candle_passes_fill_once(market: Market, stream: Stream, make: Factory) -> None:
    hold(market, stream, make, kind="dca", dca=DCA, take_profit_percentage=Decimal(5), stop_loss_percentage=None,
         paper_balance=Decimal(10_000))  # fmt: skip
    # It bought at 50,025: 2 % below that the first safety order rests, 4 % below it the second.
    assert stream.update(NEXT, 51_000.0, 51_000.0, 49_000.0, 50_500.0) == 1
    market.close(a_candle(NEXT, 51_000.0, 51_000.0, 48_000.0, 50_500.0))
    assert purposes(market) == ["entry", "safety_order", "safety_order"]
    market.close(a_candle(NEXT + MINUTE, *[50_500.0] * 4))
    assert purposes(market) == ["entry", "safety_order", "safety_order"]


def test_two_streams_of_a_symbol_do_not_tell_the_same_way_twice(market: Market, stream: Stream, make: Factory) -> None:
    grid = {"lower_price": "48000", "upper_price": "52000", "intervals": 4, "spacing": "arithmetic"}
    running_bot(make, kind="grid", grid=grid, paper_balance=Decimal(10_000))
    market.close(candles_of([50_500.0]))
    market.tick(50_500.0)
    now = START + MINUTE
    market.clock.moment += timedelta(seconds=1)
    for timeframe in ("1m", "5m"):
        stream.update(now, *[50_500.0] * 4, timeframe=timeframe)
    # It buys at 50,000 and has its sale rest at 51,000; the price of before was higher, and is past.
    assert stream.update(now, 50_500.0, 51_500.0, 49_900.0, 49_900.0, timeframe="1m") == 1
    done = purposes(market)
    assert done[-1] == "grid_line"
    assert stream.update(now, 50_500.0, 51_500.0, 49_900.0, 49_900.0, timeframe="5m") == 0
    assert purposes(market) == done
    # Once the finer one is silent, the other takes its place.
    market.clock.moment += timedelta(seconds=11)
    assert stream.update(now, 50_500.0, 51_500.0, 48_900.0, 48_900.0, timeframe="5m") == 1


prices = st.floats(1.0, 1_000.0)


@settings(deadline=None)
@given(st.lists(prices, min_size=2, max_size=30), st.data())
def test_ways_one_after_the_other_cover_the_candle_and_nothing_more(path: list[float], data: st.DataObject) -> None:
    """However few of its prices are told: together the ways reach the candle's extremes, and never beyond."""
    told = sorted(data.draw(st.sets(st.integers(1, len(path) - 1))) | {len(path) - 1})
    seen = SeenCandle(0, path[0], path[0], path[0])
    tops, bottoms = [path[0]], [path[0]]
    for index in told:
        so_far = path[: index + 1]
        before, high, low, close = seen.way_to(max(so_far), min(so_far), path[index])
        assert before == seen.close
        assert low <= close <= high
        tops.append(high)
        bottoms.append(low)
        seen = SeenCandle(0, max(so_far), min(so_far), path[index])
    assert (max(tops), min(bottoms)) == (max(path), min(path))
