"""The realtime process: holds the browsers' sockets, knows who each is, and joins them to rooms."""

import re
from typing import Any, cast

import structlog
from flask import Flask, request
from flask_socketio import ConnectionRefusedError as SocketRefused
from flask_socketio import SocketIO, join_room, leave_room

from backend.accounts.tokens import AccessTokens
from backend.foundation.errors import ApplicationError
from backend.foundation.platform import Platform, redis_url
from backend.realtime.messages import candle_room, message_queue, ticker_room, user_room

log = structlog.get_logger(__name__)

_NAME = re.compile(r"[A-Za-z0-9/_:.-]{1,40}\Z")


def make_socket_server(app: Flask) -> SocketIO:
    """The socket.io server of this process; only pages from the platform's own address may connect."""
    platform = cast(Platform, app.extensions["tradefleet"])
    server = SocketIO(
        app,
        async_mode="gevent",
        client_manager=message_queue(redis_url(platform.settings), write_only=False),
        cors_allowed_origins=_allowed_origins(platform),
        transports=["websocket"],
        ping_interval=20,
        ping_timeout=20,
        max_http_buffer_size=10_000,
        serve_client=False,
    )
    _listen(server, cast(AccessTokens, app.extensions["access_tokens"]))
    return server


def _allowed_origins(platform: Platform) -> list[str]:
    address = platform.settings.page_url.rstrip("/")
    # 127.0.0.1 and localhost are the same machine to whoever types the address.
    twins = (("127.0.0.1", "localhost"), ("localhost", "127.0.0.1"))
    return [address, *(address.replace(*twin) for twin in twins if twin[0] in address)]


def _listen(server: SocketIO, tokens: AccessTokens) -> None:
    def connect(auth: Any = None) -> None:
        token = auth.get("token") if isinstance(auth, dict) else None
        try:
            identity = tokens.read(token if isinstance(token, str) else "")
        except ApplicationError as error:
            raise SocketRefused(error.message) from None
        join_room(user_room(identity.user_id))
        log.info("socket_connected", user_id=str(identity.user_id), socket=_socket_id())

    def disconnect(*_reason: Any) -> None:
        log.info("socket_disconnected", socket=_socket_id())

    server.on_event("connect", connect)
    server.on_event("disconnect", disconnect)
    server.on_event("subscribe_ticker", lambda wish: _join(wish, ("exchange", "symbol"), ticker_room))
    server.on_event("unsubscribe_ticker", lambda wish: _leave(wish, ("exchange", "symbol"), ticker_room))
    candle = ("exchange", "symbol", "timeframe")
    server.on_event("subscribe_candles", lambda wish: _join(wish, candle, candle_room))
    server.on_event("unsubscribe_candles", lambda wish: _leave(wish, candle, candle_room))


def _join(wish: Any, names: tuple[str, ...], room: Any) -> dict[str, Any]:
    values = _values(wish, names)
    if values is None:
        return {"success": False, "error": f"Send an object with {', '.join(names)}."}
    join_room(room(*values))
    return {"success": True}


def _leave(wish: Any, names: tuple[str, ...], room: Any) -> dict[str, Any]:
    values = _values(wish, names)
    if values is not None:
        leave_room(room(*values))
    return {"success": values is not None}


def _values(wish: Any, names: tuple[str, ...]) -> list[str] | None:
    if not isinstance(wish, dict):
        return None
    values = [wish.get(name) for name in names]
    good = all(isinstance(value, str) and _NAME.match(value) for value in values)
    return cast(list[str], values) if good else None


def _socket_id() -> str:
    return str(getattr(request, "sid", ""))
