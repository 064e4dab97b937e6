"""Candles as Parquet: the schema, writing, and back into arrays."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from backend.trading.candles import CANDLE, Candles

COLUMNS = ("opened_at", "open", "high", "low", "close", "volume")
SCHEMA = pa.schema(
    [pa.field("opened_at", pa.timestamp("ms", tz="UTC"), nullable=False)]
    + [pa.field(name, pa.float64(), nullable=False) for name in COLUMNS[1:]]
)
"""The columns of every Parquet file of candles, here and in exports."""


def parquet_writer(target: Any) -> Any:
    """A pyarrow writer of SCHEMA into an open file: take it `with`, and give it tables."""
    encoding = {"opened_at": "DELTA_BINARY_PACKED"} | dict.fromkeys(COLUMNS[1:], "BYTE_STREAM_SPLIT")
    return pq.ParquetWriter(target, SCHEMA, compression="zstd", use_dictionary=False, column_encoding=encoding)


def to_table(candles: Candles) -> Any:
    """Candles as an Arrow table of SCHEMA."""
    arrays = [pa.array(np.ascontiguousarray(candles["opened_at"])).view(SCHEMA.field(0).type)]
    arrays += [pa.array(np.ascontiguousarray(candles[name])) for name in COLUMNS[1:]]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def write_parquet(candles: Candles, target: Any) -> None:
    """Write candles, in order, as one Parquet file into an open file."""
    with parquet_writer(target) as writer:
        writer.write_table(to_table(candles))


def to_candles(tables: Iterable[Any]) -> Candles:
    """The candles of tables of SCHEMA, one after the other."""
    tables = list(tables)
    candles = np.empty(sum(table.num_rows for table in tables), dtype=CANDLE)
    at = 0
    for table in tables:
        for name in COLUMNS:
            column = table.column(name)
            target = candles[name][at : at + table.num_rows]
            target[:] = (column.cast(pa.int64()) if name == "opened_at" else column).to_numpy()
        at += table.num_rows
    return candles
