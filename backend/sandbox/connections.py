"""Every websocket of every venue in one place: serving it, sending to it, cutting it and closing it."""

import asyncio
import contextlib
import json
import logging
from collections.abc import Iterable, Iterator
from typing import Any, Final, Protocol

from aiohttp import ClientConnectionResetError, WSMsgType, web

from backend.sandbox.clock import Clock
from backend.sandbox.events import Venue
from backend.sandbox.prices.levels import TICK

_LOG: Final = logging.getLogger(__name__)
_HEARTBEAT_SECONDS: Final = 20.0
_LARGEST_REQUEST: Final = 64 * 1024
# A reader that is this many messages behind will not catch up: it is cut off before it fills the memory.
_MOST_WAITING: Final = 2_000


def compact(content: Any) -> str:
    """JSON without spaces, as the venues send it: clients pick words out of it."""
    return json.dumps(content, separators=(",", ":"))


class Connection:
    """One client and what still has to be sent to it."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request, venue: Venue) -> None:
        self.venue = venue
        self.path = request.path
        self.query = request.query
        self._socket = socket
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
                await self._socket.send_str(await self._waiting.get())
        except (ClientConnectionResetError, ConnectionError, RuntimeError):
            self.cut()

    def cut(self) -> None:
        """End the connection now, without a word."""
        if self._request.transport is not None:
            self._request.transport.abort()

    async def close(self) -> None:
        """Say good-bye to the client."""
        await self._socket.close(code=1001, message=b"The sandbox is stopping.")


class Speaker(Protocol):
    """One kind of websocket: what it says when it opens, when it hears something and when it is gone."""

    def opened(self, connection: Connection) -> None:
        """A client has come."""

    def heard(self, connection: Connection, text: str) -> None:
        """A client has said something."""

    def gone(self, connection: Connection) -> None:
        """A client is away, however it went."""


class Publisher(Protocol):
    """Sends what the passing of time brings."""

    def publish(self, told: int, newest: int) -> None:
        """Send what lies after tick `told` and up to tick `newest`."""


class Connections:
    """All websockets."""

    def __init__(self) -> None:
        self._open: set[Connection] = set()
        # How many messages of a venue, or of any (None), are still to be sent twice.
        self._doubled: dict[Venue | None, int] = {}

    async def serve(self, request: web.Request, venue: Venue, speaker: Speaker) -> web.WebSocketResponse:
        """One connection from its opening to its end."""
        socket = web.WebSocketResponse(heartbeat=_HEARTBEAT_SECONDS, max_msg_size=_LARGEST_REQUEST)
        await socket.prepare(request)
        connection = Connection(socket, request, venue)
        self._open.add(connection)
        sender = asyncio.create_task(connection.send_all())
        try:
            speaker.opened(connection)
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    speaker.heard(connection, message.data)
        finally:
            self._open.discard(connection)
            speaker.gone(connection)
            sender.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sender
        return socket

    def send(self, connection: Connection, text: str) -> None:
        """Send a message of a channel; twice as long as a fault wants it so."""
        connection.offer(text)
        for venue in (connection.venue, None):
            if self._doubled.get(venue):
                self._doubled[venue] -= 1
                connection.offer(text)
                return

    def double(self, venue: Venue | None, messages: int) -> None:
        """Send the next messages of the venue, or of any, twice."""
        self._doubled[venue] = self._doubled.get(venue, 0) + messages

    def single(self) -> None:
        """Send no message twice any more."""
        self._doubled.clear()

    def count(self, venue: Venue | None = None) -> int:
        """How many clients are connected."""
        return sum(1 for _ in self._of(venue))

    def cut(self, venue: Venue | None) -> int:
        """End the connections of a venue, or all, without a word; returns how many there were."""
        cut = list(self._of(venue))
        for connection in cut:
            connection.cut()
        return len(cut)

    async def close(self, _application: web.Application) -> None:
        """Say good-bye to every client when the process stops."""
        for connection in list(self._open):
            await connection.close()

    def _of(self, venue: Venue | None) -> Iterator[Connection]:
        return (connection for connection in self._open if venue in {None, connection.venue})


async def publish_for_ever(clock: Clock, publishers: Iterable[Publisher]) -> None:
    """Let every publisher send at every tick, as long as the process lives."""
    told = clock.milliseconds() // TICK
    while True:
        await asyncio.sleep((TICK - clock.milliseconds() % TICK) / 1000)
        newest = clock.milliseconds() // TICK
        if newest > told:
            for publisher in publishers:
                publisher.publish(told, newest)
            told = newest
