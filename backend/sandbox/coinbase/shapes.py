"""What Coinbase's answers look like: products, candles, orders, fills and accounts."""

import uuid
from decimal import Decimal
from typing import Any, Final

from backend.sandbox.accounts import Account, Order
from backend.sandbox.day_figures import day_figures
from backend.sandbox.events import OrderFilled
from backend.sandbox.markets import Market
from backend.sandbox.numbers import plain_text, time_text
from backend.sandbox.orders import triggers_downward

Json = dict[str, Any]

_FIAT: Final = frozenset({"USD", "EUR", "GBP"})
_STATUSES: Final = {
    "NEW": "OPEN",
    "PARTIALLY_FILLED": "OPEN",
    "FILLED": "FILLED",
    "CANCELED": "CANCELLED",
    # What an immediate order leaves unfilled is canceled by the venue.
    "EXPIRED": "CANCELLED",
}
_TIMES_IN_FORCE: Final = {"GTC": "GOOD_UNTIL_CANCELLED", "IOC": "IMMEDIATE_OR_CANCEL", "FOK": "FILL_OR_KILL"}
_LIMIT_CONFIGURATIONS: Final = {"GTC": "limit_limit_gtc", "IOC": "sor_limit_ioc", "FOK": "limit_limit_fok"}


def product_id(market: Market) -> str:
    """Such as BTC-USDT."""
    return f"{market.base}-{market.quote}"


def is_fiat(asset: str) -> bool:
    """Whether a state issues it."""
    return asset in _FIAT


def product_shape(market: Market, now: int) -> Json:
    """One product."""
    day = day_figures(market, now)
    return {
        "product_id": product_id(market),
        "price": plain_text(day.last),
        "price_percentage_change_24h": plain_text(round(day.change_percent, 8)),
        "volume_24h": plain_text(day.volume),
        "volume_percentage_change_24h": "0",
        "base_increment": plain_text(market.quantity_step),
        "quote_increment": plain_text(market.price_tick),
        "quote_min_size": plain_text(market.minimum_notional),
        "quote_max_size": "150000000",
        "base_min_size": plain_text(market.quantity_step),
        "base_max_size": plain_text(market.maximum_quantity),
        "base_name": market.base,
        "quote_name": market.quote,
        "watched": False,
        "is_disabled": not market.is_open,
        "new": False,
        "status": "online" if market.is_open else "delisted",
        "cancel_only": False,
        "limit_only": False,
        "post_only": False,
        "trading_disabled": not market.is_open,
        "auction_mode": False,
        "product_type": "SPOT",
        "quote_currency_id": market.quote,
        "base_currency_id": market.base,
        "fcm_trading_session_details": None,
        "mid_market_price": "",
        "alias": "",
        "alias_to": [],
        "base_display_symbol": market.base,
        "quote_display_symbol": market.quote,
        "view_only": False,
        "price_increment": plain_text(market.price_tick),
        "display_name": product_id(market),
        "product_venue": "CBE",
        "approximate_quote_24h_volume": f"{day.turnover:.2f}",
        "new_at": "2023-01-01T00:00:00Z",
    }


def order_shape(order: Order) -> Json:
    """One order of /orders/historical."""
    accepted = order.accepted
    sign = 1 if accepted.side == "buy" else -1
    done = order.executed / accepted.quantity * 100
    return {
        "order_id": accepted.exchange_order_id,
        "product_id": f"{accepted.base}-{accepted.quote}",
        "user_id": user_id(accepted.api_key),
        "order_configuration": configuration(order),
        "side": accepted.side.upper(),
        "client_order_id": accepted.client_order_id,
        "status": _STATUSES[order.status],
        "time_in_force": time_in_force(order),
        "created_time": time_text(accepted.at),
        "completion_percentage": plain_text(round(done, 2)),
        "filled_size": plain_text(order.executed),
        "average_filled_price": plain_text(round(order.average_price, 8)),
        "fee": "",
        "number_of_fills": str(len(order.fills)),
        "filled_value": plain_text(order.executed_quote),
        "pending_cancel": False,
        "size_in_quote": bool(accepted.quote_quantity),
        "total_fees": plain_text(order.fees),
        "size_inclusive_of_fees": bool(accepted.quote_quantity),
        "total_value_after_fees": plain_text(order.executed_quote + sign * order.fees),
        "trigger_status": trigger_status(order),
        "order_type": order_type(order),
        "reject_reason": "REJECT_REASON_UNSPECIFIED",
        "settled": order.status == "FILLED",
        "product_type": "SPOT",
        "reject_message": "",
        "cancel_message": "User requested cancel" if order.status == "CANCELED" else "",
        "order_placement_source": "RETAIL_ADVANCED",
        "outstanding_hold_amount": plain_text(order.still_locked),
        "is_liquidation": False,
        "last_fill_time": time_text(order.fills[-1].at) if order.fills else None,
        "edit_history": [],
        "leverage": "",
        "margin_type": "UNKNOWN_MARGIN_TYPE",
        "retail_portfolio_id": portfolio_id(accepted.api_key),
        "originating_order_id": "",
        "attached_order_id": "",
    }


