"""Errors in the business's words: each knows its code, its HTTP status and says what to do next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field of the input; nested names are dotted."""

    field: str
    message: str


class ApplicationError(Exception):
    """Base of every error that is meant for the user's eyes."""

    code = "APPLICATION_ERROR"
    status = 400

    def __init__(self, message: str, details: Sequence[FieldError] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.details = tuple(details)


class MalformedRequest(ApplicationError):
    """The request could not be read at all."""

    code = "MALFORMED_REQUEST"


class Unauthorized(ApplicationError):
    """Nobody, or nobody known, is asking."""

    code = "UNAUTHORIZED"
    status = 401


class TokenExpired(Unauthorized):
    """The access token was good once; refreshing it helps."""

    code = "TOKEN_EXPIRED"


class Forbidden(ApplicationError):
    """Known, but not allowed."""

    code = "FORBIDDEN"
    status = 403


class NotFound(ApplicationError):
    """There is no such thing, or it is somebody else's."""

    code = "NOT_FOUND"
    status = 404


class Conflict(ApplicationError):
    """It does not fit the present state."""

    code = "CONFLICT"
    status = 409


class ValidationFailed(ApplicationError):
    """The input was understood and cannot be accepted."""

    code = "VALIDATION_ERROR"
    status = 422


class TooManyRequests(ApplicationError):
    """Asked too often; `retry_after` seconds later it works again."""

    code = "RATE_LIMITED"
    status = 429

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class DependencyUnavailable(ApplicationError):
    """Something this needs is down; trying again later helps."""

    code = "DEPENDENCY_UNAVAILABLE"
    status = 503


def flatten_messages(messages: Mapping[str, object] | Sequence[object] | str, prefix: str = "") -> list[FieldError]:
    """Turn marshmallow's nested messages into a flat list with dotted field names."""
    if isinstance(messages, str):
        return [FieldError(prefix, messages)]
    if isinstance(messages, Mapping):
        found: list[FieldError] = []
        for name, value in messages.items():
            path = prefix if name == "_schema" else f"{prefix}.{name}" if prefix else str(name)
            found.extend(flatten_messages(value, path))  # type: ignore[arg-type]
        return found
    return [error for value in messages for error in flatten_messages(value, prefix)]  # type: ignore[arg-type]
