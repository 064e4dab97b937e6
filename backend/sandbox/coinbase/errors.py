"""Coinbase's refusals: of a request by HTTP status, of an order inside an answer that is HTTP 200."""

from typing import Any

from aiohttp import web

from backend.sandbox.connections import compact


class CoinbaseError(Exception):
    """A request that is refused with a status and a name such as INVALID_ARGUMENT."""

    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.name = name


class Unauthorized(Exception):
    """A token that is not believed; the venue says nothing but that."""


class OrderFailed(Exception):
    """An order that is not taken; `preview` is the venue's second name for the reason."""

    def __init__(self, error: str, message: str, preview: str) -> None:
        super().__init__(message)
        self.error = error
        self.preview = preview


def invalid_argument(message: str) -> CoinbaseError:
    """A parameter that is missing or cannot be used."""
    return CoinbaseError(400, "INVALID_ARGUMENT", message)


def not_found(message: str) -> CoinbaseError:
    """Nothing has this name."""
    return CoinbaseError(404, "NOT_FOUND", message)


def answered(content: Any) -> web.Response:
    """A request that went well."""
    return web.json_response(content, dumps=compact)


def refused(error: CoinbaseError) -> web.Response:
    """A request that did not."""
    content = {"error": error.name, "error_details": str(error), "message": str(error)}
    return web.json_response(content, status=error.status, dumps=compact)


def unauthorized() -> web.Response:
    """Plain text, as from the venue."""
    return web.Response(text="Unauthorized", status=401)


def outage(status: int) -> web.Response:
    """What a broken or overrun venue answers."""
    if status in {418, 429}:
        return refused(CoinbaseError(status, "rate_limit_exceeded", "Too many requests"))
    return web.Response(text="upstream connect error or disconnect/reset before headers", status=status)


def maintenance() -> web.Response:
    """What a venue under repair answers."""
    return web.Response(text="Service Unavailable: scheduled maintenance", status=503)
