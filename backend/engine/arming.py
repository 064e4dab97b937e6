"""Puts on the trigger board what the states of bots ask for."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from backend.bots.models import WATCHED, TradingBot
from backend.bots.queries import MarketKey
from backend.engine.roster import WHOLE_MARKETS, Roster, Table
from backend.engine.rows import MarketPlace, rows_as_they_are, rows_of_bots
from backend.engine.triggers import Trigger, TriggerBoard
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.nouns import Market
from backend.foundation.platform import Platform
from backend.trading.bands import exit_band, watch_bands
from backend.trading.candles import interval

_AT_ONCE = 1000
"""Bots whose looks are locked together while they are armed."""


def arm_table(platform: Platform, table: Table, opens_at: NDArray[np.int64], nudged: Collection[int] = ()) -> None:
    """Arm the triggers of all bots of the table, while their looks are still locked.

    Whoever changes a state takes that lock first, so what is armed last is always what the newest state says. If the
    transaction fails after all, whoever began it has them armed again from what is committed.

    `opens_at` (ms, int64[n]): when the candle after their look opens. `nudged`: live bots whose resting orders are
    being asked about already; until that is answered only stops and targets wake them.
    """
    board = TriggerBoard(platform.redis)
    board.arm(table.place.exchange, table.place.market.symbol, triggers_of(table, opens_at, nudged))


def arm_bots(platform: Platform, exchange: str, market: Market, bot_ids: Collection[UUID]) -> None:
    """Arm what these bots' committed states ask for, and disarm those that nobody watches in this market."""
    ids, board = sorted(bot_ids), TriggerBoard(platform.redis)
    for first in range(0, len(ids), _AT_ONCE):
        some = ids[first : first + _AT_ONCE]
        with platform.database.across_tenants("arm triggers") as session:
            rows = rows_of_bots(session, exchange, market.symbol, some)
            board.arm(exchange, market.symbol, [Trigger(bot_id) for bot_id in set(some) - {row.bot_id for row in rows}])
            if rows:
                table = Roster().table(session, MarketPlace(exchange, "", market), rows, 0.0)
                arm_table(platform, table, _opens_at(table))


def arm_bot(platform: Platform, bot: TradingBot, market: Market) -> None:
    """Arm the triggers of one bot whose state has changed; none where nobody watches it.

    What the caller knows of the state is not what is armed: it may be another one since its lock was let go.
    """
    arm_bots(platform, bot.exchange, market, [bot.id])


def arm_paper_bots(platform: Platform, user_id: UUID) -> None:
    """Arm what the user's watched paper bots wait for, since what they may buy has changed."""
    by_market = defaultdict(list)
    with platform.database.across_tenants("paper bots of a user") as session:
        chosen = select(TradingBot).where(
            TradingBot.user_id == user_id, TradingBot.status.in_(WATCHED), TradingBot.is_paper_trading
        )
        for bot in session.scalars(chosen):
            by_market[(bot.exchange, bot.symbols[0])].append(bot.id)
    for (exchange, symbol), bot_ids in by_market.items():
        market = ExchangeAccess.of(platform).market(exchange, symbol)
        if market is not None:
            arm_bots(platform, exchange, market, bot_ids)


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


def check_market(platform: Platform, key: MarketKey) -> int:
    """Arm anew the bots of the market that wait for something else than the board says; returns how many."""
    market = ExchangeAccess.of(platform).market(key.exchange, key.symbol)
    if market is None:
        return 0
    board, place = TriggerBoard(platform.redis), MarketPlace(key.exchange, key.timeframe, market)
    wrong: list[UUID] = []
    with platform.database.across_tenants("check the triggers of a market") as session:
        rows = rows_as_they_are(session, place)
        table = WHOLE_MARKETS.table(session, place, rows, 0.0) if rows else None
    if table is not None:
        wrong = board.differing(key.exchange, key.symbol, triggers_of(table, _opens_at(table)))
        # Read again under the locks: what differs may only have been changed in the meantime.
        arm_bots(platform, key.exchange, market, wrong)
    board.note_checked(key.exchange, key.symbol, key.timeframe)
    return len(wrong)


def _opens_at(table: Table) -> NDArray[np.int64]:
    """When the candle after each bot's last look opens (ms, int64[n]); never, for those that have yet to look."""
    lengths = np.array([interval(seat.timeframe) for seat in table.seats], dtype=np.int64)
    seen_at, never = table.seen_at, np.iinfo(np.int64).max
    return np.where(seen_at == never, never, np.minimum(seen_at, never - lengths) + lengths)
