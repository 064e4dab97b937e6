"""The one shape of every answer and every error."""

from typing import Any

from flask import Response, g, jsonify

from backend.foundation.errors import ApplicationError, TooManyRequests
from backend.foundation.requests import platform


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
