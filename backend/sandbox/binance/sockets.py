"""Binance's websockets: subscriptions by request or by address, and one publisher for all connections."""

import asyncio
import contextlib
import json
import logging
from typing import Any, Final

from aiohttp import ClientConnectionResetError, WSMsgType, web

from backend.sandbox.binance.shapes import compact
from backend.sandbox.binance.streams import Source, StreamCatalogue, UnknownStream
from backend.sandbox.clock import Clock
from backend.sandbox.markets import Market
from backend.sandbox.prices.levels import TICK

_LOG: Final = logging.getLogger(__name__)
_HEARTBEAT_SECONDS: Final = 20.0
_LARGEST_REQUEST: Final = 64 * 1024
# A reader that is this many messages behind will not catch up: it is cut off before it fills the memory.
_MOST_WAITING: Final = 2_000
_MOST_STREAMS: Final = 1_024


class _Connection:
    """One client: what it listens to and what still has to be sent to it."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request, combined: bool) -> None:
        self.socket = socket
        self.streams: set[str] = set()
        # On the combined address each message names its stream.
        self.combined = combined
        self._request = request
        self._waiting: asyncio.Queue[str] = asyncio.Queue(_MOST_WAITING)

    def offer(self, text: str) -> None:
        """Queue a message; a client too far behind loses its connection."""
        try:
            self._waiting.put_nowait(text)
        except asyncio.QueueFull:
            _LOG.info("cut off a websocket that was %d messages behind", _MOST_WAITING)
            self.cut()

    async def send_all(self) -> None:
        """Send what is queued until the connection ends."""
        try:
            while True:
                await self.socket.send_str(await self._waiting.get())
        except (ClientConnectionResetError, ConnectionError, RuntimeError):
            self.cut()

    def cut(self) -> None:
        """End the connection now, without waiting for the client."""
        if self._request.transport is not None:
            self._request.transport.abort()


class StreamServer:
    """All websocket connections of the venue."""

    def __init__(self, markets: dict[str, Market], clock: Clock) -> None:
        self._catalogue = StreamCatalogue(markets, clock)
        self._clock = clock
        self._sources: dict[str, Source] = {}
        self._connections: set[_Connection] = set()

    @property
    def connection_count(self) -> int:
        """How many clients are connected."""
        return len(self._connections)

    @property
    def stream_count(self) -> int:
        """How many streams somebody listens to."""
        return len(self._sources)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection from its opening to its end."""
        socket = web.WebSocketResponse(heartbeat=_HEARTBEAT_SECONDS, max_msg_size=_LARGEST_REQUEST)
        await socket.prepare(request)
        combined = request.path.endswith("/stream")
        connection = _Connection(socket, request, combined)
        self._connections.add(connection)
        sender = asyncio.create_task(connection.send_all())
        try:
            self._subscribe_by_address(connection, request)
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    connection.offer(compact(self._answer(connection, message.data)))
        finally:
            self._connections.discard(connection)
            self._forget_unheard()
            sender.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sender
        return socket

    async def publish_for_ever(self) -> None:
        """Send every stream's messages at every tick, as long as the process lives."""
        told = self._clock.milliseconds() // TICK
        while True:
            await asyncio.sleep((TICK - self._clock.milliseconds() % TICK) / 1000)
            newest = self._clock.milliseconds() // TICK
            if newest > told:
                self._publish(told, newest)
                told = newest

    async def close(self) -> None:
        """Say good-bye to every client."""
        for connection in list(self._connections):
            await connection.socket.close(code=1001, message=b"The sandbox is stopping.")

    def _publish(self, told: int, newest: int) -> None:
        for name, source in list(self._sources.items()):
            listeners = [connection for connection in self._connections if name in connection.streams]
            for content in source(told, newest):
                plain = compact(content)
                for connection in listeners:
                    connection.offer(f'{{"stream":"{name}","data":{plain}}}' if connection.combined else plain)

    def _subscribe_by_address(self, connection: _Connection, request: web.Request) -> None:
        # ccxt opens /ws/0, /ws/1, ...: only names with an @ are streams.
        text = request.query.get("streams", "") if connection.combined else request.match_info.get("streams", "")
        names = [name for name in text.split("/") if "@" in name]
        # An unknown stream in the address is silent, as on the venue.
        with contextlib.suppress(UnknownStream):
            self._subscribe(connection, names)

    def _subscribe(self, connection: _Connection, names: list[str]) -> None:
        sources = {name: self._sources.get(name) or self._catalogue.source(name) for name in names}
        self._sources.update(sources)
        connection.streams.update(names)

    def _answer(self, connection: _Connection, text: str) -> dict[str, Any]:
        try:
            request = json.loads(text)
        except ValueError:
            return _refusal(3, "Invalid JSON: expected value at line 1 column 1", None)
        if not isinstance(request, dict):
            return _refusal(2, "Invalid request: request must be an object", None)
        number, method, names = request.get("id"), request.get("method"), request.get("params", [])
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            return _refusal(2, "Invalid request: params must be an array of strings", number)
        if method == "SUBSCRIBE":
            return self._answer_subscription(connection, names, number)
        if method == "UNSUBSCRIBE":
            connection.streams.difference_update(names)
            self._forget_unheard()
        elif method != "LIST_SUBSCRIPTIONS":
            return _refusal(2, f"Invalid request: unknown method {method!r}", number)
        return {"result": sorted(connection.streams) if method == "LIST_SUBSCRIPTIONS" else None, "id": number}

    def _answer_subscription(self, connection: _Connection, names: list[str], number: Any) -> dict[str, Any]:
        if len(connection.streams | set(names)) > _MOST_STREAMS:
            return _refusal(2, f"Invalid request: at most {_MOST_STREAMS} streams on a connection", number)
        try:
            self._subscribe(connection, names)
        except UnknownStream as error:
            return _refusal(2, f"Invalid request: unknown stream {str(error)!r}", number)
        return {"result": None, "id": number}

    def _forget_unheard(self) -> None:
        heard = {name for connection in self._connections for name in connection.streams}
        for name in self._sources.keys() - heard:
            del self._sources[name]


def _refusal(code: int, message: str, number: Any) -> dict[str, Any]:
    return {"error": {"code": code, "msg": message}, "id": number}
