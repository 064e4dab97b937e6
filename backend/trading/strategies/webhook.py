"""Webhook: no signals of its own; they come from outside, such as an alert of a charting service."""

import numpy as np

from backend.trading.series import Series
from backend.trading.strategies.declaration import Parameters, Signals, Strategy
from backend.trading.strategies.parameter import Parameter


class Webhook(Strategy):
    """Waits for others to say what to do; recorded candles alone hold nothing of that."""

    name = "webhook"
    title = "Signals from outside"
    summary = (
        "Has no opinion of its own: another program tells the bot when to buy and sell. A backtest of it trades"
        " nothing, for what would have been told is not known."
    )
    parameters: tuple[Parameter, ...] = ()
    signals_from_outside = True

    def warmup(self, _parameters: Parameters, _interval_ms: int) -> int:
        """It looks at no candles."""
        return 0

    def signals(self, series: Series, _parameters: Parameters) -> Signals:
        """0 everywhere."""
        return np.zeros(len(series), dtype=np.int8), np.zeros(len(series))
