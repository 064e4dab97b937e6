"""The sandbox's own interface under /_sandbox: keys, journal, markets and health, for people and tests."""

from decimal import Decimal
from typing import Annotated, Any, Final

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from backend.sandbox.accounts import Account
from backend.sandbox.control_requests import PREFIX, Amount, Asset, Refused, read_body, validated
from backend.sandbox.events import EVENT_TYPES, Venue
from backend.sandbox.markets import Market
from backend.sandbox.matching import Exchange

_DEFAULT_BALANCES: Final = {"USDT": Decimal(10_000), "BTC": Decimal("0.1")}


class KeyRequest(BaseModel):
    """The account that a new API key opens, and what the key may do."""

    model_config = ConfigDict(extra="forbid")

    venue: Venue = "binance"
    label: Annotated[str, Field(max_length=100)] = ""
    balances: dict[Asset, Amount] = _DEFAULT_BALANCES
    can_withdraw: bool = False
    can_trade: bool = True
    ip_restricted: bool = False


class RevokeRequest(BaseModel):
    """The key that is to be worthless."""

    model_config = ConfigDict(extra="forbid")

    api_key: str


class JournalQuery(BaseModel):
    """Which entries of the journal are wanted."""

    model_config = ConfigDict(extra="forbid")

    api_key: str | None = None
    type: str | None = None
    venue: Venue | None = None
    after: Annotated[int, Field(ge=0)] = 0
    newest: Annotated[int, Field(ge=1)] | None = None


class Control:
    """Answers what is asked about keys, the journal and the markets."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def routes(self) -> list[web.RouteDef]:
        """The routes under the prefix."""
        return [
            web.get(PREFIX + "/health", self._health),
            web.get(PREFIX + "/markets", self._markets),
            web.get(PREFIX + "/journal", self._journal),
            web.post(PREFIX + "/keys", self._create_key),
            web.post(PREFIX + "/keys/revoke", self._revoke_key),
            web.get(PREFIX + "/keys", self._keys),
        ]

    async def _health(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok", "time": self._exchange.clock.milliseconds()})

    async def _markets(self, _request: web.Request) -> web.Response:
        return web.json_response({"markets": market_list(self._exchange)})

    async def _journal(self, request: web.Request) -> web.Response:
        query = validated(JournalQuery, dict(request.query))
        if query.type is not None and query.type not in EVENT_TYPES:
            raise Refused(422, f"type: {query.type!r} is none of {', '.join(EVENT_TYPES)}.")
        self._exchange.settle()
        journal = self._exchange.journal
        entries = journal.entries(query.api_key, query.type, query.venue, query.after, query.newest)
        return web.json_response({"entries": entries, "last": len(journal.events)})

    async def _create_key(self, request: web.Request) -> web.Response:
        wanted = await read_body(request, KeyRequest)
        credentials = self._exchange.create_key(**{name: getattr(wanted, name) for name in KeyRequest.model_fields})
        content = {
            "api_key": credentials.api_key,
            "api_secret": credentials.api_secret,
            **wanted.model_dump(exclude={"balances"}),
            "balances": {asset: f"{amount:f}" for asset, amount in wanted.balances.items()},
        }
        return web.json_response(content, status=201)

    async def _revoke_key(self, request: web.Request) -> web.Response:
        wanted = await read_body(request, RevokeRequest)
        if wanted.api_key not in self._exchange.accounts:
            raise Refused(404, "There is no such API key.")
        self._exchange.revoke(wanted.api_key)
        return web.json_response({"api_key": wanted.api_key, "revoked": True})

    async def _keys(self, _request: web.Request) -> web.Response:
        self._exchange.settle()
        return web.json_response({"keys": [_key_row(account) for account in self._exchange.accounts.values()]})


def _key_row(account: Account) -> dict[str, Any]:
    created = account.created
    return {
        "api_key": created.api_key,
        "venue": created.venue,
        "label": created.label,
        "can_withdraw": created.can_withdraw,
        "can_trade": created.can_trade,
        "ip_restricted": created.ip_restricted,
        "revoked": account.revoked,
        "created_at": created.at,
        "open_orders": len(account.open_orders),
        "balances": {
            asset: {"free": f"{balance.free:f}", "locked": f"{balance.locked:f}"}
            for asset, balance in sorted(account.balances.items())
        },
    }


def market_row(market: Market, now: int) -> dict[str, Any]:
    """One market as the page and /_sandbox/markets show it."""
    conditions = market.conditions
    return {
        "symbol": market.symbol,
        "price": f"{market.last(now):f}",
        "source": "recorded" if market.recorded else "generated",
        "price_is_set": market.path.is_set(now),
        "listed": market.is_open,
        "daily_volume": None if conditions.daily_volume is None else f"{conditions.daily_volume:f}",
        "spread": None if conditions.spread is None else f"{conditions.spread:f}",
    }


def market_list(exchange: Exchange) -> list[dict[str, Any]]:
    """Every market with its price, by symbol."""
    now = exchange.clock.milliseconds()
    return [market_row(market, now) for _, market in sorted(exchange.markets.items())]
