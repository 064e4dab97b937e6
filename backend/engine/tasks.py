"""Celery entry points of the engine."""

from datetime import timedelta
from uuid import UUID

import structlog
from celery import shared_task

from backend.bots.queries import MarketKey, markets_in_use
from backend.engine.arming import arm_bots, arm_paper_bots, check_market
from backend.engine.beginnings import forget_outdated_states
from backend.engine.controls import close_position, settle_orders, watched_live_bots
from backend.engine.cycle import ClosedCandle, run_cycle
from backend.engine.incoming.acting import act_on_signal
from backend.engine.reconciliation.running import accounts_to_compare, compare_account
from backend.engine.submission import accounts_with_due_orders, submit_account
from backend.engine.touches import Movement, touch
from backend.engine.triggers import TriggerBoard
from backend.exchanges.access import ExchangeAccess
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
    try:
        looks = run_cycle(self.platform, ClosedCandle(exchange, symbol, timeframe, opened_at))
    except Exception:
        # What was armed before it failed is not what is committed.
        TriggerBoard(self.platform.redis).doubt(exchange, symbol, timeframe)
        raise
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
    self: PlatformTask, exchange: str, symbol: str, way: tuple[float, float, float, float], at: int, bot_ids: list[str]
) -> None:
    """Act on a price that crossed what these bots wait for; `way`: from where, highest, lowest, to where."""
    before, high, low, price = way
    bots = [UUID(bot_id) for bot_id in bot_ids]
    try:
        touch(self.platform, Movement(exchange, symbol, before, price, at, high, low), bots)
    except Exception:
        # The price that woke them took their triggers away.
        market = ExchangeAccess.of(self.platform).market(exchange, symbol)
        if market is not None:
            arm_bots(self.platform, exchange, market, bots)
        raise


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
    """Have the resting orders of all of a user's bots follow the user's switch, on paper those that are watched for."""
    for bot_id in watched_live_bots(self.platform, UUID(user_id)):
        settle_orders(self.platform, bot_id)
    arm_paper_bots(self.platform, UUID(user_id))


@shared_task(bind=True, name="engine.forget_outdated_states")
def forget_outdated_states_of(self: PlatformTask, bot_id: str) -> None:
    """Have a bot that was changed begin anew."""
    forget_outdated_states(self.platform, UUID(bot_id))


@shared_task(bind=True, name="engine.sweep")
def sweep(self: PlatformTask) -> None:
    """Find what was left lying: orders under way, candles that closed without a decision, triggers to be checked."""
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
    board = TriggerBoard(platform.redis)
    for market in sorted(newest):
        if board.claim_due(market.exchange, market.symbol, market.timeframe):
            platform.tasks.send("engine.check_triggers", market.exchange, market.symbol, market.timeframe)


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
    """Have the triggers of every market checked now."""
    with self.platform.database.across_tenants("triggers: markets in use") as session:
        markets = sorted(markets_in_use(session))
    for market in markets:
        self.platform.tasks.send("engine.check_triggers", market.exchange, market.symbol, market.timeframe)


@shared_task(bind=True, name="engine.check_triggers")
def check_triggers(self: PlatformTask, exchange: str, symbol: str, timeframe: str) -> None:
    """Put on the trigger board what the bots of one market wait for and nobody has armed."""
    count = check_market(self.platform, MarketKey(exchange, symbol, timeframe))
    if count:
        log.info("triggers_rearmed", market=f"{exchange} {symbol} {timeframe}", bots=count)


@shared_task(bind=True, name="engine.prepare_partitions")
def prepare_partitions(self: PlatformTask) -> None:
    """Make the coming months of the partitioned tables."""
    with self.platform.database.across_tenants("make the coming months' partitions") as session:
        ensure_months(session, self.platform.clock.now())
