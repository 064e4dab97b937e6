"""A configuration's rules, as the trading core takes them."""

from collections.abc import Mapping
from datetime import time
from decimal import Decimal
from typing import Any

from backend.trading.rules import Costs, Dca, Filters, Grid, Rules
from backend.trading.window import TradingWindow

RULE_FIELDS = (
    "kind",
    "sizing",
    "base_amount",
    "equity_percentage",
    "risk_per_trade",
    "max_position_amount",
    "stop_loss_percentage",
    "take_profit_percentage",
    "trailing_stop_percentage",
    "cooldown_minutes",
    "max_daily_trades",
    "daily_loss_limit",
    "max_drawdown",
    "max_open_positions",
    "close_on_breach",
    "trading_window",
    "dca",
    "grid",
)
"""The fields that rule a bot, by the names that bots and backtests share."""


def rules_of(values: Mapping[str, Any], costs: Costs, filters: Filters) -> Rules:
    """The rules that the fields of RULE_FIELDS stand for; percentages become fractions."""
    return Rules(
        kind=values["kind"],
        sizing=values["sizing"],
        base_amount=float(values["base_amount"] or 0),
        equity_share=_fraction(values["equity_percentage"]),
        risk_per_trade=_fraction(values["risk_per_trade"]),
        position_limit=None if values["max_position_amount"] is None else float(values["max_position_amount"]),
        stop_loss=_fraction(values["stop_loss_percentage"]),
        take_profit=_fraction(values["take_profit_percentage"]),
        trailing_stop=_fraction(values["trailing_stop_percentage"]),
        cooldown_minutes=values["cooldown_minutes"],
        max_daily_trades=values["max_daily_trades"],
        daily_loss_limit=_fraction(values["daily_loss_limit"]),
        max_drawdown=_fraction(values["max_drawdown"]),
        max_open_positions=values["max_open_positions"],
        close_on_breach=values["close_on_breach"],
        window=window_of(values["trading_window"]),
        dca=_dca_of(values["dca"]),
        grid=_grid_of(values["grid"]),
        costs=costs,
        filters=filters,
    )


def window_of(given: Mapping[str, Any] | None) -> TradingWindow | None:
    """The trading window: {days (0 is Monday), start, end ("HH:MM", end exclusive), timezone}, or None."""
    if given is None:
        return None
    end = _minute(given["end"])
    return TradingWindow(frozenset(given["days"]), _minute(given["start"]), end or 1440, given["timezone"])


def _minute(clock: str) -> int:
    moment = time.fromisoformat(clock)
    return moment.hour * 60 + moment.minute


def _dca_of(given: Mapping[str, Any] | None) -> Dca | None:
    if given is None:
        return None
    return Dca(
        start=given["start"],
        safety_orders=given["safety_orders"],
        safety_amount=float(given["safety_amount"] or 0),
        deviation=_fraction(given["deviation_percentage"]) or 0.0,
        step_scale=float(given["step_scale"]),
        volume_scale=float(given["volume_scale"]),
    )


def _grid_of(given: Mapping[str, Any] | None) -> Grid | None:
    if given is None:
        return None
    return Grid(float(given["lower_price"]), float(given["upper_price"]), given["intervals"], given["spacing"])


def _fraction(percentage: Decimal | str | None) -> float | None:
    return None if percentage is None else float(percentage) / 100
