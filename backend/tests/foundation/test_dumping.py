"""Answers are shaped as marshmallow shapes them, and written as the schemas spell."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from marshmallow import fields, post_dump

from backend.foundation.dumping import dumped, dumped_all
from backend.foundation.fast_json import FastJson
from backend.foundation.schemas import Amount, Moment, StrictSchema

ID = UUID("01957a3e-6f3e-7d70-a1a4-4e0a3c4b9f11")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Inner(StrictSchema):
    """What lies within."""

    price = Amount(required=True, allow_none=True)
    at = Moment(required=True)


class Whole(StrictSchema):
    """One of each kind."""

    id = fields.UUID(required=True)
    name = fields.String(required=True, allow_none=True)
    count = fields.Integer(required=True)
    share = fields.Float(required=True)
    is_good = fields.Boolean(required=True)
    inner = fields.Nested(Inner, required=True, allow_none=True)
    inners = fields.Nested(Inner, many=True, required=True)


class Spoken(StrictSchema):
    """What is worked out afterwards."""

    name = fields.String(required=True)
    other = fields.String(required=True)

    @post_dump
    def shout(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """In capitals."""
        return {name: value.upper() for name, value in data.items()}


class Renamed(StrictSchema):
    """Other names outside."""

    id = fields.UUID(required=True, data_key="identifier")
    words = fields.String(dump_default="none given")


@dataclass
class Thing:
    """An object of the domain."""

    id: UUID
    name: str | None
    count: Any
    share: Any
    is_good: bool
    inner: Any
    inners: list[Any]


INNER = {"price": Decimal("1.500000000000"), "at": NOON}
THING = Thing(ID, "ünï", Decimal(3), Decimal("0.25"), True, INNER, [INNER, {"price": None, "at": NOON}])


def spelt(value: Any) -> Any:
    return json.loads(FastJson(Flask("test")).dumps(value))


@pytest.mark.parametrize("value", [THING, vars(THING), Thing(ID, None, 0, 0.0, False, None, [])])
def test_it_is_what_marshmallow_says(value: Any) -> None:
    assert spelt(dumped(Whole, value)) == Whole().dump(value)
    assert spelt(dumped_all(Whole, [value, value])) == Whole(many=True).dump([value, value])


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (Spoken, {"name": "a", "other": "b"}),
        (Renamed, {"id": ID, "words": "some"}),
        (Renamed, {"id": ID}),
        (Whole, {"id": ID, "name": "half of it"}),
    ],
)
def test_what_is_unusual_goes_marshmallows_own_way(schema: type[StrictSchema], value: Any) -> None:
    assert spelt(dumped(schema, value)) == schema().dump(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (NOON, '"2026-03-02T12:00:00Z"'),
        (NOON + timedelta(microseconds=5), '"2026-03-02T12:00:00.000005Z"'),
        (NOON.astimezone(timezone(timedelta(hours=2))), '"2026-03-02T14:00:00+02:00"'),
        (ID, f'"{ID}"'),
        (float("nan"), "null"),
        ("ü\u2028", '"ü\u2028"'),
        ({1: 2}, '{"1":2}'),
    ],
)
def test_json_is_written_in_the_schemas_spelling(value: Any, text: str) -> None:
    assert FastJson(Flask("test")).dumps(value) == text


def test_large_numbers_and_what_is_no_json() -> None:
    writer = FastJson(Flask("test"))
    assert json.loads(writer.dumps({"n": 2**80, "at": NOON, "id": ID})) == {
        "n": 2**80, "at": "2026-03-02T12:00:00Z", "id": str(ID),
    }  # fmt: skip
    with pytest.raises(TypeError, match="Decimal"):
        writer.dumps({"money": Decimal(1)})
