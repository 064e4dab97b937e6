"""Momentum: buys a market that has risen by some share, sells one that has fallen by it."""

from backend.trading.crossings import EQUAL_PER_CENT, level_crossings, level_sides
from backend.trading.indicators import rate_of_change
from backend.trading.series import Series
from backend.trading.strategies.declaration import Actions, IndicatorLine, Parameters, Signals, Voter
from backend.trading.strategies.parameter import number, whole


class Momentum(Voter):
    """The rate of change on its way above or below a level."""

    name = "momentum"
    title = "Momentum"
    summary = (
        "Follows strength: compares the price with the one some candles before (the rate of change). Buys when the gain"
        " rises above the threshold, and sells when the loss exceeds it."
    )
    parameters = (
        whole(
            "period",
            "Period",
            "Candles over which the change is taken.",
            default=12,
            minimum=1,
            maximum=500,
        ),
        number(
            "threshold",
            "Threshold (%)",
            "Per cent that the price must have changed by; 0 acts on every change of sign.",
            default=1.0,
            minimum=0.0,
            maximum=50.0,
            step=0.1,
        ),
    )

    def warmup(self, parameters: Parameters, _interval_ms: int) -> int:
        """The change up to this candle and up to the one before it."""
        return int(parameters["period"]) + 1

    def signals(self, series: Series, parameters: Parameters) -> Signals:
        """+1 where the change rises above the threshold, -1 where it falls below minus the threshold."""
        threshold = float(parameters["threshold"])
        return level_crossings(rate_of_change(series, parameters["period"]), threshold, -threshold, EQUAL_PER_CENT)

    def stances(self, series: Series, parameters: Parameters) -> Actions:
        """While the change is beyond the threshold."""
        threshold = float(parameters["threshold"])
        stances: Actions = level_sides(
            rate_of_change(series, parameters["period"]), threshold, -threshold, EQUAL_PER_CENT
        )
        return stances

    def lines(self, series: Series, parameters: Parameters) -> list[IndicatorLine]:
        """The rate of change with the thresholds."""
        threshold = float(parameters["threshold"])
        levels = (-threshold, threshold) if threshold else (0.0,)
        values = rate_of_change(series, parameters["period"])
        return [IndicatorLine(f"ROC {parameters['period']}", values, "Rate of change (%)", levels)]
