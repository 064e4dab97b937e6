"""Parameters: what they take, what is said of anything else, and the schema that forms are drawn from."""

import math
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import numpy as np
import pytest

from backend.tests.trading.strategies.drawing import drawn_parameters
from backend.trading.strategies import STRATEGIES
from backend.trading.strategies.declaration import json_schema, problems_of, with_defaults
from backend.trading.strategies.parameter import Choice, Parameter, choice, number, shown, whole

ALL = sorted(STRATEGIES)

PERIOD = whole("period", "Period", "Candles.", 14, 2, 200)
FACTOR = number("factor", "Factor", "A factor.", 2.0, 0.5, 5.0, 0.1)
MODE = choice("mode", "Mode", "How.", Choice("soft", "Softly"), Choice("hard", "Hard"))
SWITCH = Parameter("switch", "boolean", "Switch", "Whether.", False)
FREE = Parameter("free", "number", "Free", "Any number.", 0.0)


@pytest.mark.parametrize("name", ALL)
def test_a_declaration_makes_a_schema_whose_defaults_are_usable(name: str) -> None:
    strategy = STRATEGIES[name]
    schema = json_schema(strategy)
    defaults = {key: value["default"] for key, value in schema["properties"].items()}
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(defaults, schema)
    assert problems_of(strategy, defaults, 60_000) == {}
    assert defaults == with_defaults(strategy, {})
    assert list(schema["properties"]) == schema["required"] == [one.name for one in strategy.parameters]
    for parameter in strategy.parameters:
        assert parameter.title
        assert parameter.help.endswith(".")
        assert parameter.step or parameter.kind not in {"integer", "number"}


@pytest.mark.parametrize("name", ALL)
def test_legal_parameters_are_legal_by_the_schema_too(name: str) -> None:
    schema = json_schema(STRATEGIES[name])
    generator = np.random.default_rng(3)
    for _ in range(20):
        jsonschema.validate(drawn_parameters(STRATEGIES[name], generator, 60_000), schema)


@pytest.mark.parametrize(
    ("parameter", "value", "problem"),
    [
        (PERIOD, 2, None),
        (PERIOD, 200, None),
        (PERIOD, 1, "Period must be from 2 to 200; this is 1."),
        (PERIOD, 10**400, "Period must be from 2 to 200; this is a very large number."),
        (PERIOD, 2.5, "Period must be a whole number from 2 to 200; this is 2.5."),
        (PERIOD, "10", "Period must be a whole number from 2 to 200; this is “10”."),
        (PERIOD, True, "Period must be a whole number from 2 to 200; this is true."),
        (PERIOD, None, "Period must be a whole number from 2 to 200; this is empty."),
        (PERIOD, [10], "Period must be a whole number from 2 to 200; this is a structure."),
        (FACTOR, 1, None),
        (FACTOR, 0.5, None),
        (FACTOR, math.nan, "Factor must be from 0.5 to 5; this is nan."),
        (FACTOR, math.inf, "Factor must be from 0.5 to 5; this is inf."),
        (FACTOR, "2", "Factor must be a number from 0.5 to 5; this is “2”."),
        (FREE, -1e30, None),
        (FREE, math.inf, "Free must be finite; this is inf."),
        (FREE, math.nan, "Free must be finite; this is nan."),
        (FREE, {}, "Free must be a number; this is a structure."),
        (MODE, "hard", None),
        (MODE, "Hard", "Mode must be one of soft, hard; this is “Hard”."),
        (MODE, 0, "Mode must be one of soft, hard; this is 0."),
        (MODE, [], "Mode must be one of soft, hard; this is a structure."),
        (SWITCH, True, None),
        (SWITCH, 1, "Switch must be true or false; this is 1."),
        (SWITCH, "true", "Switch must be true or false; this is “true”."),
    ],
)
def test_a_value_is_taken_or_explained(parameter: Parameter, value: Any, problem: str | None) -> None:
    assert parameter.problem_with(value) == problem
    # JSON has no other numbers; a whole number such as 10 is one with and without its point.
    if not isinstance(value, float) or math.isfinite(value):
        assert jsonschema.Draft202012Validator(parameter.schema()).is_valid(value) == (problem is None)


def test_a_schema_tells_what_a_form_needs() -> None:
    assert PERIOD.schema() == {
        "type": "integer",
        "title": "Period",
        "description": "Candles.",
        "default": 14,
        "minimum": 2,
        "maximum": 200,
        "step": 1,
    }
    assert MODE.schema() == {
        "type": "string",
        "title": "Mode",
        "description": "How.",
        "default": "soft",
        "enum": ["soft", "hard"],
        "oneOf": [{"const": "soft", "title": "Softly"}, {"const": "hard", "title": "Hard"}],
    }
    assert SWITCH.schema() == {"type": "boolean", "title": "Switch", "description": "Whether.", "default": False}
    assert "minimum" not in FREE.schema()


def test_long_values_are_cut() -> None:
    assert shown("x" * 1000) == "“" + "x" * 39 + "…”"
    assert shown(10**39) == "1" + "0" * 39


@pytest.mark.parametrize(
    ("name", "given", "field", "words"),
    [
        ("sma_crossover", {"short_period": 30, "long_period": 10}, "short_period", "less than the long period (10)"),
        ("sma_crossover", {"short_period": 10, "long_period": 10}, "short_period", "less than"),
        ("sma_crossover", {"short_period": 1}, "short_period", "from 2 to 500"),
        ("sma_crossover", {"long_period": 5000}, "long_period", "from 3 to 1000"),
        ("sma_crossover", {"fast": 3}, "fast", "no such parameter"),
        ("ema_crossover", {"short_period": 26}, "short_period", "less than the long period (26)"),
        ("macd", {"fast_period": 30}, "fast_period", "less than the slow period (26)"),
        ("rsi", {"oversold": 50, "overbought": 50}, "oversold", "less than overbought"),
        ("rsi", {"act_on": "never"}, "act_on", "one of leaving, entering"),
        ("bollinger", {"expect": None}, "expect", "one of return, go_on"),
        ("webhook", {"anything": 1}, "anything", "no such parameter"),
        ("score", {"threshold": 0}, "threshold", "from 0.05 to 1"),
    ],
)
def test_unusable_parameters_are_explained(name: str, given: dict[str, Any], field: str, words: str) -> None:
    assert words in problems_of(STRATEGIES[name], given)[field]


def test_defaults_belong_to_whoever_asked() -> None:
    first = with_defaults(STRATEGIES["rules"], {})
    first["buy"]["all"].clear()
    assert with_defaults(STRATEGIES["rules"], {})["buy"]["all"]
