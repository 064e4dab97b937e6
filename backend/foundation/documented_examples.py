"""Examples for the document, made of its own definitions, with values as they occur."""

from typing import Any

_ID = "01957a3e-5b1c-7c42-9f0d-2d1f8e7a6b30"
_MOMENT = "2026-03-02T12:00:00Z"

# What stands in a field of this name, where its type allows it.
_BY_NAME: dict[str, Any] = {
    "amount": "96.38",
    "base": "BTC",
    "code": "123456",
    "confidence": 0.8,
    "description": "Buys when the short average crosses the long one.",
    "email": "ada@example.com",
    "end": "2026-02-01T00:00:00Z",
    "error": None,
    "exchange": "binance",
    "fee": "0.09638",
    "fee_currency": "USDT",
    "from": "2026-01-01T00:00:00Z",
    "has_next": False,
    "has_prev": False,
    "ip_address": "203.0.113.7",
    "limit": 20,
    "name": "Bitcoin crossover",
    "new_password": "Even-better-horse-2",
    "offset": 0,
    "password": "Correct-horse-1",
    "price": "64250.5",
    "profit_loss": "3.21",
    "progress": 100.0,
    "quantity": "0.0015",
    "quote": "USDT",
    "start": "2026-01-01T00:00:00Z",
    "stop_loss_percentage": "2",
    "take_profit_percentage": "3",
    "strategy": "sma_crossover",
    "strategy_config": {"short_period": 10, "long_period": 30},
    "symbol": "BTC/USDT",
    "symbols": ["BTC/USDT"],
    "timeframe": "1h",
    "timestamp": "2026-03-02T12:00:00.000Z",
    "timezone": "Europe/Berlin",
    "to": "2026-02-01T00:00:00Z",
    "token": "tf_3n8Vq0aT5mXyZ2bK7cLw9dRe1fGh4jQp",
    "total": 1,
    "username": "ada",
}
_BY_FORMAT: dict[str, str] = {
    "uuid": _ID,
    "date-time": _MOMENT,
    "date": "2026-03-02",
    "decimal": "100",
    "email": "ada@example.com",
    "url": "https://example.com/",
    "password": "Correct-horse-1",
}
_DEEPEST = 8


class Examples:
    """Makes examples of the definitions of one document."""

    def __init__(self, definitions: dict[str, Any]) -> None:
        self._definitions = definitions

    def of_answer(self, name: str) -> Any:
        """A whole answer: every field of the definition."""
        return self._object(self._definitions[name], whole=True, depth=0)

    def of_body(self, name: str) -> Any:
        """A body that is as short as it may be: what is required, else the first field that can be sent."""
        return self._object(self._definitions[name], whole=False, depth=0)

    def of_field(self, name: str, schema: dict[str, Any]) -> Any:
        """The value of one field or argument."""
        return self._value(name, schema, whole=True, depth=0)

    def _object(self, schema: dict[str, Any], *, whole: bool, depth: int) -> Any:
        if "example" in schema:
            return schema["example"]
        properties: dict[str, Any] = schema.get("properties", {})
        chosen = list(properties)
        if not whole:
            told = [name for name, one in properties.items() if "example" in one]
            chosen = [*schema.get("required", ()), *told] or (["name"] if "name" in properties else chosen[:1])
        return {name: self._value(name, properties[name], whole=whole, depth=depth + 1) for name in chosen}

    def _value(self, name: str, schema: dict[str, Any], *, whole: bool, depth: int) -> Any:
        if "example" in schema:
            return schema["example"]
        if _fits(_BY_NAME.get(name), schema):
            return _BY_NAME[name]
        if schema.get("x-nullable") or depth > _DEEPEST:
            return None
        return self._made(name, schema, whole=whole, depth=depth)

    def _made(self, name: str, schema: dict[str, Any], *, whole: bool, depth: int) -> Any:
        if "$ref" in schema:
            schema = self._definitions[schema["$ref"].rsplit("/", 1)[1]]
        if "properties" in schema:
            return self._object(schema, whole=whole, depth=depth)
        if schema.get("enum"):
            return schema["default"] if schema.get("default") in schema["enum"] else schema["enum"][0]
        if schema.get("type") == "array":
            return [self._value(name, schema.get("items", {}), whole=whole, depth=depth + 1)]
        return _plain_value(name, schema)


def _plain_value(name: str, schema: dict[str, Any]) -> Any:
    kind = schema.get("type")
    if kind == "boolean":
        return schema.get("default") or False
    if kind in {"integer", "number"}:
        return _number(schema)
    if kind == "string":
        return _text(name, schema)
    return {}


def _number(schema: dict[str, Any]) -> int | float:
    low, high = schema.get("minimum"), schema.get("maximum")
    if schema.get("default") is not None:
        value: float = schema["default"]
    elif low is not None:
        value = low
    else:
        value = 1 if high is None else min(1, high)
    return int(value) if schema["type"] == "integer" else float(value)


def _text(name: str, schema: dict[str, Any]) -> str:
    if schema.get("format") in _BY_FORMAT:
        return _BY_FORMAT[schema["format"]]
    if schema.get("default"):
        return str(schema["default"])
    text = name.replace("_", " ")
    return text.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength")]


def _fits(value: Any, schema: dict[str, Any]) -> bool:
    if value is None or value not in schema.get("enum", (value,)):
        return False
    kinds = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict, "number": float}
    return type(value) is kinds.get(schema.get("type", ""))
