"""Executions: when an open order fills or triggers, at which price, for which fee, and how much of it at first."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any, Final

from backend.sandbox.accounts import Order
from backend.sandbox.events import Event, OrderAccepted, OrderExpired, OrderFilled, OrderTriggered
from backend.sandbox.fees import quote_amount
from backend.sandbox.markets import Market, ask_above, bid_below
from backend.sandbox.orders import crosses, triggers_downward
from backend.sandbox.venues import VENUES

_WHOLE: Final = Decimal(1)


@dataclass(frozen=True)
class PartialPlan:
    """How an order fills that is not to fill at once: a part at first, the rest so many milliseconds later."""

    first_fraction: Decimal
    rest_after: int


WHOLE: Final = PartialPlan(_WHOLE, 0)


def next_moment(order: Order, market: Market, after: int, until: int) -> int | None:
    """When something next happens to an open order by itself, after `after` and up to `until`."""
    accepted = order.accepted
    if order.rest_at:
        return order.rest_at if order.rest_at <= until else None
    if order.waits_for_trigger:
        downward = triggers_downward(accepted.kind, accepted.side)
        return market.first_trigger(accepted.trigger_price, downward, after, until)
    return market.first_fill(accepted.price, accepted.side == "buy", after, until)


def happening(order: Order, market: Market, moment: int, fill_id: int) -> list[Event]:
    """What happens to the order at that moment; `fill_id` is the number of the next execution."""
    if order.rest_at:
        before = order.fills[-1]
        return _filled_or_given_up(order, market, before.price, moment, fill_id, maker=before.maker)
    if order.waits_for_trigger:
        return triggered(order, market, moment, fill_id)
    return _filled_or_given_up(order, market, order.accepted.price, moment, fill_id, maker=True)


def triggered(order: Order, market: Market, moment: int, fill_id: int) -> list[Event]:
    """A stop order whose trigger was reached: it goes to the book at once."""
    event = OrderTriggered(at=moment, **_naming(order.accepted))
    return [event, *activated(order, market, moment, fill_id)]


def activated(order: Order, market: Market, moment: int, fill_id: int) -> list[Event]:
    """What happens to an order in the moment in which it reaches the book: it takes, it rests or it expires."""
    accepted = order.accepted
    if not order.has_limit or crosses(market, accepted.side, accepted.price, moment):
        touch = market.ask(moment) if accepted.side == "buy" else market.bid(moment)
        return _filled_or_given_up(order, market, touch, moment, fill_id, maker=False)
    return [] if accepted.time_in_force == "GTC" else [OrderExpired(at=moment, **_naming(accepted))]


def may_be_reached(order: Order, lowest: Decimal, highest: Decimal, market: Market) -> bool:
    """Whether prices between these can have filled or triggered the order; a quick look before the exact one."""
    if order.rest_at:
        return True
    accepted = order.accepted
    if order.waits_for_trigger:
        downward = triggers_downward(accepted.kind, accepted.side)
        return lowest <= accepted.trigger_price if downward else highest >= accepted.trigger_price
    if accepted.side == "buy":
        return market.price(ask_above(market.ticks(lowest))) <= accepted.price
    return market.price(bid_below(market.ticks(highest))) >= accepted.price


def _filled_or_given_up(
    order: Order, market: Market, price: Decimal, moment: int, fill_id: int, *, maker: bool
) -> list[Event]:
    accepted = order.accepted
    quantity = _first_quantity(order, market)
    quote = quote_amount(price, quantity)
    fees = VENUES[accepted.venue].fees
    commission = fees.commission(accepted.side, quantity, quote, maker=maker)
    asset = fees.asset(accepted.side, accepted.base, accepted.quote)
    needed = quote + (commission if asset == accepted.locked_asset else 0)
    if accepted.side == "buy" and needed > order.still_locked:
        # A stop without a limit whose price has jumped far beyond its trigger: there is not money enough for it.
        return [OrderExpired(at=moment, **_naming(accepted))]
    whole = quantity == order.remaining
    waits = not whole and accepted.time_in_force == "GTC"
    fill = OrderFilled(
        at=moment,
        **_naming(accepted),
        fill_id=fill_id,
        trade_id=VENUES[accepted.venue].trade_name(fill_id),
        side=accepted.side,
        price=price,
        quantity=quantity,
        quote_amount=quote,
        commission=commission,
        commission_asset=asset,
        maker=maker,
        rest_at=moment + accepted.rest_after if waits else 0,
    )
    return [fill] if whole or waits else [fill, OrderExpired(at=moment, **_naming(accepted))]


def _first_quantity(order: Order, market: Market) -> Decimal:
    accepted = order.accepted
    if order.fills or accepted.first_fraction == _WHOLE or accepted.time_in_force == "FOK":
        return order.remaining
    steps = (accepted.quantity * accepted.first_fraction / market.quantity_step).to_integral_value(ROUND_DOWN)
    return steps * market.quantity_step or order.remaining


def _naming(accepted: OrderAccepted) -> dict[str, Any]:
    return {
        "api_key": accepted.api_key,
        "venue": accepted.venue,
        "order_id": accepted.order_id,
        "exchange_order_id": accepted.exchange_order_id,
        "client_order_id": accepted.client_order_id,
        "symbol": accepted.symbol,
    }
