"""Which events become socket messages."""

from backend.foundation.events import Event, Handler, Subscribers
from backend.realtime.messages import Announcer

_MESSAGE_OF = {
    "bot.created": "bot_status",
    "bot.changed": "bot_status",
    "bot.started": "bot_status",
    "bot.stopped": "bot_status",
    "bot.paused": "bot_status",
    "bot.resumed": "bot_status",
    "bot.failed": "bot_status",
    "bot.deleted": "bot_status",
    "trade.executed": "trade_executed",
    "order.intended": "order_updated",
    "order.updated": "order_updated",
    "order.unwanted": "order_updated",
    "position.updated": "position_updated",
    "position.closed": "position_closed",
    "decision.made": "decision",
    "trading.halted": "trading_switched",
    "trading.resumed": "trading_switched",
    "drift.confirmed": "drift_confirmed",
    "signal.received": "signal_received",
    "signal.handled": "signal_received",
    "backtest.progress": "backtest_progress",
    "candles.download_progress": "download_progress",
}


def subscribe(subscribers: Subscribers, announcer: Announcer) -> None:
    """Have these events told to their user's open pages."""
    for event_type, message in _MESSAGE_OF.items():
        subscribers.add(event_type, _teller(announcer, message))


def _teller(announcer: Announcer, message: str) -> Handler:
    def tell(event: Event) -> None:
        announcer.tell_user(event.user_id, message, {**event.payload, "event_id": str(event.id)})

    return tell
