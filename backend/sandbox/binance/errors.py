"""Binance's refusals: code, message and HTTP status as the venue words them."""


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
