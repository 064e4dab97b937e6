"""Assembles the sandbox: settings in, a web application with its background tasks out."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

from aiohttp import web

from backend.sandbox.binance import routes as binance
from backend.sandbox.binance.sockets import StreamServer
from backend.sandbox.clock import Clock
from backend.sandbox.control import Control, cross_origin
from backend.sandbox.faults import Faults
from backend.sandbox.journal import Journal, Secrets
from backend.sandbox.markets import build_markets
from backend.sandbox.matching import Exchange
from backend.sandbox.page import Page
from backend.sandbox.settings import SandboxSettings
from backend.sandbox.state import StateDirectory

_REQUESTS: Final = logging.getLogger("sandbox.requests")
_LOG: Final = logging.getLogger(__name__)
_SETTLE_SECONDS: Final = 0.25

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

EXCHANGE: Final = web.AppKey("exchange", Exchange)
STREAMS: Final = web.AppKey("streams", StreamServer)


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
    faults = Faults()
    venue = binance.BinanceVenue(exchange)

    @web.middleware
    async def spoil(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(binance.PREFIX + "/"):
            return await handler(request)
        return await faults.answer(request, handler)

    async def background(_application: web.Application) -> AsyncIterator[None]:
        tasks = [
            asyncio.create_task(_settle_for_ever(exchange)),
            asyncio.create_task(venue.streams.publish_for_ever()),
        ]
        for task in tasks:
            task.add_done_callback(_tell_failure)
        yield
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        journal.close()
        secrets.close()
        state.close()

    async def close_streams(_application: web.Application) -> None:
        await venue.streams.close()

    application = web.Application(middlewares=[_log_request, cross_origin, spoil])
    application[EXCHANGE] = exchange
    application[STREAMS] = venue.streams
    application.add_routes([web.get("/", Page(exchange).show)])
    application.add_routes(Control(exchange, faults).routes())
    application.add_routes(venue.routes())
    application.cleanup_ctx.append(background)
    application.on_shutdown.append(close_streams)
    return application


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
