"""Spoils requests: carries out what faults and storms want to go wrong, in the words of the venue that was asked."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from aiohttp import web
from aiohttp.typedefs import Middleware

from backend.sandbox.connections import Connections
from backend.sandbox.events import Venue
from backend.sandbox.faults import Asked, Fault, FaultRequest, Faults
from backend.sandbox.storms import Storms

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# An order and what it brings: so many messages of its venue are sent twice with a doubled request.
_DOUBLED_MESSAGES = 4


class Door(Protocol):
    """A venue as it is asked over HTTP, and its own words for what can go wrong."""

    name: Venue
    prefix: str

    def is_private(self, request: web.Request) -> bool:
        """Whether somebody asks with a key."""

    def places_order(self, request: web.Request) -> bool:
        """Whether the request asks for an order."""

    def duplicate(self, first: web.StreamResponse) -> web.StreamResponse:
        """What the second of two identical orders is answered when this was the answer to the first."""

    def outage(self, status: int) -> web.Response:
        """What the venue answers when it is broken or overrun."""

    def maintenance(self) -> web.Response:
        """What the venue answers when it is under repair."""


class Spoiling:
    """Stands between the requests and the venues."""

    def __init__(self, doors: Sequence[Door], faults: Faults, storms: Storms, connections: Connections) -> None:
        self._doors = doors
        self._faults = faults
        self._storms = storms
        self._connections = connections

    @property
    def middleware(self) -> Middleware:
        """As the web framework takes it."""

        @web.middleware
        async def spoil(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self.answer(request, handler)

        return spoil

    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer the request as its fault wants it, or normally without one."""
        door = next((one for one in self._doors if f"{request.path}/".startswith(one.prefix + "/")), None)
        if door is None:
            return await handler(request)
        asked = Asked(
            venue=door.name,
            method=request.method,
            path=request.path,
            places_order=door.places_order(request),
            opens_websocket="Upgrade" in request.headers,
        )
        fault = self._faults.take(asked)
        if fault is None and door.is_private(request):
            fault = self._storms.next_fault(door.name, places_order=asked.places_order)
        return await handler(request) if fault is None else await self._spoil(fault, door, request, handler)

    async def _spoil(self, fault: Fault, door: Door, request: web.Request, handler: Handler) -> web.StreamResponse:
        if fault.kind == "drop_request":
            _cut(request)
            return web.Response(status=500)
        if fault.kind == "maintenance":
            return door.maintenance()
        if fault.kind == "status" and not fault.accept:
            return _failure(fault, door)
        await self._prepare(fault, door)
        # From here on the request is carried out in full; at most its answer is lost or replaced.
        response = await handler(request)
        if fault.kind == "drop_answer":
            _cut(request)
        if fault.kind == "cut_body":
            return await _half_of(request, response)
        if fault.kind == "duplicate_answer":
            return door.duplicate(response)
        return _failure(fault, door) if fault.kind == "status" else response

    async def _prepare(self, fault: Fault, door: Door) -> None:
        match fault.kind:
            case "delay":
                await asyncio.sleep(fault.seconds)
            case "websocket_cut":
                self._connections.cut(door.name)
            case "partial_fill":
                self._faults.add(FaultRequest(**fault.model_dump(include=set(FaultRequest.model_fields))))
            case "duplicate_answer":
                self._connections.double(door.name, _DOUBLED_MESSAGES)


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


async def _half_of(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """Send the head and the first half of the body in chunks, and end the connection before the last of them."""
    if not isinstance(response, web.Response) or not isinstance(response.body, bytes):
        _cut(request)
        return response
    half = web.StreamResponse(status=response.status, headers={"Content-Type": response.content_type})
    half.enable_chunked_encoding()
    await half.prepare(request)
    await half.write(response.body[: max(1, len(response.body) // 2)])
    if request.transport is not None:
        # Not aborted: what was written is to arrive.
        request.transport.close()
    return half


def _failure(fault: Fault, door: Door) -> web.Response:
    response = door.outage(fault.status)
    if fault.retry_after is not None:
        response.headers["Retry-After"] = str(fault.retry_after)
    return response
