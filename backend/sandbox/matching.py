"""The exchange itself: takes orders, fills them against the price path, and journals before anything is answered."""

import secrets
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import Final, Literal

from backend.sandbox.accounts import Account, Accounts, Order, commission_on, quote_amount
from backend.sandbox.clock import Clock
from backend.sandbox.events import Event, KeyCreated, OrderAccepted, OrderCanceled, OrderExpired, OrderFilled
from backend.sandbox.journal import Journal, Secrets
from backend.sandbox.markets import Market
from backend.sandbox.prices.levels import TICK
from backend.sandbox.prices.timeframes import MINUTE

MAKER_FEE: Final = Decimal("0.001")
TAKER_FEE: Final = Decimal("0.001")
_MOST_OPEN_ORDERS: Final = 200


class Refusal(StrEnum):
    """Why an order was not taken."""

    PRICE = "price"
    QUANTITY = "quantity"
    NOTIONAL = "notional"
    TOO_MANY_ORDERS = "too many orders"
    BALANCE = "balance"
    DUPLICATE = "duplicate"
    WOULD_TAKE = "would take"


class OrderRefused(Exception):
    """The order was not taken, and nothing has changed."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class OrderRequest:
    """An order as it is asked for: a quantity of the base asset, or for a market order an amount of the quote asset."""

    side: Literal["buy", "sell"]
    kind: Literal["MARKET", "LIMIT", "LIMIT_MAKER"]
    time_in_force: Literal["GTC", "IOC", "FOK"]
    quantity: Decimal | None
    quote_quantity: Decimal | None
    price: Decimal | None
    client_order_id: str


class Exchange:
    """One venue-neutral exchange over all accounts; not for use by more than one thread."""

    def __init__(self, markets: dict[str, Market], journal: Journal, api_secrets: Secrets, clock: Clock) -> None:
        self.markets = markets
        self.journal = journal
        self.secrets = api_secrets
        self.clock = clock
        self._accounts = Accounts(journal.events)
        # None after a start: every open order is then looked at from the moment it was placed.
        self._looked_until: int | None = None

    @property
    def accounts(self) -> dict[str, Account]:
        """Every account by its API key."""
        return self._accounts.by_key

    def create_key(self, label: str, balances: dict[str, Decimal], can_withdraw: bool) -> tuple[str, str]:
        """A new account with play money; returns its API key and secret."""
        api_key, api_secret = (_letters_and_digits(64) for _ in range(2))
        self.secrets.add(api_key, api_secret)
        created = KeyCreated(
            at=self.clock.milliseconds(), api_key=api_key, label=label, balances=balances, can_withdraw=can_withdraw
        )
        self._commit([created])
        return api_key, api_secret

    def check(self, api_key: str, market: Market, request: OrderRequest, now: int) -> tuple[Decimal, Decimal]:
        """The order's quantity and what has to be locked for it. Raises OrderRefused."""
        account = self.accounts[api_key]
        quantity, price = self._quantity_and_price(market, request, now)
        if account.has_open(market.symbol, request.client_order_id):
            raise OrderRefused(Refusal.DUPLICATE)
        if sum(order.accepted.symbol == market.symbol for order in account.open_orders.values()) >= _MOST_OPEN_ORDERS:
            raise OrderRefused(Refusal.TOO_MANY_ORDERS)
        buys = request.side == "buy"
        if request.kind == "LIMIT_MAKER" and _crosses(market, request.side, price, now):
            raise OrderRefused(Refusal.WOULD_TAKE)
        locked = quote_amount(price, quantity) if buys else quantity
        if account.balance(market.quote if buys else market.base).free < locked:
            raise OrderRefused(Refusal.BALANCE)
        return quantity, locked

    def place(self, api_key: str, market: Market, request: OrderRequest, venue: str) -> Order:
        """Take the order and fill it if it can fill now. Raises OrderRefused."""
        now = self.settle()
        quantity, locked = self.check(api_key, market, request, now)
        accepted = OrderAccepted(
            at=now,
            api_key=api_key,
            venue=venue,
            order_id=self._accounts.last_order_id + 1,
            client_order_id=request.client_order_id,
            symbol=market.symbol,
            base=market.base,
            quote=market.quote,
            side=request.side,
            kind=request.kind,
            time_in_force=request.time_in_force,
            price=request.price or Decimal(0),
            quantity=quantity,
            quote_quantity=request.quote_quantity or Decimal(0),
            locked_asset=market.quote if request.side == "buy" else market.base,
            locked=locked,
        )
        events: list[Event] = [accepted]
        touch = market.ask(now) if request.side == "buy" else market.bid(now)
        if request.kind == "MARKET" or _crosses(market, request.side, accepted.price, now):
            events.append(_filled(accepted, touch, now, self._accounts.last_fill_id + 1, maker=False))
        elif request.time_in_force != "GTC":
            events.append(
                OrderExpired(
                    at=now,
                    api_key=api_key,
                    order_id=accepted.order_id,
                    client_order_id=accepted.client_order_id,
                    symbol=accepted.symbol,
                )
            )
        self._commit(events)
        return self.accounts[api_key].orders[accepted.order_id]

    def cancel(self, api_key: str, orders: list[Order]) -> None:
        """Cancel open orders, all of them in one transaction."""
        now = self.clock.milliseconds()
        self._commit(
            [
                OrderCanceled(
                    at=now,
                    api_key=api_key,
                    order_id=order.accepted.order_id,
                    client_order_id=order.accepted.client_order_id,
                    symbol=order.accepted.symbol,
                )
                for order in orders
            ]
        )

    def settle(self) -> int:
        """Fill every resting order that the price has reached by now; returns the moment it looked at."""
        now = self.clock.milliseconds()
        # Most looks come in the same quarter of a second as the one before: no new price, nothing to fill.
        if self._looked_until is not None and now // TICK <= self._looked_until // TICK:
            return now
        reached = []
        for symbol, orders in self._open_by_symbol().items():
            market = self.markets.get(symbol)
            # A market that is no longer offered: its orders rest until they are canceled.
            if market is None:
                continue
            touched = self._touched(market, now)
            for order in orders:
                accepted = order.accepted
                if touched and not _within(touched, accepted):
                    continue
                after = max(accepted.at, self._looked_until or 0)
                moment = market.first_fill(accepted.price, accepted.side == "buy", after, now)
                if moment is not None:
                    reached.append((moment, accepted.order_id, accepted))
        for moment, _, accepted in sorted(reached, key=lambda entry: entry[:2]):
            fill_id = self._accounts.last_fill_id + 1
            self._commit([_filled(accepted, accepted.price, moment, fill_id, maker=True)])
        # Only now: what could not be written is found again by the next look.
        self._looked_until = now
        return now

    def _touched(self, market: Market, now: int) -> tuple[Decimal, Decimal] | None:
        # For the usual short look one range tells of most orders that they cannot have been reached.
        since = self._looked_until
        return None if since is None or now - since > MINUTE else market.touched(since, now)

    def _open_by_symbol(self) -> dict[str, list[Order]]:
        orders: dict[str, list[Order]] = {}
        for order in self._accounts.open_orders.values():
            orders.setdefault(order.accepted.symbol, []).append(order)
        return orders

    def _quantity_and_price(self, market: Market, request: OrderRequest, now: int) -> tuple[Decimal, Decimal]:
        if request.kind == "MARKET":
            price = market.ask(now) if request.side == "buy" else market.bid(now)
        else:
            price = request.price or Decimal(0)
            if not 0 < price <= market.maximum_price or price % market.price_tick:
                raise OrderRefused(Refusal.PRICE)
        quantity = request.quantity
        if quantity is None:
            steps = (request.quote_quantity or Decimal(0)) / price / market.quantity_step
            quantity = steps.to_integral_value(ROUND_DOWN) * market.quantity_step
        if not market.quantity_step <= quantity <= market.maximum_quantity or quantity % market.quantity_step:
            raise OrderRefused(Refusal.QUANTITY)
        if quote_amount(price, quantity) < market.minimum_notional:
            raise OrderRefused(Refusal.NOTIONAL)
        return quantity, price

    def _commit(self, events: list[Event]) -> None:
        self.journal.append(events)
        for event in events:
            self._accounts.apply(event)


def _filled(accepted: OrderAccepted, price: Decimal, at: int, fill_id: int, *, maker: bool) -> OrderFilled:
    amount = quote_amount(price, accepted.quantity)
    buys = accepted.side == "buy"
    return OrderFilled(
        at=at,
        api_key=accepted.api_key,
        order_id=accepted.order_id,
        fill_id=fill_id,
        client_order_id=accepted.client_order_id,
        symbol=accepted.symbol,
        side=accepted.side,
        price=price,
        quantity=accepted.quantity,
        quote_amount=amount,
        commission=commission_on(accepted.quantity if buys else amount, MAKER_FEE if maker else TAKER_FEE),
        commission_asset=accepted.base if buys else accepted.quote,
        maker=maker,
    )


def _crosses(market: Market, side: str, price: Decimal, now: int) -> bool:
    return market.ask(now) <= price if side == "buy" else market.bid(now) >= price


def _within(touched: tuple[Decimal, Decimal], accepted: OrderAccepted) -> bool:
    lowest_ask, highest_bid = touched
    return accepted.price >= lowest_ask if accepted.side == "buy" else accepted.price <= highest_bid


def _letters_and_digits(length: int) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    return "".join(secrets.choice(alphabet) for _ in range(length))
