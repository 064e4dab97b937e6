"""Coinbase's websocket: subscriptions, numbered messages, public channels and signs of life."""

import json
from dataclasses import dataclass, field
from typing import Any, Final

from backend.sandbox.clock import Clock
from backend.sandbox.coinbase.errors import Unauthorized
from backend.sandbox.coinbase.parameters import Json
from backend.sandbox.coinbase.signatures import Signatures
from backend.sandbox.coinbase.streams import PUBLIC_CHANNELS, snapshot, updates
from backend.sandbox.coinbase.user_sockets import open_orders, order_updates
from backend.sandbox.connections import Connection, Connections, compact
from backend.sandbox.markets import Market
from backend.sandbox.matching import Exchange, Notice
from backend.sandbox.numbers import time_text
from backend.sandbox.prices.levels import TICK
from backend.sandbox.prices.timeframes import SECOND

_TICKS_A_SECOND: Final = SECOND // TICK
_ALL: Final = "*"


@dataclass
class _Listener:
    # Channels with their products; a channel without a product is there for all of them.
    channels: dict[str, set[str]] = field(default_factory=dict)
    api_key: str = ""
    next_number: int = 0
    heartbeats: int = 0


class SocketServer:
    """Everybody who is connected; one socket serves public channels and the user's."""

    def __init__(
        self, exchange: Exchange, markets: dict[str, Market], signatures: Signatures, connections: Connections
    ) -> None:
        """`markets` by the venue's identifier."""
        self._exchange = exchange
        self._clock: Clock = exchange.clock
        self._markets = markets
        self._signatures = signatures
        self._connections = connections
        self._listeners: dict[Connection, _Listener] = {}
        exchange.listen(self._tell)

    def opened(self, connection: Connection) -> None:
        """A client that listens to nothing yet."""
        self._listeners[connection] = _Listener()

    def heard(self, connection: Connection, text: str) -> None:
        """Answer a request, and tell the state of what was subscribed to."""
        try:
            request = json.loads(text)
        except ValueError:
            request = None
        if not isinstance(request, dict) or request.get("type") not in {"subscribe", "unsubscribe"}:
            _refuse(connection, "invalid message")
            return
        channel, products = str(request.get("channel")), request.get("product_ids") or []
        if not isinstance(products, list) or not set(products) <= self._markets.keys():
            _refuse(connection, "product_ids is invalid")
        elif channel not in {*PUBLIC_CHANNELS, "user", "heartbeats"}:
            _refuse(connection, f"channel {channel} is not supported")
        elif request["type"] == "unsubscribe":
            self._unsubscribe(connection, channel, products)
        else:
            self._subscribe(connection, channel, products, request.get("jwt"))

    def gone(self, connection: Connection) -> None:
        """Forget the client."""
        self._listeners.pop(connection, None)

    def publish(self, told: int, newest: int) -> None:
        """Send what the ticks after `told` and up to `newest` bring, and every second a sign of life."""
        events: dict[tuple[str, str], list[Json]] = {}
        for connection, listener in self._listeners.items():
            for channel, products in listener.channels.items():
                for product in products - {_ALL} if channel in PUBLIC_CHANNELS else ():
                    key = (channel, product)
                    if key not in events:
                        events[key] = updates(channel, self._markets[product], told, newest)
                    for event in events[key]:
                        self._send(connection, channel, event, newest * TICK)
            if "heartbeats" in listener.channels and newest % _TICKS_A_SECOND == 0:
                listener.heartbeats += 1
                beat = {"current_time": time_text(newest * TICK), "heartbeat_counter": str(listener.heartbeats)}
                self._send(connection, "heartbeats", beat, newest * TICK)

    def _subscribe(self, connection: Connection, channel: str, products: list[str], token: Any) -> None:
        listener = self._listeners[connection]
        if channel == "user":
            try:
                listener.api_key = self._signatures.verify_stream(token).created.api_key
            except Unauthorized:
                _refuse(connection, "authentication failure")
                return
        elif channel in PUBLIC_CHANNELS and not products:
            _refuse(connection, "product_ids is required")
            return
        listener.channels.setdefault(channel, set()).update(products or [_ALL])
        now = self._clock.milliseconds()
        self._send_subscriptions(connection)
        if channel in PUBLIC_CHANNELS:
            for product in products:
                self._send(connection, channel, snapshot(channel, self._markets[product], now), now)
        elif channel == "user":
            self._exchange.settle()
            account = self._exchange.accounts[listener.api_key]
            self._send(connection, channel, open_orders(account, set(products)), now)

    def _unsubscribe(self, connection: Connection, channel: str, products: list[str]) -> None:
        channels = self._listeners[connection].channels
        left = channels.get(channel, set()) - set(products) if products else set()
        if left:
            channels[channel] = left
        else:
            channels.pop(channel, None)
        self._send_subscriptions(connection)

    def _tell(self, notices: list[Notice]) -> None:
        for connection, listener in self._listeners.items():
            wanted = listener.channels.get("user")
            if not wanted:
                continue
            for notice in notices:
                accepted = notice.order.accepted
                is_wanted = _ALL in wanted or f"{accepted.base}-{accepted.quote}" in wanted
                if accepted.api_key == listener.api_key and is_wanted:
                    self._send(connection, "user", order_updates(notice), notice.event.at)

    def _send_subscriptions(self, connection: Connection) -> None:
        channels = self._listeners[connection].channels
        told = {name: sorted(products - {_ALL}) for name, products in channels.items()}
        self._send(connection, "subscriptions", {"subscriptions": told}, self._clock.milliseconds())

    def _send(self, connection: Connection, channel: str, event: Json, now: int) -> None:
        listener = self._listeners[connection]
        message = {
            "channel": channel,
            "client_id": "",
            "timestamp": time_text(now),
            "sequence_num": listener.next_number,
            "events": [event],
        }
        listener.next_number += 1
        self._connections.send(connection, compact(message))


def _refuse(connection: Connection, words: str) -> None:
    connection.offer(compact({"type": "error", "message": words}))
