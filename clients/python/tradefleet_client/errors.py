"""What the API refuses, as exceptions: each knows its code, the fields concerned and the request's id."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with one field of the input."""

    field: str
    message: str


class TradefleetError(Exception):
    """Base of everything that this package raises."""


class Unreachable(TradefleetError):
    """No answer came. What was asked for may have happened, unless it was sent with an idempotency key."""


class SecondFactorNeeded(TradefleetError):
    """The password is right, and the account asks for a code besides."""


class Refused(TradefleetError):
    """The API answered with an error: `status` is that of HTTP, `code` is for programs, `request_id` for support."""

    def __init__(
        self, status: int, code: str, message: str, details: Sequence[FieldProblem], request_id: str | None
    ) -> None:
        told = "; ".join(f"{one.field}: {one.message}" for one in details)
        super().__init__(f"{message} ({told})" if told else message)
        self.status = status
        self.code = code
        self.message = message
        self.details = tuple(details)
        self.request_id = request_id


class MalformedRequest(Refused):
    """The request could not be read."""


class Unauthorized(Refused):
    """Nobody known is asking: log in, or give a token."""


class Forbidden(Refused):
    """Known, but not allowed: the token lacks the scope, or the plan has a limit."""


class NotFound(Refused):
    """There is no such thing, or it is somebody else's."""


class Conflict(Refused):
    """It does not fit the present state."""


class ValidationFailed(Refused):
    """The input cannot be accepted; `details` says which field and why."""


class RateLimited(Refused):
    """Asked too often, and still after waiting as told."""


class ServerError(Refused):
    """Something broke at the server, or something that it needs is down."""


BY_STATUS: dict[int, type[Refused]] = {
    400: MalformedRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    422: ValidationFailed,
    429: RateLimited,
}
