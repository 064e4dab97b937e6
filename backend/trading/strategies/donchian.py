"""Donchian channel: buys new highs, sells new lows."""

from backend.trading.crossings import channel_crossings, sides
from backend.trading.indicators import donchian_channel
from backend.trading.series import Column, Series
from backend.trading.strategies.declaration import Actions, IndicatorLine, Parameters, Signals, Voter, after_warmup
from backend.trading.strategies.parameter import whole


class Donchian(Voter):
    """Closes beyond the highest or lowest price of the candles before."""

    name = "donchian"
    title = "Donchian breakout"
    summary = (
        "Follows breakouts, as the Turtles did: buys when the close rises above the highest price of the candles"
        " before, and sells when it falls below the lowest price of a shorter stretch before."
    )
    parameters = (
        whole(
            "entry_period",
            "Entry period",
            "Candles whose highest price must be exceeded to buy; a larger number buys rarer, longer moves.",
            default=20,
            minimum=2,
            maximum=500,
        ),
        whole(
            "exit_period",
            "Exit period",
            "Candles whose lowest price must be undercut to sell; usually fewer than for the entry.",
            default=10,
            minimum=2,
            maximum=500,
        ),
    )

    def warmup(self, parameters: Parameters, _interval_ms: int) -> int:
        """The channel before this candle and the one before the candle before it."""
        return max(int(parameters["entry_period"]), int(parameters["exit_period"])) + 1

    def signals(self, series: Series, parameters: Parameters) -> Signals:
        """+1 where a close rises above the upper line, -1 where it falls below the lower one."""
        found = channel_crossings(series.close, *_channel(series, parameters), series.close)
        # The shorter line speaks sooner.
        return after_warmup(found, self.warmup(parameters, 0))

    def stances(self, series: Series, parameters: Parameters) -> Actions:
        """While the close is beyond a line."""
        return sides(series.close, *_channel(series, parameters), series.close)

    def lines(self, series: Series, parameters: Parameters) -> list[IndicatorLine]:
        """Both lines."""
        upper, lower = _channel(series, parameters)
        return [IndicatorLine("Entry line", upper), IndicatorLine("Exit line", lower)]


def _channel(series: Series, parameters: Parameters) -> tuple[Column, Column]:
    upper, _ = donchian_channel(series, parameters["entry_period"])
    _, lower = donchian_channel(series, parameters["exit_period"])
    return upper, lower
