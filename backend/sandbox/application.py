"""Assembles the sandbox: settings in, a web application with its background tasks out."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any, Final

from aiohttp import web

from backend.sandbox.binance.routes import BinanceVenue
from backend.sandbox.binance.sockets import StreamServer
from backend.sandbox.clock import Clock, SkewedClock
from backend.sandbox.coinbase.routes import CoinbaseVenue
from backend.sandbox.connections import Connections, publish_for_ever
from backend.sandbox.control import Control
from backend.sandbox.control_requests import cross_origin, fallback_routes
from backend.sandbox.events import Venue
from backend.sandbox.fault_control import FaultControl
from backend.sandbox.faults import Faults
from backend.sandbox.journal import Journal, Secrets
from backend.sandbox.kraken.routes import KrakenVenue
from backend.sandbox.market_control import MarketControl
from backend.sandbox.markets import build_markets
from backend.sandbox.matching import Exchange
from backend.sandbox.page import Page
from backend.sandbox.settings import SandboxSettings
from backend.sandbox.spoiling import Handler, Spoiling
from backend.sandbox.state import StateDirectory
from backend.sandbox.storms import Storms

_REQUESTS: Final = logging.getLogger("sandbox.requests")
_LOG: Final = logging.getLogger(__name__)
_SETTLE_SECONDS: Final = 0.25

EXCHANGE: Final = web.AppKey("exchange", Exchange)
STREAMS: Final = web.AppKey("streams", StreamServer)
CONNECTIONS: Final = web.AppKey("connections", Connections)


def build_application(settings: SandboxSettings, clock: Clock) -> web.Application:
    """The whole sandbox. Raises StartupError for a setting or a file that cannot be used."""
    state = StateDirectory(settings.state_dir)
    try:
        markets = build_markets(settings, state, clock.milliseconds())
        journal, secrets = Journal(state.journal), Secrets(state.secrets)
        exchange = Exchange(markets, journal, secrets, clock)
    except BaseException:
        state.close()
        raise
    faults, storms, connections = Faults(), Storms(), Connections()
    exchange.plan_fills = faults.plan_fills

    def clock_of(venue: Venue) -> Clock:
        return SkewedClock(clock, lambda: faults.skew(venue))

    binance = BinanceVenue(exchange, clock_of("binance"), connections)
    venues = (
        binance,
        KrakenVenue(exchange, clock_of("kraken"), connections),
        CoinbaseVenue(exchange, clock_of("coinbase"), connections),
    )
    spoiling = Spoiling(venues, faults, storms, connections)
    application = web.Application(middlewares=[_log_request, cross_origin, spoiling.middleware])
    application[EXCHANGE], application[STREAMS], application[CONNECTIONS] = exchange, binance.streams, connections
    application.add_routes([web.get("/", Page(exchange).show)])
    for control in (Control(exchange), MarketControl(exchange), FaultControl(faults, storms, connections)):
        application.add_routes(control.routes())
    application.add_routes(fallback_routes())
    for venue in venues:
        application.add_routes(venue.routes())
    application.cleanup_ctx.append(_background(exchange, lambda: publish_for_ever(clock, venues)))
    application.on_shutdown.append(connections.close)
    application.on_cleanup.append(_closing(journal, secrets, state))
    return application


def _background(
    exchange: Exchange, publish: Callable[[], Coroutine[Any, Any, None]]
) -> Callable[[web.Application], AsyncIterator[None]]:
    async def run(_application: web.Application) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(_settle_for_ever(exchange)), asyncio.create_task(publish())]
        for task in tasks:
            task.add_done_callback(_tell_failure)
        yield
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task

    return run


def _closing(*files: Journal | Secrets | StateDirectory) -> Callable[[web.Application], Awaitable[None]]:
    async def close(_application: web.Application) -> None:
        for file in files:
            file.close()

    return close


def _tell_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        _LOG.critical("a background task has ended: restart the sandbox", exc_info=task.exception())


async def _settle_for_ever(exchange: Exchange) -> None:
    while True:
        try:
            exchange.settle()
        except OSError:
            # A full disk: nothing was filled, and the next look tries again.
            _LOG.exception("could not write the journal")
        await asyncio.sleep(_SETTLE_SECONDS)


@web.middleware
async def _log_request(request: web.Request, handler: Handler) -> web.StreamResponse:
    # The path alone: queries and headers carry keys and signatures.
    started = time.perf_counter()
    status = 500
    try:
        response = await handler(request)
        status = response.status
    except web.HTTPException as error:
        status = error.status
        raise
    else:
        return response
    finally:
        _REQUESTS.info("%s %s %d %.1f ms", request.method, request.path, status, (time.perf_counter() - started) * 1e3)
