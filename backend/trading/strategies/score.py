"""Score: lets several strategies vote, and acts where their weighted votes reach a threshold."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from backend.trading.series import Column, Series
from backend.trading.strategies.declaration import (
    IndicatorLine,
    Parameters,
    Signals,
    Strategy,
    Voter,
    after_warmup,
    json_schema,
    problems_of,
    with_defaults,
)
from backend.trading.strategies.parameter import Parameter, number, shown

MOST_VOTES = 20
_LARGEST_WEIGHT = 100.0
_ENTRIES = ("strategy", "weight", "parameters")
# Sums of weights carry rounding errors; a threshold of 0.6 is met by 3 of 5.
_EQUAL = 1e-9


@dataclass(frozen=True)
class VotesParameter(Parameter):
    """A parameter that is a list of votes: {"strategy": name, "weight": number, "parameters": {…}}."""

    voters: Mapping[str, Voter] = field(default_factory=dict)

    def problems_with(self, value: Any) -> dict[str, str]:
        """Everything wrong with the list, by the path in it."""
        if not isinstance(value, list) or not 1 <= len(value) <= MOST_VOTES:
            found = f"{len(value)} of them" if isinstance(value, list) else shown(value)
            return {"": f"{self.title} must be a list of 1 to {MOST_VOTES} votes; this is {found}."}
        return {
            f"{index}.{path}" if path else str(index): problem
            for index, vote in enumerate(value)
            for path, problem in self._problems_of_vote(vote)
        }

    def _problems_of_vote(self, vote: Any) -> Iterable[tuple[str, str]]:
        if not isinstance(vote, Mapping):
            yield "", f"A vote must be a structure of {', '.join(_ENTRIES)}; this is {shown(vote)}."
            return
        for name in list(vote)[: len(_ENTRIES) + 3]:
            if name not in _ENTRIES:
                yield shown(name).strip("“”"), f"There is no such entry here; use {', '.join(_ENTRIES)}."
        weight = vote.get("weight", 1)
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight <= _LARGEST_WEIGHT:
            yield "weight", f"A weight must be more than 0 and at most {_LARGEST_WEIGHT:g}; this is {shown(weight)}."
        name, given = vote.get("strategy"), vote.get("parameters", {})
        if not isinstance(name, str) or name not in self.voters:
            yield "strategy", f"Choose one of {', '.join(self.voters)}; this is {shown(name)}."
        elif not isinstance(given, Mapping):
            yield "parameters", f"This must be a structure of parameters; it is {shown(given)}."
        else:
            for path, problem in problems_of(self.voters[name], given).items():
                yield f"parameters.{path}", problem

    def schema(self) -> dict[str, Any]:
        """A list whose items are of one form for each strategy."""
        return {
            "kind": self.kind,
            "type": "array",
            "title": self.title,
            "description": self.help,
            "default": self.default,
            "minItems": 1,
            "maxItems": MOST_VOTES,
            "items": {"oneOf": [self._vote_schema(voter) for voter in self.voters.values()]},
        }

    def _vote_schema(self, voter: Voter) -> dict[str, Any]:
        return {
            "type": "object",
            "title": voter.title,
            "properties": {
                "strategy": {"const": voter.name, "title": voter.title},
                "weight": {
                    "type": "number",
                    "title": "Weight",
                    "exclusiveMinimum": 0,
                    "maximum": _LARGEST_WEIGHT,
                    "default": 1,
                },
                "parameters": {**json_schema(voter), "required": []},
            },
            "required": ["strategy"],
            "additionalProperties": False,
        }


class Score(Strategy):
    """The share of the weight that votes for up less that for down, on its way beyond the threshold."""

    name = "score"
    title = "Score of several strategies"
    summary = (
        "Lets several strategies vote at every candle, each with its weight. Buys when the votes for up less those for"
        " down reach the threshold, and sells when those for down do; the confidence is how clear the vote is."
    )

    def __init__(self, voters: Iterable[Voter]) -> None:
        """`voters`: the strategies that can vote."""
        self._voters = {voter.name: voter for voter in voters}
        self.parameters = (
            VotesParameter(
                "votes",
                "votes",
                "Votes",
                "Which strategies vote, with what weight and settings.",
                default=[
                    {"strategy": "ema_crossover", "weight": 1},
                    {"strategy": "macd", "weight": 1},
                    {"strategy": "supertrend", "weight": 1},
                    {"strategy": "rsi", "weight": 1},
                ],
                voters=self._voters,
            ),
            number(
                "threshold",
                "Threshold",
                "Share of all the weight that must be on one side, from 0 to 1; a larger number acts more rarely.",
                default=0.6,
                minimum=0.05,
                maximum=1.0,
                step=0.05,
            ),
        )

    def warmup(self, parameters: Parameters, interval_ms: int) -> int:
        """The longest warm-up of a voter, at this candle and at the one before it."""
        return 1 + max(voter.warmup(given, interval_ms) for voter, _, given in self._votes(parameters))

    def signals(self, series: Series, parameters: Parameters) -> Signals:
        """+1 where the score rises to the threshold, -1 where it falls to minus the threshold."""
        score, threshold = self._score(series, parameters), parameters["threshold"] - _EQUAL
        up, down = score >= threshold, score <= -threshold
        actions = np.zeros(len(series), dtype=np.int8)
        actions[1:] = (up[1:] & ~up[:-1]).astype(np.int8) - (down[1:] & ~down[:-1])
        confidences = np.where(actions != 0, np.minimum(np.abs(score), 1.0), 0.0)
        return after_warmup((actions, confidences), self.warmup(parameters, 0))

    def lines(self, series: Series, parameters: Parameters) -> list[IndicatorLine]:
        """The score with the thresholds."""
        score = self._score(series, parameters)
        score[: self.warmup(parameters, 0) - 1] = np.nan
        threshold = float(parameters["threshold"])
        return [IndicatorLine("Score", score, "Score", (-threshold, threshold))]

    def _votes(self, parameters: Parameters) -> Iterable[tuple[Voter, float, dict[str, Any]]]:
        for vote in parameters["votes"]:
            voter = self._voters[vote["strategy"]]
            yield voter, float(vote.get("weight", 1)), with_defaults(voter, vote.get("parameters", {}))

    def _score(self, series: Series, parameters: Parameters) -> Column:
        total, score = 0.0, np.zeros(len(series))
        for voter, weight, given in self._votes(parameters):
            name = ("stances", voter.name, tuple(sorted(given.items())))
            score += weight * series.remember(name, partial(voter.stances, series, given))
            total += weight
        return score / total
