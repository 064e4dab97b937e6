"""The strategies there are: built in, and brought by plug-ins that are looked for when they are first needed."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.metadata import EntryPoint, entry_points
from threading import Lock
from typing import Any, cast

from backend.trading.strategies.declaration import Strategy, problems_of
from backend.trading.strategies.evaluation import StrategyError, warmup_of
from backend.trading.strategies.parameter import Parameter

PLUGIN_GROUP = "tradefleet.strategies"
"""The entry-point group under which an installed package offers a Strategy, as instance or class."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
_METHODS = ("problems", "warmup", "signals", "lines")
_TRIED_INTERVAL = 3_600_000


def _installed() -> Iterable[EntryPoint]:
    return entry_points(group=PLUGIN_GROUP)


class Registry(Mapping[str, Strategy]):
    """Strategies by name, built-in ones first. A plug-in that cannot be used is left out and explained.

    Plug-ins are loaded once, when a name is asked for that is not built in, or when all are.
    """

    def __init__(
        self, built_in: Iterable[Strategy], installed: Callable[[], Iterable[EntryPoint]] = _installed
    ) -> None:
        """`installed` gives the entry points of the plug-ins."""
        self._built_in = {strategy.name: strategy for strategy in built_in}
        self._installed = installed
        self._plugins: dict[str, Strategy] | None = None
        self._loading = Lock()
        self.problems: dict[str, str] = {}
        """What is wrong with plug-ins that were left out, by entry-point name."""

    def __getitem__(self, name: str) -> Strategy:
        """The strategy of that name. Raises KeyError."""
        return self._built_in[name] if name in self._built_in else self._brought()[name]

    def __iter__(self) -> Iterator[str]:
        """All names."""
        return iter([*self._built_in, *self._brought()])

    def __len__(self) -> int:
        """How many there are."""
        return len(self._built_in) + len(self._brought())

    def strategy_of(self, name: str) -> Strategy:
        """The strategy of that name. Raises StrategyError saying what there is."""
        strategy = self.get(name)
        if strategy is not None:
            return strategy
        if name in self.problems:
            raise StrategyError(name, f"its plug-in cannot be used. {self.problems[name]}")
        raise StrategyError(name, f"it is not installed here. There are: {', '.join(self)}.")

    def _brought(self) -> dict[str, Strategy]:
        with self._loading:
            if self._plugins is None:
                self._plugins = {}
                for entry in self._installed():
                    self._load(entry, self._plugins)
        return self._plugins

    def _load(self, entry: EntryPoint, plugins: dict[str, Strategy]) -> None:
        try:
            offered = entry.load()
            strategy = cast(Strategy, offered() if isinstance(offered, type) else offered)
            problem = _problem_with(strategy) or self._clash(strategy.name, plugins)
        except (Exception, SystemExit) as error:  # noqa: BLE001  somebody else's code; it must not keep us from starting
            problem = f"It could not be loaded: {type(error).__name__}: {error}".rstrip(".: ") + "."
        if problem:
            self.problems[entry.name] = problem
        else:
            plugins[strategy.name] = strategy

    def _clash(self, name: str, plugins: Mapping[str, Strategy]) -> str | None:
        if name in self._built_in:
            return f"It calls itself “{name}”, which is a built-in strategy; give it another name."
        if name in plugins:
            return f"It calls itself “{name}”, as another plug-in does; give it another name."
        return None


def _problem_with(strategy: Any) -> str | None:
    """What keeps an object from being a strategy, as a sentence."""
    return _problem_with_shape(strategy) or _problem_with_defaults(strategy)


def _problem_with_shape(strategy: Any) -> str | None:
    missing = [name for name in _METHODS if not callable(getattr(strategy, name, None))]
    if missing:
        return f"It has no method {', '.join(missing)}; derive it from Strategy."
    if not isinstance(getattr(strategy, "name", None), str) or not _NAME.match(strategy.name):
        return "Its name must be lower-case letters, digits and underscores, at most 40, beginning with a letter."
    for words in ("title", "summary"):
        if not isinstance(getattr(strategy, words, None), str) or not getattr(strategy, words).strip():
            return f"It has no {words}."
    declared = getattr(strategy, "parameters", None)
    if not isinstance(declared, tuple) or not all(isinstance(one, Parameter) for one in declared):
        return "Its parameters must be a tuple of Parameter."
    return "Two of its parameters have the same name." if len({one.name for one in declared}) < len(declared) else None


def _problem_with_defaults(strategy: Strategy) -> str | None:
    for name, problem in problems_of(strategy, {}).items():
        return f"Its own defaults cannot be used ({name}): {problem}"
    try:
        warmup_of(strategy, {}, _TRIED_INTERVAL)
    except StrategyError as error:
        return f"Its warm-up cannot be told: {error.sentence}"
    return None
