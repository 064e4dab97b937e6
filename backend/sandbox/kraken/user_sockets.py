"""Kraken's private channels: executions and balances for whoever holds a token of the account."""

import secrets
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from backend.sandbox.accounts import Account, Order
from backend.sandbox.clock import Clock
from backend.sandbox.connections import Connection, Connections, compact
from backend.sandbox.events import OrderAccepted, OrderCanceled, OrderExpired, OrderFilled, OrderTriggered
from backend.sandbox.kraken.shapes import Json, order_flags, order_type
from backend.sandbox.matching import Exchange, Notice
from backend.sandbox.numbers import time_text

PRIVATE_CHANNELS: Final = ("executions", "balances")
_TOKEN_SECONDS: Final = 900


class Denied(Exception):
    """The token is none that the venue gave out a short while ago."""


@dataclass
class _Subscription:
    connection: Connection
    channel: str
    api_key: str
    sequence: int = 0


class UserChannels:
    """Tokens, and everybody who listens to an account."""

    def __init__(self, exchange: Exchange, clock: Clock, connections: Connections) -> None:
        self._exchange = exchange
        self._clock = clock
        self._connections = connections
        self._tokens: dict[str, tuple[str, int]] = {}
        self._subscriptions: list[_Subscription] = []
        exchange.listen(self._tell)

    def new_token(self, api_key: str) -> Json:
        """What GetWebSocketsToken answers."""
        token = secrets.token_urlsafe(32)
        self._tokens[token] = (api_key, self._clock.milliseconds() + _TOKEN_SECONDS * 1000)
        return {"token": token, "expires": _TOKEN_SECONDS}

    def owner_of(self, token: Any) -> str:
        """The API key that the token was made for. Raises Denied."""
        api_key, expires = self._tokens.get(str(token), ("", 0))
        if self._clock.milliseconds() > expires or self._exchange.account_of(api_key, "kraken") is None:
            raise Denied("EAuth:Invalid session" if token else "EGeneral:Invalid arguments:token")
        return api_key

    def subscribe(self, connection: Connection, channel: str, api_key: str, parameters: Json) -> None:
        """Tell the state at present and from now on every change."""
        self.unsubscribe(connection, channel)
        self._exchange.settle()
        subscription = _Subscription(connection, channel, api_key)
        self._subscriptions.append(subscription)
        account = self._exchange.accounts[api_key]
        if channel == "balances":
            self._send(subscription, "snapshot", [_balance(account, asset) for asset in sorted(account.balances)])
            return
        if parameters.get("snap_orders", True) is not False:
            rows = [_order(order, "new", order.accepted.at) for order in account.open_orders.values()]
            self._send(subscription, "snapshot", rows)
        if parameters.get("snap_trades"):
            fills = sorted(
                ((fill, order) for order in account.orders.values() for fill in order.fills),
                key=lambda pair: pair[0].fill_id,
            )
            self._send(subscription, "snapshot", [_trade(fill, order) for fill, order in fills[-50:]])

    def unsubscribe(self, connection: Connection, channel: str) -> None:
        """Be silent about one channel."""
        self._subscriptions = [
            one for one in self._subscriptions if (one.connection, one.channel) != (connection, channel)
        ]

    def forget(self, connection: Connection) -> None:
        """Be silent altogether."""
        self._subscriptions = [one for one in self._subscriptions if one.connection is not connection]

    def _tell(self, notices: list[Notice]) -> None:
        for subscription in self._subscriptions:
            own = [notice for notice in notices if notice.account.created.api_key == subscription.api_key]
            for notice in own:
                if subscription.channel == "executions":
                    for row in _executions(notice):
                        self._send(subscription, "update", [row])
                elif isinstance(notice.event, OrderFilled):
                    self._send(subscription, "update", _ledger(notice.event, notice))

    def _send(self, subscription: _Subscription, kind: str, rows: list[Json]) -> None:
        subscription.sequence += 1
        message = {"channel": subscription.channel, "type": kind, "data": rows, "sequence": subscription.sequence}
        self._connections.send(subscription.connection, compact(message))


def _executions(notice: Notice) -> list[Json]:
    order, event = notice.order, notice.event
    match event:
        case OrderAccepted():
            return [_order(order, "pending_new", event.at), _change(order, "new", event.at)]
        case OrderFilled():
            trade = _trade(event, order)
            return [trade] if order.is_open else [trade, _change(order, "filled", event.at)]
        case OrderCanceled():
            return [_change(order, "canceled", event.at) | {"reason": "User requested"}]
        case OrderExpired():
            return [_change(order, "canceled", event.at)]
        case OrderTriggered():
            triggers = {"reference": "last", "status": "triggered"}
            return [_change(order, "status", event.at) | {"triggers": triggers}]


