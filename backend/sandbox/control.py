"""The sandbox's own interface under /_sandbox: keys, journal, faults, markets and health, for people and tests."""

import json
import re
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Annotated, Any, Final, TypeVar

from aiohttp import web
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from backend.sandbox.events import EVENT_TYPES
from backend.sandbox.faults import Fault, FaultRequest, Faults
from backend.sandbox.matching import Exchange

PREFIX: Final = "/_sandbox"
_LOCAL_ORIGIN: Final = re.compile(r"http://(127\.0\.0\.1|localhost)(:\d+)?")
_DEFAULT_BALANCES: Final = {"USDT": Decimal(10_000), "BTC": Decimal("0.1")}

_Wanted = TypeVar("_Wanted", bound=BaseModel)


class Refused(Exception):
    """A request that makes no sense; becomes {"error": ...} with this status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def _refuse_float(value: object) -> object:
    if isinstance(value, float):
        # Pydantic makes a refusal of a ValueError only.
        raise ValueError(  # noqa: TRY004
            'write the amount as text, such as "10000.5": a JSON number may lose digits'
        )
    return value


Amount = Annotated[Decimal, BeforeValidator(_refuse_float), Field(ge=0, le=10**12, decimal_places=8)]
Asset = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,20}$")]


class KeyRequest(BaseModel):
    """The account that a new API key opens."""

    model_config = ConfigDict(extra="forbid")

    label: Annotated[str, Field(max_length=100)] = ""
    balances: dict[Asset, Amount] = _DEFAULT_BALANCES
    can_withdraw: bool = False


class JournalQuery(BaseModel):
    """Which entries of the journal are wanted."""

    model_config = ConfigDict(extra="forbid")

    api_key: str | None = None
    type: str | None = None
    after: Annotated[int, Field(ge=0)] = 0
    newest: Annotated[int, Field(ge=1)] | None = None


class Control:
    """Answers what is asked under /_sandbox."""

    def __init__(self, exchange: Exchange, faults: Faults) -> None:
        self._exchange = exchange
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        """Every route under the prefix."""
        return [
            web.get(PREFIX + "/health", self._health),
            web.get(PREFIX + "/markets", self._markets),
            web.get(PREFIX + "/journal", self._journal),
            web.post(PREFIX + "/keys", self._create_key),
            web.get(PREFIX + "/keys", self._keys),
            web.post(PREFIX + "/faults", self._add_fault),
            web.get(PREFIX + "/faults", self._list_faults),
            web.delete(PREFIX + "/faults", self._clear_faults),
            web.options(PREFIX + "/{path:.*}", _preflight),
            web.route("*", PREFIX + "/{path:.*}", _unknown),
        ]

    async def _health(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok", "time": self._exchange.clock.milliseconds()})

    async def _markets(self, _request: web.Request) -> web.Response:
        return web.json_response({"markets": market_list(self._exchange)})

    async def _journal(self, request: web.Request) -> web.Response:
        query = _validated(JournalQuery, dict(request.query))
        if query.type is not None and query.type not in EVENT_TYPES:
            raise Refused(422, f"type: {query.type!r} is none of {', '.join(EVENT_TYPES)}.")
        self._exchange.settle()
        journal = self._exchange.journal
        entries = journal.entries(query.api_key, query.type, query.after, query.newest)
        return web.json_response({"entries": entries, "last": len(journal.events)})

    async def _create_key(self, request: web.Request) -> web.Response:
        wanted = await _body(request, KeyRequest)
        api_key, api_secret = self._exchange.create_key(wanted.label, wanted.balances, wanted.can_withdraw)
        balances = {asset: f"{amount:f}" for asset, amount in wanted.balances.items()}
        content = {
            "api_key": api_key,
            "api_secret": api_secret,
            "label": wanted.label,
            "can_withdraw": wanted.can_withdraw,
            "balances": balances,
        }
        return web.json_response(content, status=201)

    async def _keys(self, _request: web.Request) -> web.Response:
        self._exchange.settle()
        return web.json_response(
            {
                "keys": [
                    {
                        "api_key": api_key,
                        "label": account.created.label,
                        "can_withdraw": account.created.can_withdraw,
                        "created_at": account.created.at,
                        "open_orders": len(account.open_orders),
                        "balances": {
                            asset: {"free": f"{balance.free:f}", "locked": f"{balance.locked:f}"}
                            for asset, balance in sorted(account.balances.items())
                        },
                    }
                    for api_key, account in self._exchange.accounts.items()
                ]
            }
        )

    async def _add_fault(self, request: web.Request) -> web.Response:
        fault = self._faults.add(await _body(request, FaultRequest))
        return web.json_response(fault.model_dump(), status=201)

    async def _list_faults(self, _request: web.Request) -> web.Response:
        faults = TypeAdapter(list[Fault]).dump_python(self._faults.waiting())
        return web.json_response({"faults": faults})

    async def _clear_faults(self, _request: web.Request) -> web.Response:
        return web.json_response({"cleared": self._faults.clear()})


def market_list(exchange: Exchange) -> list[dict[str, Any]]:
    """Every market with its price, as the page and /_sandbox/markets show it."""
    now = exchange.clock.milliseconds()
    return [
        {
            "symbol": symbol,
            "price": f"{market.last(now):f}",
            "source": "recorded" if market.recorded else "generated",
        }
        for symbol, market in sorted(exchange.markets.items())
    ]


@web.middleware
async def cross_origin(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Let pages of this machine ask /_sandbox, whatever port they come from, and put refusals into words."""
    response: web.StreamResponse
    try:
        response = await handler(request)
    except Refused as error:
        response = web.json_response({"error": str(error)}, status=error.status)
    origin = request.headers.get("Origin", "")
    if request.path.startswith(PREFIX + "/") and _LOCAL_ORIGIN.fullmatch(origin):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Vary"] = "Origin"
    return response


async def _preflight(_request: web.Request) -> web.Response:
    headers = {
        "Access-Control-Allow-Methods": "GET, POST, DELETE, OPTIONS",
        "Access-Control-Allow-Headers": "Content-Type",
        "Access-Control-Max-Age": "600",
    }
    return web.Response(status=204, headers=headers)


async def _unknown(request: web.Request) -> web.StreamResponse:
    raise Refused(404, f"The sandbox has no {request.method} {request.path}.")


async def _body(request: web.Request, model: type[_Wanted]) -> _Wanted:
    text = (await request.read()).decode("utf-8", "replace")
    try:
        content = json.loads(text or "{}")
    except ValueError as error:
        raise Refused(400, f"The body is not JSON: {error}.") from None
    return _validated(model, content)


def _validated(model: type[_Wanted], content: object) -> _Wanted:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        problems = [
            f"{'.'.join(str(part) for part in problem['loc']) or 'body'}: {problem['msg']}"
            for problem in error.errors(include_url=False, include_input=False)
        ]
        raise Refused(422, "; ".join(problems) + ".") from None
