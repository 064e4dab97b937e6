"""RSI: buys a market that has fallen too far, sells one that has risen too far."""

from backend.trading.crossings import EQUAL_PER_CENT, level_crossings, level_sides, opposite_level_crossings
from backend.trading.indicators import relative_strength, strength_memory
from backend.trading.series import Series
from backend.trading.strategies.declaration import Actions, IndicatorLine, Parameters, Signals, Voter, after_warmup
from backend.trading.strategies.parameter import Choice, choice, number, whole


class Rsi(Voter):
    """The relative strength index on its way out of (or into) the zones at both ends."""

    name = "rsi"
    title = "RSI"
    summary = (
        "Trades against exaggeration: the relative strength index tells how much of the recent movement was upward,"
        " from 0 to 100. Buys when it comes back from oversold, and sells when it comes back from overbought."
    )
    parameters = (
        whole(
            "period",
            "Period",
            "Candles that the index mainly looks at; a smaller number swings more widely.",
            default=14,
            minimum=2,
            maximum=200,
        ),
        number(
            "oversold",
            "Oversold",
            "Below this the market is called oversold; a smaller number waits for deeper falls.",
            default=30,
            minimum=1,
            maximum=50,
            step=1,
        ),
        number(
            "overbought",
            "Overbought",
            "Above this the market is called overbought; a larger number waits for steeper rises.",
            default=70,
            minimum=50,
            maximum=99,
            step=1,
        ),
        choice(
            "act_on",
            "Act when the index",
            "Leaving waits until the exaggeration ends; entering acts at once, while prices may run on.",
            Choice("leaving", "leaves the zone"),
            Choice("entering", "enters the zone"),
        ),
    )

    def problems(self, parameters: Parameters) -> dict[str, str]:
        """The zones must be apart."""
        if parameters["oversold"] < parameters["overbought"]:
            return {}
        return {"oversold": "Oversold must be less than overbought."}

    def warmup(self, parameters: Parameters, _interval_ms: int) -> int:
        """What the index remembers, at this candle and at the one before it."""
        return strength_memory(parameters["period"]) + 1

    def signals(self, series: Series, parameters: Parameters) -> Signals:
        """+1 at the oversold level, -1 at the overbought one."""
        index = relative_strength(series, parameters["period"])
        low, high = float(parameters["oversold"]), float(parameters["overbought"])
        found = opposite_level_crossings if parameters["act_on"] == "entering" else level_crossings
        return after_warmup(found(index, low, high, EQUAL_PER_CENT), self.warmup(parameters, 0))

    def stances(self, series: Series, parameters: Parameters) -> Actions:
        """+1 while oversold, -1 while overbought."""
        index = relative_strength(series, parameters["period"])
        zones: Actions = level_sides(
            index, float(parameters["overbought"]), float(parameters["oversold"]), EQUAL_PER_CENT
        )
        return -zones

    def lines(self, series: Series, parameters: Parameters) -> list[IndicatorLine]:
        """The index with both levels."""
        levels = (float(parameters["oversold"]), float(parameters["overbought"]))
        values = relative_strength(series, parameters["period"])
        return [IndicatorLine(f"RSI {parameters['period']}", values, "RSI", levels)]
