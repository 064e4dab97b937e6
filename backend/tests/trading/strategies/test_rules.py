"""Own rules: what they say, what is refused with path and sentence, and longer candles without look-ahead."""

import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import numpy as np
import pandas as pd
import pytest

from backend.tests.trading.markets import random_candles
from backend.tests.trading.strategies.histories import candles_of, history, walk
from backend.trading.candles import TIMEFRAMES, Candles
from backend.trading.indicators import relative_strength, simple_moving_average
from backend.trading.series import Series
from backend.trading.strategies import STRATEGIES
from backend.trading.strategies.catalogue import INDICATORS
from backend.trading.strategies.conditions import MOST_CONDITIONS, MOST_DEPTH, OPERATORS
from backend.trading.strategies.declaration import json_schema, problems_of
from backend.trading.strategies.evaluation import StrategyError, evaluate, lines_of, warmup_of
from backend.trading.strategies.longer_candles import longer_candles
from backend.trading.strategies.spacing import grid_interval

RULES = STRATEGIES["rules"]
MINUTE = 60_000
CLOSE = {"price": "close"}
NEVER: dict[str, Any] = {"any": []}


def compare(left: Any, operator: Any, right: Any) -> dict[str, Any]:
    return {"left": left, "operator": operator, "right": right}


def sma(period: int, **more: Any) -> dict[str, Any]:
    return {"indicator": "sma", "parameters": {"period": period}, **more}


def actions_of(candles: Candles, buy: Any, sell: Any = None) -> list[int]:
    parameters = {"buy": buy, "sell": NEVER if sell is None else sell}
    assert problems_of(RULES, parameters) == {}
    actions, confidences = evaluate(RULES, Series(candles), parameters)
    assert np.array_equal(confidences, np.abs(actions))
    return [int(action) for action in actions]


@pytest.mark.parametrize(
    ("operator", "level", "expected"),
    [
        # closes:              1  1  2  3  3  2  1  3
        (">", 2, [3, 7]),
        (">=", 2, [2, 7]),
        ("<", 2, [6]),
        ("<=", 2, [5]),
        ("crosses_above", 2, [3, 7]),
        ("crosses_below", 2, [6]),
    ],
)
def test_each_comparison_acts_where_it_begins_to_hold(operator: str, level: float, expected: list[int]) -> None:
    candles = candles_of([1, 1, 2, 3, 3, 2, 1, 3])
    actions = actions_of(candles, compare(CLOSE, operator, level))
    assert [index for index, action in enumerate(actions) if action] == expected
    turned = {
        "<": ">",
        ">": "<",
        "<=": ">=",
        ">=": "<=",
        "crosses_above": "crosses_below",
        "crosses_below": "crosses_above",
    }
    assert actions == actions_of(candles, compare(level, turned[operator], CLOSE))
    assert [-action for action in actions] == actions_of(
        candles, compare(CLOSE, ">", 99), compare(CLOSE, operator, level)
    )


def test_all_and_any_nest() -> None:
    candles = candles_of([1, 1, 1, 5, 9, 5, 1, 9])
    above, below = compare(CLOSE, ">", 2), compare(CLOSE, "<", 8)
    assert actions_of(candles, {"all": [above, below]}) == [0, 0, 0, 1, 0, 1, 0, 0]
    assert actions_of(candles, {"any": [above, compare(CLOSE, ">", 8)]}) == [0, 0, 0, 1, 0, 0, 0, 1]
    assert actions_of(candles, {"all": [{"any": [above]}, {"all": [below]}]}) == [0, 0, 0, 1, 0, 1, 0, 0]


def test_both_at_once_is_nothing_and_no_condition_never_holds() -> None:
    candles = candles_of([1, 1, 1, 5, 1, 5])
    rises = compare(CLOSE, ">", 2)
    assert actions_of(candles, rises, rises) == [0] * 6
    assert actions_of(candles, rises) == [0, 0, 0, 1, 0, 1]
    assert actions_of(candles, rises, {"all": []}) == [0, 0, 0, 1, 0, 1]


def test_rounding_does_not_cross() -> None:
    candles = candles_of([0.1 + 0.2, 0.3] * 200)
    for operator in OPERATORS:
        assert not any(actions_of(candles, compare(sma(3), operator, sma(7)))), operator


def test_a_rule_says_what_its_indicators_say() -> None:
    candles = random_candles(3_000, seed=9)
    series = Series(candles)
    short, strength = simple_moving_average(series, 10), relative_strength(series, 14)
    # Prices on a tick are often at their average, to the last digits.
    holds = (series.close - short > 1e-9 * short) & (strength < 60)
    holds[: warmup_of(RULES, {"buy": compare({"indicator": "rsi"}, "<", 60), "sell": NEVER}, MINUTE) - 1] = False
    expected = np.flatnonzero(holds[1:] & ~holds[:-1]) + 1
    actions = actions_of(candles, {"all": [compare(CLOSE, ">", sma(10)), compare({"indicator": "rsi"}, "<", 60)]})
    assert len(expected) > 50
    assert np.flatnonzero(actions).tolist()[1:] == expected.tolist()[1:]


