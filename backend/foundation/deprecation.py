"""Routes that are going away: they say so in every answer and in the document, and name what takes their place."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask import Response, after_this_request
from werkzeug.http import http_date

from backend.foundation.openapi import describe

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Deprecation:
    """Since when a route should not be used any more, when it will be gone, and the address to use instead."""

    since: datetime
    sunset: datetime
    instead: str


def deprecated(since: datetime, sunset: datetime, instead: str) -> Callable[[View], View]:
    """Announce the end of a route; `instead` is the address of what follows it, such as /api/v2/bots."""
    assert since < sunset, "A route is announced to go before it goes."
    return lambda view: describe(view, deprecated=Deprecation(since, sunset, instead))


def warn_of(notice: Deprecation) -> None:
    """Say it in this request's answer, whatever that is (RFC 9745, RFC 8594, RFC 5829)."""

    @after_this_request
    def _tell(response: Response) -> Response:
        response.headers["Deprecation"] = f"@{int(notice.since.timestamp())}"
        response.headers["Sunset"] = http_date(notice.sunset)
        response.headers.add("Link", f'<{notice.instead}>; rel="successor-version"')
        return response
