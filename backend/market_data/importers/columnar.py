"""Feather, as freqtrade writes it, and Parquet, as this platform exports it."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from backend.market_data.importers.csv_table import wrong_numbers
from backend.market_data.importers.feather_size import largest_unpacked_size, skip_magic
from backend.market_data.importers.parquet_size import largest_unpacked_pages
from backend.market_data.importers.recording import RecordingError, Table
from backend.market_data.importers.refusals import RefusedRows
from backend.market_data.importers.unpacking import Limits, Progress
from backend.trading.candles import CANDLE, Candles

_TIME_NAMES = ("date", "opened_at", "timestamp", "time")
_NUMBERS = ("open", "high", "low", "close", "volume")


def read_columnar(path: Path, content: str, limits: Limits, progress: Progress) -> Table:
    """The file's candles and the rows that are none; `content`: feather or parquet.

    Raises RecordingError where it cannot be read at all.
    """
    try:
        table = (_read_feather if content == "feather" else _read_parquet)(path, limits)
        candles = np.empty(table.num_rows, dtype=CANDLE)
        candles["opened_at"] = _milliseconds(table)
        for name in _NUMBERS:
            candles[name] = table.column(name).cast(pa.float64()).to_numpy(zero_copy_only=False)
    except (pa.ArrowException, OSError, ValueError, KeyError, MemoryError) as error:
        raise RecordingError(f"  The file cannot be read: {str(error)[:200]}") from None
    progress(path.stat().st_size)
    without_volume = np.isnan(candles["volume"])
    candles["volume"][without_volume] = 0
    sound = _sound(candles)
    refused = RefusedRows("row")
    for index in np.flatnonzero(~sound):
        refused.add(int(index) + 1, _wrong(candles[index]))
    return Table(candles[sound], int(without_volume[sound].sum()), refused)


def _read_feather(path: Path, limits: Limits) -> Any:
    _check_size(largest_unpacked_size(path), limits)
    with pa.memory_map(str(path)) as source:
        # In the order that was measured: the footer could lead elsewhere.
        skip_magic(source)
        reader = pa.ipc.open_stream(source)
        _check_columns(reader.schema)
        return reader.read_all()


def _read_parquet(path: Path, limits: Limits) -> Any:
    with pq.ParquetFile(path) as file:
        wanted = _check_columns(file.schema_arrow)
        footer = file.metadata
        # A repeated value packs to nearly nothing, so rows are counted as what they take in memory.
        rows = sum(footer.row_group(index).num_rows for index in range(footer.num_row_groups))
        _check_size(max(largest_unpacked_pages(path, footer, wanted), rows * CANDLE.itemsize), limits)
        return file.read(columns=wanted)


def _check_size(unpacked: int, limits: Limits) -> None:
    if unpacked > limits.unpacked:
        raise RecordingError(f"  The file unpacks to more than {limits.unpacked // 1024**2} MiB; split it.")


def _check_columns(schema: Any) -> list[str]:
    """The names of the columns to read. Raises RecordingError where one is missing or holds something else."""
    time = _time_name(schema.names)
    missing = [name for name in _NUMBERS if name not in schema.names]
    if missing:
        raise RecordingError(f"  The file has no column {missing[0]}; it has: {', '.join(schema.names)[:200]}.")
    for name in (time, *_NUMBERS):
        kind = schema.field(name).type
        fits = pa.types.is_integer(kind) or (pa.types.is_timestamp(kind) if name == time else _is_number(kind))
        if not fits:
            raise RecordingError(f"  The column {name} holds no {'times' if name == time else 'numbers'} but {kind}.")
    return [time, *_NUMBERS]


def _is_number(kind: Any) -> bool:
    return bool(pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _time_name(names: list[str]) -> str:
    name = next((name for name in _TIME_NAMES if name in names), None)
    if name is None:
        raise RecordingError(f"  The file has no column of times; it needs one named {' or '.join(_TIME_NAMES)}.")
    return name


def _milliseconds(table: Any) -> NDArray[np.int64]:
    name = _time_name(table.column_names)
    column = table.column(name)
    if column.null_count:
        raise RecordingError(f"  The column {name} has rows without a time.")
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("ms", column.type.tz))
    moments: NDArray[np.int64] = column.cast(pa.int64()).to_numpy()
    if pa.types.is_integer(table.schema.field(name).type):
        moments = np.where(moments > 10**14, moments // 1000, moments)
        moments = np.where(moments < 10**11, moments * 1000, moments)
    return moments


def _sound(candles: Candles) -> NDArray[np.bool_]:
    numbers = np.column_stack([candles[name] for name in _NUMBERS])
    open_, high, low, close = numbers.T[:4]
    sound = np.isfinite(numbers).all(axis=1) & (numbers[:, :4] > 0).all(axis=1) & (numbers[:, 4] >= 0)
    sound &= (low <= np.minimum(open_, close)) & (high >= np.maximum(open_, close))
    timely = (candles["opened_at"] > 10**11) & (candles["opened_at"] < 10**13)
    return np.asarray(timely & sound)


def _wrong(candle: np.void) -> str:
    numbers = (float(candle[name]) for name in _NUMBERS)
    return wrong_numbers(*numbers) or "no time that a candle could have"
