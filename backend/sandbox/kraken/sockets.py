"""Kraken's websocket of version 2: requests and their answers, public channels, and the door to the private ones."""

import json
from dataclasses import dataclass, field
from typing import Any, Final

from backend.sandbox.clock import Clock
from backend.sandbox.connections import Connection, Connections, compact
from backend.sandbox.kraken.market_data import INTERVALS
from backend.sandbox.kraken.shapes import Json
from backend.sandbox.kraken.streams import PUBLIC_CHANNELS, Channel, snapshot, updates
from backend.sandbox.kraken.user_sockets import PRIVATE_CHANNELS, Denied, UserChannels
from backend.sandbox.markets import Market
from backend.sandbox.numbers import time_text
from backend.sandbox.prices.levels import TICK
from backend.sandbox.prices.timeframes import SECOND

_TICKS_A_SECOND: Final = SECOND // TICK


@dataclass
class _Listener:
    channels: set[Channel] = field(default_factory=set)


class SocketServer:
    """Everybody who is connected; one socket serves public and private channels."""

    def __init__(self, markets: dict[str, Market], clock: Clock, connections: Connections, users: UserChannels) -> None:
        self._markets = markets
        self._clock = clock
        self._connections = connections
        self._users = users
        self._listeners: dict[Connection, _Listener] = {}

    def opened(self, connection: Connection) -> None:
        """Tell the newcomer that the venue works."""
        self._listeners[connection] = _Listener()
        status = {"api_version": "v2", "connection_id": id(connection), "system": "online", "version": "2.0.0"}
        connection.offer(compact({"channel": "status", "type": "update", "data": [status]}))

    def heard(self, connection: Connection, text: str) -> None:
        """Answer a request, and tell the state of what was subscribed to."""
        try:
            request = json.loads(text)
        except ValueError:
            request = None
        if not isinstance(request, dict):
            connection.offer(compact({"error": "Malformed request", "success": False}))
            return
        method = request.get("method")
        if method == "ping":
            connection.offer(compact(self._answer(request, {"method": "pong"})))
        elif method in {"subscribe", "unsubscribe"}:
            self._subscription(connection, request, str(method))
        else:
            self._refuse(connection, request, f"Method not supported: {method}")

    def gone(self, connection: Connection) -> None:
        """Forget the client."""
        self._listeners.pop(connection, None)
        self._users.forget(connection)

    def publish(self, told: int, newest: int) -> None:
        """Send what the ticks after `told` and up to `newest` bring, and every second a sign of life."""
        hearing: dict[Channel, list[Connection]] = {}
        for connection, listener in self._listeners.items():
            for channel in listener.channels:
                hearing.setdefault(channel, []).append(connection)
        for channel, connections in hearing.items():
            for message in updates(channel, self._markets[channel.symbol], told, newest):
                text = compact(message)
                for connection in connections:
                    self._connections.send(connection, text)
        if newest % _TICKS_A_SECOND == 0:
            for connection in self._listeners:
                connection.offer('{"channel":"heartbeat"}')

    def _subscription(self, connection: Connection, request: Json, method: str) -> None:
        parameters = request.get("params")
        parameters = parameters if isinstance(parameters, dict) else {}
        name = parameters.get("channel")
        if name in PRIVATE_CHANNELS:
            self._private(connection, request, parameters, method)
        elif name in PUBLIC_CHANNELS:
            self._public(connection, request, parameters, method)
        else:
            self._refuse(connection, request, "Channel field unsupported for this subscription type")

    def _private(self, connection: Connection, request: Json, parameters: Json, method: str) -> None:
        name = str(parameters["channel"])
        try:
            api_key = self._users.owner_of(parameters.get("token"))
        except Denied as error:
            self._refuse(connection, request, str(error))
            return
        told = {"method": method, "result": {"channel": name}, "success": True}
        connection.offer(compact(self._answer(request, told)))
        if method == "subscribe":
            self._users.subscribe(connection, name, api_key, parameters)
        else:
            self._users.unsubscribe(connection, name)

    def _public(self, connection: Connection, request: Json, parameters: Json, method: str) -> None:
        symbols, interval = parameters.get("symbol"), 0
        if not isinstance(symbols, list) or not symbols:
            self._refuse(connection, request, "Symbol field must be an array")
            return
        if parameters["channel"] == "ohlc":
            interval = _interval(parameters.get("interval", 1))
            if not interval:
                self._refuse(connection, request, "Subscription ohlc interval not supported")
                return
        for symbol in symbols:
            if symbol not in self._markets:
                self._refuse(connection, request, f"Currency pair not supported {symbol}")
                continue
            self._switch(connection, request, Channel(parameters["channel"], symbol, interval), parameters, method)

    def _switch(self, connection: Connection, request: Json, channel: Channel, parameters: Json, method: str) -> None:
        channels = self._listeners[connection].channels
        told: Json = {"channel": channel.name, "symbol": channel.symbol}
        if channel.interval:
            told["interval"] = channel.interval
        wants_snapshot = parameters.get("snapshot", True) is not False
        answer = {"method": method, "result": told | {"snapshot": wants_snapshot}, "success": True}
        connection.offer(compact(self._answer(request, answer)))
        if method == "unsubscribe":
            channels.discard(channel)
            return
        channels.add(channel)
        if wants_snapshot:
            message = snapshot(channel, self._markets[channel.symbol], self._clock.milliseconds())
            self._connections.send(connection, compact(message))

    def _refuse(self, connection: Connection, request: Json, words: str) -> None:
        refusal = {"error": words, "method": request.get("method"), "success": False}
        connection.offer(compact(self._answer(request, refusal)))

    def _answer(self, request: Json, content: Json) -> Json:
        now = time_text(self._clock.milliseconds())
        number = {"req_id": request["req_id"]} if "req_id" in request else {}
        return {**content, **number, "time_in": now, "time_out": now}


def _interval(wanted: Any) -> int:
    return wanted if isinstance(wanted, int) and wanted in INTERVALS else 0
