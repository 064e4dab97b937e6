"""Conditions as JSON Schema: one nested definition, from which a form can draw a rule and a program can check one."""

from typing import Any

from backend.trading.candles import TIMEFRAMES
from backend.trading.strategies.catalogue import COLUMNS, INDICATORS, Indicator
from backend.trading.strategies.conditions import MOST_CONDITIONS, OPERATORS

_TIMEFRAME = {
    "type": ["string", "null"],
    "title": "Time frame",
    "description": "Longer candles to look at, of which only finished ones count; the bot's own where empty.",
    "enum": [None, *TIMEFRAMES],
}


def definitions() -> dict[str, Any]:
    """What `{"$ref": "#/$defs/condition"}` refers to."""
    return {
        "condition": {"oneOf": [{"$ref": "#/$defs/group"}, {"$ref": "#/$defs/comparison"}]},
        "group": {
            "oneOf": [
                _object({"all": _conditions("All of these")}, ["all"]),
                _object({"any": _conditions("Any of these")}, ["any"]),
            ]
        },
        "comparison": _object(
            {
                "left": {"$ref": "#/$defs/operand"},
                "operator": _titled(OPERATORS),
                "right": {"$ref": "#/$defs/operand"},
            },
            ["left", "operator", "right"],
        ),
        "operand": {
            "oneOf": [
                {"type": "number", "title": "Number"},
                _object(
                    {"price": _titled({column.value: column.title for column in COLUMNS}), "timeframe": _TIMEFRAME},
                    ["price"],
                    "Price or volume",
                ),
                *(_operand(indicator) for indicator in INDICATORS.values()),
            ]
        },
    }


def _conditions(title: str) -> dict[str, Any]:
    return {"type": "array", "title": title, "items": {"$ref": "#/$defs/condition"}, "maxItems": MOST_CONDITIONS}


def _operand(indicator: Indicator) -> dict[str, Any]:
    parameters = {parameter.name: parameter.schema() for parameter in indicator.parameters}
    outputs = _titled({output.name: output.title for output in indicator.outputs})
    return _object(
        {
            "indicator": {"const": indicator.name, "title": indicator.title},
            "parameters": _object(parameters, []),
            "output": {**outputs, "default": indicator.outputs[0].name},
            "timeframe": _TIMEFRAME,
        },
        ["indicator"],
        indicator.title,
    )


def _titled(words: dict[str, str]) -> dict[str, Any]:
    return {
        "type": "string",
        "enum": list(words),
        "oneOf": [{"const": value, "title": title} for value, title in words.items()],
    }


def _object(properties: dict[str, Any], required: list[str], title: str | None = None) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {**schema, "title": title} if title else schema
