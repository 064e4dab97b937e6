"""Puts on the trigger board what the states of bots ask for."""

import math
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from backend.bots.models import TradingBot
from backend.bots.queries import markets_in_use
from backend.engine.roster import MarketPlace, Roster, Table, watched_rows
from backend.engine.triggers import Trigger, TriggerBoard
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.nouns import Market
from backend.foundation.platform import Platform
from backend.trading.bands import exit_band, watch_band, watch_bands
from backend.trading.candles import interval

_EVER = datetime(9999, 1, 1, tzinfo=UTC)


def arm_table(platform: Platform, table: Table, opens_at: NDArray[np.int64], nudged: Collection[int] = ()) -> None:
    """Arm the triggers of all bots of the table.

    `opens_at` (ms, int64[n]): when the candle after their look opens. `nudged`: live bots whose resting orders are
    being asked about already; until that is answered only stops and targets wake them.
    """
    board = TriggerBoard(platform.redis)
    board.arm(table.place.exchange, table.place.market.symbol, triggers_of(table, opens_at, nudged))


def arm_bot(platform: Platform, bot: TradingBot, market: Market, states: NDArray[np.void], rules: np.void) -> None:
    """Arm the triggers of one bot whose state (STATE[1]) has changed; none where nobody watches it."""
    lower, upper = -math.inf, math.inf
    if bot.is_watched:
        lower, upper = watch_band(states[0], rules)
    TriggerBoard(platform.redis).arm(bot.exchange, market.symbol, [Trigger(bot.id, float(lower), float(upper))])


def triggers_of(table: Table, opens_at: NDArray[np.int64], nudged: Collection[int] = ()) -> Sequence[Trigger]:
    """Stops, targets and resting orders wake a bot; on paper also the first price while an order waits.

    The exchange fills a live bot's resting orders; the price that crosses one is the moment to ask it.
    """
    lower, upper = watch_bands(table.states, table.rules)
    for index in nudged:
        lower[index], upper[index] = exit_band(table.states[index], table.rules[index])
    waiting = table.states["pending_quantity"] != 0.0
    return [
        Trigger(
            seat.bot_id,
            float(lower[index]),
            float(upper[index]),
            int(opens_at[index]) if waiting[index] and seat.is_paper else None,
        )
        for index, seat in enumerate(table.seats)
    ]


def rearm_all(platform: Platform) -> int:
    """Arm everything anew from the states in PostgreSQL; returns for how many bots."""
    with platform.database.across_tenants("triggers: markets in use") as session:
        markets = markets_in_use(session)
    count = 0
    for key in sorted(markets):
        market = ExchangeAccess.of(platform).market(key.exchange, key.symbol)
        if market is None:
            continue
        place = MarketPlace(key.exchange, key.timeframe, market)
        with platform.database.across_tenants("triggers: states of a market") as session:
            rows = [row for row in watched_rows(session, place, _EVER, _EVER) if row.state is not None]
            if not rows:
                continue
            table = Roster().table(session, place, rows, 0.0)
        arm_table(platform, table, table.seen_at + interval(key.timeframe))
        count += len(rows)
    return count
