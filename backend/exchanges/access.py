"""Gives gateways: what a process needs to speak to exchanges, shared by everything that does so."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Self
from uuid import UUID

import ccxt
import redis

from backend.config import Settings
from backend.exchanges.adapters import kind_of_adapter, make_adapter
from backend.exchanges.adapters.adapter import Adapter
from backend.exchanges.breaker import Breaker
from backend.exchanges.client import address_of, make_client
from backend.exchanges.clock_offset import ClockOffset, ClockReading
from backend.exchanges.errors import ExchangeDown, OrderRefused
from backend.exchanges.gateway import Gateway
from backend.exchanges.line import Line
from backend.exchanges.markets import HeldTables, MarketShelf
from backend.exchanges.nonces import Nonces
from backend.exchanges.nouns import Credentials, Market
from backend.exchanges.traffic import Limiter, Traffic
from backend.exchanges.venue import Venue
from backend.exchanges.venues import venue_of
from backend.foundation.platform import Platform, redis_url

_HELD = HeldTables()
"""Of this process: a second table of one exchange would weigh as much as the first."""


class ExchangeAccess:
    """Limits, breakers, clocks and markets are shared through Redis with all processes; making one is cheap."""

    def __init__(self, settings: Settings, connections: redis.Redis, held: HeldTables = _HELD) -> None:
        self.settings = settings
        self._redis = connections
        self._held = held
        self._limiter = Limiter(connections)

    @classmethod
    def of(cls, platform: Platform) -> Self:
        """The access of a process with these plugs."""
        return cls(platform.settings, platform.redis)

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """For whoever holds the settings only."""
        return cls(settings, _connections(redis_url(settings)))

    def public(self, exchange: str) -> Gateway:
        """Public data, without a key. Raises UnknownExchange."""
        venue = venue_of(exchange)
        adapter, line = self._public_line(venue, is_testnet=False)
        shelf = self._shelf(venue, is_testnet=False)
        return Gateway(adapter, line, shelf, lambda: _loaded(line))

    def markets(self, exchange: str) -> dict[str, Market]:
        """Its spot markets by symbol, in the symbols' order; those that are closed now are marked.

        The exchange is asked where nobody has in the last hour. Raises UnknownExchange, and ExchangeBusy where it does
        not answer and nothing is known of it.
        """
        return dict(self._markets(exchange))

    def market(self, exchange: str, symbol: str) -> Market | None:
        """One of them, or None where the exchange has none of this symbol. Raises as `markets`."""
        return self._markets(exchange).get(symbol)

    def account(self, exchange: str, account_id: UUID, credentials: Credentials, is_testnet: bool = False) -> Gateway:
        """One account, by its key; `account_id` is what its share of the limits is counted by."""
        venue = venue_of(exchange)
        client = make_client(ccxt, self.settings, exchange, credentials, is_testnet)
        adapter = make_adapter(venue, client, Nonces(self._redis, credentials.api_key), is_testnet)
        public, public_line = self._public_line(venue, is_testnet)
        line = Line(
            client,
            self._traffic(venue, is_testnet, str(account_id)),
            self._breaker(venue, is_testnet),
            self._offset(venue, is_testnet, public, public_line) if venue.has_clock else None,
            adapter.refusals,
        )
        # The public's line asks for the markets where it can: a bad key must not make that fail.
        asking = public_line if venue.lists_markets_publicly else line
        return Gateway(adapter, line, self._shelf(venue, is_testnet), lambda: _loaded(asking))

    def breaker(self, exchange: str) -> Breaker:
        """The exchange's circuit breaker; to be asked before entries only."""
        return self._breaker(venue_of(exchange), is_testnet=False)

    def stream_client(self, module: Any, exchange: str) -> Any:
        """A client of ccxt's for streams, with the markets that this process holds already. Raises ExchangeProblem."""
        venue = venue_of(exchange)
        _, line = self._public_line(venue, is_testnet=False)
        table = self._shelf(venue, is_testnet=False).table(lambda: _loaded(line))
        client = make_client(module, self.settings, exchange)
        client.set_markets_from_exchange(table.source)
        return client

    def _markets(self, exchange: str) -> Mapping[str, Market]:
        venue = venue_of(exchange)
        # A client takes milliseconds to make, and is needed only where the markets have to be asked for.
        return self._shelf(venue, False).table(lambda: _loaded(self._public_line(venue, False)[1])).markets

    def _public_line(self, venue: Venue, is_testnet: bool) -> tuple[Adapter, Line]:
        client = make_client(ccxt, self.settings, venue.id, None, is_testnet)
        adapter = make_adapter(venue, client, None, is_testnet)
        traffic, breaker = self._traffic(venue, is_testnet, None), self._breaker(venue, is_testnet)
        return adapter, Line(client, traffic, breaker, None, adapter.refusals)

    def _shelf(self, venue: Venue, is_testnet: bool) -> MarketShelf:
        kind = kind_of_adapter(venue)
        return MarketShelf(
            self._redis,
            self._held,
            f"{venue.id} {address_of(self.settings, venue.id, is_testnet)}",
            kind.kept_details,
            lambda: make_client(ccxt, self.settings, venue.id),
            kind.complete_source,
        )

    def _traffic(self, venue: Venue, is_testnet: bool, account: str | None) -> Traffic:
        return Traffic(self._redis, self._limiter, venue, address_of(self.settings, venue.id, is_testnet), account)

    def _breaker(self, venue: Venue, is_testnet: bool) -> Breaker:
        return Breaker(self._redis, venue.id, address_of(self.settings, venue.id, is_testnet))

    def _offset(self, venue: Venue, is_testnet: bool, public: Adapter, line: Line) -> ClockOffset:
        address = address_of(self.settings, venue.id, is_testnet)
        return ClockOffset(self._redis, venue.id, address, lambda: _reading(public, line))


def _loaded(line: Line) -> Any:
    try:
        line.ask(lambda: line.client.load_markets(True))
    except OrderRefused as refusal:
        # Whatever the exchange had against the question: no order was refused by it.
        raise ExchangeDown(refusal.reason) from None
    return line.client


def _reading(public: Adapter, line: Line) -> ClockReading:
    theirs = line.ask(public.server_time)
    return ClockReading(theirs, line.left_at, line.answered_at)


@lru_cache(maxsize=4)
def _connections(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5)
