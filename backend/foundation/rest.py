"""The bridge between marshmallow and flask-restx: one schema validates, shapes the answer and makes the document."""

import hashlib
from collections.abc import Callable
from functools import cached_property, wraps
from typing import Any, TypeVar, cast

from flask import Response, g, jsonify, make_response, request
from flask_restx import Api, Resource
from marshmallow import Schema, ValidationError
from werkzeug.exceptions import HTTPException

from backend.foundation.csv_answers import csv_answer
from backend.foundation.deprecation import Deprecation, warn_of
from backend.foundation.dumping import dumped, dumped_all, made
from backend.foundation.errors import ApplicationError, MalformedRequest, ValidationFailed, flatten_messages
from backend.foundation.openapi import complete_document, describe
from backend.foundation.pagination import Page
from backend.foundation.rate_limits import spend_as_stranger
from backend.foundation.requests import request_transaction
from backend.foundation.responses import answer_exception, envelope

View = TypeVar("View", bound=Callable[..., Any])


class RestApi(Api):  # type: ignore[misc]
    """flask-restx, with this project's schemas in the document and this project's errors in the answers."""

    @cached_property
    def __schema__(self) -> dict[str, Any]:
        return complete_document(self, dict(super().__schema__))

    def handle_error(self, error: Exception) -> Response:
        """Answer any exception of a view in the envelope, telling nothing about the inside."""
        return answer_exception(error)


JSON, CSV = "application/json", "text/csv"


class NotAcceptable(ApplicationError):
    """None of the forms that were asked for is one of this address."""

    code = "NOT_ACCEPTABLE"
    status = 406


class ApiResource(Resource):  # type: ignore[misc]
    """Base of every resource: the request owns the transaction."""

    def dispatch_request(self, *arguments: Any, **options: Any) -> Any:
        """Run the view inside the request's transaction; strangers are counted here, users once they are known."""
        view = getattr(self, request.method.lower(), None)
        parts = getattr(view, "__document__", {})
        g.budget = parts.get("budget")
        if "deprecated" in parts:
            warn_of(cast(Deprecation, parts["deprecated"]))
        if not parts.get("secured"):
            spend_as_stranger(g.budget)
        if request.method == "GET":
            # Only of what is read: an action is not refused for the form of its answer.
            g.form = _acceptable(parts.get("produces", (JSON,)))
        with request_transaction():
            return super().dispatch_request(*arguments, **options)


def _acceptable(forms: tuple[str, ...]) -> str:
    """Which of the forms the client likes best. Raises NotAcceptable."""
    accepted = request.accept_mimetypes
    best = accepted.best_match(forms) if accepted else forms[0]
    if best is None:
        raise NotAcceptable(f"This address answers as {' or '.join(forms)}; the header Accept asks for something else.")
    return best


_TOO_LARGE = 413
_DEEPEST = 20
_TOO_DEEP = f"The body is nested more than {_DEEPEST} levels deep; nothing here needs that."


def read_json() -> dict[str, Any]:
    """The request's JSON object. Raises MalformedRequest when there is none."""
    if request.content_length and not request.is_json:
        raise MalformedRequest("Send the body as JSON, with the header Content-Type: application/json.")
    try:
        body = request.get_json()
    except HTTPException as error:
        if error.code == _TOO_LARGE:
            raise
        raise MalformedRequest("The body is not valid JSON. Check quotes, commas and brackets.") from None
    except RecursionError:
        raise MalformedRequest(_TOO_DEEP) from None
    if not isinstance(body, dict):
        raise MalformedRequest('The body must be a JSON object, such as {"name": "…"}.')
    if _depth(body) > _DEEPEST:
        raise MalformedRequest(_TOO_DEEP)
    return body


def _depth(value: Any) -> int:
    """How many objects and lists lie in each other; counting ends one past what is accepted."""
    level, deep = [value], 0
    while level and deep <= _DEEPEST:
        inner = [one for one in level if isinstance(one, dict | list)]
        level = [child for one in inner for child in (one.values() if isinstance(one, dict) else one)]
        deep += bool(inner)
    return deep


