"""What is said over sockets, and to whom; written to Redis by any process, carried out by the realtime one."""

from typing import Any
from uuid import UUID

import socketio

_CHANNEL = "realtime"


def user_room(user_id: UUID | str) -> str:
    """The room of one user's own messages."""
    return f"user:{user_id}"


def ticker_room(exchange: str, symbol: str) -> str:
    """The public room of a market's price."""
    return f"ticker:{exchange}:{symbol}"


def candle_room(exchange: str, symbol: str, timeframe: str) -> str:
    """The public room of a market's candles."""
    return f"candles:{exchange}:{symbol}:{timeframe}"


def message_queue(url: str, write_only: bool) -> socketio.RedisManager:
    """The Redis channel between those who speak and the process that holds the sockets."""
    return socketio.RedisManager(url, channel=_CHANNEL, write_only=write_only)


class Announcer:
    """Speaks to browsers from a process that holds no sockets."""

    def __init__(self, redis_url: str) -> None:
        self._queue = message_queue(redis_url, write_only=True)

    def tell_user(self, user_id: UUID | str, name: str, message: Any) -> None:
        """Send to every page that the user has open."""
        self._queue.emit(name, message, room=user_room(user_id))

    def tell_room(self, room: str, name: str, message: Any) -> None:
        """Send to a public room."""
        self._queue.emit(name, message, room=room)
