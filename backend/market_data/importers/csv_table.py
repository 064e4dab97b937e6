"""CSV: recordings with a header, Binance's kline dumps, and tables of any columns."""

import csv
import io
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from backend.market_data.importers.columns import FIELDS, ColumnMapping, to_milliseconds
from backend.market_data.importers.recording import RecordingError, Table
from backend.market_data.importers.refusals import RefusedRows
from backend.market_data.importers.unpacking import UNREADABLE, Limits, Packing, Progress, open_unpacked
from backend.trading.candles import CANDLE, Candles

_BATCH = 20_000
_TOLD_EVERY = 2_000

Row = tuple[int, float, float, float, float, float]


def read_csv(path: Path, packing: Packing, mapping: ColumnMapping, limits: Limits, progress: Progress) -> Table:
    """The table's candles and the lines that are none. Raises RecordingError where it cannot be read at all."""
    batches: list[Candles] = []
    rows: list[Row] = []
    refused = RefusedRows("line")
    without_volume = 0
    try:
        for number, cells in _lines(path, packing, mapping, limits, progress):
            row = _parse(cells, mapping.time_format)
            if isinstance(row, str):
                refused.add(number, row)
                continue
            without_volume += not cells[-1].strip()
            rows.append(row)
            if len(rows) == _BATCH:
                batches.append(np.array(rows, dtype=CANDLE))
                rows.clear()
    except (UnicodeDecodeError, csv.Error, *UNREADABLE) as error:
        raise RecordingError(f"  The file cannot be read: {error}") from None
    return Table(np.concatenate([*batches, np.array(rows, dtype=CANDLE)]), without_volume, refused)


def _lines(
    path: Path, packing: Packing, mapping: ColumnMapping, limits: Limits, progress: Progress
) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells, in the order of FIELDS, of every row that is no header and not empty."""
    with path.open("rb") as raw:
        text = io.TextIOWrapper(open_unpacked(raw, packing, limits), encoding="utf-8-sig", newline="")
        told = 0
        places: dict[str, int] | None = None
        lines = csv.reader(text, delimiter=mapping.delimiter)
        for rows_read, cells in enumerate(lines, start=1):
            if rows_read % _TOLD_EVERY == 0:
                progress(raw.tell() - told)
                told = raw.tell()
            if not cells:
                continue
            if places is None:
                places, is_header = mapping.places(cells)
                if is_header:
                    continue
            yield lines.line_num, _picked(cells, places)
        progress(path.stat().st_size - told)


def _picked(cells: list[str], places: dict[str, int]) -> list[str]:
    volume = places.get("volume")
    if len(cells) <= max(places.values()):
        # Too short to pick from: told as it is.
        return cells[: len(FIELDS) - 1]
    return [*(cells[places[field]] for field in FIELDS[:-1]), "" if volume is None else cells[volume]]


def _parse(cells: list[str], time_format: str) -> Row | str:
    """A row as numbers, or what is wrong with it."""
    if len(cells) < len(FIELDS):
        return f"{len(cells)} columns; a candle has timestamp, open, high, low, close, volume"
    try:
        opened_at = to_milliseconds(cells[0], time_format)
        open_, high, low, close = float(cells[1]), float(cells[2]), float(cells[3]), float(cells[4])
        volume = float(cells[5].strip() or 0)
    except (ValueError, OverflowError):
        return f"not all numbers: {','.join(cells)[:80]}"
    wrong = wrong_numbers(open_, high, low, close, volume)
    return wrong or (opened_at, open_, high, low, close, volume)


def wrong_numbers(open_: float, high: float, low: float, close: float, volume: float) -> str | None:
    """What is wrong with a candle's numbers, if anything."""
    if not all(math.isfinite(number) for number in (open_, high, low, close, volume)):
        return "a number is infinite or missing"
    if min(open_, high, low, close) <= 0 or volume < 0:
        return "a price is not above zero, or the volume is below zero"
    if not (low <= open_ <= high and low <= close <= high):
        return f"open {open_:.12g} and close {close:.12g} do not lie between low {low:.12g} and high {high:.12g}"
    return None
