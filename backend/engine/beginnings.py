"""What a bot kept of its settings of before, forgotten: after a change it begins anew."""

from uuid import UUID

import structlog
from sqlalchemy import select

from backend.bots.models import TradingBot
from backend.engine.models import Evaluation
from backend.engine.queries import has_order_under_way, holds_position
from backend.engine.states import only_outliving
from backend.foundation.platform import Platform

log = structlog.get_logger(__name__)


def forget_outdated_states(platform: Platform, bot_id: UUID) -> int:
    """Forget the states of a bot that has not looked since it was changed or started; returns how many.

    The next look takes what it needs from the ledger. A bot that holds something, or has an order under way, keeps its
    state: its settings are bound. Idempotent; a bot that has begun already is left alone.
    """
    with platform.database.across_tenants("forget what a bot kept of its settings before") as session:
        # Looks before the bot, as everywhere.
        looks = session.scalars(
            select(Evaluation).where(Evaluation.bot_id == bot_id).order_by(Evaluation.symbol).with_for_update()
        ).all()
        bot = session.get(TradingBot, bot_id, with_for_update={"key_share": True, "of": TradingBot})
        if bot is None or holds_position(session, bot_id) or has_order_under_way(session, bot_id):
            return 0
        count = 0
        for look in looks:
            has_begun = bot.is_watched and bot.started_at is not None and look.evaluated_at >= bot.started_at
            if look.state is not None and not has_begun:
                look.state = only_outliving(look.state)
                count += 1
    if count:
        log.info("states_forgotten", bot_id=str(bot_id), count=count)
    return count
