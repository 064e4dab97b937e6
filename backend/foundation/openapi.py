"""The API document: what the views declare with their schemas, written into flask-restx's Swagger document."""

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask_restx import Api
from flask_restx.swagger import extract_path
from marshmallow import Schema

from backend.foundation.documented_errors import ERROR_ANSWER, error_responses, errors_of
from backend.foundation.documented_examples import Examples
from backend.foundation.schemas import Amount, Day

View = TypeVar("View", bound=Callable[..., Any])


def describe(view: View, **parts: Any) -> View:
    """Note on a view what its document says: body, query, answer, shape, status, secured, scope, budget, refusals."""
    view.__document__ = {**getattr(view, "__document__", {}), **parts}  # type: ignore[attr-defined]
    return view


def complete_document(api: Api, document: dict[str, Any]) -> dict[str, Any]:
    """Make flask-restx's document of the routes say all that the views declare.

    Bodies, arguments, answers, errors, scopes, budgets, examples, and links from what is created to its own routes.
    """
    definitions = _Definitions()
    operations = list(_operations(api))
    for rule, method, view in operations:
        path = extract_path(rule)
        parts = {**getattr(view, "__document__", {}), "has_uuids_only": "<string:" not in rule}
        _complete_operation(document["paths"][path][method], path, method, parts, definitions)
        _say_what_ids_look_like(document["paths"][path], rule)
    document["definitions"] = {**definitions.as_dictionary(), "ErrorAnswer": ERROR_ANSWER}
    document["securityDefinitions"] = {"bearer": {"type": "apiKey", "in": "header", "name": "Authorization"}}
    document["responses"] = error_responses()
    _add_examples(document, definitions)
    _add_links(document["paths"])
    return document


def _operations(api: Api) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """Address as it is routed, method in small letters, and view."""
    for namespace in api.namespaces:
        for resource, urls, _doc, _options in namespace.resources:
            for url in api.ns_urls(namespace, urls):
                for method in resource.methods or ():
                    yield url, method.lower(), getattr(resource, method.lower())


def _complete_operation(
    operation: dict[str, Any], path: str, method: str, parts: dict[str, Any], definitions: "_Definitions"
) -> None:
    operation.setdefault("parameters", []).extend(_parameters(parts, definitions))
    if method == "post" and parts.get("secured"):
        operation["parameters"].append(_IDEMPOTENCY_KEY)
    operation["responses"] = {**_success(parts, definitions), **errors_of(path, method, parts)}
    operation["security"] = [{"bearer": []}] if parts.get("secured") else []
    operation["x-rate-limit"] = parts.get("budget") or "default"
    told = [operation.get("description", ""), f"Counted as: `{operation['x-rate-limit']}`."]
    if "scope" in parts:
        operation["x-scope"] = parts["scope"]
        told.insert(1, f"Scope: `{parts['scope']}`.")
    if "deprecated" in parts:
        notice = parts["deprecated"]
        operation["deprecated"] = True
        told.append(f"Goes on {notice.sunset.date().isoformat()}; use {notice.instead} instead.")
    operation["description"] = " ".join(sentence for sentence in told if sentence)
    if "body" in parts:
        operation["consumes"] = ["application/json"]
    if "produces" in parts:
        # Errors are JSON everywhere.
        operation["produces"] = list(dict.fromkeys((*parts["produces"], "application/json")))


def _say_what_ids_look_like(item: dict[str, Any], rule: str) -> None:
    for parameter in item.get("parameters", ()):
        if f"<uuid:{parameter['name']}>" in rule:
            parameter["format"] = "uuid"


def _add_examples(document: dict[str, Any], definitions: "_Definitions") -> None:
    made = Examples(document["definitions"])
    for name in definitions.bodies:
        document["definitions"][name]["example"] = made.of_body(name)
    for name in definitions.answers:
        document["definitions"][name]["example"] = made.of_answer(name)
    for item in document["paths"].values():
        for holder in (item, *(one for name, one in item.items() if name != "parameters")):
            for parameter in holder.get("parameters", ()):
                if parameter["in"] in {"path", "query"}:
                    parameter["x-example"] = made.of_field(parameter["name"], parameter)


def _add_links(paths: dict[str, Any]) -> None:
    """From each route that creates something to the routes of what it created."""
    for path, item in paths.items():
        created = item.get("post", {}).get("responses", {}).get("201")
        if created is None:
            continue
        for other, operations in paths.items():
            argument = re.fullmatch(rf"{re.escape(path)}/{{(\w+)}}(/[\w-]+)*", other)
            if argument is None:
                continue
            for method, operation in operations.items():
                if method != "parameters":
                    link = {
                        "operationId": operation["operationId"],
                        "parameters": {argument[1]: "$response.body#/data/id"},
                    }
                    created.setdefault("x-links", {})[operation["operationId"]] = link


