"""Binance's addresses: which endpoint answers, what it weighs, and how refusals become HTTP."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from backend.sandbox.accounts import Account
from backend.sandbox.binance import errors, market_data, trading
from backend.sandbox.binance.errors import BinanceError
from backend.sandbox.binance.parameters import Parameters
from backend.sandbox.binance.shapes import venue_id
from backend.sandbox.binance.signatures import verify
from backend.sandbox.binance.sockets import StreamServer
from backend.sandbox.binance.user_sockets import UserStreams
from backend.sandbox.clock import Clock
from backend.sandbox.connections import Connections, compact
from backend.sandbox.events import Venue
from backend.sandbox.matching import Exchange

PREFIX: Final = "/binance"
_MINUTE: Final = 60_000
_FORM: Final = "application/x-www-form-urlencoded"

PublicEndpoint = Callable[[Exchange, Parameters], Any]
SignedEndpoint = Callable[[Exchange, Account, Parameters], Any]
AiohttpHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class _Public:
    path: str
    weight: int
    endpoint: PublicEndpoint


@dataclass(frozen=True)
class _Signed:
    method: str
    path: str
    weight: int
    endpoint: SignedEndpoint


_PUBLIC: Final = (
    _Public("/api/v3/ping", 1, market_data.ping),
    _Public("/api/v3/exchangeInfo", 20, market_data.exchange_info),
    _Public("/api/v3/klines", 2, market_data.klines),
    _Public("/api/v3/uiKlines", 2, market_data.klines),
    _Public("/api/v3/ticker/24hr", 2, market_data.ticker_24hr),
    _Public("/api/v3/ticker/price", 2, market_data.ticker_price),
    _Public("/api/v3/ticker/bookTicker", 2, market_data.ticker_book),
    _Public("/api/v3/depth", 5, market_data.depth),
    _Public("/api/v3/trades", 25, market_data.trades),
    _Public("/api/v3/aggTrades", 4, market_data.aggregate_trades),
)
_SIGNED: Final = (
    _Signed("GET", "/api/v3/account", 20, trading.account_balances),
    _Signed("POST", "/api/v3/order", 1, trading.place_order),
    _Signed("GET", "/api/v3/order", 4, trading.get_order),
    _Signed("DELETE", "/api/v3/order", 1, trading.cancel_order),
    _Signed("POST", "/api/v3/order/test", 1, trading.test_order),
    _Signed("GET", "/api/v3/openOrders", 6, trading.open_orders),
    _Signed("DELETE", "/api/v3/openOrders", 1, trading.cancel_open_orders),
    _Signed("GET", "/api/v3/allOrders", 20, trading.all_orders),
    _Signed("GET", "/api/v3/myTrades", 20, trading.my_trades),
    _Signed("GET", "/sapi/v1/account/apiRestrictions", 1, trading.key_restrictions),
    _Signed("GET", "/sapi/v1/asset/tradeFee", 1, trading.trade_fees),
)


class BinanceVenue:
    """Binance's door to the exchange."""

    name: Venue = "binance"
    prefix = PREFIX

    def __init__(self, exchange: Exchange, clock: Clock, connections: Connections) -> None:
        """`clock`: the venue's own, by which it judges when a request was signed."""
        self._exchange = exchange
        self._clock = clock
        self._connections = connections
        self._markets = {venue_id(market): market for market in exchange.markets.values()}
        self._weight = _UsedWeight()
        self.streams = StreamServer(self._markets, exchange.clock, connections)
        self._users = UserStreams(exchange, clock, connections)

    def routes(self) -> list[web.RouteDef]:
        """Every route under the prefix."""
        public = [web.get(PREFIX + one.path, self._public(one)) for one in _PUBLIC]
        signed = [web.route(one.method, PREFIX + one.path, self._signed(one)) for one in _SIGNED]
        streams = [web.get(f"{PREFIX}/{path}", self._serve_streams) for path in ("ws", "ws/{streams:.*}", "stream")]
        return [
            web.get(PREFIX + "/api/v3/time", self._time),
            *public,
            *signed,
            *streams,
            web.get(PREFIX + "/ws-api/v3", self._serve_user),
            web.route("*", PREFIX + "/{path:.*}", self._unknown),
        ]

    def publish(self, told: int, newest: int) -> None:
        """Send what the ticks after `told` and up to `newest` bring."""
        self.streams.publish(told, newest)

    def is_private(self, request: web.Request) -> bool:
        """Whether somebody asks with a key."""
        return "X-MBX-APIKEY" in request.headers

    def places_order(self, request: web.Request) -> bool:
        """Whether the request asks for an order."""
        return (request.method, request.path) == ("POST", PREFIX + "/api/v3/order")

    def duplicate(self, first: web.StreamResponse) -> web.StreamResponse:
        """What the second of two identical orders is answered when this was the answer to the first."""
        return errors.refusal(errors.duplicate()) if first.status == 200 else first

    def outage(self, status: int) -> web.Response:
        """What the venue answers when it is broken or overrun."""
        return errors.outage(status)

    def maintenance(self) -> web.Response:
        """What the venue answers when it is under repair."""
        return errors.maintenance()

    async def _serve_streams(self, request: web.Request) -> web.StreamResponse:
        return await self._connections.serve(request, self.name, self.streams)

    async def _serve_user(self, request: web.Request) -> web.StreamResponse:
        return await self._connections.serve(request, self.name, self._users)

    async def _time(self, _request: web.Request) -> web.StreamResponse:
        return self._json(1, lambda: market_data.server_time(self._clock.milliseconds()))

    def _public(self, route: _Public) -> AiohttpHandler:
        async def answer(request: web.Request) -> web.StreamResponse:
            return self._json(route.weight, lambda: route.endpoint(self._exchange, self._query(request)))

        return answer

    def _signed(self, route: _Signed) -> AiohttpHandler:
        async def answer(request: web.Request) -> web.StreamResponse:
            # What a client signs in its body counts for every method; only forms carry parameters.
            body = (await request.read()).decode("utf-8", "replace") if _has_form(request) else ""
            parameters = Parameters(_raw_query(request), body, self._markets)
            api_key = request.headers.get("X-MBX-APIKEY", "")

            def call() -> Any:
                account = verify(api_key, parameters, self._exchange, self._clock.milliseconds())
                return route.endpoint(self._exchange, account, parameters)

            return self._json(route.weight, call)

        return answer

    async def _unknown(self, request: web.Request) -> web.StreamResponse:
        # The venue answers with a page here; a code that ccxt knows serves the people who read it better.
        message = f"The sandbox does not offer {request.method} {request.path.removeprefix(PREFIX)}."
        return self._refusal(BinanceError(-1020, message, 404), 1)

    def _query(self, request: web.Request) -> Parameters:
        return Parameters(_raw_query(request), "", self._markets)

    def _json(self, weight: int, call: Callable[[], Any]) -> web.Response:
        try:
            content = call()
        except BinanceError as error:
            return self._refusal(error, weight)
        return web.json_response(content, headers=self._headers(weight), dumps=compact)

    def _refusal(self, error: BinanceError, weight: int) -> web.Response:
        return errors.refusal(error, self._headers(weight))

    def _headers(self, weight: int) -> dict[str, str]:
        used = str(self._weight.add(weight, self._exchange.clock.milliseconds()))
        return {"X-MBX-USED-WEIGHT": used, "X-MBX-USED-WEIGHT-1M": used}


class _UsedWeight:
    """Counts the weight of the requests of this minute; the sandbox tells it but refuses nobody for it."""

    def __init__(self) -> None:
        self._minute = 0
        self._used = 0

    def add(self, weight: int, now: int) -> int:
        """The weight used in this minute, with this request's."""
        minute = now // _MINUTE
        if minute != self._minute:
            self._minute, self._used = minute, 0
        self._used += weight
        return self._used


def _raw_query(request: web.Request) -> str:
    # Signed as sent: no decoding and no re-encoding in between.
    return request.raw_path.partition("?")[2]


def _has_form(request: web.Request) -> bool:
    return request.content_type == _FORM
