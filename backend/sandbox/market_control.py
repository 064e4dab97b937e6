"""Markets under /_sandbox: setting a price, closing a market, and what its tickers tell of it."""

from decimal import Decimal
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from backend.sandbox.control import market_row
from backend.sandbox.control_requests import PREFIX, Amount, Refused, read_body
from backend.sandbox.markets import Market
from backend.sandbox.matching import Exchange


class _MarketRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    symbol: str


class PriceRequest(_MarketRequest):
    """The price that the market has from now on; null gives it back to its path."""

    price: Annotated[Amount, Field(gt=0)] | None


class ConditionsRequest(_MarketRequest):
    """What tickers tell: a day's turnover in the quote asset, the spread as a share of the price; null: the truth."""

    daily_volume: Amount | None = None
    spread: Annotated[Amount, Field(lt=1)] | None = None


class MarketControl:
    """Answers what somebody wants to do to a market."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def routes(self) -> list[web.RouteDef]:
        """The routes under the prefix."""
        return [
            web.post(PREFIX + "/markets/price", self._set_price),
            web.post(PREFIX + "/markets/delist", self._delist),
            web.post(PREFIX + "/markets/relist", self._relist),
            web.post(PREFIX + "/markets/conditions", self._set_conditions),
        ]

    async def _set_price(self, request: web.Request) -> web.Response:
        wanted = await read_body(request, PriceRequest)
        market = self._market(wanted.symbol)
        if wanted.price is not None and not self._fits(market, wanted.price):
            raise Refused(
                422, f"price: {wanted.price:f} is no multiple of {market.price_tick:f} in the market's range."
            )
        self._exchange.move_price(market, wanted.price)
        return self._shown(market)

    async def _delist(self, request: web.Request) -> web.Response:
        market = self._market((await read_body(request, _MarketRequest)).symbol)
        self._exchange.delist(market)
        return self._shown(market)

    async def _relist(self, request: web.Request) -> web.Response:
        market = self._market((await read_body(request, _MarketRequest)).symbol)
        self._exchange.relist(market)
        return self._shown(market)

    async def _set_conditions(self, request: web.Request) -> web.Response:
        wanted = await read_body(request, ConditionsRequest)
        market = self._market(wanted.symbol)
        self._exchange.set_conditions(market, wanted.daily_volume, wanted.spread)
        return self._shown(market)

    def _market(self, symbol: str) -> Market:
        market = self._exchange.markets.get(symbol)
        if market is None:
            raise Refused(404, f"symbol: there is no market {symbol!r}; they are written as BTC/USDT.")
        return market

    def _fits(self, market: Market, price: Decimal) -> bool:
        return price <= market.maximum_price and price % market.price_tick == 0

    def _shown(self, market: Market) -> web.Response:
        return web.json_response(market_row(market, self._exchange.clock.milliseconds()))
