"""SMA crossover: buys when a short moving average rises above a long one, sells when it falls below."""

from backend.trading.crossings import crossings, sides
from backend.trading.indicators import simple_moving_average
from backend.trading.series import Column, Series
from backend.trading.strategies.declaration import Actions, IndicatorLine, Parameters, Signals, Voter
from backend.trading.strategies.parameter import whole


class SmaCrossover(Voter):
    """The crossover as an event: one signal on the candle of the crossing, none while the averages stay apart."""

    name = "sma_crossover"
    title = "SMA crossover"
    summary = (
        "Follows the trend: buys when the short average of closing prices rises above the long one,"
        " and sells when it falls below."
    )
    parameters = (
        whole(
            "short_period",
            "Short period",
            "Candles in the fast average; a smaller number reacts sooner and errs more often.",
            default=10,
            minimum=2,
            maximum=500,
        ),
        whole(
            "long_period",
            "Long period",
            "Candles in the slow average; it must be more than the short period.",
            default=30,
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
        """The long average of this candle and of the one before it."""
        return int(parameters["long_period"])

    def signals(self, series: Series, parameters: Parameters) -> Signals:
        """+1 where the short average rises above the long one, -1 where it falls below."""
        short, long = self._averages(series, parameters)
        return crossings(short, long, series.close)

    def stances(self, series: Series, parameters: Parameters) -> Actions:
        """+1 while the short average is above the long one."""
        short, long = self._averages(series, parameters)
        return sides(short, long, long, series.close)

    def lines(self, series: Series, parameters: Parameters) -> list[IndicatorLine]:
        """Both averages."""
        short, long = self._averages(series, parameters)
        return [
            IndicatorLine(f"SMA {parameters['short_period']}", short),
            IndicatorLine(f"SMA {parameters['long_period']}", long),
        ]

    def _averages(self, series: Series, parameters: Parameters) -> tuple[Column, Column]:
        return (
            simple_moving_average(series, parameters["short_period"]),
            simple_moving_average(series, parameters["long_period"]),
        )