class _Definitions:
    """The JSON schemas of every marshmallow schema in use, under its name."""

    def __init__(self) -> None:
        self._plugin = MarshmallowPlugin(schema_name_resolver=_schema_name)
        self._spec = APISpec(title="", version="", openapi_version="2.0", plugins=[self._plugin])
        assert self._plugin.converter is not None
        self._plugin.converter.add_attribute_function(_fields_are_text)  # type: ignore[no-untyped-call]
        self._plugin.converter.add_attribute_function(_patterns_are_whole)  # type: ignore[no-untyped-call]
        self.answers: dict[str, Any] = {}
        """The definitions of answers, by name."""
        self.bodies: set[str] = set()
        """The names of the definitions that bodies are read by."""

    def body(self, schema: type[Schema]) -> dict[str, str]:
        """A reference to the schema as a body."""
        self.bodies.add(_schema_name(schema))
        return self.reference(schema)

    def reference(self, schema: type[Schema]) -> dict[str, str]:
        """A reference to the schema, which is registered with all that it nests."""
        name = _schema_name(schema)
        if name not in self._spec.components.schemas:
            self._spec.components.schema(name, schema=schema)
        return {"$ref": f"#/definitions/{name}"}

    def answer(self, schema: type[Schema], shape: str) -> dict[str, str]:
        """A reference to the envelope around one, a list or a page of the schema."""
        reference = self.reference(schema)
        name = f"{_schema_name(schema)}{shape}Answer"
        self.answers[name] = _object(
            success={"type": "boolean", "enum": [True]},
            data=_SHAPES[shape](reference),
            message={"type": "string", "x-nullable": True},
            timestamp={"type": "string", "format": "date-time"},
        )
        return {"$ref": f"#/definitions/{name}"}

    def query(self, schema: type[Schema]) -> list[dict[str, Any]]:
        """The schema's fields as arguments of the query string."""
        assert self._plugin.converter is not None
        parameters: list[dict[str, Any]] = self._plugin.converter.schema2parameters(schema, location="query")
        return parameters

    def as_dictionary(self) -> dict[str, Any]:
        """All definitions, by name."""
        schemas: dict[str, Any] = self._spec.to_dict().get("definitions", {})
        for schema in schemas.values():
            properties = schema.get("properties", {})
            schema["properties"] = {name: _nullable_reference(field) for name, field in properties.items()}
        return {**schemas, **self.answers}


def _nullable_reference(field: dict[str, Any]) -> dict[str, Any]:
    # Readers ignore what stands beside a reference; that it may be null has to stand around it.
    if "$ref" not in field or "x-nullable" not in field:
        return field
    return {"allOf": [{"$ref": field["$ref"]}], **{name: part for name, part in field.items() if name != "$ref"}}


def _fields_are_text(_converter: Any, field: Any, ret: dict[str, Any], **_options: Any) -> dict[str, Any]:
    if isinstance(field, Day):
        return {"type": "string", "format": "date-time"}
    if not isinstance(field, Amount):
        return {}
    for bound in ("minimum", "maximum"):
        ret.pop(bound, None)
    return {"type": "string", "format": "decimal", "pattern": "^-?[0-9]+(\\.[0-9]+)?$"}


def _patterns_are_whole(_converter: Any, _field: Any, ret: dict[str, Any], **_options: Any) -> dict[str, Any]:
    """Patterns as every reader takes them: only Python has this sign for the end, and means the beginning unsaid."""
    pattern: str = ret.get("pattern", "")
    if not pattern.endswith(_END):
        return {}
    return {"pattern": f"^{pattern.removeprefix('^').removesuffix(_END)}$"}


_END = r"\Z"


def _schema_name(schema: Any) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__.removesuffix("Schema")


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _page(reference: dict[str, str]) -> dict[str, Any]:
    number, flag = {"type": "integer"}, {"type": "boolean"}
    items = {"type": "array", "items": reference}
    return _object(items=items, total=number, limit=number, offset=number, has_next=flag, has_prev=flag)


_SHAPES: dict[str, Callable[[dict[str, str]], dict[str, Any]]] = {
    "": dict,
    "List": lambda reference: {"type": "array", "items": reference},
    "Page": _page,
}


def _parameters(parts: dict[str, Any], definitions: _Definitions) -> list[dict[str, Any]]:
    found = list(definitions.query(parts["query"])) if "query" in parts else []
    if "body" in parts:
        found.append({"in": "body", "name": "payload", "required": True, "schema": definitions.body(parts["body"])})
    return found


_SUCCESSES = {200: "Done", 201: "Created", 202: "Accepted; it is being done", 204: "Done; there is nothing to tell"}
_LIST_HEADERS = {
    "X-Total-Count": {"type": "integer", "description": "As CSV: how long the list is."},
    "X-Row-Limit": {"type": "integer", "description": "As CSV, when the list was too long: how many rows it has."},
}


def _success(parts: dict[str, Any], definitions: _Definitions) -> dict[str, Any]:
    status = parts.get("status", 200)
    success: dict[str, Any] = {"description": _SUCCESSES[status]}
    if "answer" in parts:
        success["schema"] = definitions.answer(parts["answer"], parts.get("shape", ""))
    if parts.get("file"):
        success["schema"] = {"type": "file"}
    if parts.get("shape") == "Page":
        success["headers"] = _LIST_HEADERS
    others = {
        str(other): {"description": _SUCCESSES[other], "schema": definitions.answer(schema, "")}
        for other, schema in parts.get("also", {}).items()
    }
    return {str(status): success, **others}


_IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "type": "string",
    "minLength": 1,
    "maxLength": 200,
    "pattern": "^[!-~]+$",
    "description": "Sent again with the same key within 24 hours, the request acts once and has the same answer.",
}
