"""The one shape of every answer and every error."""

from typing import Any

import structlog
from flask import Response, g, jsonify
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from backend.foundation.errors import ApplicationError, DependencyUnavailable, TooManyRequests
from backend.foundation.requests import platform

log = structlog.get_logger(__name__)


class InternalError(ApplicationError):
    """Something broke on our side; the log has it under the request id."""

    code = "INTERNAL_ERROR"
    status = 500


def _timestamp() -> str:
    return platform().clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")


def envelope(data: Any, message: str | None = None) -> dict[str, Any]:
    """A successful answer."""
    return {"success": True, "data": data, "message": message, "timestamp": _timestamp()}


def error_answer(error: ApplicationError) -> Response:
    """An error as the client sees it: what happened, where, and under which request id to ask about it."""
    answer = jsonify(
        {
            "success": False,
            "error": error.message,
            "code": error.code,
            "details": [{"field": detail.field, "message": detail.message} for detail in error.details],
            "request_id": g.get("request_id"),
            "timestamp": _timestamp(),
        }
    )
    answer.status_code = error.status
    if isinstance(error, TooManyRequests):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def answer_exception(error: Exception) -> Response:
    """The answer to an exception: its own words when it is meant for users, else a request id."""
    if isinstance(error, ApplicationError):
        return error_answer(error)
    if isinstance(error, HTTPException):
        return _answer_http(error)
    if isinstance(error, OperationalError):
        log.error("database_unavailable", exc_info=error)
        return error_answer(DependencyUnavailable("The database does not answer just now. Try again in a moment."))
    log.error("unhandled_exception", exc_info=error)
    return error_answer(InternalError("Something went wrong on our side. If it happens again, tell us the request id."))


def _answer_http(error: HTTPException) -> Response:
    told = ApplicationError(_HTTP_SENTENCES.get(error.code or 500, error.description or error.name))
    told.status = error.code or 500
    told.code = {400: "MALFORMED_REQUEST", 404: "NOT_FOUND", 413: "TOO_LARGE"}.get(
        told.status, error.name.upper().replace(" ", "_")
    )
    answer = error_answer(told)
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    return answer


_HTTP_SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address does not support that method.",
    413: "The request is larger than this address accepts.",
}
