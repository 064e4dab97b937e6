"""Writes what the Python client knows of the API, from the API's document: shapes of answers, a method a route."""

import keyword
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from backend.config import PROJECT_ROOT
from scripts.write_api_document import api_document

FOLDER = PROJECT_ROOT / "clients" / "python" / "tradefleet_client"
METHODS = ("get", "post", "put", "patch", "delete")

NAMES = {
    "delete_imports": "delete_import",
    "get_go_live": "promotion_checks",
    "post_bot_hook": "make_signal_hook",
    "post_go_live": "promote",
}
"""Names of operations where the rule gives no good one."""
LEFT_OUT = {"post_hook", "post_imports"}
"""Routes that take something other than JSON."""

_MODELS = '''"""The shapes of the API's answers. Written by scripts/write_client.py; do not change by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
'''
_RESOURCES = '''"""The API's routes, as methods. Written by scripts/write_client.py; do not change by hand."""

import builtins
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from tradefleet_client import models
from tradefleet_client.transport import UNSET, Pages, Transport
'''
_FORMATS = {"decimal": "Decimal", "date-time": "datetime", "uuid": "UUID"}
_TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}


def client_modules(document: dict[str, Any]) -> dict[str, str]:
    """The generated modules, by their file names."""
    modules = {"models.py": _models(document), "resources.py": _resources(document)}
    return {name: _formatted(text) for name, text in modules.items()}


def _models(document: dict[str, Any]) -> str:
    definitions = document["definitions"]
    wanted: dict[str, None] = {}
    waiting = [_reference(definitions[name]) for name in _answers(document)]
    while waiting:
        name = waiting.pop()
        if name is None or name in wanted:
            continue
        wanted[name] = None
        waiting += [_last(found) for found in re.findall(r"'#/definitions/\w+'", str(definitions[name]))]
    return _MODELS + "\n".join(_model(name, definitions[name]) for name in sorted(wanted))


def _answers(document: dict[str, Any]) -> Iterable[str]:
    for operation in _operations(document):
        for code, answer in operation["responses"].items():
            if code.startswith("2") and "$ref" in answer.get("schema", {}):
                yield _last(answer["schema"]["$ref"])


def _reference(answer: dict[str, Any]) -> str | None:
    """The name of the definition that an answer's `data` is made of."""
    found = re.search(r"'#/definitions/(\w+)'", str(answer["properties"]["data"]))
    return found[1] if found else None


def _model(name: str, definition: dict[str, Any]) -> str:
    lines = ["\n\n@dataclass(frozen=True)", f"class {name}:", f'    """{_words(name)}."""\n']
    for sent, schema in definition.get("properties", {}).items():
        own = _own(sent)
        default = "" if own == sent else f' = field(metadata={{"sent": "{sent}"}})'
        lines.append(f"    {own}: {_kind(schema)}{default}")
        if schema.get("description"):
            lines.append(f'    """{schema["description"].rstrip(".")}."""')
    return "\n".join(lines)


def _kind(schema: dict[str, Any]) -> str:
    """The Python type of what an answer holds."""
    if schema.get("x-nullable"):
        plain = {name: part for name, part in schema.items() if name != "x-nullable"}
        kind = _kind(plain)
        return kind if kind == "Any" else f"{kind} | None"
    for one in (schema, *schema.get("allOf", ())):
        if "$ref" in one:
            return _last(one["$ref"])
    kind = schema.get("type", "")
    if kind == "array":
        return f"list[{_kind(schema['items'])}]"
    if kind == "object":
        return f"dict[str, {_kind(schema.get('additionalProperties') or {})}]"
    return _FORMATS.get(schema.get("format", ""), _TYPES.get(kind, "Any"))


def _resources(document: dict[str, Any]) -> str:
    groups: dict[str, list[str]] = defaultdict(list)
    taken: set[tuple[str, str]] = set()
    for operation in _operations(document):
        group, *rest = operation["path"].strip("/").split("/")
        name = NAMES.get(operation["operationId"]) or _name(operation, [part for part in rest if part != "me"])
        assert (group, name) not in taken, (group, name)
        taken.add((group, name))
        groups[group].append(_method(name, operation, document["definitions"]))
    parts, attributes = [], []
    for group in sorted(groups):
        title = "".join(word.capitalize() for word in group.split("-"))
        parts.append(f'\n\nclass {title}:\n    """What is under /{group}."""\n')
        parts.append("    def __init__(self, transport: Transport) -> None:\n        self._transport = transport\n")
        parts += groups[group]
        attributes.append(f"        self.{group.replace('-', '_')} = {title}(transport)")
    parts.append('\n\nclass Resources:\n    """The parts of the API."""\n')
    parts.append("    def __init__(self, transport: Transport) -> None:\n" + "\n".join(attributes) + "\n")
    return _RESOURCES + "\n".join(parts)