@pytest.mark.parametrize("name", sorted(INDICATORS))
def test_every_indicator_and_output_can_be_used(name: str) -> None:
    series = Series(random_candles(3_000, seed=2))
    for output in INDICATORS[name].outputs:
        operand = {"indicator": name, "output": output.name}
        parameters = {"buy": compare(operand, ">", {"indicator": "sma"}), "sell": compare(operand, "crosses_below", 0)}
        assert problems_of(RULES, parameters, MINUTE) == {}
        evaluate(RULES, series, parameters)
        (line, *_) = lines_of(RULES, series, parameters)
        memory = INDICATORS[name].memory(INDICATORS[name].complete({}))
        assert np.isnan(line.values[0]) or memory == 0
        assert not np.isnan(line.values[memory:]).all()
        assert line.pane == "price" or output.unit != "price" or name in {"atr", "macd"}


def test_lines_are_drawn_once_with_their_levels() -> None:
    strength = compare({"indicator": "rsi"}, "crosses_above", 30)
    parameters = {
        "buy": {"all": [strength, compare(CLOSE, ">", sma(20, timeframe="5m"))]},
        "sell": {"any": [strength, compare(sma(20), "<", {"indicator": "sma", "parameters": {"source": "volume"}})]},
    }
    drawn = lines_of(RULES, Series(random_candles(500, seed=1)), parameters)
    assert [(line.name, line.pane, line.levels) for line in drawn] == [
        ("RSI 14", "Per cent", (30.0,)),
        ("SMA 20 (5m)", "price", ()),
        ("SMA 20", "price", ()),
        ("SMA 20 volume", "Volume", ()),
    ]


# --- what is refused -------------------------------------------------------------------------------------------------

HOLDS = compare(CLOSE, ">", 1)


def nested(depth: int) -> dict[str, Any]:
    return {"all": [nested(depth - 1)]} if depth else HOLDS


def endless() -> list[Any]:
    tree: list[Any] = []
    for _ in range(5_000):
        tree = [{"all": tree}]
    return tree


REFUSED: list[tuple[Any, str, str]] = [
    (None, "", "this is empty"),
    (7, "", "this is 7"),
    ([], "", "this is a structure"),
    ("close > 5", "", "“close > 5”"),
    ({}, "", "left is missing"),
    ({"left": CLOSE}, "", "is missing"),
    ({"all": HOLDS}, "all", "must be a list of conditions"),
    ({"any": None}, "any", "must be a list of conditions; it is empty"),
    ({"all": [HOLDS], "any": [HOLDS]}, "any", "no such entry"),
    ({"all": [HOLDS], "not": 1}, "not", "no such entry"),
    ({"all": [HOLDS, {"any": []}]}, "all.1.any", "Add a condition"),
    ({"all": [HOLDS, 3]}, "all.1", "must be a structure"),
    ({"all": [HOLDS] * MOST_CONDITIONS}, "all", "There can be 40"),
    ({"all": [{"any": [HOLDS] * 20}, {"any": [HOLDS] * 20}]}, "all.1.any", "There can be 40"),
    ({"all": [HOLDS] * 1_000_000}, "all", "There can be 40"),
    (nested(MOST_DEPTH + 1), "all.0.all.0.all.0.all.0", "nested 4 deep"),
    ({"all": endless()}, "all.0.all.0.all.0.all.0", "nested 4 deep"),
    (compare(CLOSE, "=", 1), "operator", "this is “=”"),
    (compare(CLOSE, [], 1), "operator", "this is a structure"),
    ({**HOLDS, "weight": 1}, "weight", "no such entry"),
    (compare(1, ">", 2), "", "Two numbers never change"),
    (compare(True, ">", CLOSE), "left", "must be a number, a price or an indicator; it is true"),
    (compare("close", ">", 1), "left", "it is “close”"),
    (compare(CLOSE, ">", None), "right", "it is empty"),
    (compare(CLOSE, ">", float("nan")), "right", "between -1e15 and 1e15"),
    (compare(CLOSE, ">", 1e16), "right", "between -1e15 and 1e15"),
    (compare(CLOSE, ">", 10**400), "right", "a very large number"),
    (compare({"price": "vwap"}, ">", 1), "left.price", "Choose one of close"),
    (compare({"price": ["close"]}, ">", 1), "left.price", "this is a structure"),
    (compare({"price": "close", "period": 3}, ">", 1), "left.period", "no such entry"),
    (compare({"price": "close", "timeframe": "7m"}, ">", 1), "left.timeframe", "this is “7m”"),
    (compare({"price": "close", "timeframe": 5}, ">", 1), "left.timeframe", "this is 5"),
    (compare({"indicator": "vwap"}, ">", 1), "left.indicator", "Choose one of sma"),
    (compare({"indicator": None}, ">", 1), "left.indicator", "this is empty"),
    (compare({"indicator": "rsi", "output": "upper"}, ">", 1), "left.output", "Choose one of value"),
    (compare({"indicator": "rsi", "output": []}, ">", 1), "left.output", "this is a structure"),
    (compare({"indicator": "rsi", "timeframe": {}}, ">", 1), "left.timeframe", "this is a structure"),
    (compare({"indicator": "rsi", "parameters": 14}, ">", 1), "left.parameters", "a structure of parameters"),
    (compare({"indicator": "rsi", "parameters": {"length": 3}}, ">", 1), "left.parameters.length", "no such entry"),
    (compare({"indicator": "rsi", "parameters": {"period": 1}}, ">", 1), "left.parameters.period", "from 2 to 200"),
    (compare({"indicator": "rsi", "parameters": {"period": "9"}}, ">", 1), "left.parameters.period", "whole number"),
    (compare({"indicator": "sma", "period": 3}, ">", 1), "left.period", "no such entry"),
    (
        compare({"indicator": "sma", "parameters": {"source": "vwap"}}, ">", 1),
        "left.parameters.source",
        "must be one of close",
    ),
    (
        compare({"indicator": "macd", "parameters": {"fast_period": 26}}, ">", 0),
        "left.parameters",
        "less than the slow period",
    ),
    (compare({"indicator": "rsi", "x" * 10_000: 1}, ">", 1), "left." + "x" * 39 + "…", "no such entry"),
]


