"""Strategies as others might bring them: sound, cheating, broken."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import talib

from backend.trading.series import Series
from backend.trading.strategies.declaration import Parameters, Signals, Strategy
from backend.trading.strategies.parameter import whole


def signals_of(actions: Any) -> Signals:
    return np.asarray(actions, dtype=np.int8), np.abs(np.asarray(actions, dtype=np.float64))


class Breakout(Strategy):
    """A sound one: buys a close above the one before by a per cent."""

    name = "breakout"
    title = "Breakout"
    summary = "Buys jumps."
    parameters = (whole("period", "Period", "Candles.", 1, 1, 10),)

    def warmup(self, parameters: Parameters, _interval_ms: int) -> int:
        return int(parameters["period"])

    def signals(self, series: Series, parameters: Parameters) -> Signals:
        actions = np.zeros(len(series))
        period = parameters["period"]
        actions[period:] = series.close[period:] > 1.01 * series.close[:-period]
        return signals_of(actions)


class Raising(Breakout):
    name = "raising"

    def signals(self, series: Series, _parameters: Parameters) -> Signals:
        raise ZeroDivisionError("nothing to divide by")


class TooShort(Breakout):
    name = "too_short"

    def signals(self, series: Series, _parameters: Parameters) -> Signals:
        return signals_of(np.zeros(max(len(series) - 1, 0)))


class WrongType(Breakout):
    name = "wrong_type"

    def signals(self, series: Series, _parameters: Parameters) -> Signals:
        return np.zeros(len(series)), np.zeros(len(series))  # type: ignore[return-value]


class NoArrays(Breakout):
    name = "no_arrays"

    def signals(self, series: Series, _parameters: Parameters) -> Signals:
        return [0] * len(series), [0.0] * len(series)  # type: ignore[return-value]


class UnknownConfidence(Breakout):
    name = "unknown_confidence"

    def signals(self, series: Series, _parameters: Parameters) -> Signals:
        return np.ones(len(series), dtype=np.int8), np.full(len(series), np.nan)


class WildAction(Breakout):
    name = "wild_action"

    def signals(self, series: Series, _parameters: Parameters) -> Signals:
        return np.full(len(series), 2, dtype=np.int8), np.ones(len(series))


class Writing(Breakout):
    """Writes into the candles, which it shares with others."""

    name = "writing"

    def signals(self, series: Series, _parameters: Parameters) -> Signals:
        series.close[:] = 1.0
        return signals_of(np.zeros(len(series)))


class Foreseeing(Breakout):
    """Cheats: knows the next close."""

    name = "foreseeing"

    def signals(self, series: Series, _parameters: Parameters) -> Signals:
        actions = np.zeros(len(series))
        actions[:-1] = np.sign(np.diff(series.close))
        return signals_of(actions)


class Selective(Breakout):
    """Cheats seldom: sound signals, of which it drops those that come out badly within five candles."""

    name = "selective"

    def signals(self, series: Series, _parameters: Parameters) -> Signals:
        average = talib.SMA(series.close, timeperiod=50) if len(series) >= 50 else np.full(len(series), np.nan)
        actions = np.zeros(len(series))
        actions[1:] = (series.close[1:] > average[1:]) & (series.close[:-1] <= average[:-1])
        actions[:-5] *= series.close[5:] > series.close[:-5]
        return signals_of(actions)


class Normalising(Breakout):
    """Cheats without meaning to: compares with the mean of the whole recording."""

    name = "normalising"

    def signals(self, series: Series, _parameters: Parameters) -> Signals:
        above = series.close > series.close.mean() if len(series) else np.zeros(0)
        actions = np.zeros(len(series))
        actions[1:] = np.diff(above.astype(float))
        return signals_of(actions)


class Forgetful(Breakout):
    """Says that it needs ten candles, and needs a hundred and more."""

    name = "forgetful"

    def warmup(self, _parameters: Parameters, _interval_ms: int) -> int:
        return 10

    def signals(self, series: Series, _parameters: Parameters) -> Signals:
        if len(series) < 100:
            return signals_of(np.zeros(len(series)))
        average = talib.EMA(series.close, timeperiod=100)
        actions = np.zeros(len(series))
        actions[1:] = np.diff((series.close > average).astype(float))
        return signals_of(actions)


class Counting(Breakout):
    """Acts on every seventh candle of what it is given, so that every signal depends on the beginning."""

    name = "counting"

    def signals(self, series: Series, _parameters: Parameters) -> Signals:
        return signals_of(np.arange(len(series)) % 7 == 3)


class Offered:
    """An entry point of an installed package."""

    def __init__(self, offered: Any, name: str = "") -> None:
        self.name = name or getattr(offered, "name", "nameless")
        self._offered = offered
        self.loaded = 0

    def load(self) -> Any:
        self.loaded += 1
        if isinstance(self._offered, BaseException):
            raise self._offered
        return self._offered


def declared(**changes: Any) -> Any:
    """Something like a strategy, with changes."""
    sound = Breakout()
    names = ("name", "title", "summary", "parameters", "problems", "warmup", "signals", "lines")
    return SimpleNamespace(**{**{name: getattr(sound, name) for name in names}, **changes})
