"""One chunk of an optimisation: its combinations measured over candles that a worker reads once."""

import json
import os
import zlib
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from threading import Lock
from typing import Any
from uuid import UUID

import numpy as np
import optuna
from numpy.typing import NDArray

from backend.backtests.configuration import run_settings
from backend.backtests.execution import Loaded, load_market
from backend.backtests.models import Optimization
from backend.backtests.optimizations.search import Search, space_of
from backend.backtests.optimizations.warming import longest_warmup, strategy_for
from backend.backtests.packing import pack, unpack
from backend.config import Settings
from backend.foundation.platform import Platform
from backend.market_data.queries import milliseconds
from backend.market_data.store import CandleStore
from backend.trading.backtester import Market
from backend.trading.measuring import MEASURES
from backend.trading.optimizer import Combination, Options, Sweep
from backend.trading.series import Series

_REMEMBERED_MARKETS = 2
_BATCH = 16
"""Trials of a Bayesian search that are asked for at once: more use the cores, fewer learn sooner."""


def search_of(optimization: Optimization) -> Search:
    """The search that a row stands for. Raises StrategyError where the strategy is not there any more."""
    settings = run_settings(optimization.configuration, optimization.user_id)
    space, _ = space_of(settings, optimization.search["ranges"])
    return Search(
        settings,
        optimization.configuration,
        space,
        optimization.method,
        optimization.objective,
        optimization.search["trials"],
        optimization.search["seed"],
        optimization.search["minimum_trades"],
    )


class _Markets:
    """The candles of the last optimisations: a worker measures many chunks of each."""

    def __init__(self) -> None:
        self._remembered: OrderedDict[UUID, Loaded] = OrderedDict()
        self._lock = Lock()

    def get(self, platform: Platform, optimization: Optimization, search: Search) -> Loaded:
        with self._lock:
            if optimization.id in self._remembered:
                return self._remembered[optimization.id]
        longest = longest_warmup(search)
        with platform.database.as_tenant(optimization.user_id) as session:
            store = CandleStore(session, platform.settings)
            start, end = milliseconds(optimization.start), milliseconds(optimization.end)
            loaded = load_market(store, search.settings, start, end, warmup=longest)
        with self._lock:
            self._remembered[optimization.id] = loaded
            while len(self._remembered) > _REMEMBERED_MARKETS:
                self._remembered.popitem(last=False)
        return loaded


_markets = _Markets()


def market_of(platform: Platform, optimization: Optimization, search: Search) -> Loaded:
    """The candles of the optimisation, from the longest warm-up on. Raises NoCandles."""
    return _markets.get(platform, optimization, search)


def measure(search: Search, market: Market, combinations: Sequence[Combination], threads: int) -> NDArray[np.void]:
    """MEASURES of each combination, in order. Raises StrategyError."""
    sweep = Sweep(market, strategy_for(search, market), search.settings.balance, search.settle)
    return sweep.measure(combinations, threads)


def threads_of(settings: Settings) -> int:
    """How many threads one chunk may use: the cores there are, shared among the processes that measure."""
    return max(1, (os.cpu_count() or 1) // settings.research_concurrency)


def part_of(market: Market, begin: int, end: int) -> Market:
    """A run over the candles `begin` to before `end` of another's run, with all that come before as warm-up."""
    first = market.start + begin
    return Market(Series(market.series.candles[: market.start + end]), market.length, first)


def bayesian_batches(search: Search, market: Market, threads: int) -> Any:
    """Yields (combinations, MEASURES) in batches, each chosen by what the ones before came to.

    optuna's tree-structured Parzen estimator proposes; what the strategy cannot use counts as worthless.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=search.seed))
    done = 0
    known: dict[str, float] = {}
    while done < search.trials:
        trials = [study.ask() for _ in range(min(_BATCH, search.trials - done))]
        proposed = [{name: _suggest(trial, name, axis) for name, axis in search.space.items()} for trial in trials]
        fresh = {json.dumps(one): one for one in proposed if search.is_usable(one) and json.dumps(one) not in known}
        measures = measure(search, market, list(fresh.values()), threads)
        known |= dict(zip(fresh, search.scores(measures), strict=True))
        for trial, one in zip(trials, proposed, strict=True):
            score = known.get(json.dumps(one), -np.inf)
            if np.isfinite(score):
                study.tell(trial, float(score))
            else:
                study.tell(trial, state=optuna.trial.TrialState.FAIL)
        done += len(trials)
        yield list(fresh.values()), measures, done


def pack_trials(combinations: Sequence[Combination], measures: NDArray[np.void]) -> bytes:
    """Combinations with their MEASURES as bytes."""
    header = zlib.compress(json.dumps([dict(one) for one in combinations]).encode())
    return len(header).to_bytes(4, "big") + header + pack(measures)


def unpack_trials(content: bytes) -> tuple[list[dict[str, Any]], NDArray[np.void]]:
    """What `pack_trials` was given."""
    length = int.from_bytes(content[:4], "big")
    return json.loads(zlib.decompress(content[4 : 4 + length])), unpack(content[4 + length :])


def no_trials() -> NDArray[np.void]:
    """MEASURES of nothing."""
    return np.zeros(0, dtype=MEASURES)


def moment_of(market: Market, index: int) -> datetime:
    """When the run's candle of this index opened; one beyond the last is the run's end."""
    opened_at = market.opened_at
    at = opened_at[index] if index < len(opened_at) else opened_at[-1] + market.length
    return datetime.fromisoformat(str(np.datetime64(int(at), "ms")) + "+00:00")


def _suggest(trial: optuna.Trial, name: str, axis: Any) -> Any:
    if isinstance(axis, Options):
        return axis.choices[trial.suggest_int(name, 0, len(axis.choices) - 1)]
    values = axis.values()
    return values[trial.suggest_int(name, 0, len(values) - 1)]
