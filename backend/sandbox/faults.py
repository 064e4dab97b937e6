"""Faults on demand: the next requests are delayed, refused, or answered with a cut connection."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class FaultRequest(BaseModel):
    """What shall go wrong, how often, and for which requests (all of a venue's when no filter is given)."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["delay", "drop_answer", "status"]
    count: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    path: str | None = None
    method: Literal["GET", "POST", "PUT", "DELETE"] | None = None
    seconds: Annotated[float, Field(gt=0, le=600)] = 1.0
    status: Annotated[int, Field(ge=400, le=599)] = 503
    retry_after: Annotated[int, Field(ge=0, le=86_400)] | None = None
    accept: bool = False


class Fault(FaultRequest):
    """A fault that is waiting for its requests; `remaining` of `count` are left."""

    id: int
    remaining: int


class Faults:
    """The faults that are waiting, oldest first."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._last_id = 0

    def add(self, wanted: FaultRequest) -> Fault:
        """Let it wait for its requests."""
        self._last_id += 1
        fault = Fault(**wanted.model_dump(), id=self._last_id, remaining=wanted.count)
        self._faults.append(fault)
        return fault

    def waiting(self) -> list[Fault]:
        """Every fault that still has requests to spoil."""
        return list(self._faults)

    def clear(self) -> int:
        """Forget all; returns how many there were."""
        count = len(self._faults)
        self._faults.clear()
        return count

    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer the request as its fault wants it, or normally without one."""
        fault = self._take(request)
        if fault is None:
            return await handler(request)
        if fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
            return await handler(request)
        if fault.kind == "status" and not fault.accept:
            return _failure(fault)
        # The request is carried out in full; only its answer is lost or replaced.
        response = await handler(request)
        if fault.kind == "status":
            return _failure(fault)
        if request.transport is not None:
            request.transport.abort()
        return response

    def _take(self, request: web.Request) -> Fault | None:
        for fault in self._faults:
            if fault.method not in {None, request.method} or (fault.path and fault.path not in request.path):
                continue
            fault.remaining -= 1
            if fault.remaining == 0:
                self._faults.remove(fault)
            return fault
        return None


def _failure(fault: Fault) -> web.Response:
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    limited = fault.status in {418, 429}
    content = {
        "code": -1003 if limited else -1001,
        "msg": "Too many requests; current limit of IP is 6000 requests per minute."
        if limited
        else "Internal error; unable to process your request. Please try again.",
    }
    return web.json_response(content, status=fault.status, headers=headers)