def configuration(order: Order) -> Json:
    """The order as it was asked for."""
    accepted = order.accepted
    size = {"base_size": plain_text(accepted.quantity)}
    if accepted.kind == "MARKET":
        by_quote = {"quote_size": plain_text(accepted.quote_quantity)}
        return {"market_market_ioc": by_quote if accepted.quote_quantity else size}
    limit = {**size, "limit_price": plain_text(accepted.price)}
    if order.is_stop:
        downward = triggers_downward(accepted.kind, accepted.side)
        direction = "STOP_DIRECTION_STOP_DOWN" if downward else "STOP_DIRECTION_STOP_UP"
        stop = {"stop_price": plain_text(accepted.trigger_price), "stop_direction": direction}
        return {"stop_limit_stop_limit_gtc": {**limit, **stop}}
    name = _LIMIT_CONFIGURATIONS[accepted.time_in_force]
    post_only = {"post_only": accepted.kind == "LIMIT_MAKER"} if name == "limit_limit_gtc" else {}
    return {name: {**limit, **post_only}}


def order_type(order: Order) -> str:
    """MARKET, LIMIT or STOP_LIMIT."""
    if order.is_stop:
        return "STOP_LIMIT"
    return "LIMIT" if order.has_limit else "MARKET"


def order_status(order: Order) -> str:
    """Such as OPEN."""
    return _STATUSES[order.status]


def time_in_force(order: Order) -> str:
    """Such as GOOD_UNTIL_CANCELLED; a market order never rests."""
    return "IMMEDIATE_OR_CANCEL" if order.accepted.kind == "MARKET" else _TIMES_IN_FORCE[order.accepted.time_in_force]


def trigger_status(order: Order) -> str:
    """Whether a stop order waits."""
    if not order.is_stop:
        return "INVALID_ORDER_TYPE"
    return "STOP_PENDING" if order.waits_for_trigger else "STOP_TRIGGERED"


def fill_shape(fill: OrderFilled) -> Json:
    """One fill of /orders/historical/fills."""
    return {
        "entry_id": str(uuid.uuid5(uuid.NAMESPACE_OID, fill.trade_id)),
        "trade_id": fill.trade_id,
        "order_id": fill.exchange_order_id,
        "trade_time": time_text(fill.at),
        "trade_type": "FILL",
        "price": plain_text(fill.price),
        "size": plain_text(fill.quantity),
        "commission": plain_text(fill.commission),
        "product_id": fill.symbol.replace("/", "-"),
        "sequence_timestamp": time_text(fill.at),
        "liquidity_indicator": "MAKER" if fill.maker else "TAKER",
        "size_in_quote": False,
        "user_id": user_id(fill.api_key),
        "side": fill.side.upper(),
        "retail_portfolio_id": portfolio_id(fill.api_key),
    }


def account_shapes(account: Account, assets: list[str]) -> list[Json]:
    """The rows of /accounts: one wallet for each asset."""
    created = account.created
    rows = []
    for asset in assets:
        balance = account.balance(asset)
        rows.append(
            {
                "uuid": wallet_id(created.api_key, asset),
                "name": f"{asset} Wallet",
                "currency": asset,
                "available_balance": {"value": plain_text(balance.free), "currency": asset},
                "default": True,
                "active": True,
                "created_at": time_text(created.at),
                "updated_at": time_text(created.at),
                "deleted_at": None,
                "type": "ACCOUNT_TYPE_FIAT" if is_fiat(asset) else "ACCOUNT_TYPE_CRYPTO",
                "ready": True,
                "hold": {"value": plain_text(balance.locked), "currency": asset},
                "retail_portfolio_id": portfolio_id(created.api_key),
                "platform": "ACCOUNT_PLATFORM_CONSUMER",
            }
        )
    return rows


def old_account_shape(account: Account, asset: str) -> Json:
    """One row of the older /v2/accounts, which does not tell what is locked."""
    balance = account.balance(asset)
    moment = time_text(account.created.at)
    return {
        "id": wallet_id(account.created.api_key, asset),
        "name": f"{asset} Wallet",
        "primary": False,
        "type": "fiat" if is_fiat(asset) else "wallet",
        "currency": {"code": asset, "name": asset, "type": "fiat" if is_fiat(asset) else "crypto", "exponent": 8},
        "balance": {"amount": plain_text(balance.free + balance.locked), "currency": asset},
        "created_at": moment,
        "updated_at": moment,
        "resource": "account",
        "resource_path": f"/v2/accounts/{asset}",
        "allow_deposits": True,
        "allow_withdrawals": account.created.can_withdraw,
    }


def wallet_id(api_key: str, asset: str) -> str:
    """The same for the same key and asset."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{api_key} {asset}"))


def user_id(api_key: str) -> str:
    """The account's owner."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, api_key))


def portfolio_id(api_key: str) -> str:
    """The account's only portfolio."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{api_key} portfolio"))


def decimal_text(units: int, decimals: int) -> str:
    """A whole number of 10^-decimals as text."""
    return plain_text(Decimal(units).scaleb(-decimals))
