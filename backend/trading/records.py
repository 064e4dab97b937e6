"""The records that matching and decision work on: one of each for every (bot, symbol)."""

import numpy as np

STATE = np.dtype(
    [
        ("cash", np.float64),
        ("quantity", np.float64),
        ("entry_price", np.float64),
        ("stop_price", np.float64),
        ("target_price", np.float64),
    ]
)
"""What a bot holds: cash in quote, position in base; prices in quote, 0 where there is none."""

RULES = np.dtype(
    [
        ("base_amount", np.float64),
        ("stop_loss", np.float64),
        ("take_profit", np.float64),
        ("fee_rate", np.float64),
        ("slippage", np.float64),
        ("price_tick", np.float64),
        ("quantity_step", np.float64),
        ("minimum_notional", np.float64),
    ]
)
"""What a bot may do: amounts in quote; losses, profits, fees and slippage as fractions (0.02 is 2 %), 0 is off."""

# What a decision comes to. Checks are named after the rule that refused.
HOLD, ACTED, BALANCE, BELOW_MINIMUM, ALREADY_LONG, NOTHING_TO_SELL = range(6)
OUTCOMES = ("hold", "acted", "balance", "below_minimum", "already_long", "nothing_to_sell")

# Why a position is closed.
NO_EXIT, STOP_LOSS, TAKE_PROFIT = range(3)
EXIT_REASONS = ("", "stop_loss", "take_profit")
