"""Feather, as freqtrade writes it, and Parquet, as this platform exports it."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from backend.market_data.importers.csv_table import wrong_numbers
from backend.market_data.importers.feather_size import largest_unpacked_size, skip_magic
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
    except (pa.ArrowException, OSError, ValueError, KeyError, MemoryError) as error:
        raise RecordingError(f"  The file cannot be read: {str(error)[:200]}") from None
    progress(path.stat().st_size)
    candles = np.empty(table.num_rows, dtype=CANDLE)
    candles["opened_at"] = _milliseconds(table)
    for name in _NUMBERS:
        candles[name] = _numbers(table, name)
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
        return pa.ipc.open_stream(source).read_all()


def _read_parquet(path: Path, limits: Limits) -> Any:
    with pq.ParquetFile(path) as file:
        groups = [file.metadata.row_group(index) for index in range(file.metadata.num_row_groups)]
        _check_size(sum(group.total_byte_size for group in groups), limits)
        # A repeated value packs to nearly nothing, so rows are counted as what they take in memory.
        _check_size(file.metadata.num_rows * CANDLE.itemsize, limits)
        wanted = [name for name in (*_TIME_NAMES, *_NUMBERS) if name in file.schema_arrow.names]
        return file.read(columns=wanted)


def _check_size(unpacked: int, limits: Limits) -> None:
    if unpacked > limits.unpacked:
        raise RecordingError(f"  The file unpacks to more than {limits.unpacked // 1024**2} MiB; split it.")


def _milliseconds(table: Any) -> NDArray[np.int64]:
    name = next((name for name in _TIME_NAMES if name in table.column_names), None)
    if name is None:
        raise RecordingError(f"  The file has no column of times; it needs one named {' or '.join(_TIME_NAMES)}.")
    column = table.column(name)
    if column.null_count:
        raise RecordingError(f"  The column {name} has rows without a time.")
    try:
        if not pa.types.is_timestamp(column.type):
            raise RecordingError(f"  The column {name} holds no times but {column.type}.")
        moments: NDArray[np.int64] = column.cast(pa.timestamp("ms", column.type.tz)).cast(pa.int64()).to_numpy()
    except pa.ArrowException as error:
        raise RecordingError(f"  The column {name} cannot be read as times: {str(error)[:200]}") from None
    return moments


def _numbers(table: Any, name: str) -> NDArray[np.float64]:
    if name not in table.column_names:
        raise RecordingError(f"  The file has no column {name}; it has: {', '.join(table.column_names)[:200]}.")
    try:
        numbers: NDArray[np.float64] = table.column(name).cast(pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowException as error:
        raise RecordingError(f"  The column {name} cannot be read as numbers: {str(error)[:200]}") from None
    return numbers


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
