"""Binance's market streams: subscriptions by request or by address, and what is sent at every tick."""

import contextlib
import json
from dataclasses import dataclass, field
from typing import Any, Final

from backend.sandbox.binance.streams import Source, StreamCatalogue, UnknownStream
from backend.sandbox.clock import Clock
from backend.sandbox.connections import Connection, Connections, compact
from backend.sandbox.markets import Market

_MOST_STREAMS: Final = 1_024


@dataclass
class _Listener:
    # On the combined address each message names its stream.
    combined: bool
    streams: set[str] = field(default_factory=set)


class StreamServer:
    """Everybody who listens to the venue's market streams."""

    def __init__(self, markets: dict[str, Market], clock: Clock, connections: Connections) -> None:
        self._catalogue = StreamCatalogue(markets, clock)
        self._connections = connections
        self._sources: dict[str, Source] = {}
        self._listeners: dict[Connection, _Listener] = {}

    @property
    def connection_count(self) -> int:
        """How many clients are connected."""
        return len(self._listeners)

    @property
    def stream_count(self) -> int:
        """How many streams somebody listens to."""
        return len(self._sources)

    def opened(self, connection: Connection) -> None:
        """Subscribe to what the address names."""
        combined = connection.path.endswith("/stream")
        listener = self._listeners[connection] = _Listener(combined)
        # ccxt opens /ws/0, /ws/1, ...: only names with an @ are streams.
        text = connection.query.get("streams", "") if combined else connection.path.partition("/ws/")[2]
        # An unknown stream in the address is silent, as on the venue.
        with contextlib.suppress(UnknownStream):
            self._subscribe(listener, [name for name in text.split("/") if "@" in name])

    def heard(self, connection: Connection, text: str) -> None:
        """Answer a request."""
        connection.offer(compact(self._answer(self._listeners[connection], text)))

    def gone(self, connection: Connection) -> None:
        """Forget the client and the streams that nobody else hears."""
        self._listeners.pop(connection, None)
        self._forget_unheard()

    def publish(self, told: int, newest: int) -> None:
        """Send every stream's messages of the ticks after `told` and up to `newest`."""
        for name, source in list(self._sources.items()):
            hearing = [(connection, one) for connection, one in self._listeners.items() if name in one.streams]
            for content in source(told, newest):
                plain = compact(content)
                for connection, listener in hearing:
                    text = f'{{"stream":"{name}","data":{plain}}}' if listener.combined else plain
                    self._connections.send(connection, text)

    def _subscribe(self, listener: _Listener, names: list[str]) -> None:
        sources = {name: self._sources.get(name) or self._catalogue.source(name) for name in names}
        self._sources.update(sources)
        listener.streams.update(names)

    def _answer(self, listener: _Listener, text: str) -> dict[str, Any]:
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
            return self._answer_subscription(listener, names, number)
        if method == "UNSUBSCRIBE":
            listener.streams.difference_update(names)
            self._forget_unheard()
        elif method != "LIST_SUBSCRIPTIONS":
            return _refusal(2, f"Invalid request: unknown method {method!r}", number)
        return {"result": sorted(listener.streams) if method == "LIST_SUBSCRIPTIONS" else None, "id": number}

    def _answer_subscription(self, listener: _Listener, names: list[str], number: Any) -> dict[str, Any]:
        if len(listener.streams | set(names)) > _MOST_STREAMS:
            return _refusal(2, f"Invalid request: at most {_MOST_STREAMS} streams on a connection", number)
        try:
            self._subscribe(listener, names)
        except UnknownStream as error:
            return _refusal(2, f"Invalid request: unknown stream {str(error)!r}", number)
        return {"result": None, "id": number}

    def _forget_unheard(self) -> None:
        heard = {name for listener in self._listeners.values() for name in listener.streams}
        for name in self._sources.keys() - heard:
            del self._sources[name]


def _refusal(code: int, message: str, number: Any) -> dict[str, Any]:
    return {"error": {"code": code, "msg": message}, "id": number}
