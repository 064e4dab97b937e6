"""Bollinger bands: trades prices that leave their usual range, expecting them to come back or to go on."""

from backend.trading.crossings import channel_crossings, sides
from backend.trading.indicators import bollinger_bands
from backend.trading.series import Series
from backend.trading.strategies.declaration import Actions, IndicatorLine, Parameters, Signals, Voter
from backend.trading.strategies.parameter import Choice, choice, number, whole


class Bollinger(Voter):
    """Closes that cross the bands outward."""

    name = "bollinger"
    title = "Bollinger bands"
    summary = (
        "Draws a band of some standard deviations around the average price. Expecting prices to return, it buys when"
        " the close falls below the band and sells when it rises above; expecting them to go on, the other way round."
    )
    parameters = (
        whole(
            "period",
            "Period",
            "Candles of which the average and the deviation are taken.",
            default=20,
            minimum=2,
            maximum=500,
        ),
        number(
            "deviations",
            "Deviations",
            "Half the band's width in standard deviations; a larger number gives fewer signals.",
            default=2.0,
            minimum=0.5,
            maximum=5.0,
            step=0.1,
        ),
        choice(
            "expect",
            "Expect prices to",
            "Return suits quiet markets without a direction; go on suits markets that break out.",
            Choice("return", "return into the band"),
            Choice("go_on", "go on out of the band"),
        ),
    )

    def warmup(self, parameters: Parameters, _interval_ms: int) -> int:
        """The bands of this candle and of the one before it."""
        return int(parameters["period"])

    def signals(self, series: Series, parameters: Parameters) -> Signals:
        """Where a close crosses a band outward."""
        upper, _, lower = bollinger_bands(series, parameters["period"], parameters["deviations"])
        actions, confidences = channel_crossings(series.close, upper, lower, series.close)
        return (actions if parameters["expect"] == "go_on" else -actions), confidences

    def stances(self, series: Series, parameters: Parameters) -> Actions:
        """While the close is outside the bands."""
        upper, _, lower = bollinger_bands(series, parameters["period"], parameters["deviations"])
        outside: Actions = sides(series.close, upper, lower, series.close)
        return outside if parameters["expect"] == "go_on" else -outside

    def lines(self, series: Series, parameters: Parameters) -> list[IndicatorLine]:
        """The bands and their middle."""
        upper, middle, lower = bollinger_bands(series, parameters["period"], parameters["deviations"])
        return [
            IndicatorLine("Upper band", upper),
            IndicatorLine(f"SMA {parameters['period']}", middle),
            IndicatorLine("Lower band", lower),
        ]
