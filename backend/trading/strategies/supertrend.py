"""Supertrend: follows a stop line that changes sides when prices cross it."""

from backend.trading.crossings import turns
from backend.trading.indicators import supertrend, supertrend_memory
from backend.trading.series import Series
from backend.trading.strategies.declaration import Actions, IndicatorLine, Parameters, Signals, Voter, after_warmup
from backend.trading.strategies.parameter import number, whole


class Supertrend(Voter):
    """The candles on which the line changes sides."""

    name = "supertrend"
    title = "Supertrend"
    summary = (
        "Follows the trend with a line that keeps some average ranges away from the price: buys when prices rise"
        " through the line above them, and sells when they fall through the line below them."
    )
    parameters = (
        whole(
            "period",
            "Range period",
            "Candles whose average range sets the line's distance.",
            default=10,
            minimum=2,
            maximum=100,
        ),
        number(
            "multiplier",
            "Multiplier",
            "The line's distance in average ranges; a larger number gives fewer and later signals.",
            default=3.0,
            minimum=0.5,
            maximum=10.0,
            step=0.1,
        ),
    )

    def warmup(self, parameters: Parameters, _interval_ms: int) -> int:
        """What the direction follows from, at this candle and at the one before it."""
        return supertrend_memory(parameters["period"], parameters["multiplier"]) + 1

    def signals(self, series: Series, parameters: Parameters) -> Signals:
        """+1 where the line turns up, -1 where it turns down; nothing where its state is unknown."""
        _, direction = supertrend(series, parameters["period"], parameters["multiplier"])
        return after_warmup(turns(direction), self.warmup(parameters, 0))

    def stances(self, series: Series, parameters: Parameters) -> Actions:
        """The direction."""
        return supertrend(series, parameters["period"], parameters["multiplier"])[1]

    def lines(self, series: Series, parameters: Parameters) -> list[IndicatorLine]:
        """The line."""
        line, _ = supertrend(series, parameters["period"], parameters["multiplier"])
        return [IndicatorLine("Supertrend", line)]
