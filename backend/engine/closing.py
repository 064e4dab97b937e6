"""The end of a user's trading, for good: bots stop, keys are destroyed."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.bots.commands import stop_bot
from backend.bots.models import TradingBot
from backend.bots.queries import own_bots
from backend.engine.models import Position
from backend.engine.queries import holds_position, under_way_of
from backend.exchanges.commands import destroy_secrets
from backend.exchanges.models import ApiKey
from backend.exchanges.queries import own_keys
from backend.foundation.clock import Clock
from backend.foundation.errors import Conflict, FieldError


def close_trading(session: Session, clock: Clock, user_id: UUID, leave_positions: bool) -> None:
    """Stop every bot and destroy every key.

    Raises Conflict while an order may still fill at an exchange, and while live bots hold something, unless that may
    stay there.
    """
    # Locked by id, as the engine does: whoever decides for some of them at the moment is waited for.
    bots = session.scalars(own_bots(user_id).order_by(TradingBot.id).with_for_update(key_share=True)).all()
    if session.scalar(under_way_of(user_id).limit(1)) is not None:
        raise Conflict(
            "Orders of yours may still fill at an exchange. Pause or stop your live bots, wait until their orders are"
            " done or taken back, then delete the account."
        )
    held = session.scalar(
        select(func.count())
        .select_from(Position)
        .join(TradingBot, TradingBot.id == Position.bot_id)
        .where(Position.user_id == user_id, Position.closed_at.is_(None), TradingBot.api_key_id.is_not(None))
    )
    if held and not leave_positions:
        message = (
            f"Your live bots hold {held} position{'s' if held > 1 else ''} at exchanges. Have them sold first, or say"
            " that they stay there and you look after them."
        )
        raise Conflict(message, [FieldError("leave_positions", message)])
    for bot in bots:
        stop_bot(session, clock, user_id, bot.id, holds_position(session, bot.id), "The account was deleted.")
    for key in session.scalars(own_keys(user_id).order_by(ApiKey.id)).all():
        destroy_secrets(key)
    session.flush()
