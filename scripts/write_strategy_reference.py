"""Writes the reference of the built-in strategies from their declarations: docs/reference/strategies.md."""

import json
from collections.abc import Iterator
from pathlib import Path

from backend.config import PROJECT_ROOT
from backend.trading.candles import TIMEFRAMES
from backend.trading.strategies import BUILT_IN, Strategy
from backend.trading.strategies.catalogue import INDICATORS, Indicator
from backend.trading.strategies.conditions import MOST_CONDITIONS, MOST_DEPTH, OPERATORS
from backend.trading.strategies.declaration import with_defaults
from backend.trading.strategies.evaluation import warmup_of
from backend.trading.strategies.parameter import Parameter
from backend.trading.strategies.score import MOST_VOTES

REFERENCE = PROJECT_ROOT / "docs" / "reference" / "strategies.md"

_INTRODUCTION = """# Strategies

<!-- Written by `python -m scripts.write_strategy_reference` from the declarations; change those. -->

A strategy looks at the closed candles of one market and says at each close: buy, sell or nothing, and how sure it is.
The bot's own settings (size, stop, target, limits) decide what comes of it. Signals are events: one on the candle where
something happens, none while it stays so. `GET /api/v1/strategies` gives every strategy with its parameters as JSON
Schema. [How to add one](../how-to/add-a-strategy.md).

**Warm-up** is the number of candles before a candle that its signal depends on. A running bot sees no more than these,
and a strategy says nothing before it has them. It is given here for the default parameters. An indicator that remembers
for ever, as an exponential average does, counts as having forgotten its beginning when a billionth of it is left.
"""

_RULES = f"""
A condition is a group, `{{"all": [...]}}` or `{{"any": [...]}}`, or a comparison of two operands. Groups nest
{MOST_DEPTH} deep, and a tree has at most {MOST_CONDITIONS} groups and comparisons. The bot acts on the candle where
its tree begins to hold, and does nothing where those to buy and to sell begin together. While an indicator is not
known, neither is a comparison with it.

An operand is one of

- a number, such as `70`;
- `{{"price": "close"}}`, with `open`, `high`, `low`, `close` or `volume`;
- `{{"indicator": "rsi", "parameters": {{"period": 14}}, "output": "value"}}`, where what is left out has its default.

The latter two take a `"timeframe"`, a multiple of the bot's, out of {", ".join(f"`{name}`" for name in TIMEFRAMES)}.
Of longer candles only those that are finished count.

An example that buys strength while the four-hour trend is up:

```json
{{example}}
```
"""

EXAMPLE = """{
  "buy": {
    "all": [
      {"left": {"indicator": "rsi"}, "operator": "crosses_above", "right": 55},
      {
        "left": {"price": "close"},
        "operator": ">",
        "right": {"indicator": "ema", "parameters": {"period": 50}, "timeframe": "4h"}
      }
    ]
  },
  "sell": {"any": [{"left": {"indicator": "rsi"}, "operator": "crosses_below", "right": 45}]}
}"""
"""Parameters of the strategy `rules`."""

_SCORE = f"""
A vote is `{{"strategy": name, "weight": number, "parameters": {{...}}}}`, of which only the name is needed; there can
be {MOST_VOTES}. At every candle each strategy is for up, for down or for neither: trend followers by the side they are
on, oscillators while they are oversold or overbought, breakouts while the close is outside. The score is the weight for
up less the weight for down, divided by all the weight; its size is the confidence of the signal.
"""


def reference() -> str:
    """The whole page."""
    parts = [_INTRODUCTION]
    for strategy in BUILT_IN:
        parts += [*_section(strategy), ""]
    return "\n".join(parts).rstrip() + "\n"


def _section(strategy: Strategy) -> Iterator[str]:
    yield f"## {strategy.title}\n"
    yield f"`{strategy.name}`. {strategy.summary}\n"
    if strategy.parameters:
        yield from _parameters(strategy.parameters)
        yield ""
    warmup = warmup_of(strategy, with_defaults(strategy, {}), TIMEFRAMES["1h"])
    yield f"Warm-up: {warmup:,} candles."
    if strategy.name == "score":
        yield _SCORE.rstrip()
    if strategy.name == "rules":
        yield _RULES.replace("{example}", EXAMPLE).rstrip()
        yield "\n| operator | meaning |\n|---|---|"
        yield from (f"| `{name}` | {words} |" for name, words in OPERATORS.items())
        yield "\n| indicator | parameters | outputs, the first by default |\n|---|---|---|"
        yield from (_indicator(indicator) for indicator in INDICATORS.values())


def _parameters(parameters: tuple[Parameter, ...]) -> Iterator[str]:
    yield "| parameter | takes | default | |"
    yield "|---|---|---|---|"
    for parameter in parameters:
        yield f"| `{parameter.name}` | {_takes(parameter)} | {_default(parameter)} | {parameter.help} |"


def _takes(parameter: Parameter) -> str:
    match parameter.kind:
        case "choice":
            return ", ".join(f"`{choice.value}` ({choice.title})" for choice in parameter.choices)
        case "boolean":
            return "`true` or `false`"
        case "rules":
            return "a condition"
        case "votes":
            return "a list of votes"
        case _:
            kind = "whole number" if parameter.kind == "integer" else "number"
            return f"{kind}, {parameter.minimum:g} to {parameter.maximum:g}"


def _default(parameter: Parameter) -> str:
    return "see the schema" if parameter.kind in {"rules", "votes"} else f"`{json.dumps(parameter.default)}`"


def _indicator(indicator: Indicator) -> str:
    parameters = ", ".join(f"`{one.name}` {json.dumps(one.default)}" for one in indicator.parameters)
    outputs = ", ".join(f"`{output.name}`" for output in indicator.outputs)
    return f"| `{indicator.name}`, {indicator.title} | {parameters} | {outputs} |"


def write(path: Path = REFERENCE) -> None:
    """Write the page."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(reference())


if __name__ == "__main__":
    write()
