"""A hundred thousand armed triggers of one market, ten of them crossed by a tick: how long until the task is queued."""

import argparse
import statistics
import time
from uuid import UUID

from backend.engine.triggers import Trigger, TriggerBoard
from backend.feed import Wiring
from backend.foundation.ids import new_id
from backend.foundation.platform import redis_url
from backend.market_data.feed import Market
from backend.market_data.live_stream import StreamedCandle
from backend.realtime.messages import Announcer
from backend.trading.candles import interval
from scripts.workshop import open_workshop

_MARKET = Market("binance", "BTC/USDT", "1m")
_PRICE, _APART = 50_000.0, 0.01
_GOAL_MILLISECONDS = 50


def main(arguments: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench triggers", description=__doc__)
    parser.add_argument("armed", type=int, nargs="?", default=100_000)
    parser.add_argument("--crossed", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=50)
    given = parser.parse_args(arguments)
    with open_workshop() as workshop:
        platform = workshop.platform
        board = TriggerBoard(platform.redis)
        # Stops below the price, each a cent under the last: a tick that falls so many cents crosses so many.
        waiting = [Trigger(new_id(), lower=_PRICE - _APART * (number + 1)) for number in range(given.armed)]
        begun = time.perf_counter()
        board.arm(_MARKET.exchange, _MARKET.symbol, waiting)
        arming = time.perf_counter() - begun
        wiring = Wiring(platform, Announcer(redis_url(platform.settings)))
        opened_at = round(platform.clock.now().timestamp() * 1000) // interval("1m") * interval("1m")
        taken = []
        for number in range(given.rounds):
            woken = waiting[number * given.crossed : (number + 1) * given.crossed]
            price = woken[-1].lower
            candle = StreamedCandle(opened_at, _PRICE, _PRICE, price, price, 1.0, closed=False)
            begun = time.perf_counter()
            wiring.candle_moved(_MARKET, candle)
            taken.append((time.perf_counter() - begun) * 1000)
            _check(board, woken)
        left = board.count(_MARKET.exchange, _MARKET.symbol)
    assert left == given.armed - given.rounds * given.crossed, left
    print(f"{given.armed:,} armed in {arming:.2f} s; ticks that cross {given.crossed}, {given.rounds} times")
    print(
        f"from the tick to the queued task: median {statistics.median(taken):.2f} ms, {min(taken):.2f} to"
        f" {max(taken):.2f} ms   (goal: at most {_GOAL_MILLISECONDS} ms)"
    )
    return 0


def _check(board: TriggerBoard, woken: list[Trigger]) -> None:
    """Whoever was crossed is disarmed."""
    price = woken[-1].lower
    again: list[UUID] = board.pop_crossed(_MARKET.exchange, _MARKET.symbol, price, 0)
    assert again == [], again
