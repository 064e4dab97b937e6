"""Kraken's addresses: which endpoint answers, and how refusals become texts."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiohttp import web

from backend.sandbox.accounts import Account
from backend.sandbox.clock import Clock
from backend.sandbox.connections import Connections
from backend.sandbox.events import Venue
from backend.sandbox.kraken import errors, market_data, trading
from backend.sandbox.kraken.errors import KrakenError
from backend.sandbox.kraken.names import markets_by_name
from backend.sandbox.kraken.parameters import Parameters
from backend.sandbox.kraken.signatures import Signatures
from backend.sandbox.kraken.sockets import SocketServer
from backend.sandbox.kraken.user_sockets import UserChannels
from backend.sandbox.matching import Exchange

PREFIX: Final = "/kraken"
_ADD_ORDER: Final = PREFIX + "/0/private/AddOrder"

PublicEndpoint = Callable[[Exchange, Parameters], Any]
PrivateEndpoint = Callable[[Exchange, Account, Parameters, int], Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_PUBLIC: Final[dict[str, PublicEndpoint]] = {
    "SystemStatus": market_data.system_status,
    "Assets": market_data.assets,
    "AssetPairs": market_data.pairs,
    "Ticker": market_data.ticker,
    "OHLC": market_data.candles,
    "Depth": market_data.depth,
    "Trades": market_data.trades,
}
_READING: Final[dict[str, PrivateEndpoint]] = {
    "Balance": trading.plain_balances,
    "BalanceEx": trading.balances,
    "QueryOrders": trading.query_orders,
    "OpenOrders": trading.open_orders,
    "ClosedOrders": trading.closed_orders,
    "TradesHistory": trading.trades_history,
    "QueryTrades": trading.query_trades,
    "TradeVolume": trading.trade_volume,
    "GetApiKeyInfo": trading.key_info,
}
_TRADING: Final[dict[str, PrivateEndpoint]] = {
    "AddOrder": trading.add_order,
    "CancelOrder": trading.cancel_order,
    "CancelAll": trading.cancel_all,
}


class KrakenVenue:
    """Kraken's door to the exchange."""

    name: Venue = "kraken"
    prefix = PREFIX

    def __init__(self, exchange: Exchange, clock: Clock, connections: Connections) -> None:
        """`clock`: the venue's own, by which it judges deadlines."""
        self._exchange = exchange
        self._clock = clock
        self._connections = connections
        self._markets = markets_by_name(exchange.markets)
        self._signatures = Signatures(exchange)
        self._users = UserChannels(exchange, clock, connections)
        self._sockets = SocketServer(exchange.markets, exchange.clock, connections, self._users)

    def routes(self) -> list[web.RouteDef]:
        """Every route under the prefix."""
        private = [*_READING.items(), *((name, _only_traders(one)) for name, one in _TRADING.items())]
        return [
            web.get(PREFIX + "/0/public/Time", self._time),
            *(web.get(f"{PREFIX}/0/public/{name}", self._public(one)) for name, one in _PUBLIC.items()),
            *(web.post(f"{PREFIX}/0/private/{name}", self._private(one)) for name, one in private),
            web.post(PREFIX + "/0/private/GetWebSocketsToken", self._private(self._token)),
            *(web.get(PREFIX + path, self._serve) for path in ("/v2", "/ws/v2", "/ws-auth/v2")),
            web.route("*", PREFIX + "/{path:.*}", self._unknown),
        ]

    def publish(self, told: int, newest: int) -> None:
        """Send what the ticks after `told` and up to `newest` bring."""
        self._sockets.publish(told, newest)

    def is_private(self, request: web.Request) -> bool:
        """Whether somebody asks with a key."""
        return "API-Key" in request.headers

    def places_order(self, request: web.Request) -> bool:
        """Whether the request asks for an order."""
        return (request.method, request.path) == ("POST", _ADD_ORDER)

    def duplicate(self, first: web.StreamResponse) -> web.StreamResponse:
        """What the second of two identical orders is answered when this was the answer to the first."""
        went_well = isinstance(first, web.Response) and (first.text or "").startswith('{"error":[],')
        return errors.refused(str(errors.duplicate())) if went_well else first

    def outage(self, status: int) -> web.Response:
        """What the venue answers when it is broken or overrun."""
        return errors.outage(status)

    def maintenance(self) -> web.Response:
        """What the venue answers when it is under repair."""
        return errors.maintenance()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        return await self._connections.serve(request, self.name, self._sockets)

    async def _time(self, _request: web.Request) -> web.StreamResponse:
        return errors.answered(market_data.server_time(self._clock.milliseconds()))

    async def _unknown(self, _request: web.Request) -> web.StreamResponse:
        return errors.refused("EGeneral:Unknown method", 404)

    def _token(self, _exchange: Exchange, account: Account, _parameters: Parameters, _now: int) -> Any:
        return self._users.new_token(account.created.api_key)

    def _public(self, endpoint: PublicEndpoint) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            def call() -> Any:
                return endpoint(self._exchange, Parameters(request.raw_path.partition("?")[2], self._markets))

            return _answer(call)

        return answer

    def _private(self, endpoint: PrivateEndpoint) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            body = (await request.read()).decode("utf-8", "replace")
            api_key, signature = request.headers.get("API-Key", ""), request.headers.get("API-Sign", "")
            is_json = request.content_type == "application/json"
            path = request.path.removeprefix(PREFIX)

            def call() -> Any:
                parameters = Parameters(body, self._markets, is_json=is_json)
                account = self._signatures.verify(path, api_key, signature, parameters)
                return endpoint(self._exchange, account, parameters, self._clock.milliseconds())

            return _answer(call)

        return answer


def _only_traders(endpoint: PrivateEndpoint) -> PrivateEndpoint:
    def answer(exchange: Exchange, account: Account, parameters: Parameters, now: int) -> Any:
        if not account.created.can_trade:
            raise KrakenError("EGeneral:Permission denied")
        return endpoint(exchange, account, parameters, now)

    return answer


def _answer(call: Callable[[], Any]) -> web.Response:
    try:
        return errors.answered(call())
    except KrakenError as error:
        return errors.refused(str(error))
