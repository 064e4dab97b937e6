"""EMA crossover: buys when a short exponential average rises above a long one, sells when it falls below."""

from backend.trading.crossings import crossings, sides
from backend.trading.indicators import exponential_memory, exponential_moving_average
from backend.trading.series import Column, Series
from backend.trading.strategies.declaration import Actions, IndicatorLine, Parameters, Signals, Voter, after_warmup
from backend.trading.strategies.parameter import whole


class EmaCrossover(Voter):
    """The crossover as an event, of averages that weigh newer prices more."""

    name = "ema_crossover"
    title = "EMA crossover"
    summary = (
        "Follows the trend like the SMA crossover, with averages that weigh newer prices more and so turn sooner:"
        " buys when the short one rises above the long one, and sells when it falls below."
    )
    parameters = (
        whole(
            "short_period",
            "Short period",
            "Candles that the fast average mainly looks at; a smaller number reacts sooner and errs more often.",
            default=12,
            minimum=2,
            maximum=500,
        ),
        whole(
            "long_period",
            "Long period",
            "Candles that the slow average mainly looks at; it must be more than the short period.",
            default=26,
            minimum=3,
            maximum=1000,
        ),
    )

    def problems(self, parameters: Parameters) -> dict[str, str]:
        """The short average must be the shorter one."""
        if parameters["short_period"] < parameters["long_period"]:
            return {}
        return {
            "short_period": f"Short period ({parameters['short_period']}) must be less than"
            f" the long period ({parameters['long_period']})."
        }

    def warmup(self, parameters: Parameters, _interval_ms: int) -> int:
        """What the long average remembers, at this candle and at the one before it."""
        return exponential_memory(parameters["long_period"]) + 1

    def signals(self, series: Series, parameters: Parameters) -> Signals:
        """+1 where the short average rises above the long one, -1 where it falls below."""
        short, long = self._averages(series, parameters)
        return after_warmup(crossings(short, long, series.close), self.warmup(parameters, 0))

    def stances(self, series: Series, parameters: Parameters) -> Actions:
        """+1 while the short average is above the long one."""
        short, long = self._averages(series, parameters)
        return sides(short, long, long, series.close)

    def lines(self, series: Series, parameters: Parameters) -> list[IndicatorLine]:
        """Both averages."""
        short, long = self._averages(series, parameters)
        return [
            IndicatorLine(f"EMA {parameters['short_period']}", short),
            IndicatorLine(f"EMA {parameters['long_period']}", long),
        ]

    def _averages(self, series: Series, parameters: Parameters) -> tuple[Column, Column]:
        return (
            exponential_moving_average(series, parameters["short_period"]),
            exponential_moving_average(series, parameters["long_period"]),
        )
