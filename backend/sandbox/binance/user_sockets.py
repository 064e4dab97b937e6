"""Binance's user stream on the WebSocket API: executions and balances of the accounts that have signed in."""

import json
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import quote

from backend.sandbox.accounts import Account
from backend.sandbox.binance.errors import BinanceError, invalid_key, missing
from backend.sandbox.binance.shapes import Json
from backend.sandbox.binance.signatures import check_signature, check_time
from backend.sandbox.clock import Clock
from backend.sandbox.connections import Connection, Connections, compact
from backend.sandbox.events import OrderAccepted, OrderCanceled, OrderExpired, OrderFilled
from backend.sandbox.matching import Exchange, Notice
from backend.sandbox.numbers import amount_text

_DEFAULT_WINDOW: Final = 5_000


class UserStreams:
    """Everybody who listens to an account."""

    def __init__(self, exchange: Exchange, clock: Clock, connections: Connections) -> None:
        self._exchange = exchange
        self._clock = clock
        self._connections = connections
        # The accounts that a connection listens to: each one's API key by the number of its subscription.
        self._listening: dict[Connection, dict[int, str]] = {}
        exchange.listen(self._tell)

    def opened(self, connection: Connection) -> None:
        """A client that has not signed in yet."""
        self._listening[connection] = {}

    def heard(self, connection: Connection, text: str) -> None:
        """Answer a request."""
        try:
            request = json.loads(text)
        except ValueError:
            request = None
        if not isinstance(request, dict):
            content = _refusal(None, BinanceError(-1000, "Invalid request: it is no JSON object."))
        else:
            content = self._answer(connection, request)
        connection.offer(compact({**content, "rateLimits": []}))

    def gone(self, connection: Connection) -> None:
        """Nobody listens there any more."""
        self._listening.pop(connection, None)

    def _answer(self, connection: Connection, request: Json) -> Json:
        number = request.get("id")
        try:
            return {"id": number, "status": 200, "result": self._result(connection, request)}
        except BinanceError as error:
            return _refusal(number, error)

    def _result(self, connection: Connection, request: Json) -> Json:
        method = request.get("method")
        subscriptions = self._listening[connection]
        if method == "userDataStream.subscribe.signature":
            account = self._signed_in(request.get("params"))
            number = max(subscriptions, default=-1) + 1
            subscriptions[number] = account.created.api_key
            return {"subscriptionId": number}
        if method == "userDataStream.unsubscribe":
            subscriptions.clear()
            return {}
        if method == "time":
            return {"serverTime": self._clock.milliseconds()}
        if method == "ping":
            return {}
        raise BinanceError(-1020, f"The sandbox does not offer {method!r} here.")

    def _signed_in(self, parameters: Any) -> Account:
        if not isinstance(parameters, dict):
            raise missing("apiKey")
        for name in ("apiKey", "timestamp", "signature"):
            if not parameters.get(name):
                raise missing(name)
        api_key = str(parameters["apiKey"])
        account, api_secret = self._exchange.account_of(api_key, "binance"), self._exchange.secrets.of(api_key)
        if account is None or api_secret is None:
            raise invalid_key()
        payload = "&".join(
            f"{name}={quote(str(value), safe='')}" for name, value in sorted(parameters.items()) if name != "signature"
        )
        check_signature(api_secret, payload, str(parameters["signature"]))
        try:
            window = Decimal(str(parameters.get("recvWindow", _DEFAULT_WINDOW)))
            timestamp = int(parameters["timestamp"])
        except (ValueError, InvalidOperation):
            raise missing("timestamp") from None
        check_time(timestamp, window, self._clock.milliseconds())
        return account

    def _tell(self, notices: list[Notice]) -> None:
        accounts = {notice.account.created.api_key: notice.account for notice in notices}
        for connection, subscriptions in self._listening.items():
            for number, api_key in subscriptions.items():
                if api_key not in accounts:
                    continue
                own = [notice for notice in notices if notice.account.created.api_key == api_key]
                for content in (*_reports(own), _balances(own)):
                    text = compact({"subscriptionId": number, "event": content})
                    self._connections.send(connection, text)


def _refusal(number: Any, error: BinanceError) -> Json:
    return {"id": number, "status": error.status, "error": {"code": error.code, "msg": error.message}}


def _reports(notices: list[Notice]) -> Iterable[Json]:
    return (report for report in (_report(notice) for notice in notices) if report is not None)


def _balances(notices: list[Notice]) -> Json:
    accepted = [notice.order.accepted for notice in notices]
    account = notices[0].account
    assets = sorted({asset for one in accepted for asset in (one.base, one.quote)})
    return {
        "e": "outboundAccountPosition",
        "E": notices[-1].event.at,
        "u": notices[-1].event.at,
        "B": [
            {"a": asset, "f": amount_text(account.balance(asset).free), "l": amount_text(account.balance(asset).locked)}
            for asset in assets
        ],
    }


def _report(notice: Notice) -> Json | None:
    kind = {OrderAccepted: "NEW", OrderFilled: "TRADE", OrderCanceled: "CANCELED", OrderExpired: "EXPIRED"}.get(
        type(notice.event)
    )
    # A trigger is told by what follows it.
    if kind is None:
        return None
    order, event = notice.order, notice.event
    accepted = order.accepted
    fill = event if isinstance(event, OrderFilled) else None
    zero = amount_text(accepted.price * 0)
    return {
        "e": "executionReport",
        "E": event.at,
        "s": accepted.base + accepted.quote,
        "c": accepted.client_order_id,
        "S": accepted.side.upper(),
        "o": accepted.kind,
        "f": accepted.time_in_force,
        "q": amount_text(accepted.quantity),
        "p": amount_text(accepted.price),
        "P": amount_text(accepted.trigger_price),
        "F": zero,
        "g": -1,
        "C": accepted.client_order_id if kind == "CANCELED" else "",
        "x": kind,
        "X": order.status,
        "r": "NONE",
        "i": accepted.order_id,
        "l": amount_text(fill.quantity) if fill else zero,
        "z": amount_text(order.executed),
        "L": amount_text(fill.price) if fill else zero,
        "n": amount_text(fill.commission) if fill else "0",
        "N": fill.commission_asset if fill else None,
        "T": event.at,
        "t": fill.fill_id if fill else -1,
        "I": accepted.order_id * 2,
        "w": order.is_open and not order.waits_for_trigger,
        "m": fill.maker if fill else False,
        "M": bool(fill),
        "O": accepted.at,
        "Z": amount_text(order.executed_quote),
        "Y": amount_text(fill.quote_amount) if fill else zero,
        "Q": amount_text(accepted.quote_quantity),
        "W": accepted.at,
        "V": "NONE",
    }
