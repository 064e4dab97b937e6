"""ATR channel: buys prices that break out of their usual ranges upward, sells those that break out downward."""

from backend.trading.crossings import channel_crossings, sides
from backend.trading.indicators import atr_channel, channel_memory
from backend.trading.series import Column, Series
from backend.trading.strategies.declaration import Actions, IndicatorLine, Parameters, Signals, Voter, after_warmup
from backend.trading.strategies.parameter import number, whole


class AtrChannel(Voter):
    """Closes that cross Keltner's channel outward."""

    name = "atr_channel"
    title = "ATR channel"
    summary = (
        "Follows breakouts: draws a channel of some average true ranges around an average price (Keltner's channel)."
        " Buys when the close rises above it, and sells when it falls below."
    )
    parameters = (
        whole(
            "period",
            "Period",
            "Candles that the average in the middle mainly looks at.",
            default=20,
            minimum=2,
            maximum=500,
        ),
        whole(
            "atr_period",
            "Range period",
            "Candles whose average range sets the channel's width.",
            default=10,
            minimum=2,
            maximum=200,
        ),
        number(
            "multiplier",
            "Multiplier",
            "Half the channel's width in average ranges; a larger number gives fewer signals.",
            default=2.0,
            minimum=0.5,
            maximum=10.0,
            step=0.1,
        ),
    )

    def warmup(self, parameters: Parameters, _interval_ms: int) -> int:
        """What the channel remembers, at this candle and at the one before it."""
        return channel_memory(parameters["period"], parameters["atr_period"]) + 1

    def signals(self, series: Series, parameters: Parameters) -> Signals:
        """+1 where a close rises above the channel, -1 where it falls below."""
        upper, _, lower = _channel(series, parameters)
        return after_warmup(channel_crossings(series.close, upper, lower, series.close), self.warmup(parameters, 0))

    def stances(self, series: Series, parameters: Parameters) -> Actions:
        """While the close is outside the channel."""
        upper, _, lower = _channel(series, parameters)
        return sides(series.close, upper, lower, series.close)

    def lines(self, series: Series, parameters: Parameters) -> list[IndicatorLine]:
        """The channel and its middle."""
        upper, middle, lower = _channel(series, parameters)
        return [
            IndicatorLine("Upper line", upper),
            IndicatorLine(f"EMA {parameters['period']}", middle),
            IndicatorLine("Lower line", lower),
        ]


def _channel(series: Series, parameters: Parameters) -> tuple[Column, Column, Column]:
    return atr_channel(series, parameters["period"], parameters["atr_period"], parameters["multiplier"])