def load(schema: Schema, data: Any) -> dict[str, Any]:
    """Validate input. Raises ValidationFailed with every field's message."""
    _refuse_unstorable(data)
    try:
        loaded: dict[str, Any] = schema.load(data)
    except ValidationError as error:
        details = flatten_messages(error.messages)
        raise ValidationFailed("Some of the input cannot be accepted; see the details.", details) from None
    return loaded


def _refuse_unstorable(value: Any) -> None:
    # Nowhere is there a use for them, and the database takes neither.
    if isinstance(value, str) and ("\0" in value or any("\ud800" <= character <= "\udfff" for character in value)):
        raise MalformedRequest("Texts must not hold the character NUL or half of a surrogate pair.")
    if isinstance(value, dict):
        for name, inner in value.items():
            _refuse_unstorable(name)
            _refuse_unstorable(inner)
    elif isinstance(value, list):
        for inner in value:
            _refuse_unstorable(inner)


def expects(schema: type[Schema], partial: bool = False) -> Callable[[View], View]:
    """Validate the JSON body against the schema and hand it to the view as `data`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(self: Any, *arguments: Any, **options: Any) -> Any:
            return view(self, *arguments, data=load(made(schema, partial), read_json()), **options)

        return describe(cast(View, wrapper), body=schema)

    return decorate


def expects_arguments(schema: type[Schema]) -> Callable[[View], View]:
    """Validate the query string against the schema and hand it to the view as `arguments`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(self: Any, *arguments: Any, **options: Any) -> Any:
            return view(self, *arguments, arguments=load(made(schema), request.args.to_dict()), **options)

        return describe(cast(View, wrapper), query=schema)

    return decorate


def answers(schema: type[Schema], status: int = 200, many: bool = False) -> Callable[[View], View]:
    """Answer the view's result through the schema, in the envelope."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(*arguments: Any, **options: Any) -> Response:
            result = view(*arguments, **options)
            if isinstance(result, Response):
                return result
            return _reply(dumped_all(schema, result) if many else dumped(schema, result), status)

        shape = "List" if many else ""
        return describe(cast(View, wrapper), answer=schema, status=status, shape=shape, produces=(JSON,))

    return decorate


def _reply(data: Any, status: int) -> Response:
    response = make_response(jsonify(envelope(data)), status)
    if request.method != "GET":
        return response
    # The envelope ends with the time of the answer; what comes before is what may have changed.
    content = response.get_data().rpartition(b'"timestamp"')[0]
    response.set_etag(hashlib.sha256(content).hexdigest()[:32], weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    return cast(Response, response.make_conditional(request))


def answers_page(schema: type[Schema]) -> Callable[[View], View]:
    """Answer a Page of the schema, in the envelope; the whole list as CSV where the client prefers that."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(*arguments: Any, **options: Any) -> Response:
            page: Page[Any] = view(*arguments, **options)
            if g.get("form") == CSV:
                response = csv_answer(schema, page.total, page.whole())
            else:
                counts = {name: getattr(page, name) for name in ("total", "limit", "offset", "has_next", "has_prev")}
                response = _reply({"items": dumped_all(schema, page.items), **counts}, 200)
            response.vary.add("Accept")
            return response

        return describe(cast(View, wrapper), answer=schema, status=200, shape="Page", produces=(JSON, CSV))

    return decorate


def answers_file(*forms: str) -> Callable[[View], View]:
    """Answer the Response that the view makes: a file, of one of these media types."""

    def decorate(view: View) -> View:
        return describe(view, status=200, file=True, produces=forms)

    return decorate


def may_answer(schema: type[Schema], status: int) -> Callable[[View], View]:
    """Note another answer that the view makes itself, in the envelope."""
    return lambda view: describe(view, also={status: schema})


def may_refuse(*statuses: int) -> Callable[[View], View]:
    """Note which errors the view answers besides those that follow from its other decorators."""
    return lambda view: describe(view, refusals=frozenset(statuses))


def answers_nothing(view: View) -> View:
    """Answer 204 after the view ran."""

    @wraps(view)
    def wrapper(*arguments: Any, **options: Any) -> Response:
        result = view(*arguments, **options)
        response = result if isinstance(result, Response) else make_response("", 204)
        # Nothing is of no type.
        response.headers.pop("Content-Type", None)
        return response

    return describe(cast(View, wrapper), status=204)
