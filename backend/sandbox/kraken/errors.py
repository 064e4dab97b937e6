"""Kraken's refusals: a list of texts in an answer that is HTTP 200 all the same."""

from typing import Any

from aiohttp import web

from backend.sandbox.connections import compact


class KrakenError(Exception):
    """A request that is refused, in the venue's own text such as EOrder:Insufficient funds."""


def invalid_argument(name: str) -> KrakenError:
    """A parameter that is missing or cannot be used."""
    return KrakenError(f"EGeneral:Invalid arguments:{name}")


def duplicate() -> KrakenError:
    """An open order has this client order id."""
    return KrakenError("EOrder:Duplicate cl_ord_id")


def unknown_pair() -> KrakenError:
    """No such market."""
    return KrakenError("EQuery:Unknown asset pair")


def answered(result: Any) -> web.Response:
    """A request that went well."""
    return web.json_response({"error": [], "result": result}, dumps=compact)


def refused(text: str, status: int = 200) -> web.Response:
    """A request that did not."""
    return web.json_response({"error": [text]}, status=status, dumps=compact)


def outage(status: int) -> web.Response:
    """What a broken or overrun venue answers."""
    return refused("EAPI:Rate limit exceeded" if status in {418, 429} else "EService:Unavailable", status)


def maintenance() -> web.Response:
    """What a venue under repair answers: nothing but its text tells it."""
    return refused("EService:Unavailable")
