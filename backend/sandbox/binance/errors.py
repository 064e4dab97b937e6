"""Binance's refusals: code, message and HTTP status as the venue words them."""

from aiohttp import web

from backend.sandbox.connections import compact


class BinanceError(Exception):
    """A request that is refused; becomes the body {"code": ..., "msg": ...}."""

    def __init__(self, code: int, message: str, status: int = 400) -> None:
        super().__init__(f"{code} {message}")
        self.code = code
        self.message = message
        self.status = status


def illegal_characters(name: str, legal: str) -> BinanceError:
    """A parameter holds something that it cannot hold."""
    return BinanceError(-1100, f"Illegal characters found in parameter '{name}'; legal range is '{legal}'.")


def missing(name: str) -> BinanceError:
    """A parameter that the request needs is not there."""
    return BinanceError(-1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.")


def not_required(name: str) -> BinanceError:
    """A parameter that this kind of request does not take."""
    return BinanceError(-1106, f"Parameter '{name}' sent when not required.")


def filter_failure(name: str) -> BinanceError:
    """An order outside one of the market's filters."""
    return BinanceError(-1013, f"Filter failure: {name}")


def invalid_symbol() -> BinanceError:
    """No such market."""
    return BinanceError(-1121, "Invalid symbol.")


def invalid_key() -> BinanceError:
    """A key that is unknown, revoked or not allowed to do this: the venue does not say which."""
    return BinanceError(-2015, "Invalid API-key, IP, or permissions for action.", 401)


def refusal(error: BinanceError, headers: dict[str, str] | None = None) -> web.Response:
    """The error as an HTTP answer."""
    content = {"code": error.code, "msg": error.message}
    return web.json_response(content, status=error.status, headers=headers, dumps=compact)


def outage(status: int) -> web.Response:
    """What a broken or overrun venue answers."""
    if status in {418, 429}:
        words = "Too much request weight used; current limit is 6000 request weight per 1 MINUTE."
        return refusal(BinanceError(-1003, words, status))
    words = "Internal error; unable to process your request. Please try again."
    return refusal(BinanceError(-1001, words, status))


def maintenance() -> web.Response:
    """What a venue under repair answers."""
    return refusal(BinanceError(-1016, "This service is no longer available.", 503))


def duplicate() -> BinanceError:
    """An order with this client order id is there already."""
    return BinanceError(-2010, "Duplicate order sent.")
