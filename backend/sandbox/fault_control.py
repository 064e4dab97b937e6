"""Faults and storms under /_sandbox: asking for them, listing them and clearing them."""

from typing import Any

from aiohttp import web

from backend.sandbox.connections import Connections
from backend.sandbox.control_requests import PREFIX, read_body
from backend.sandbox.faults import Fault, FaultRequest, Faults
from backend.sandbox.storms import StormRequest, Storms


class FaultControl:
    """Answers what is asked about faults and storms."""

    def __init__(self, faults: Faults, storms: Storms, connections: Connections) -> None:
        self._faults = faults
        self._storms = storms
        self._connections = connections

    def routes(self) -> list[web.RouteDef]:
        """The routes under the prefix."""
        return [
            web.post(PREFIX + "/faults", self._add_fault),
            web.get(PREFIX + "/faults", self._list),
            web.delete(PREFIX + "/faults", self._clear_faults),
            web.post(PREFIX + "/storm", self._begin_storm),
            web.get(PREFIX + "/storm", self._list),
            web.delete(PREFIX + "/storm", self._end_storm),
        ]

    async def _add_fault(self, request: web.Request) -> web.Response:
        fault = self._faults.add(await read_body(request, FaultRequest))
        if fault.kind == "websocket_cut":
            self._connections.cut(fault.venue)
        if fault.kind == "duplicate_message":
            self._connections.double(fault.venue, fault.count or 1)
        return web.json_response(fault.model_dump(mode="json"), status=201)

    async def _list(self, _request: web.Request) -> web.Response:
        return web.json_response(self._waiting())

    async def _clear_faults(self, _request: web.Request) -> web.Response:
        self._connections.single()
        return web.json_response({"cleared": self._faults.clear()})

    async def _begin_storm(self, request: web.Request) -> web.Response:
        storm = self._storms.begin(await read_body(request, StormRequest))
        return web.json_response(storm.model_dump(mode="json"), status=201)

    async def _end_storm(self, _request: web.Request) -> web.Response:
        return web.json_response({"ended": self._storms.end()})

    def _waiting(self) -> dict[str, Any]:
        storm = self._storms.blowing
        faults: list[Fault] = self._faults.waiting()
        return {
            "faults": [fault.model_dump(mode="json") for fault in faults],
            "storm": None if storm is None else storm.model_dump(mode="json"),
        }
