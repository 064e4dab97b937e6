"""The exchange itself: takes orders, fills them against the price path, and journals before anything is answered."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from backend.sandbox.accounts import Account, Accounts, Order
from backend.sandbox.clock import Clock
from backend.sandbox.events import (
    ConditionsSet,
    Event,
    KeyCreated,
    KeyRevoked,
    MarketDelisted,
    MarketEvent,
    MarketRelisted,
    OrderAccepted,
    OrderCanceled,
    OrderEvent,
    PriceMoved,
    Venue,
)
from backend.sandbox.executions import (
    WHOLE,
    PartialPlan,
    activated,
    happening,
    may_be_reached,
    next_moment,
    triggered,
)
from backend.sandbox.journal import Journal, Secrets
from backend.sandbox.keys import Credentials, new_credentials
from backend.sandbox.markets import Market
from backend.sandbox.orders import OrderRequest, Terms, terms_of, trigger_is_reached
from backend.sandbox.prices.levels import TICK
from backend.sandbox.prices.timeframes import MINUTE
from backend.sandbox.venues import VENUES

_NOTHING = Decimal(0)


@dataclass(frozen=True)
class Notice:
    """An event of an order, the order as it stood right after, and the account."""

    event: OrderEvent
    order: Order
    account: Account


class Exchange:
    """One venue-neutral exchange over all accounts; not for use by more than one thread."""

    def __init__(self, markets: dict[str, Market], journal: Journal, api_secrets: Secrets, clock: Clock) -> None:
        self.markets = markets
        self.journal = journal
        self.secrets = api_secrets
        self.clock = clock
        # Faults put another plan here: how the venue's next order fills.
        self.plan_fills: Callable[[Venue], PartialPlan] = lambda _venue: WHOLE
        self._accounts = Accounts(journal.events)
        self._listeners: list[Callable[[list[Notice]], None]] = []
        # None after a start: every open order is then looked at from the moment it was placed.
        self._looked_until: int | None = None
        for event in journal.events:
            self._apply_to_market(event)

    @property
    def accounts(self) -> dict[str, Account]:
        """Every account by its API key."""
        return self._accounts.by_key

    def listen(self, listener: Callable[[list[Notice]], None]) -> None:
        """Tell the listener of everything that happens to orders, one transaction at a time."""
        self._listeners.append(listener)

    def account_of(self, api_key: str, venue: Venue) -> Account | None:
        """The account of a key that the venue knows and that has not been revoked."""
        account = self.accounts.get(api_key)
        return account if account and account.venue == venue and not account.revoked else None

    def create_key(
        self,
        label: str,
        balances: dict[str, Decimal],
        can_withdraw: bool = False,
        venue: Venue = "binance",
        can_trade: bool = True,
        ip_restricted: bool = False,
    ) -> Credentials:
        """A new account with play money at the venue."""
        credentials = new_credentials(venue)
        self.secrets.add(credentials.api_key, credentials.verifier)
        created = KeyCreated(
            at=self.clock.milliseconds(),
            api_key=credentials.api_key,
            venue=venue,
            label=label,
            balances=balances,
            can_withdraw=can_withdraw,
            can_trade=can_trade,
            ip_restricted=ip_restricted,
        )
        self._commit([created])
        return credentials

    def revoke(self, api_key: str) -> None:
        """Make the key worthless. Raises KeyError for an unknown one."""
        account = self.accounts[api_key]
        if not account.revoked:
            self._commit([KeyRevoked(at=self.clock.milliseconds(), api_key=api_key, venue=account.venue)])

    def check(self, api_key: str, market: Market, request: OrderRequest, now: int) -> Terms:
        """What the order comes to. Raises OrderRefused."""
        return terms_of(self.accounts[api_key], market, request, now)

    def place(self, api_key: str, market: Market, request: OrderRequest) -> Order:
        """Take the order and fill it if it can fill now. Raises OrderRefused."""
        now = self.settle()
        account = self.accounts[api_key]
        terms = self.check(api_key, market, request, now)
        number = self._accounts.last_order_id + 1
        plan = self.plan_fills(account.venue)
        accepted = OrderAccepted(
            at=now,
            api_key=api_key,
            venue=account.venue,
            order_id=number,
            exchange_order_id=VENUES[account.venue].order_name(number),
            client_order_id=request.client_order_id,
            symbol=market.symbol,
            base=market.base,
            quote=market.quote,
            side=request.side,
            kind=request.kind,
            time_in_force=request.time_in_force,
            price=request.price or _NOTHING,
            trigger_price=request.trigger_price or _NOTHING,
            quantity=terms.quantity,
            quote_quantity=request.quote_quantity or _NOTHING,
            locked_asset=terms.locked_asset,
            locked=terms.locked,
            first_fraction=plan.first_fraction,
            rest_after=plan.rest_after,
            user_reference=request.user_reference,
        )
        self._commit([accepted, *self._first_events(accepted, market, now)])
        return account.orders[number]

    def cancel(self, api_key: str, orders: list[Order]) -> None:
        """Cancel open orders, all of them in one transaction."""
        now = self.clock.milliseconds()
        if orders:
            self._commit([_canceled(order, now) for order in orders if order.accepted.api_key == api_key])

    def move_price(self, market: Market, price: Decimal | None) -> None:
        """Set the market's price from now on, or give it back to the path."""
        now = self.settle()
        self._commit([PriceMoved(at=now, symbol=market.symbol, price=price)])
        # The tick of this very moment has another price now: it is looked at again.
        self._looked_until = now // TICK * TICK - 1

    def delist(self, market: Market) -> None:
        """Close the market; its open orders are canceled by the venue."""
        now = self.settle()
        resting = self._open_by_symbol().get(market.symbol, [])
        self._commit([MarketDelisted(at=now, symbol=market.symbol), *(_canceled(order, now) for order in resting)])

    def relist(self, market: Market) -> None:
        """Open the market again."""
        self._commit([MarketRelisted(at=self.clock.milliseconds(), symbol=market.symbol)])

    def set_conditions(self, market: Market, daily_volume: Decimal | None, spread: Decimal | None) -> None:
        """What tickers are to tell of the market: a day's turnover in the quote asset, the spread as a share."""
        now = self.clock.milliseconds()
        self._commit([ConditionsSet(at=now, symbol=market.symbol, daily_volume=daily_volume, spread=spread)])

    def settle(self) -> int:
        """Let everything happen to resting orders that the price has brought by now; returns the moment looked at."""
        now = self.clock.milliseconds()
        # Most looks come in the same quarter of a second as the one before: no new price, nothing to fill.
        if self._looked_until is not None and now // TICK <= self._looked_until // TICK:
            return now
        waiting: list[tuple[int, int]] = []
        for symbol, orders in self._open_by_symbol().items():
            market = self.markets.get(symbol)
            # A market that is no longer offered: its orders rest until they are canceled.
            if market is None:
                continue
            touched = self._extremes(market, now)
            for order in orders:
                if touched is None or may_be_reached(order, *touched, market):
                    self._await_next(waiting, order, market, now)
        while waiting:
            moment, number = heapq.heappop(waiting)
            order = self._accounts.open_orders[number]
            market = self.markets[order.accepted.symbol]
            self._commit(happening(order, market, moment, self._accounts.last_fill_id + 1))
            if order.is_open:
                self._await_next(waiting, order, market, now)
        # Only now: what could not be written is found again by the next look.
        self._looked_until = now
        return now

    def _first_events(self, accepted: OrderAccepted, market: Market, now: int) -> list[Event]:
        order = Order(accepted, still_locked=accepted.locked)
        next_fill = self._accounts.last_fill_id + 1
        if not order.is_stop:
            return activated(order, market, now, next_fill)
        if trigger_is_reached(accepted.kind, accepted.side, accepted.trigger_price, market.last(now)):
            return triggered(order, market, now, next_fill)
        return []

    def _await_next(self, waiting: list[tuple[int, int]], order: Order, market: Market, now: int) -> None:
        after = max(order.accepted.at, order.triggered_at or 0, self._looked_until or 0)
        moment = next_moment(order, market, after, now)
        if moment is not None:
            heapq.heappush(waiting, (moment, order.accepted.order_id))

    def _extremes(self, market: Market, now: int) -> tuple[Decimal, Decimal] | None:
        # For the usual short look one range tells of most orders that they cannot have been reached.
        since = self._looked_until
        return None if since is None or now - since > MINUTE else market.extremes(since, now)

    def _open_by_symbol(self) -> dict[str, list[Order]]:
        orders: dict[str, list[Order]] = {}
        for order in self._accounts.open_orders.values():
            orders.setdefault(order.accepted.symbol, []).append(order)
        return orders

    def _commit(self, events: list[Event]) -> None:
        self.journal.append(events)
        notices = []
        for event in events:
            self._accounts.apply(event)
            self._apply_to_market(event)
            if isinstance(event, OrderEvent):
                account = self.accounts[event.api_key]
                order = account.orders[event.order_id]
                notices.append(Notice(event, replace(order, fills=list(order.fills)), account))
        if notices:
            for listener in self._listeners:
                listener(notices)

    def _apply_to_market(self, event: Event) -> None:
        if isinstance(event, MarketEvent) and event.symbol in self.markets:
            self.markets[event.symbol].apply(event)


def _canceled(order: Order, now: int) -> OrderCanceled:
    accepted = order.accepted
    return OrderCanceled(
        at=now,
        api_key=accepted.api_key,
        venue=accepted.venue,
        order_id=accepted.order_id,
        exchange_order_id=accepted.exchange_order_id,
        client_order_id=accepted.client_order_id,
        symbol=accepted.symbol,
    )
