"""The plans there are and what each allows; an account that pays for none is on the free one."""

from typing import Literal

FREE_PLAN = "free"

Limit = Literal["backtests_a_day", "candles_a_backtest", "trials_an_optimization"]

LIMITS: dict[str, dict[Limit, int]] = {
    FREE_PLAN: {
        "backtests_a_day": 200,
        # Two years of minutes.
        "candles_a_backtest": 1_060_000,
        "trials_an_optimization": 5_000,
    },
}
"""The most of each thing, by plan."""
