"""Coinbase's addresses: which endpoint answers, and how refusals become HTTP."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiohttp import web

from backend.sandbox.accounts import Account
from backend.sandbox.clock import Clock
from backend.sandbox.coinbase import errors, market_data, trading
from backend.sandbox.coinbase.errors import CoinbaseError, Unauthorized, not_found
from backend.sandbox.coinbase.parameters import Query
from backend.sandbox.coinbase.signatures import Signatures
from backend.sandbox.coinbase.sockets import SocketServer
from backend.sandbox.connections import Connections
from backend.sandbox.events import Venue
from backend.sandbox.markets import Market
from backend.sandbox.matching import Exchange

PREFIX: Final = "/coinbase"
_TRADE: Final = PREFIX + "/api/v3/brokerage"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
PublicEndpoint = Callable[[Exchange, Query], Any]
ProductEndpoint = Callable[[Exchange, Query, Market], Any]
PrivateEndpoint = Callable[[Exchange, Account, Query], Any]
NamedEndpoint = Callable[[Exchange, Account, Query, str], Any]
BodyEndpoint = Callable[[Exchange, Account, str, dict[str, Market]], Any]

_PUBLIC: Final[dict[str, PublicEndpoint]] = {
    PREFIX + "/v2/currencies": market_data.currencies,
    PREFIX + "/v2/currencies/crypto": market_data.crypto_currencies,
    PREFIX + "/v2/exchange-rates": market_data.exchange_rates,
    _TRADE + "/market/products": market_data.products,
    _TRADE + "/market/product_book": market_data.product_book,
}
# The same at the public address /market/products/... and, signed, at /products/...
_PRODUCT: Final[dict[str, ProductEndpoint]] = {
    "": market_data.product,
    "/candles": market_data.candles,
    "/ticker": market_data.ticker,
}
_PRIVATE: Final[dict[str, PrivateEndpoint]] = {
    PREFIX + "/v2/accounts": trading.old_accounts,
    _TRADE + "/accounts": trading.accounts,
    _TRADE + "/orders/historical/batch": trading.list_orders,
    _TRADE + "/orders/historical/fills": trading.list_fills,
    _TRADE + "/transaction_summary": trading.transaction_summary,
    _TRADE + "/key_permissions": trading.key_permissions,
    _TRADE + "/products": lambda exchange, _account, query: market_data.products(exchange, query),
    _TRADE + "/product_book": lambda exchange, _account, query: market_data.product_book(exchange, query),
    _TRADE + "/best_bid_ask": lambda exchange, _account, query: market_data.best_bid_ask(exchange, query),
}
_NAMED: Final[dict[str, NamedEndpoint]] = {
    _TRADE + "/accounts/{name}": trading.one_account,
    _TRADE + "/orders/historical/{name}": trading.get_order,
}
_TRADING: Final[dict[str, BodyEndpoint]] = {
    _TRADE + "/orders": trading.place_order,
    _TRADE + "/orders/batch_cancel": trading.cancel_orders,
}


class CoinbaseVenue:
    """Coinbase's door to the exchange."""

    name: Venue = "coinbase"
    prefix = PREFIX

    def __init__(self, exchange: Exchange, clock: Clock, connections: Connections) -> None:
        """`clock`: the venue's own, by which it judges when a token was signed."""
        self._exchange = exchange
        self._clock = clock
        self._connections = connections
        self._markets = trading.markets_by_product(exchange.markets)
        self._signatures = Signatures(exchange, clock)
        self._sockets = SocketServer(exchange, self._markets, self._signatures, connections)

    def routes(self) -> list[web.RouteDef]:
        """Every route under the prefix."""
        return [
            *(web.get(path, self._serve) for path in (PREFIX, PREFIX + "/")),
            web.get(PREFIX + "/v2/time", self._clock_route(market_data.old_server_time)),
            web.get(_TRADE + "/time", self._clock_route(market_data.server_time)),
            *(web.get(path, self._public(one)) for path, one in _PUBLIC.items()),
            *self._product_routes(),
            *(web.get(path, self._private(one)) for path, one in _PRIVATE.items()),
            *(web.get(path, self._named(one)) for path, one in _NAMED.items()),
            *(web.post(path, self._trading(one)) for path, one in _TRADING.items()),
            web.route("*", PREFIX + "/{path:.*}", self._unknown),
        ]

    def publish(self, told: int, newest: int) -> None:
        """Send what the ticks after `told` and up to `newest` bring."""
        self._sockets.publish(told, newest)

    def is_private(self, request: web.Request) -> bool:
        """Whether somebody asks with a key."""
        return "Authorization" in request.headers

    def places_order(self, request: web.Request) -> bool:
        """Whether the request asks for an order."""
        return (request.method, request.path) == ("POST", _TRADE + "/orders")

    def duplicate(self, first: web.StreamResponse) -> web.StreamResponse:
        """What the second of two identical orders is answered: the first order again."""
        return first

    def outage(self, status: int) -> web.Response:
        """What the venue answers when it is broken or overrun."""
        return errors.outage(status)

    def maintenance(self) -> web.Response:
        """What the venue answers when it is under repair."""
        return errors.maintenance()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if not web.WebSocketResponse().can_prepare(request):
            return errors.refused(not_found("a websocket is served here"))
        return await self._connections.serve(request, self.name, self._sockets)

    async def _unknown(self, request: web.Request) -> web.StreamResponse:
        message = f"The sandbox does not offer {request.method} {request.path.removeprefix(PREFIX)}."
        return errors.refused(not_found(message))

    def _clock_route(self, shape: Callable[[int], Any]) -> Handler:
        async def answer(_request: web.Request) -> web.StreamResponse:
            return errors.answered(shape(self._clock.milliseconds()))

        return answer

    def _product_routes(self) -> list[web.RouteDef]:
        routes = []
        for path, endpoint in _PRODUCT.items():
            routes.append(web.get(f"{_TRADE}/market/products/{{name}}{path}", self._product(endpoint)))
            routes.append(web.get(f"{_TRADE}/products/{{name}}{path}", self._signed_product(endpoint)))
        return routes

    def _public(self, endpoint: PublicEndpoint) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            return _answer(lambda: endpoint(self._exchange, self._query(request)))

        return answer

    def _product(self, endpoint: ProductEndpoint) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            query = self._query(request)
            return _answer(lambda: endpoint(self._exchange, query, query.market(request.match_info["name"])))

        return answer

    def _signed_product(self, endpoint: ProductEndpoint) -> Handler:
        def call(exchange: Exchange, _account: Account, query: Query, name: str) -> Any:
            return endpoint(exchange, query, query.market(name))

        return self._named(call)

    def _private(self, endpoint: PrivateEndpoint) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            return _answer(lambda: endpoint(self._exchange, self._signatures.verify(request), self._query(request)))

        return answer

    def _named(self, endpoint: NamedEndpoint) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            def call() -> Any:
                account = self._signatures.verify(request)
                return endpoint(self._exchange, account, self._query(request), request.match_info["name"])

            return _answer(call)

        return answer

    def _trading(self, endpoint: BodyEndpoint) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            body = (await request.read()).decode("utf-8", "replace")

            def call() -> Any:
                account = self._signatures.verify(request)
                trading.check_right_to_trade(account)
                return endpoint(self._exchange, account, body, self._markets)

            return _answer(call)

        return answer

    def _query(self, request: web.Request) -> Query:
        return Query(request.raw_path.partition("?")[2], self._markets)


def _answer(call: Callable[[], Any]) -> web.Response:
    try:
        return errors.answered(call())
    except Unauthorized:
        return errors.unauthorized()
    except CoinbaseError as error:
        return errors.refused(error)
