"""What every strategy promises, on recorded and on nasty candles, with its defaults and with drawn parameters."""

from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from backend.tests.trading.strategies.drawing import drawn_parameters
from backend.tests.trading.strategies.histories import MADE_UP, RECORDED, candles_of, history, is_there, walk
from backend.trading.candles import Candles
from backend.trading.series import Series
from backend.trading.strategies import STRATEGIES, Strategy
from backend.trading.strategies.declaration import Signals, Voter, with_defaults
from backend.trading.strategies.evaluation import evaluate, lines_of, warmup_of
from backend.trading.strategies.spacing import grid_interval

ALL = sorted(STRATEGIES)
_DRAWS = 3


@pytest.fixture(params=[*RECORDED, *MADE_UP])
def candles(request: pytest.FixtureRequest) -> Candles:
    if not is_there(request.param):
        request.getfixturevalue("recorded_candles")
    return history(request.param)


@pytest.fixture(params=ALL)
def strategy(request: pytest.FixtureRequest) -> Strategy:
    return STRATEGIES[request.param]


def settings_of(strategy: Strategy, candles: Candles) -> list[dict[str, Any]]:
    """The defaults, and some legal parameters that its candles are enough for."""
    generator = np.random.default_rng(len(candles) + len(strategy.name))
    interval = grid_interval(Series(candles))
    widest = 25 if len(candles) < 2_000 else 80
    drawn = [
        drawn_parameters(strategy, generator, interval, widest) for _ in range(_DRAWS if strategy.parameters else 0)
    ]
    return [with_defaults(strategy, {}), *drawn]


def places(signals: Signals, first: int, end: int) -> list[int]:
    """Indices around signals, and some others."""
    if end <= first:
        return []
    acting = np.flatnonzero(signals[0][first:end])[:: max(1, np.count_nonzero(signals[0]) // 12)] + first
    others = np.random.default_rng(end).integers(first, end, 12)
    chosen = np.unique(np.concatenate((acting - 1, acting, acting + 1, others)))
    indices: list[int] = chosen[(chosen >= first) & (chosen < end)].tolist()
    return indices


def same(some: Signals, others: Signals) -> bool:
    return np.array_equal(some[0], others[0]) and bool(np.allclose(some[1], others[1], rtol=0, atol=1e-6))


def test_other_candles_after_a_place_change_nothing_up_to_it(strategy: Strategy, candles: Candles) -> None:
    generator = np.random.default_rng(5)
    for parameters in settings_of(strategy, candles):
        signals = evaluate(strategy, Series(candles), parameters)
        acting = np.flatnonzero(signals[0][: len(candles) - 1])
        cuts = [*generator.integers(1, len(candles), 3), *acting[:: max(1, len(acting) // 3)][:3] + 1]
        for cut in cuts:
            changed = candles.copy()
            for name in ("open", "high", "low", "close"):
                changed[name][cut:] *= generator.uniform(0.6, 1.6, len(candles) - cut)
            changed["volume"][cut:] *= 7
            after = evaluate(strategy, Series(changed), parameters)
            assert same((after[0][:cut], after[1][:cut]), (signals[0][:cut], signals[1][:cut])), (parameters, cut)
            past = evaluate(strategy, Series(candles[:cut]), parameters)
            assert same(past, (signals[0][:cut], signals[1][:cut])), (parameters, cut)


def test_the_last_candles_of_the_warm_up_say_what_the_whole_history_says(strategy: Strategy, candles: Candles) -> None:
    for parameters in settings_of(strategy, candles):
        warmup = warmup_of(strategy, parameters, grid_interval(Series(candles)))
        signals = evaluate(strategy, Series(candles), parameters)
        for place in places(signals, warmup, len(candles)):
            window = evaluate(strategy, Series(candles[place - warmup : place + 1]), parameters)
            assert window[0][-1] == signals[0][place], (parameters, place)
            assert abs(window[1][-1] - signals[1][place]) <= 1e-6, (parameters, place)


def test_signals_have_their_shape_and_are_the_same_when_remembered(strategy: Strategy, candles: Candles) -> None:
    for parameters in settings_of(strategy, candles):
        series = Series(candles)
        actions, confidences = evaluate(strategy, series, parameters)
        assert str(actions.dtype) == "int8"
        assert str(confidences.dtype) == "float64"
        assert len(actions) == len(confidences) == len(candles)
        assert set(np.unique(actions)) <= {-1, 0, 1}
        assert np.array_equal(confidences > 0, actions != 0)
        assert confidences.max() <= 1
        assert same(evaluate(strategy, series, parameters), (actions, confidences))
        for line, again in zip(
            lines_of(strategy, series, parameters), lines_of(strategy, Series(candles), parameters), strict=True
        ):
            assert line.name == again.name
            assert np.array_equal(line.values, again.values, equal_nan=True)


def test_one_series_serves_all_parameters_as_a_fresh_one_would(strategy: Strategy, candles: Candles) -> None:
    shared = Series(candles)
    for parameters in settings_of(strategy, candles):
        assert same(evaluate(strategy, shared, parameters), evaluate(strategy, Series(candles), parameters))


@pytest.mark.parametrize("scarcity", ["none", "one", "two", "warm-up"])
def test_too_few_candles_give_no_signal_and_no_error(strategy: Strategy, scarcity: str) -> None:
    generator = np.random.default_rng(11)
    for parameters in [with_defaults(strategy, {}), drawn_parameters(strategy, generator, 60_000, 40)]:
        warmup = warmup_of(strategy, parameters, 60_000)
        count = {"none": 0, "one": 1, "two": 2, "warm-up": warmup}[scarcity]
        series = Series(candles_of(walk(count)))
        actions, confidences = evaluate(strategy, series, parameters)
        assert len(actions) == count
        assert not actions.any()
        assert not confidences.any()
        assert all(len(line.values) == count for line in lines_of(strategy, series, parameters))


@pytest.mark.parametrize("name", [name for name in ALL if name != "webhook"])
def test_the_defaults_do_something(name: str, recorded_candles: Path) -> None:
    strategy, candles = STRATEGIES[name], history(RECORDED[3])
    assert recorded_candles.is_dir()
    actions, _ = evaluate(strategy, Series(candles), with_defaults(strategy, {}))
    assert (actions == 1).sum() >= 5
    assert (actions == -1).sum() >= 5


@pytest.mark.parametrize("name", [name for name in ALL if hasattr(STRATEGIES[name], "stances")])
def test_stances_go_with_the_signals(name: str, candles: Candles) -> None:
    """Nobody votes against the signal that it gives: the stance at a signal is its own side, or none.

    Oscillators act where they leave their zone, so theirs is the one before.
    """
    strategy = cast(Voter, STRATEGIES[name])
    parameters = with_defaults(strategy, {})
    stances = strategy.stances(Series(candles), parameters)
    actions, _ = evaluate(strategy, Series(candles), parameters)
    assert stances.dtype == np.int8
    assert set(np.unique(stances)) <= {-1, 0, 1}
    before = np.concatenate(([0], stances[:-1])) if name in {"rsi", "stochastic"} else stances
    assert not ((before * actions) < 0).any()
    assert ((before * actions) > 0).any() or not actions.any()


def test_signals_from_outside_are_none_in_a_backtest(candles: Candles) -> None:
    webhook = STRATEGIES["webhook"]
    actions, confidences = evaluate(webhook, Series(candles), {})
    assert webhook.signals_from_outside
    assert not actions.any()
    assert not confidences.any()
    assert not any(STRATEGIES[name].signals_from_outside for name in ALL if name != "webhook")