@pytest.mark.parametrize(("tree", "path", "words"), REFUSED)
def test_a_bad_tree_is_answered_with_path_and_sentence(tree: Any, path: str, words: str) -> None:
    for name, other in (("buy", "sell"), ("sell", "buy")):
        found = problems_of(RULES, {name: tree, other: HOLDS})
        whole = f"{name}.{path}" if path else name
        assert whole in found, found
        assert words in found[whole]
        assert found[whole].endswith(".")
        assert all(len(problem) < 400 for problem in found.values())


@pytest.mark.parametrize(("tree", "path", "words"), REFUSED)
def test_the_schema_refuses_no_less_than_it_can_tell(tree: Any, path: str, words: str) -> None:
    """What concerns the whole tree, or two values, a schema cannot say; everything else it refuses too."""
    beyond = ("There can be", "nested", "Two numbers", "less than the slow", "Add a condition", "1e15")
    if any(word in words for word in beyond) or words == "a very large number":
        return
    validator = jsonschema.Draft202012Validator(json_schema(RULES))
    assert not validator.is_valid({"buy": tree, "sell": HOLDS}), path


def test_problems_are_few_however_many_there_are() -> None:
    tree = {"all": [compare("a", "b", "c")] * 30}
    assert len(problems_of(RULES, {"buy": tree, "sell": tree})) == 40


def test_without_a_condition_to_buy_it_would_never_trade() -> None:
    assert problems_of(RULES, {"buy": NEVER}) == {"buy": "Add at least one condition to buy."}
    assert problems_of(RULES, {"sell": NEVER}) == {}


# --- longer candles --------------------------------------------------------------------------------------------------


def test_a_longer_candle_counts_from_its_close_on() -> None:
    """Hand-made: candles of a minute, closes 0, 1, 2, …; the close of the last finished five minutes."""
    candles = candles_of([float(number) for number in range(100, 123)])
    longer = longer_candles(Series(candles), "5m")
    # 100 to 104 make the first one, which is left out, for it may have begun before the recording.
    assert longer.seen(longer.series.close)[5:].tolist() == pytest.approx(
        [np.nan] * 4 + [109.0] * 5 + [114.0] * 5 + [119.0] * 4, nan_ok=True
    )
    assert longer.series.open[0] == 105
    assert longer.series.high[0] == 109


def test_longer_candles_are_those_of_pandas_where_some_are_missing() -> None:
    candles = history("most candles missing")[:2_000]
    longer = longer_candles(Series(candles), "15m")
    seen = longer.seen(longer.series.close)
    times = pd.to_datetime(candles["opened_at"], unit="ms")
    closes = pd.Series(candles["close"], index=times).resample("15min").last().dropna()
    # A fifteen-minute candle is finished at the close of the minute that ends it.
    known_at = closes.index + pd.Timedelta(minutes=15)
    for place in range(400, len(candles), 7):
        finished = closes[known_at <= times[place] + pd.Timedelta(minutes=1)]
        assert seen[place] == finished.iloc[-1]


