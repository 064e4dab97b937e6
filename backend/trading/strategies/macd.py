"""MACD: buys when the distance between two averages rises above its own average, sells when it falls below."""

from backend.trading.crossings import crossings, sides
from backend.trading.indicators import convergence_divergence, convergence_memory
from backend.trading.series import Series
from backend.trading.strategies.declaration import Actions, IndicatorLine, Parameters, Signals, Voter, after_warmup
from backend.trading.strategies.parameter import whole


class Macd(Voter):
    """Crossings of the MACD line and its signal line."""

    name = "macd"
    title = "MACD"
    summary = (
        "Follows changes of momentum: the MACD line is a fast average less a slow one. Buys when it rises above its own"
        " average, the signal line, and sells when it falls below."
    )
    parameters = (
        whole(
            "fast_period",
            "Fast period",
            "Candles that the fast average mainly looks at.",
            default=12,
            minimum=2,
            maximum=200,
        ),
        whole(
            "slow_period",
            "Slow period",
            "Candles that the slow average mainly looks at; it must be more than the fast period.",
            default=26,
            minimum=3,
            maximum=500,
        ),
        whole(
            "signal_period",
            "Signal period",
            "Candles that the signal line averages; a larger number gives fewer and later signals.",
            default=9,
            minimum=2,
            maximum=200,
        ),
    )

    def problems(self, parameters: Parameters) -> dict[str, str]:
        """The fast average must be the faster one."""
        if parameters["fast_period"] < parameters["slow_period"]:
            return {}
        return {
            "fast_period": f"Fast period ({parameters['fast_period']}) must be less than"
            f" the slow period ({parameters['slow_period']})."
        }

    def warmup(self, parameters: Parameters, _interval_ms: int) -> int:
        """What the signal line remembers, at this candle and at the one before it."""
        return convergence_memory(parameters["slow_period"], parameters["signal_period"]) + 1

    def signals(self, series: Series, parameters: Parameters) -> Signals:
        """+1 where the line rises above its signal line, -1 where it falls below."""
        line, signal = convergence_divergence(series, *_periods(parameters))
        return after_warmup(crossings(line, signal, series.close), self.warmup(parameters, 0))

    def stances(self, series: Series, parameters: Parameters) -> Actions:
        """+1 while the line is above its signal line."""
        line, signal = convergence_divergence(series, *_periods(parameters))
        return sides(line, signal, signal, series.close)

    def lines(self, series: Series, parameters: Parameters) -> list[IndicatorLine]:
        """Both lines around zero."""
        line, signal = convergence_divergence(series, *_periods(parameters))
        return [IndicatorLine("MACD", line, "MACD", (0.0,)), IndicatorLine("Signal", signal, "MACD", (0.0,))]


def _periods(parameters: Parameters) -> tuple[int, int, int]:
    return parameters["fast_period"], parameters["slow_period"], parameters["signal_period"]
