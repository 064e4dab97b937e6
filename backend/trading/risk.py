"""What forbids an entry, and what stops a bot. Checks never block an exit."""

import numpy as np

from backend.trading.compiled import compiled
from backend.trading.records import (
    ACTED,
    BOT_IS_PAUSED,
    COOLDOWN,
    DAILY_LOSS_LIMIT,
    DAILY_TRADE_LIMIT,
    ENTITLEMENT,
    EXCHANGE_HALTED,
    EXCHANGE_IS_HALTED,
    HALTED_BY_SWITCH,
    MARKET_TOO_THIN,
    MAX_DRAWDOWN,
    MAX_OPEN_POSITIONS,
    NOT_ENTITLED,
    PAUSED,
    RISK_EXIT,
    SPREAD_IS_TOO_WIDE,
    SPREAD_TOO_WIDE,
    SWITCHED_OFF,
    TRADING_WINDOW,
    VOLUME_TOO_SMALL,
    WINDOW_CLOSED,
)

DAY = 86_400_000


@compiled
def mark(state: np.void, rules: np.void, at: int, close: float) -> None:
    """Value the bot at the close of the candle that opened `at` (ms), and stop it where a loss limit is breached."""
    _begin_day(state, rules, at)
    equity = state["cash"] + state["quantity"] * close
    state["equity"] = equity
    if rules["max_drawdown"] > 0.0 and equity > state["peak_equity"]:
        state["peak_equity"] = equity
    if state["halted"] != 0:
        return
    breach = 0
    if rules["daily_loss_limit"] > 0.0 and equity <= state["day_equity"] * (1.0 - rules["daily_loss_limit"]):
        breach = DAILY_LOSS_LIMIT
    elif rules["max_drawdown"] > 0.0 and equity <= state["peak_equity"] * (1.0 - rules["max_drawdown"]):
        breach = MAX_DRAWDOWN
    if breach != 0:
        state["halted"] = breach
        state["grid_armed"] = 0
        if rules["close_on_breach"] != 0 and state["quantity"] > 0.0:
            state["pending_quantity"] = -state["quantity"]
            state["pending_purpose"] = RISK_EXIT


@compiled
def mark_all(states: np.ndarray, rules: np.ndarray, at: int, close: float) -> None:
    """`mark` for many records of one market in one call."""
    for index in range(len(states)):
        mark(states[index], rules[index], at, close)


@compiled
def first_refusal(state: np.void, rules: np.void, at: int, gates: int) -> int:
    """The first check before sizing that forbids an entry at the close of the candle that opened `at`; else ACTED."""
    if gates & (BOT_IS_PAUSED | WINDOW_CLOSED):
        return PAUSED if gates & BOT_IS_PAUSED else TRADING_WINDOW
    closes_at = at + rules["candle_length"]
    if rules["cooldown"] > 0 and state["last_exit_at"] > 0 and closes_at < state["last_exit_at"] + rules["cooldown"]:
        return COOLDOWN
    _begin_day(state, rules, at)
    if 0 < rules["max_daily_trades"] <= state["entries_today"]:
        return DAILY_TRADE_LIMIT
    if state["halted"] == DAILY_LOSS_LIMIT or state["halted"] == MAX_DRAWDOWN:
        return state["halted"]
    if rules["max_open_positions"] > 0 and state["other_positions"] >= rules["max_open_positions"]:
        return MAX_OPEN_POSITIONS
    return ACTED


@compiled
def last_refusal(gates: int) -> int:
    """The check after sizing that forbids an entry; else ACTED."""
    if gates & EXCHANGE_IS_HALTED:
        return EXCHANGE_HALTED
    if gates & NOT_ENTITLED:
        return ENTITLEMENT
    if gates & SWITCHED_OFF:
        return HALTED_BY_SWITCH
    if gates & VOLUME_TOO_SMALL:
        return MARKET_TOO_THIN
    if gates & SPREAD_IS_TOO_WIDE:
        return SPREAD_TOO_WIDE
    return ACTED


@compiled
def _begin_day(state: np.void, rules: np.void, at: int) -> None:
    """On the first candle of a UTC day the counters start anew, from the equity that the day before ended with."""
    if at >= state["day_ends_at"]:
        state["day_ends_at"] = (at // DAY + 1) * DAY
        if rules["daily_loss_limit"] > 0.0:
            state["day_equity"] = state["equity"]
        state["entries_today"] = 0
