"""Which errors the document says a route answers: what follows from what the route declares, and what it adds."""

from typing import Any

_TEXT: dict[str, Any] = {"type": "string"}
_DETAIL = {
    "type": "object",
    "properties": {"field": _TEXT, "message": _TEXT},
    "required": ["field", "message"],
}
ERROR_ANSWER: dict[str, Any] = {
    "type": "object",
    "properties": {
        "success": {"type": "boolean", "enum": [False]},
        "error": {**_TEXT, "description": "What happened, in a sentence."},
        "code": {**_TEXT, "description": "What happened, for programs."},
        "details": {"type": "array", "items": _DETAIL, "description": "What is wrong with which field."},
        "request_id": {**_TEXT, "x-nullable": True, "description": "Tell us this when you ask about the error."},
        "timestamp": {**_TEXT, "format": "date-time"},
    },
    "required": ["success", "error", "code", "details", "request_id", "timestamp"],
}

# Status: name, what it means, and the code and sentence of an example.
_ERRORS: dict[int, tuple[str, str, str, str]] = {
    400: (
        "MalformedRequest",
        "The request cannot be read: it is no JSON object, or holds what no text here may hold.",
        "MALFORMED_REQUEST",
        "The body is not valid JSON. Check quotes, commas and brackets.",
    ),
    401: (
        "Unauthorized",
        "Nobody known is asking. `TOKEN_EXPIRED`: refresh the login, then ask again.",
        "UNAUTHORIZED",
        "Log in first: send the access token as the header Authorization: Bearer ….",
    ),
    403: (
        "Forbidden",
        "Known, but not allowed: the token lacks the scope, or the plan has a limit (`PLAN_LIMIT`).",
        "FORBIDDEN",
        "This token may not do that; it lacks the scope bots:trade.",
    ),
    404: (
        "NotFound",
        "There is no such thing, or it is somebody else's.",
        "NOT_FOUND",
        "You have no bot with this id.",
    ),
    406: (
        "NotAcceptable",
        "The header Accept asks for a form that this address does not have.",
        "NOT_ACCEPTABLE",
        "This address answers as application/json; the header Accept asks for something else.",
    ),
    409: (
        "Conflict",
        "It does not fit the present state.",
        "CONFLICT",
        "Stop the bot first.",
    ),
    413: (
        "TooLarge",
        "The request is larger than this address accepts.",
        "TOO_LARGE",
        "The request is larger than this address accepts.",
    ),
    422: (
        "ValidationFailed",
        "The input was understood and cannot be accepted; `details` says which field and why.",
        "VALIDATION_ERROR",
        "Some of the input cannot be accepted; see the details.",
    ),
    429: (
        "TooManyRequests",
        "Asked too often; `Retry-After` says in how many seconds it works again.",
        "RATE_LIMITED",
        "Too many requests in one minute: 60 are allowed here. Try again in 12 s.",
    ),
    500: (
        "InternalError",
        "Something broke on our side; the log has it under the request id.",
        "INTERNAL_ERROR",
        "Something went wrong on our side. If it happens again, tell us the request id.",
    ),
    503: (
        "DependencyUnavailable",
        "Something that this needs is down; trying again later helps.",
        "DEPENDENCY_UNAVAILABLE",
        "The database does not answer just now. Try again in a moment.",
    ),
}
_ALWAYS = {429, 500, 503}
_CHANGES = {"post", "put", "patch", "delete"}


def error_responses() -> dict[str, Any]:
    """Every error answer by name, for the document's `responses`."""
    return {name: _response(status) for status, (name, *_) in _ERRORS.items()}


def errors_of(path: str, method: str, parts: dict[str, Any]) -> dict[str, Any]:
    """The errors of one operation by status, as references to `error_responses`."""
    found = {*_ALWAYS, *parts.get("refusals", ())}
    if parts.get("secured"):
        # 400 and 409 come of the Idempotency-Key too.
        found |= {401, 403} | ({400} if method == "post" else set())
    if method in _CHANGES:
        # Where no login is needed, something else proves who asks: a password, a cookie, a signature.
        found |= {409} if parts.get("secured") else {401, 403, 409}
    if "{" in path:
        # 400: what is in the address may hold what no text here may hold.
        found |= {404} | (set() if parts.get("has_uuids_only") else {400})
    if method == "get" and "produces" in parts:
        found.add(406)
    if "query" in parts:
        found |= {400, 422}
    if "body" in parts:
        found |= {400, 413, 422}
    return {str(status): {"$ref": f"#/responses/{_ERRORS[status][0]}"} for status in sorted(found)}


def _response(status: int) -> dict[str, Any]:
    _, meaning, code, sentence = _ERRORS[status]
    details = [{"field": "name", "message": "1 to 80 characters."}] if status == 422 else []
    example = {
        "success": False,
        "error": sentence,
        "code": code,
        "details": details,
        "request_id": "01957a3e-6f3e-7d70-a1a4-4e0a3c4b9f11",
        "timestamp": "2026-03-02T12:00:00.000Z",
    }
    response: dict[str, Any] = {
        "description": meaning,
        "schema": {"$ref": "#/definitions/ErrorAnswer"},
        "examples": {"application/json": example},
    }
    if status == 429:
        response["headers"] = {"Retry-After": {"type": "integer", "description": "Seconds."}}
    return response
