"""freqtrade's JSON: a list of [milliseconds, open, high, low, close, volume]."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from backend.market_data.importers.columns import FIELDS, to_milliseconds
from backend.market_data.importers.csv_table import Row, wrong_numbers
from backend.market_data.importers.recording import RecordingError, Table
from backend.market_data.importers.refusals import RefusedRows
from backend.market_data.importers.unpacking import UNREADABLE, Limits, Packing, Progress, open_unpacked
from backend.trading.candles import CANDLE

# Read whole, a JSON file takes ten times its size in memory; this is two years of minutes.
_LIMITS = Limits(unpacked=64 * 1024**2)


def read_json(path: Path, packing: Packing, limits: Limits, progress: Progress) -> Table:
    """The list's candles and the rows that are none. Raises RecordingError where it cannot be read at all."""
    try:
        with path.open("rb") as raw:
            smaller = min(limits, _LIMITS, key=lambda one: one.unpacked)
            content = json.load(open_unpacked(raw, packing, smaller))
    except (ValueError, RecursionError, *UNREADABLE) as error:
        raise RecordingError(f"  The file cannot be read: {error}") from None
    progress(path.stat().st_size)
    if not isinstance(content, list):
        raise RecordingError("  The file must hold a list of [milliseconds, open, high, low, close, volume].")
    rows: list[Row] = []
    refused = RefusedRows("row")
    without_volume = 0
    for number, values in enumerate(content, start=1):
        row = _parse(values)
        if isinstance(row, str):
            refused.add(number, row)
        else:
            without_volume += values[5] is None
            rows.append(row)
    return Table(np.array(rows, dtype=CANDLE), without_volume, refused)


def _parse(values: Any) -> Row | str:
    if not isinstance(values, list) or len(values) < len(FIELDS):
        return "a candle has milliseconds, open, high, low, close, volume"
    try:
        opened_at = to_milliseconds(str(values[0]), "auto")
        open_, high, low, close = (float(value) for value in values[1:5])
        volume = float(values[5] or 0)
    except (TypeError, ValueError, OverflowError):
        return f"not all numbers: {str(values)[:80]}"
    wrong = wrong_numbers(open_, high, low, close, volume)
    return wrong or (opened_at, open_, high, low, close, volume)
