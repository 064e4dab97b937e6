"""Compares the ledger with the exchange's journal, order by order and fill by fill: every difference in words."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from backend.engine.models import Order, Trade
from backend.engine.order_states import TERMINAL
from scripts.drill.watching import Ledger
from scripts.stage import StagedKey

_ENDINGS = {"order_canceled": "canceled", "order_expired": "expired"}

Balances = Mapping[str, Mapping[str, Decimal]]
"""What each key of the sandbox holds, free and bound together, by coin."""
Journal = Sequence[Mapping[str, Any]]


@dataclass
class Comparison:
    """What was compared, and everything that differs."""

    accepted: int
    fills: int
    differences: list[str] = field(default_factory=list)
    lost: int = 0
    doubled: int = 0

    def differ(self, sentence: str) -> None:
        """Note a difference."""
        self.differences.append(sentence)


def compare(ledger: Ledger, journal: Journal, keys: Sequence[StagedKey], balances: Balances) -> Comparison:
    """Compare everything; nothing may differ by the smallest amount."""
    ours = {key.api_key for key in keys}
    entries = [entry for entry in journal if entry.get("api_key") in ours]
    accepted = [entry for entry in entries if entry["type"] == "order_accepted"]
    filled = [entry for entry in entries if entry["type"] == "order_filled"]
    comparison = Comparison(len(accepted), len(filled))
    _compare_orders(comparison, ledger, accepted)
    _compare_fills(comparison, ledger, filled)
    _compare_endings(comparison, ledger, entries)
    _compare_positions(comparison, ledger)
    _compare_balances(comparison, ledger, keys, balances)
    return comparison


def _compare_orders(comparison: Comparison, ledger: Ledger, accepted: Journal) -> None:
    known = {order.client_order_id: order for order in ledger.orders}
    counts = Counter(entry["client_order_id"] for entry in accepted)
    for name, count in sorted(counts.items()):
        if count > 1:
            comparison.doubled += count - 1
            comparison.differ(f"The exchange accepted {count} orders of the name {name}.")
    for entry in accepted:
        order = known.get(entry["client_order_id"])
        if order is None:
            comparison.lost += 1
            comparison.differ(f"The ledger does not know {_named(entry)}, which the exchange accepted.")
        elif order.exchange_order_id != entry["exchange_order_id"]:
            comparison.lost += 1
            comparison.differ(
                f"The ledger has {order.exchange_order_id} ({order.status}) for {_named(entry)}, the exchange"
                f" {entry['exchange_order_id']}."
            )
    for order in ledger.orders:
        if order.exchange_order_id is not None and order.client_order_id not in counts:
            comparison.lost += 1
            comparison.differ(f"The exchange never accepted {_told(order)}, which the ledger has as {order.status}.")
        if order.status not in TERMINAL:
            comparison.differ(f"{_told(order)} is unresolved: {order.status}. {order.error or ''}".rstrip())


def _compare_fills(comparison: Comparison, ledger: Ledger, filled: Journal) -> None:
    names = {order.id: order.client_order_id for order in ledger.orders}
    ours = Counter(_ledger_fill(trade, names) for trade in ledger.trades)
    theirs = Counter(
        (
            str(entry["client_order_id"]),
            str(entry["trade_id"]),
            Decimal(entry["price"]),
            Decimal(entry["quantity"]),
            Decimal(entry["commission"]),
            str(entry["commission_asset"]),
        )
        for entry in filled
    )
    for fill, count in sorted((theirs - ours).items()):
        comparison.lost += count
        comparison.differ(f"The ledger lacks the fill {_fill_words(fill)}{_times(count)}.")
    for fill, count in sorted((ours - theirs).items()):
        comparison.doubled += count
        comparison.differ(f"The ledger has the fill {_fill_words(fill)}{_times(count)}, the exchange has not.")


def _compare_endings(comparison: Comparison, ledger: Ledger, entries: Journal) -> None:
    """How much of each order was filled, and how it ended."""
    filled: dict[str, Decimal] = defaultdict(Decimal)
    for entry in entries:
        if entry["type"] == "order_filled":
            filled[entry["client_order_id"]] += Decimal(entry["quantity"])
    endings = {entry["client_order_id"]: _ENDINGS[entry["type"]] for entry in entries if entry["type"] in _ENDINGS}
    for order in ledger.orders:
        if order.exchange_order_id is None:
            continue
        name = order.client_order_id
        if order.filled_quantity != filled[name]:
            comparison.differ(f"{_told(order)} has {order.filled_quantity} filled, at the exchange {filled[name]}.")
        ending = endings.get(name, "filled")
        if order.status in TERMINAL and order.status != ending:
            comparison.differ(f"{_told(order)} is {order.status} in the ledger and {ending} at the exchange.")


def _compare_positions(comparison: Comparison, ledger: Ledger) -> None:
    """What each bot holds is what its fills have left."""
    symbols = {order.id: order.symbol for order in ledger.orders}
    expected: dict[tuple[UUID, str], Decimal] = defaultdict(Decimal)
    for trade in ledger.trades:
        expected[(trade.bot_id, symbols[trade.order_id])] += _of_base(trade)
    held: dict[tuple[UUID, str], Decimal] = defaultdict(Decimal)
    for position in ledger.positions:
        held[(position.bot_id, position.symbol)] += position.quantity
    for place in sorted(expected.keys() | held.keys()):
        if expected[place] != held[place]:
            bot_id, symbol = place
            comparison.differ(
                f"Bot {bot_id} holds {held[place]} of {symbol} in its positions, its fills make {expected[place]}."
            )


def _compare_balances(comparison: Comparison, ledger: Ledger, keys: Sequence[StagedKey], balances: Balances) -> None:
    """What each account holds is what it began with and what the ledger's fills have made of it."""
    expected: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    names = {key.id: key.api_key for key in keys}
    for key in keys:
        for coin, amount in key.balances.items():
            expected[(key.api_key, coin)] += Decimal(amount)
    for trade in ledger.trades:
        api_key = names[str(ledger.keys[trade.bot_id])]
        base, quote = trade.symbol.split("/")
        paid = trade.price * trade.quantity
        sign = 1 if trade.type == "buy" else -1
        expected[(api_key, base)] += sign * trade.quantity
        expected[(api_key, quote)] -= sign * paid
        expected[(api_key, trade.fee_currency)] -= trade.fee_charged
    found = {(api_key, coin): amount for api_key, coins in balances.items() for coin, amount in coins.items()}
    for place in sorted(expected.keys() | {place for place in found if place[0] in names.values()}):
        if expected[place] != found.get(place, Decimal(0)):
            api_key, coin = place
            venue = next(key.venue for key in keys if key.api_key == api_key)
            comparison.differ(
                f"An account at {venue} holds {found.get(place, Decimal(0))} {coin}; by the ledger {expected[place]}."
            )


def _of_base(trade: Trade) -> Decimal:
    """What the trade did to the holdings of its market's base coin."""
    base = trade.symbol.partition("/")[0]
    fee = trade.fee_charged if trade.fee_currency == base else Decimal(0)
    return (trade.quantity if trade.type == "buy" else -trade.quantity) - fee


Fill = tuple[str, str, Decimal, Decimal, Decimal, str]
"""Client order id, trade id, price, quantity, fee and its coin."""


def _ledger_fill(trade: Trade, names: Mapping[UUID, str]) -> Fill:
    name = names.get(trade.order_id, "?")
    return (name, trade.exchange_fill_id, trade.price, trade.quantity, trade.fee_charged, trade.fee_currency)


def _fill_words(fill: Fill) -> str:
    name, trade_id, price, quantity, fee, coin = fill
    return f"{trade_id} of order {name} ({quantity} for {price} each, fee {fee} {coin})"


def _times(count: int) -> str:
    return "" if count == 1 else f", {count} times"


def _named(entry: Mapping[str, Any]) -> str:
    return f"order {entry['client_order_id']} at {entry['venue']}"


def _told(order: Order) -> str:
    return f"Order {order.client_order_id} ({order.type} {order.side} {order.symbol}, {order.purpose})"
