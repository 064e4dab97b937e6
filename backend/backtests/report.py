"""A complete run as one HTML file that needs nothing else: no script, no font, no address."""

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from numpy.typing import NDArray

from backend.backtests.models import Backtest
from backend.backtests.packing import unpack
from backend.backtests.queries import fills_of
from backend.backtests.trades import trade_count, trades_of

_MOST_TRADES = 1_000
_WIDTH, _MARGIN = 960, 64
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def report(backtest: Backtest) -> str:
    """The report; `backtest` has its result, fills and curve loaded."""
    assert backtest.result is not None
    assert backtest.curve is not None
    curve, fills = unpack(backtest.curve), fills_of(backtest)
    return _TEMPLATES.get_template("report.html").render(
        backtest=backtest,
        result=backtest.result,
        settings=json.dumps(backtest.configuration, ensure_ascii=False, sort_keys=True),
        trades=trades_of(fills, "-closed_at", _MOST_TRADES),
        trade_total=trade_count(fills),
        month_names=_MONTHS,
        years=_years(backtest.result["months"]),
        equity_drawing=_drawing(
            curve["at"], [("var(--accent)", curve["equity"]), ("var(--faint)", curve["benchmark"])], 300, _short
        ),
        drawdown_drawing=_drawing(curve["at"], [("var(--down)", curve["drawdown"])], 140, lambda y: f"{y:.1%}"),
    )


def _years(months: list[dict[str, Any]]) -> list[tuple[int, list[str | None]]]:
    table: dict[int, list[str | None]] = {}
    for month in months:
        table.setdefault(month["year"], [None] * 12)[month["month"] - 1] = month["value"]
    return list(table.items())


def _drawing(at: NDArray[np.int64], lines: list[tuple[str, NDArray[np.float64]]], height: int, label: Any) -> Markup:
    """Lines over time as SVG, with the scale's ends and the first and last day."""
    low = min(float(values.min()) for _, values in lines)
    high = max(float(values.max()) for _, values in lines)
    span = high - low or abs(high) or 1.0
    begin, length = int(at[0]), max(int(at[-1] - at[0]), 1)
    x = _MARGIN + (at - begin) / length * (_WIDTH - _MARGIN - 8)

    def y_of(values: Any) -> Any:
        return 8 + (high - values) / span * (height - 36)

    parts = [
        f'<line x1="{_MARGIN}" x2="{_WIDTH - 8}" y1="{y_of(level):.1f}" y2="{y_of(level):.1f}" stroke="var(--line)"/>'
        f'<text x="{_MARGIN - 8}" y="{y_of(level) + 4:.1f}" text-anchor="end">{label(level)}</text>'
        for level in (high, (high + low) / 2, low)
    ]
    for colour, values in lines:
        points = " ".join(f"{one_x:.1f},{one_y:.1f}" for one_x, one_y in zip(x, y_of(values), strict=True))
        parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="1.5" points="{points}"/>')
    parts.append(f'<text x="{_MARGIN}" y="{height - 6}">{_day_of(begin)}</text>')
    parts.append(f'<text x="{_WIDTH - 8}" y="{height - 6}" text-anchor="end">{_day_of(int(at[-1]))}</text>')
    return Markup(f'<svg viewBox="0 0 {_WIDTH} {height}" role="img">{"".join(parts)}</svg>')  # noqa: S704


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}"


def _day_of(milliseconds: int) -> str:
    return str(np.datetime64(milliseconds, "ms").astype("datetime64[D]"))


def _money(value: str) -> str:
    return f"{Decimal(value):,.2f}"


def _share(value: str | None) -> str:
    return "" if value is None else f"{Decimal(value):+.2%}"


def _number(value: str) -> str:
    return f"{Decimal(value):,.8g}"


def _direction(value: str | None) -> str:
    number = Decimal(value or 0)
    return "up" if number > 0 else "down" if number < 0 else ""


def _value(metric: dict[str, Any], quote: str) -> str:
    if metric["value"] is None:
        return "none"
    value = Decimal(metric["value"])
    if metric["unit"] == "money":
        return f"{value:,.2f} {quote}"
    if metric["unit"] == "fraction":
        return f"{value:.2%}"
    if metric["unit"] == "duration":
        return _duration(int(value))
    return f"{value:,.2f}" if metric["unit"] == "ratio" else f"{value:,.0f}"


def _duration(seconds: int) -> str:
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    named = ((days, "d"), (hours, "h"), (rest // 60, "min"))
    return " ".join(f"{count} {unit}" for count, unit in named if count) or f"{seconds} s"


def _make_templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
    )
    environment.filters |= {
        "day": lambda moment: f"{moment:%Y-%m-%d}",
        "minute": lambda moment: f"{moment:%Y-%m-%d %H:%M}" if isinstance(moment, datetime) else moment,
        "amount": lambda value: f"{value:,.2f}",
        "money": _money,
        "share": _share,
        "number": _number,
        "direction": _direction,
        "value": _value,
        "words": lambda name: name.replace("_", " "),
    }
    return environment


_TEMPLATES = _make_templates()
