"""The candles of a run, for drawing its fills over them."""

from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from backend.backtests.configuration import RunSettings, run_settings
from backend.backtests.models import Backtest
from backend.config import Settings
from backend.market_data.queries import milliseconds
from backend.market_data.store import CandleStore
from backend.trading.candles import TIMEFRAMES, Candles
from backend.trading.series import Series
from backend.trading.strategies.evaluation import StrategyError, lines_of, warmup_of

MOST_CANDLES = 1_500


def candles_of(
    session: Session, settings: Settings, backtest: Backtest, since: datetime | None, until: datetime | None
) -> dict[str, Any]:
    """Candles of a span within the run; coarser ones, without the strategy's lines, where they would be too many."""
    chosen = run_settings(backtest.configuration, backtest.user_id)
    start = max(milliseconds(since or backtest.start), milliseconds(backtest.start))
    end = min(milliseconds(until or backtest.end), milliseconds(backtest.end))
    timeframe = _drawable(chosen.timeframe, end - start)
    store = CandleStore(session, settings)
    if timeframe != chosen.timeframe:
        candles = store.read(chosen.exchange, chosen.symbol, timeframe, start, end)
        return {"timeframe": timeframe, **_columns(candles), "lines": []}
    first = start - _warmup(chosen) * chosen.length
    candles = store.read(chosen.exchange, chosen.symbol, timeframe, first, end)
    shown = slice(int(candles["opened_at"].searchsorted(start)), None)
    return {"timeframe": timeframe, **_columns(candles[shown]), "lines": _lines(chosen, candles, shown)}


def _drawable(timeframe: str, span: int) -> str:
    """The shortest time frame, from the given one on, of which at most MOST_CANDLES fill the span."""
    longer = [name for name, length in TIMEFRAMES.items() if length >= TIMEFRAMES[timeframe]]
    return next((name for name in longer if span // TIMEFRAMES[name] <= MOST_CANDLES), longer[-1])


def _warmup(chosen: RunSettings) -> int:
    try:
        return warmup_of(chosen.strategy, chosen.parameters, chosen.length)
    except StrategyError:
        return 0


def _lines(chosen: RunSettings, candles: Candles, shown: slice) -> list[dict[str, Any]]:
    try:
        lines = lines_of(chosen.strategy, Series(candles), chosen.parameters)
    except StrategyError:
        # The candles are worth seeing all the same.
        return []
    return [
        {"name": line.name, "pane": line.pane, "levels": list(line.levels), "values": _numbers(line.values[shown])}
        for line in lines
    ]


def _columns(candles: Candles) -> dict[str, list[Any]]:
    prices = {name: candles[name].tolist() for name in ("open", "high", "low", "close")}
    return {"times": (candles["opened_at"] // 1000).tolist(), **prices}


def _numbers(values: NDArray[np.float64]) -> list[float | None]:
    return [float(f"{value:.10g}") if np.isfinite(value) else None for value in values.tolist()]