def _status(order: Order, kind: str) -> str:
    if kind == "status":
        return "new"
    if kind == "trade":
        return "partially_filled" if order.is_open else "filled"
    return kind


def _order(order: Order, kind: str, at: int) -> Json:
    accepted = order.accepted
    row: Json = {
        "order_id": accepted.exchange_order_id,
        "order_userref": accepted.user_reference,
        "symbol": accepted.symbol,
        "order_qty": float(accepted.quantity),
        "cum_qty": float(order.executed),
        "cum_cost": float(order.executed_quote),
        "avg_price": float(order.average_price),
        "time_in_force": accepted.time_in_force,
        "exec_type": kind,
        "side": accepted.side,
        "order_type": order_type(order),
        "order_status": "partially_filled" if order.executed else kind,
        "fee_usd_equiv": float(order.fees),
        "fee_ccy_pref": "fciq",
        "oflags": order_flags(order),
        "timestamp": time_text(at),
    }
    if accepted.client_order_id:
        row["cl_ord_id"] = accepted.client_order_id
    if order.has_limit:
        row |= {"limit_price_type": "static", "limit_price": float(accepted.price)}
    if order.is_stop:
        row["stop_price"] = float(accepted.trigger_price)
    return row


def _change(order: Order, kind: str, at: int) -> Json:
    # As on the venue: what has not changed, the symbol too, is not told again.
    accepted = order.accepted
    row: Json = {
        "timestamp": time_text(at),
        "order_status": _status(order, kind),
        "exec_type": kind,
        "order_userref": accepted.user_reference,
        "order_id": accepted.exchange_order_id,
        "cum_qty": float(order.executed),
        "cum_cost": float(order.executed_quote),
        "fee_usd_equiv": float(order.fees),
        "avg_price": float(order.average_price),
    }
    return row | ({"cl_ord_id": accepted.client_order_id} if accepted.client_order_id else {})


def _trade(fill: OrderFilled, order: Order) -> Json:
    row: Json = {
        "order_id": fill.exchange_order_id,
        "exec_id": fill.trade_id,
        "exec_type": "trade",
        "trade_id": fill.fill_id,
        "symbol": fill.symbol,
        "side": fill.side,
        "last_qty": float(fill.quantity),
        "last_price": float(fill.price),
        "liquidity_ind": "m" if fill.maker else "t",
        "cost": float(fill.quote_amount),
        "order_userref": order.accepted.user_reference,
        "order_status": _status(order, "trade"),
        "order_type": order_type(order),
        "cum_qty": float(order.executed),
        "cum_cost": float(order.executed_quote),
        "avg_price": float(order.average_price),
        "fee_usd_equiv": float(fill.commission),
        "fees": [{"asset": fill.commission_asset, "qty": float(fill.commission)}],
        "timestamp": time_text(fill.at),
    }
    client_id = order.accepted.client_order_id
    return row | ({"cl_ord_id": client_id} if client_id else {})


def _balance(account: Account, asset: str) -> Json:
    balance = account.balance(asset)
    amount = float(balance.free + balance.locked)
    return {
        "asset": asset,
        "asset_class": "currency",
        "balance": amount,
        "wallets": [{"type": "spot", "id": "main", "balance": amount}],
    }


def _ledger(fill: OrderFilled, notice: Notice) -> list[Json]:
    accepted = notice.order.accepted
    sign = 1 if fill.side == "buy" else -1
    changes: tuple[tuple[str, Decimal, Decimal], ...] = (
        (accepted.base, sign * fill.quantity, Decimal(0)),
        (accepted.quote, -sign * fill.quote_amount, fill.commission),
    )
    return [
        {
            "ledger_id": f"L{fill.trade_id[1:]}",
            "ref_id": fill.trade_id,
            "timestamp": time_text(fill.at),
            "type": "trade",
            "asset": asset,
            "asset_class": "currency",
            "category": "trade",
            "wallet_type": "spot",
            "wallet_id": "main",
            "amount": float(amount),
            "fee": float(fee),
            "balance": _balance(notice.account, asset)["balance"],
        }
        for asset, amount, fee in changes
    ]
