"""One parameter of a strategy: what it takes, what is said of anything else, and how a form draws it."""

import math
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["integer", "number", "choice", "boolean", "rules", "votes"]

_SHOWN = 40


@dataclass(frozen=True)
class Choice:
    """One value that can be chosen."""

    value: str
    title: str


@dataclass(frozen=True)
class Parameter:
    """Something that a strategy is set by. Bounds are inclusive.

    `step` is how finely it is worth trying, for sliders and optimisations; any value within the bounds is legal.
    """

    name: str
    kind: Kind
    title: str
    help: str
    default: Any
    minimum: float = -math.inf
    maximum: float = math.inf
    step: float | None = None
    choices: tuple[Choice, ...] = ()

    def problem_with(self, value: Any) -> str | None:
        """What is wrong with the value, as a sentence, or None."""
        found = self.problems_with(value)
        return next((f"{path}: {problem}" if path else problem for path, problem in found.items()), None)

    def problems_with(self, value: Any) -> dict[str, str]:
        """What is wrong with the value, by the path inside it ("" for the whole), as sentences."""
        problem = self._scalar_problem(value)
        return {"": problem} if problem else {}

    def schema(self) -> dict[str, Any]:
        """The parameter as JSON Schema."""
        words = {"title": self.title, "description": self.help, "default": self.default}
        if self.kind == "boolean":
            return {"type": "boolean", **words}
        if self.kind == "choice":
            return {
                "type": "string",
                **words,
                "enum": [choice.value for choice in self.choices],
                "oneOf": [{"const": choice.value, "title": choice.title} for choice in self.choices],
            }
        bounds = {"minimum": self.minimum, "maximum": self.maximum, "step": self.step}
        unbounded = (None, math.inf, -math.inf)
        return {"type": self.kind, **words, **{name: bound for name, bound in bounds.items() if bound not in unbounded}}

    def definitions(self) -> dict[str, Any]:
        """What the schema refers to under `$defs`."""
        return {}

    def _scalar_problem(self, value: Any) -> str | None:
        if self.kind == "boolean":
            return None if isinstance(value, bool) else f"{self.title} must be true or false; this is {shown(value)}."
        if self.kind == "choice":
            known = [choice.value for choice in self.choices]
            return (
                None if value in known else f"{self.title} must be one of {', '.join(known)}; this is {shown(value)}."
            )
        return self._number_problem(value)

    def _number_problem(self, value: Any) -> str | None:
        wanted = "a whole number" if self.kind == "integer" else "a number"
        fits = isinstance(value, int) if self.kind == "integer" else isinstance(value, int | float)
        if not fits or isinstance(value, bool):
            return f"{self.title} must be {wanted}{self._range()}; this is {shown(value)}."
        # So written, a value that is not a number is refused too.
        if not self.minimum <= value <= self.maximum or not abs(value) < math.inf:
            return f"{self.title} must be{self._range() or ' finite'}; this is {shown(value)}."
        return None

    def _range(self) -> str:
        if math.inf in (self.maximum, -self.minimum):
            return ""
        return f" from {self.minimum:g} to {self.maximum:g}"


def whole(name: str, title: str, words: str, default: int, minimum: int, maximum: int, step: int = 1) -> Parameter:
    """A parameter that is a whole number; `words`: its help text."""
    return Parameter(name, "integer", title, words, default, minimum, maximum, step)


def number(name: str, title: str, words: str, default: float, minimum: float, maximum: float, step: float) -> Parameter:
    """A parameter that is any number."""
    return Parameter(name, "number", title, words, default, minimum, maximum, step)


def choice(name: str, title: str, words: str, *choices: Choice) -> Parameter:
    """A parameter that is one of several values, the first one unless something else is chosen."""
    return Parameter(name, "choice", title, words, choices[0].value, choices=choices)


def shown(value: Any) -> str:
    """The value as a sentence can hold it, however long it is."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return "a structure"
    # A whole number of thousands of digits cannot even be written out.
    text = "a very large number" if isinstance(value, int) and abs(value) >= 10**_SHOWN else str(value)
    text = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    return f"“{text}”" if isinstance(value, str) else text
