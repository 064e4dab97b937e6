"""The records that the core works on: one state and one set of rules for every (bot, symbol), and what fills leave."""

import numpy as np

MOST_GRID_INTERVALS = 100

SIGNAL, DCA, GRID = range(3)
KINDS = ("signal", "dca", "grid")

FIXED, PERCENT, RISK = range(3)
SIZINGS = ("fixed", "percent", "risk")

ARITHMETIC, GEOMETRIC = range(2)
SPACINGS = ("arithmetic", "geometric")

RULES = np.dtype(
    [
        ("kind", np.int8),
        ("candle_length", np.int64),
        # Sizing
        ("sizing", np.int8),
        ("base_amount", np.float64),
        ("equity_share", np.float64),
        ("risk_per_trade", np.float64),
        ("position_limit", np.float64),
        # Exits
        ("stop_loss", np.float64),
        ("take_profit", np.float64),
        ("trailing_stop", np.float64),
        # Risk
        ("cooldown", np.int64),
        ("max_daily_trades", np.int32),
        ("daily_loss_limit", np.float64),
        ("max_drawdown", np.float64),
        ("max_open_positions", np.int32),
        ("close_on_breach", np.int8),
        # DCA
        ("dca_at_once", np.int8),
        ("safety_orders", np.int32),
        ("safety_amount", np.float64),
        ("safety_deviation", np.float64),
        ("safety_step_scale", np.float64),
        ("safety_volume_scale", np.float64),
        # Grid
        ("grid_lower", np.float64),
        ("grid_upper", np.float64),
        ("grid_intervals", np.int32),
        ("grid_spacing", np.int8),
        # Costs and the market's filters
        ("maker_fee", np.float64),
        ("taker_fee", np.float64),
        ("slippage", np.float64),
        ("price_tick", np.float64),
        ("quantity_step", np.float64),
        ("minimum_notional", np.float64),
    ]
)
"""What a bot may do. Amounts in quote; shares, losses, profits, fees and slippage as fractions (0.02 is 2 %);
times in milliseconds; 0 is off. `slippage` includes half the spread."""

STATE = np.dtype(
    [
        # Money and position
        ("cash", np.float64),
        ("quantity", np.float64),
        ("entry_price", np.float64),
        ("entry_fees", np.float64),
        ("entered_at", np.int64),
        ("entries", np.int32),
        ("peak_price", np.float64),
        ("stop_price", np.float64),
        ("target_price", np.float64),
        # The market order that waits for the next candle's open: + buy, - sell
        ("pending_quantity", np.float64),
        ("pending_purpose", np.int8),
        # DCA
        ("first_price", np.float64),
        ("safeties_filled", np.int32),
        # Grid: +1 a buy rests at the interval's lower line, -1 a sale at its upper one, +2 and -2 since this candle
        ("grid_armed", np.int8),
        ("grid", np.int8, (MOST_GRID_INTERVALS,)),
        # Risk
        ("equity", np.float64),
        ("peak_equity", np.float64),
        ("day_ends_at", np.int64),
        ("day_equity", np.float64),
        ("entries_today", np.int32),
        ("last_exit_at", np.int64),
        ("other_positions", np.int32),
        ("halted", np.int8),
        # Running bots only
        ("paused", np.int8),
        ("touched_at", np.int64),
    ]
)
"""What a bot holds and remembers: money in quote, quantities in base, prices in quote (0 where there is none), times
in milliseconds. `day_ends_at`: of the UTC day that the counters are of; `halted`: the outcome that stopped it, or 0;
`paused`: nothing is bought, not even by orders that rest; `touched_at`: open time of the candle within which prices
have been matched."""

FILL = np.dtype(
    [
        ("record", np.int32),
        ("at", np.int64),
        ("side", np.int8),
        ("purpose", np.int8),
        ("price", np.float64),
        ("quantity", np.float64),
        ("fee", np.float64),
        ("slippage", np.float64),
        ("profit", np.float64),
        ("entry_price", np.float64),
        ("entered_at", np.int64),
        ("entries", np.int32),
        ("closed", np.int8),
    ]
)
"""One execution. `at`: the open time of its candle (ms); `slippage`: what it cost against the undisturbed price, in
quote. On sales: `profit` after the fees of both sides, `closed` where nothing is left of the position."""

MOST_FILLS_PER_CANDLE = 3 * MOST_GRID_INTERVALS + 8

# What a decision comes to. Checks are named after the rule that refused, in the order in which they are made.
(
    HOLD,
    ACTED,
    BALANCE,
    BELOW_MINIMUM,
    ALREADY_LONG,
    NOTHING_TO_SELL,
    TRADING_WINDOW,
    COOLDOWN,
    DAILY_TRADE_LIMIT,
    DAILY_LOSS_LIMIT,
    MAX_DRAWDOWN,
    MAX_OPEN_POSITIONS,
    POSITION_SIZE,
    EXCHANGE_HALTED,
    ENTITLEMENT,
    OUTSIDE_RANGE,
    RANGE_LEFT,
    PAUSED,
    MARKET_TOO_THIN,
    SPREAD_TOO_WIDE,
    HALTED_BY_SWITCH,
) = range(21)
OUTCOMES = (
    "hold",
    "acted",
    "balance",
    "below_minimum",
    "already_long",
    "nothing_to_sell",
    "trading_window",
    "cooldown",
    "daily_trade_limit",
    "daily_loss_limit",
    "max_drawdown",
    "max_open_positions",
    "position_size",
    "exchange_halted",
    "entitlement",
    "outside_range",
    "range_left",
    "paused",
    "market_too_thin",
    "spread_too_wide",
    "halted_by_switch",
)

# What forbids entries from outside, as bits of one number.
WINDOW_CLOSED, EXCHANGE_IS_HALTED, NOT_ENTITLED, BOT_IS_PAUSED, VOLUME_TOO_SMALL, SPREAD_IS_TOO_WIDE, SWITCHED_OFF = (
    1 << bit for bit in range(7)
)

# Why a fill happened.
(
    NO_EXIT,
    STOP_LOSS,
    TAKE_PROFIT,
    TRAILING_STOP,
    ENTRY,
    EXIT_SIGNAL,
    SAFETY_ORDER,
    GRID_LINE,
    RISK_EXIT,
    MANUAL,
) = range(10)
PURPOSES = (
    "",
    "stop_loss",
    "take_profit",
    "trailing_stop",
    "entry",
    "exit_signal",
    "safety_order",
    "grid_line",
    "risk_exit",
    "manual",
)
