"""How requests under /_sandbox are read, refused in words, and allowed to pages of this machine."""

import json
import re
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Annotated, Final, TypeVar

from aiohttp import web
from pydantic import BaseModel, BeforeValidator, Field, ValidationError

PREFIX: Final = "/_sandbox"
_LOCAL_ORIGIN: Final = re.compile(r"http://(127\.0\.0\.1|localhost)(:\d+)?")

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


async def read_body(request: web.Request, model: type[_Wanted]) -> _Wanted:
    """The JSON body as the model; an empty one has its defaults. Raises Refused."""
    text = (await request.read()).decode("utf-8", "replace")
    try:
        content = json.loads(text or "{}")
    except ValueError as error:
        raise Refused(400, f"The body is not JSON: {error}.") from None
    return validated(model, content)


def validated(model: type[_Wanted], content: object) -> _Wanted:
    """The content as the model. Raises Refused with every problem in words."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        problems = [
            f"{'.'.join(str(part) for part in problem['loc']) or 'body'}: {problem['msg']}"
            for problem in error.errors(include_url=False, include_input=False)
        ]
        raise Refused(422, "; ".join(problems) + ".") from None


def fallback_routes() -> list[web.RouteDef]:
    """What answers browsers' preflights, and addresses that nothing else answers."""
    return [web.options(PREFIX + "/{path:.*}", _preflight), web.route("*", PREFIX + "/{path:.*}", _unknown)]


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