@pytest.mark.parametrize("timeframe", ["3m", "5m", "15m", "1h"])
@pytest.mark.parametrize("name", ["ordinary", "most candles missing", "off the grid"])
def test_longer_candles_do_not_look_ahead(timeframe: str, name: str) -> None:
    candles = (random_candles(3_000, seed=6) if name == "ordinary" else history(name))[:3_000]
    whole = longer_candles(Series(candles), timeframe)
    seen = whole.seen(simple_moving_average(whole.series, 3))
    for end in [*range(100, len(candles), 173), *range(1_000, 1_130)]:
        part = longer_candles(Series(candles[:end]), timeframe)
        assert np.array_equal(part.seen(simple_moving_average(part.series, 3)), seen[:end], equal_nan=True)


def test_a_rule_on_longer_candles_acts_when_they_close() -> None:
    closes = walk(4_000, seed=3)
    candles = candles_of(closes)
    actions = actions_of(
        candles, compare({"price": "close", "timeframe": "1h"}, "crosses_above", sma(5, timeframe="1h"))
    )
    places = np.flatnonzero(actions)
    assert len(places) > 5
    assert set((places + 1) % 60) == {0}


@pytest.mark.parametrize(
    ("interval_ms", "timeframe", "fits"),
    [
        (MINUTE, "5m", True),
        (MINUTE, "1m", False),
        (5 * MINUTE, "1m", False),
        (3 * MINUTE, "5m", False),
        (3 * MINUTE, "15m", True),
        (TIMEFRAMES["3d"], "1w", False),
        (TIMEFRAMES["1d"], "1w", True),
    ],
)
def test_a_time_frame_must_be_a_multiple_of_the_bots(interval_ms: int, timeframe: str, fits: bool) -> None:
    parameters = {"buy": {"all": [HOLDS, compare(CLOSE, ">", sma(5, timeframe=timeframe))]}, "sell": NEVER}
    assert problems_of(RULES, parameters) == {}
    if fits:
        assert problems_of(RULES, parameters, interval_ms) == {}
        assert warmup_of(RULES, parameters, interval_ms) >= 5 * TIMEFRAMES[timeframe] // interval_ms
        return
    found = problems_of(RULES, parameters, interval_ms)
    assert "choose a time frame that is a multiple" in found["buy.all.1.right.timeframe"]
    with pytest.raises(StrategyError, match="choose a time frame that is a multiple"):
        warmup_of(RULES, parameters, interval_ms)
    with pytest.raises(StrategyError, match="choose a time frame that is a multiple"):
        evaluate(RULES, Series(candles_of(walk(300), interval_ms)), parameters)


def test_a_memory_that_is_too_long_is_refused() -> None:
    parameters = {"buy": compare(CLOSE, ">", {"indicator": "ema", "timeframe": "1w"}), "sell": NEVER}
    assert "200,000 are the most" in problems_of(RULES, parameters, MINUTE)["buy"]
    with pytest.raises(StrategyError, match="200,000 are the most"):
        warmup_of(RULES, parameters, MINUTE)
    assert problems_of(RULES, parameters, TIMEFRAMES["1h"]) == {}


def test_the_spacing_of_candles_is_told_from_them(recorded_candles: Path) -> None:
    assert recorded_candles.is_dir()
    for name, length in (
        ("bittrex_ETC-BTC_1m.csv.gz", MINUTE),
        ("bittrex_ETC-BTC_5m.csv.gz", 5 * MINUTE),
        ("bittrex_XRP-BTC_1d.csv.gz", 1440 * MINUTE),
        ("binance_ONT-BTC_4h.csv.gz", 240 * MINUTE),
        ("binance_ADA-BTC_3d.csv.gz", 4320 * MINUTE),
        ("binance_ADA-BTC_1w.csv.gz", 10080 * MINUTE),
    ):
        assert grid_interval(Series(history(name))) == length, name
        assert grid_interval(Series(history(name)[-20:])) == length, name
    assert grid_interval(Series(candles_of([1.0]))) == 0
    assert grid_interval(Series(candles_of([1.0, 1.0], 77))) == 0


def test_rules_survive_the_database() -> None:
    """As JSON and back they say the same."""
    parameters = {"buy": {"all": [compare(CLOSE, ">", sma(5, timeframe="5m"))]}, "sell": compare(CLOSE, "<", sma(9))}
    again = json.loads(json.dumps(parameters))
    series = Series(random_candles(2_000, seed=8))
    assert np.array_equal(evaluate(RULES, series, parameters)[0], evaluate(RULES, series, again)[0])