def _operations(document: dict[str, Any]) -> Iterable[dict[str, Any]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item and item[method]["operationId"] not in LEFT_OUT:
                shared = item.get("parameters", [])
                is_read_too = method != "get" and "get" in item
                yield {
                    **item[method],
                    "path": path,
                    "method": method,
                    "is_read_too": is_read_too,
                    "parameters": [*shared, *item[method]["parameters"]],
                }


def _name(operation: dict[str, Any], rest: list[str]) -> str:
    """The method's name: what is done, and of what where the class does not say it."""
    method = operation["method"]
    verb = {"get": "get", "post": "create", "put": "set", "patch": "change", "delete": "delete"}[method]
    words = [part.replace("-", "_") for part in rest if not part.startswith("{")]
    if not words:
        return "list" if method == "get" and _shape(operation) in {"Page", "List"} and not rest else verb
    if rest[-1].startswith("{"):
        one = words[-1].removesuffix("s")
        return one if method == "get" else f"{verb}_{one}"
    if len(words) > 1 and rest[1].startswith("{"):
        words = [words[-1], words[0].removesuffix("s")]
    name = "_".join(words)
    if method == "get" or (method == "post" and not operation["is_read_too"]):
        return name
    return f"{verb}_{name.removesuffix('s') if method == 'post' else name}"


def _shape(operation: dict[str, Any]) -> str:
    answer = str(_success(operation).get("schema", {}).get("$ref", ""))
    return next((shape for shape in ("Page", "List") if answer.endswith(f"{shape}Answer")), "")


def _success(operation: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(one for code, one in operation["responses"].items() if code.startswith("2"))
    return found


def _method(name: str, operation: dict[str, Any], definitions: dict[str, Any]) -> str:
    shape, success = _shape(operation), _success(operation)
    is_file = success.get("schema", {}).get("type") == "file"
    places: dict[str, list[dict[str, Any]]] = {"path": [], "query": []}
    for one in operation["parameters"]:
        if one["in"] in places and not (shape == "Page" and one["name"] in {"limit", "offset"}):
            places[one["in"]].append(one)
    body = next((one["schema"]["$ref"] for one in operation["parameters"] if one["in"] == "body"), None)
    fields = _fields(definitions[_last(body)]) if body else []
    arguments = ["self", *(f"{_own(one['name'])}: {_given(one)}" for one in places["path"])]
    named = [_argument(one["name"], one, is_needed=one.get("required", False)) for one in places["query"]]
    named += [_argument(*one) for one in fields]
    if named:
        arguments += ["*", *sorted(named, key=lambda text: text.endswith("= UNSET"))]
    kind = _answer_kind(shape, success, definitions)
    lines = [f"    def {name}({', '.join(arguments)}) -> {_told(shape, kind, is_file=is_file)}:"]
    lines.append(f'        """{operation["summary"].rstrip(".")}."""')
    path = re.sub(r"{(\w+)}", lambda found: f"{{{_own(found[1])}}}", operation["path"])
    query = _mapping(one["name"] for one in places["query"])
    lines.append(
        f"        return {_call(shape, kind, operation, path, query, _mapping(one[0] for one in fields), is_file)}"
    )
    return (
        "\n".join(lines).replace("        return self._transport.call(None,", "        self._transport.call(None,")
        + "\n"
    )


def _call(shape: str, kind: str, operation: dict[str, Any], path: str, query: str, body: str, is_file: bool) -> str:
    address = f'f"{path}"' if "{" in path else f'"{path}"'
    if shape == "Page":
        size = next(one["maximum"] for one in operation["parameters"] if one["name"] == "limit")
        return f"Pages(self._transport, {kind}, {address}, {query or '{}'}, {min(size, 1000)})"
    told = f", query={query}" if query else ""
    if is_file:
        return f"self._transport.file({address}{told})"
    told += f", body={body}" if body else ""
    if any(one["name"] == "Idempotency-Key" for one in operation["parameters"]):
        told += ", once=True"
    method = operation["method"].upper()
    if kind == "None":
        return f'self._transport.act("{method}", {address}{told})'
    return f'self._transport.call({kind}, "{method}", {address}{told})'


def _answer_kind(shape: str, success: dict[str, Any], definitions: dict[str, Any]) -> str:
    reference = success.get("schema", {}).get("$ref")
    if reference is None:
        return "None"
    name = f"models.{_reference(definitions[_last(reference)])}"
    return f"builtins.list[{name}]" if shape == "List" else name


def _told(shape: str, kind: str, *, is_file: bool) -> str:
    if is_file:
        return "bytes"
    return f"Pages[{kind}]" if shape == "Page" else kind


def _fields(definition: dict[str, Any]) -> list[tuple[str, dict[str, Any], bool]]:
    needed = definition.get("required", ())
    return [(name, schema, name in needed) for name, schema in definition.get("properties", {}).items()]


def _argument(name: str, schema: dict[str, Any], is_needed: bool) -> str:
    default = "" if is_needed else " = UNSET"
    return f"{_own(name)}: {_given(schema)}{default}"


def _given(schema: dict[str, Any]) -> str:
    """The Python type of what is sent."""
    kind = schema.get("type")
    if schema.get("enum"):
        told = f"Literal[{', '.join(repr(one) for one in schema['enum'])}]"
    elif kind == "array":
        told = f"Sequence[{_given(schema['items'])}]"
    elif schema.get("format") in _FORMATS:
        told = f"{_FORMATS[schema['format']]} | str"
    elif kind == "object" or "$ref" in schema or "allOf" in schema:
        told = "Mapping[str, Any]"
    else:
        told = _TYPES.get(kind or "", "Any")
    return f"{told} | None" if schema.get("x-nullable") and told != "Any" else told


def _mapping(names: Iterable[str]) -> str:
    inner = ", ".join(f'"{name}": {_own(name)}' for name in names)
    return f"{{{inner}}}" if inner else ""


def _own(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) else name


def _last(reference: str) -> str:
    return reference.strip("'").rsplit("/", 1)[-1]


def _words(name: str) -> str:
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
    return text.capitalize()


def _formatted(text: str) -> str:
    options = ["--stdin-filename", "clients/python/tradefleet_client/models.py", "-"]
    ruff = [sys.executable, "-m", "ruff"]
    for step in (["check", "--quiet", "--fix-only", "--select", "F401,I,UP"], ["format", "--quiet"]):
        done = subprocess.run(
            [*ruff, *step, *options], input=text, capture_output=True, text=True, check=True, cwd=PROJECT_ROOT
        )
        text = done.stdout
    return text


if __name__ == "__main__":
    for file, content in client_modules(api_document()).items():
        (FOLDER / file).write_text(content)
