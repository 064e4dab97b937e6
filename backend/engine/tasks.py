"""Celery entry points of the engine."""

from datetime import timedelta
from uuid import UUID

import structlog
from celery import shared_task

from backend.bots.queries import markets_in_use
from backend.engine.arming import rearm_all
from backend.engine.controls import close_position, settle_orders, watched_live_bots
from backend.engine.cycle import ClosedCandle, run_cycle
from backend.engine.incoming.acting import act_on_signal
from backend.engine.reconciliation.running import accounts_to_compare, compare_account
from backend.engine.submission import accounts_with_due_orders, submit_account
from backend.engine.touches import Movement, touch
from backend.engine.triggers import TriggerBoard
from backend.foundation.celery import PlatformTask
from backend.foundation.partitions import ensure_months
from backend.market_data.queries import newest_opened_at
from backend.trading.candles import interval

log = structlog.get_logger(__name__)

# A cycle that runs this much after its candle's close was started by the sweep, not by the feed.
_SWEEP_AFTER = timedelta(seconds=3)


@shared_task(bind=True, name="engine.run_cycle")
def run_market_cycle(self: PlatformTask, exchange: str, symbol: str, timeframe: str, opened_at: int) -> None:
    """Decide on a candle that closed."""
    looks = run_cycle(self.platform, ClosedCandle(exchange, symbol, timeframe, opened_at))
    acted = sum(look.outcome == "acted" for look in looks)
    # A cycle in which nobody acted is not worth a line.
    tell = log.info if acted else log.debug
    tell(
        "cycle",
        market=f"{exchange} {symbol} {timeframe}",
        bots=len(looks),
        acted=acted,
        ms_after_close=round(self.platform.clock.now().timestamp() * 1000 - opened_at - interval(timeframe)),
    )


@shared_task(bind=True, name="engine.touch")
def touch_bots(
    self: PlatformTask, exchange: str, symbol: str, before: float, price: float, at: int, bot_ids: list[str]
) -> None:
    """Act on a price that crossed what these bots wait for."""
    touch(self.platform, Movement(exchange, symbol, before, price, at), [UUID(bot_id) for bot_id in bot_ids])


@shared_task(bind=True, name="engine.submit_account_orders")
def submit_account_orders(self: PlatformTask, api_key_id: str) -> None:
    """Take one account's orders to its exchange."""
    submit_account(self.platform, UUID(api_key_id))


@shared_task(bind=True, name="engine.close_position")
def close_position_of(self: PlatformTask, bot_id: str) -> None:
    """Sell what a bot holds."""
    close_position(self.platform, UUID(bot_id))


@shared_task(bind=True, name="engine.act_on_signal")
def act_on_signal_of(self: PlatformTask, signal_id: str) -> None:
    """Have a bot act on a signal from outside."""
    act_on_signal(self.platform, UUID(signal_id))


@shared_task(bind=True, name="engine.settle_orders")
def settle_orders_of(self: PlatformTask, bot_id: str) -> None:
    """Have a bot's resting orders follow its status."""
    settle_orders(self.platform, UUID(bot_id))


@shared_task(bind=True, name="engine.settle_user_orders")
def settle_orders_of_user(self: PlatformTask, user_id: str) -> None:
    """Have the resting orders of all of a user's bots follow the user's switch."""
    for bot_id in watched_live_bots(self.platform, UUID(user_id)):
        settle_orders(self.platform, bot_id)


@shared_task(bind=True, name="engine.sweep")
def sweep(self: PlatformTask) -> None:
    """Find what was left lying: orders under way, and candles that closed without a decision."""
    if TriggerBoard(self.platform.redis).begin_epoch():
        # Redis is new, or has lost its memory.
        self.platform.tasks.send("engine.rearm")
    for api_key_id in accounts_with_due_orders(self.platform):
        self.platform.tasks.send("engine.submit_account_orders", str(api_key_id))
    platform = self.platform
    with platform.database.across_tenants("sweep: markets in use") as session:
        newest = {
            market: newest_opened_at(session, market.exchange, market.symbol, market.timeframe)
            for market in markets_in_use(session)
        }
    overdue = (platform.clock.now() - _SWEEP_AFTER).timestamp() * 1000
    for market, opened_at in newest.items():
        if opened_at is not None and opened_at + interval(market.timeframe) <= overdue:
            platform.tasks.send("engine.run_cycle", market.exchange, market.symbol, market.timeframe, opened_at)


@shared_task(bind=True, name="engine.compare_accounts")
def compare_accounts(self: PlatformTask) -> None:
    """Have every account compared with its exchange."""
    for api_key_id in accounts_to_compare(self.platform):
        self.platform.tasks.send("engine.submit_comparison", str(api_key_id))


@shared_task(bind=True, name="engine.submit_comparison")
def compare_one_account(self: PlatformTask, api_key_id: str) -> None:
    """Compare one account with its exchange."""
    compare_account(self.platform, UUID(api_key_id))


@shared_task(bind=True, name="engine.rearm")
def rearm(self: PlatformTask) -> None:
    """Put everything that bots wait for on the trigger board again."""
    log.info("triggers_rearmed", bots=rearm_all(self.platform))


@shared_task(bind=True, name="engine.prepare_partitions")
def prepare_partitions(self: PlatformTask) -> None:
    """Make the coming months of the partitioned tables."""
    with self.platform.database.across_tenants("make the coming months' partitions") as session:
        ensure_months(session, self.platform.clock.now())
