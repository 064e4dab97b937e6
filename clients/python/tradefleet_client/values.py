"""Between JSON and Python: money is Decimal, moments are datetime, ids are UUID, objects are dataclasses."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints
from uuid import UUID


def decoded(kind: Any, value: Any) -> Any:
    """The JSON value as a Python value of this type; fields that the type does not know are left out."""
    if value is None or kind in {Any, None, NoneType}:
        return value
    origin = get_origin(kind)
    if origin is UnionType:
        return decoded(next(one for one in get_args(kind) if one is not NoneType), value)
    if origin is list:
        (inner,) = get_args(kind)
        return [decoded(inner, one) for one in value]
    if origin is dict:
        _, inner = get_args(kind)
        return {name: decoded(inner, one) for name, one in value.items()}
    if origin is Literal:
        return value
    return _object(kind, value) if is_dataclass(kind) else _plain(kind, value)


def encoded(value: Any) -> Any:
    """The Python value as JSON can hold it."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Mapping):
        return {name: encoded(one) for name, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [encoded(one) for one in value]
    return value


def _object(kind: Any, value: Mapping[str, Any]) -> Any:
    # A server that is older than this package leaves out what it does not know yet.
    return kind(**{name: decoded(inner, value.get(sent)) for name, sent, inner in _fields(kind)})


@cache
def _fields(kind: Any) -> list[tuple[str, str, Any]]:
    """Each field's name here, its name in JSON, and its type."""
    kinds = get_type_hints(kind)
    return [(one.name, one.metadata.get("sent", one.name), kinds[one.name]) for one in fields(kind)]


def _plain(kind: Any, value: Any) -> Any:
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind in {Decimal, UUID}:
        return kind(value)
    return value
