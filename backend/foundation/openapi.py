"""The API document: what the views declare with their schemas, written into flask-restx's Swagger document."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask_restx import Api
from flask_restx.swagger import extract_path
from marshmallow import Schema

from backend.foundation.schemas import Amount, Day

View = TypeVar("View", bound=Callable[..., Any])


def describe(view: View, **parts: Any) -> View:
    """Note on a view what its document says: body, query, answer, shape, status, secured, scope."""
    view.__document__ = {**getattr(view, "__document__", {}), **parts}  # type: ignore[attr-defined]
    return view


def complete_document(api: Api, document: dict[str, Any]) -> dict[str, Any]:
    """Add bodies, arguments, answers and definitions to the document that flask-restx made of the routes."""
    definitions = _Definitions()
    for path, method, view in _operations(api):
        operation = document["paths"][path][method]
        parts = getattr(view, "__document__", {})
        operation.setdefault("parameters", []).extend(_parameters(parts, definitions))
        if method == "post" and parts.get("secured"):
            operation["parameters"].append(_IDEMPOTENCY_KEY)
        operation["responses"] = _responses(parts, definitions)
        operation["security"] = [{"bearer": []}] if parts.get("secured") else []
        if "scope" in parts:
            operation["x-scope"] = parts["scope"]
            operation["description"] = f"Scope: `{parts['scope']}`"
        if "body" in parts:
            operation["consumes"] = ["application/json"]
    document["definitions"] = {**definitions.as_dictionary(), "ErrorAnswer": _ERROR_ANSWER}
    document["securityDefinitions"] = {"bearer": {"type": "apiKey", "in": "header", "name": "Authorization"}}
    document.pop("responses", None)
    return document


def _operations(api: Api) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for namespace in api.namespaces:
        for resource, urls, _doc, _options in namespace.resources:
            for url in api.ns_urls(namespace, urls):
                for method in resource.methods or ():
                    yield extract_path(url), method.lower(), getattr(resource, method.lower())


class _Definitions:
    """The JSON schemas of every marshmallow schema in use, under its name."""

    def __init__(self) -> None:
        self._plugin = MarshmallowPlugin(schema_name_resolver=_schema_name)
        self._spec = APISpec(title="", version="", openapi_version="2.0", plugins=[self._plugin])
        assert self._plugin.converter is not None
        self._plugin.converter.add_attribute_function(_fields_are_text)  # type: ignore[no-untyped-call]
        self._answers: dict[str, Any] = {}

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
        self._answers[name] = _object(
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
        return {**schemas, **self._answers}


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
    return {"type": "string", "format": "decimal"}


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
        schema = definitions.reference(parts["body"])
        found.append({"in": "body", "name": "payload", "required": True, "schema": schema})
    return found


def _responses(parts: dict[str, Any], definitions: _Definitions) -> dict[str, Any]:
    success: dict[str, Any] = {"description": "Done"}
    if "answer" in parts:
        success["schema"] = definitions.answer(parts["answer"], parts.get("shape", ""))
    failure = {"description": "What went wrong", "schema": {"$ref": "#/definitions/ErrorAnswer"}}
    return {str(parts.get("status", 200)): success, "default": failure}


_IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "type": "string",
    "maxLength": 200,
    "description": "Sent again with the same key within 24 hours, the request acts once and has the same answer.",
}
_TEXT: dict[str, Any] = {"type": "string"}
_ERROR_ANSWER = _object(
    success={"type": "boolean", "enum": [False]},
    error=_TEXT,
    code=_TEXT,
    details={"type": "array", "items": _object(field=_TEXT, message=_TEXT)},
    request_id={**_TEXT, "x-nullable": True},
    timestamp={**_TEXT, "format": "date-time"},
)
