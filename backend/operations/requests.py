"""Request ids and one log line per request."""

import re
from typing import Any

import structlog
from flask import Flask, Response, g, request

from backend.foundation.ids import new_id
from backend.foundation.requests import platform

log = structlog.get_logger(__name__)

_ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")
_SECRET_IN_PATH = re.compile(r"(/hooks/signals/)[^/]+")
"""Whoever knows a hook's address may try secrets at it."""


def watch_requests(app: Flask) -> None:
    """Give every request an id, answer it in X-Request-ID, and log the request with it."""

    @app.before_request
    def _begin() -> None:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if _ACCEPTABLE_ID.match(given) else str(new_id())
        g.started_at = platform().clock.now()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def _end(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.get("request_id", "")
        if not request.path.startswith(("/assets/", "/health")):
            log.info("request", **_facts(response))
        return response

    @app.teardown_request
    def _forget(_error: BaseException | None) -> None:
        structlog.contextvars.unbind_contextvars("request_id")


def _facts(response: Response) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "method": request.method,
        "path": _SECRET_IN_PATH.sub(r"\1***", request.path),
        "status": response.status_code,
    }
    if "started_at" in g:
        facts["ms"] = round((platform().clock.now() - g.started_at).total_seconds() * 1000, 1)
    if "tenant" in g:
        facts["user_id"] = str(g.tenant)
    return facts
