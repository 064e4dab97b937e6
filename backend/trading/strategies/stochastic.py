"""Stochastic oscillator: buys turns near the bottom of the recent range, sells turns near its top."""

from backend.trading.crossings import EQUAL_PER_CENT, level_sides, zone_crossings
from backend.trading.indicators import stochastic
from backend.trading.series import Column, Series
from backend.trading.strategies.declaration import Actions, IndicatorLine, Parameters, Signals, Voter
from backend.trading.strategies.parameter import number, whole


class Stochastic(Voter):
    """Crossings of %K and %D that begin in the zones at both ends."""

    name = "stochastic"
    title = "Stochastic oscillator"
    summary = (
        "Trades turns: %K tells where the price lies in the range of the last candles, from 0 to 100, and %D is its"
        " average. Buys when %K rises above %D coming from oversold, and sells when it falls below coming from"
        " overbought."
    )
    parameters = (
        whole("period", "Period", "Candles of the range.", default=14, minimum=2, maximum=500),
        whole(
            "smoothing",
            "Smoothing of %K",
            "Candles over which %K is averaged; 1 leaves it as it is (the fast stochastic).",
            default=3,
            minimum=1,
            maximum=50,
        ),
        whole(
            "signal_period",
            "Period of %D",
            "Candles of %K that %D averages; a larger number gives later signals.",
            default=3,
            minimum=2,
            maximum=50,
        ),
        number(
            "oversold",
            "Oversold",
            "A buy must come from below this.",
            default=20,
            minimum=1,
            maximum=50,
            step=1,
        ),
        number(
            "overbought",
            "Overbought",
            "A sale must come from above this.",
            default=80,
            minimum=50,
            maximum=99,
            step=1,
        ),
    )

    def warmup(self, parameters: Parameters, _interval_ms: int) -> int:
        """Range and both averages, at this candle and at the one before it."""
        return int(parameters["period"] + parameters["smoothing"] + parameters["signal_period"]) - 2

    def signals(self, series: Series, parameters: Parameters) -> Signals:
        """+1 where %K rises above %D from oversold, -1 where it falls below from overbought."""
        fast, slow = _lines(series, parameters)
        return zone_crossings(
            fast, slow, float(parameters["oversold"]), float(parameters["overbought"]), EQUAL_PER_CENT
        )

    def stances(self, series: Series, parameters: Parameters) -> Actions:
        """+1 while %K is oversold, -1 while it is overbought."""
        fast, _ = _lines(series, parameters)
        zones: Actions = level_sides(
            fast, float(parameters["overbought"]), float(parameters["oversold"]), EQUAL_PER_CENT
        )
        return -zones

    def lines(self, series: Series, parameters: Parameters) -> list[IndicatorLine]:
        """Both lines with both levels."""
        fast, slow = _lines(series, parameters)
        levels = (float(parameters["oversold"]), float(parameters["overbought"]))
        return [IndicatorLine("%K", fast, "Stochastic", levels), IndicatorLine("%D", slow, "Stochastic", levels)]


def _lines(series: Series, parameters: Parameters) -> tuple[Column, Column]:
    return stochastic(series, parameters["period"], parameters["smoothing"], parameters["signal_period"])
