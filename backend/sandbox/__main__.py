"""Starts the sandbox exchange: python -m backend.sandbox."""

import asyncio
import contextlib
import errno
import logging
import signal
import sys

from aiohttp import web

from backend.sandbox.application import build_application
from backend.sandbox.clock import SystemClock
from backend.sandbox.errors import StartupError
from backend.sandbox.settings import SandboxSettings, load_settings

_LOG = logging.getLogger("sandbox")
_SHUTDOWN_SECONDS = 2.0


def main() -> int:
    """Run until told to stop; returns the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    try:
        asyncio.run(_run(load_settings()))
    except StartupError as error:
        sys.stderr.write(f"The sandbox exchange cannot start. {error}\n")
        return 1
    return 0


async def _run(settings: SandboxSettings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    application = build_application(settings, SystemClock())
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        await _listen(runner, settings)
        for address in runner.addresses:
            _LOG.info("listening on http://%s:%d", *address[:2])
        await stop.wait()
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, settings: SandboxSettings) -> None:
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise StartupError(
                f"Port {settings.port} on {settings.host} is in use: stop what uses it, or set SANDBOX_PORT to a free"
                " port."
            ) from None
        raise StartupError(
            f"It cannot listen on {settings.host} port {settings.port} ({error.strerror or error}): correct"
            " SANDBOX_HOST and SANDBOX_PORT."
        ) from None


if __name__ == "__main__":
    sys.exit(main())
