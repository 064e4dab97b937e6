"""Every strategy: no look-ahead, a sufficient warm-up, and parameters that explain themselves."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backend.market_data.importers import read_recording
from backend.trading.candles import CANDLE, Candles
from backend.trading.strategies import STRATEGIES
from backend.trading.strategies.declaration import json_schema, problems_of, with_defaults

ALL = sorted(STRATEGIES)


def candles_of(closes: list[float]) -> Candles:
    candles = np.zeros(len(closes), dtype=CANDLE)
    candles["opened_at"] = np.arange(len(closes)) * 60_000
    for name in ("open", "high", "low", "close"):
        candles[name] = closes
    return candles


def wave(count: int) -> list[float]:
    generator = np.random.default_rng(7)
    return list(100 * np.exp(np.cumsum(generator.normal(0, 0.01, count))))


@pytest.fixture(scope="module", params=["random walk", "binance_BTC-USDT_1h.csv.gz", "bittrex_ETC-BTC_5m.csv.gz"])
def history(request: pytest.FixtureRequest) -> Candles:
    if request.param == "random walk":
        return candles_of(wave(1500))
    folder: Path = request.getfixturevalue("recorded_candles")
    return read_recording(folder / request.param).candles[:2000]


@pytest.mark.parametrize("name", ALL)
def test_the_future_changes_nothing(name: str, history: Candles) -> None:
    strategy = STRATEGIES[name]
    parameters = with_defaults(strategy, {})
    actions, confidences = strategy.signals(history, parameters)
    for cut in range(1, len(history), 97):
        past_actions, past_confidences = strategy.signals(history[:cut], parameters)
        assert np.array_equal(past_actions, actions[:cut])
        assert np.allclose(past_confidences, confidences[:cut])


@pytest.mark.parametrize("name", ALL)
def test_the_warm_up_is_enough(name: str, history: Candles) -> None:
    strategy = STRATEGIES[name]
    parameters = with_defaults(strategy, {})
    warmup = strategy.warmup(parameters)
    actions, confidences = strategy.signals(history, parameters)
    assert np.count_nonzero(actions) > 0
    for index in range(warmup, len(history), 13):
        short_actions, short_confidences = strategy.signals(history[index - warmup : index + 1], parameters)
        assert short_actions[-1] == actions[index]
        assert short_confidences[-1] == pytest.approx(confidences[index], abs=1e-6)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("count", [0, 1, 5])
def test_too_few_candles_give_no_signal(name: str, count: int) -> None:
    strategy = STRATEGIES[name]
    actions, confidences = strategy.signals(candles_of(wave(count)), with_defaults(strategy, {}))
    assert list(actions) == [0] * count
    assert list(confidences) == [0] * count


def test_sma_crossover_is_an_event() -> None:
    strategy = STRATEGIES["sma_crossover"]
    closes = [10.0] * 5 + [11, 12, 13, 14, 13, 10, 8, 7, 7, 7]
    actions, _ = strategy.signals(candles_of(closes), {"short_period": 2, "long_period": 4})
    assert list(np.flatnonzero(actions == 1)) == [5]
    assert list(np.flatnonzero(actions == -1)) == [10]


def test_flat_prices_never_cross_by_rounding() -> None:
    strategy = STRATEGIES["sma_crossover"]
    actions, _ = strategy.signals(candles_of([0.1 + 0.2] * 500), {"short_period": 3, "long_period": 7})
    assert not actions.any()


@pytest.mark.parametrize("name", ALL)
def test_declaration_makes_a_schema_whose_defaults_are_usable(name: str) -> None:
    strategy = STRATEGIES[name]
    schema = json_schema(strategy)
    defaults = {key: value["default"] for key, value in schema["properties"].items()}
    assert problems_of(strategy, defaults) == {}
    assert all(value["title"] and value["description"] for value in schema["properties"].values())


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"short_period": 30, "long_period": 10}, "short_period", "less than the long period (10)"),
        ({"short_period": 10, "long_period": 10}, "short_period", "less than"),
        ({"short_period": 1}, "short_period", "from 2 to 500"),
        ({"long_period": 5000}, "long_period", "from 3 to 1000"),
        ({"short_period": 2.5}, "short_period", "whole number"),
        ({"short_period": "10"}, "short_period", "whole number"),
        ({"short_period": True}, "short_period", "whole number"),
        ({"fast": 3}, "fast", "no such parameter"),
    ],
)
def test_unusable_parameters_are_explained(given: dict[str, Any], field: str, words: str) -> None:
    assert words in problems_of(STRATEGIES["sma_crossover"], given)[field]
