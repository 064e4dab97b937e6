"""A run as a file: its trades as CSV or Parquet, or all of it as JSON."""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from backend.backtests.models import Backtest
from backend.backtests.queries import curve_of_backtest, fills_of
from backend.backtests.schemas import BacktestTradeSchema, FillSchema, OneBacktestSchema
from backend.backtests.trades import fills_json, trades_of

CONTENT_TYPES: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
_NAMES = [field.data_key or name for name, field in BacktestTradeSchema().fields.items()]
_NUMBERS = ("entry_price", "exit_price", "quantity", "fee", "profit", "return")


def export(backtest: Backtest, format_: str) -> bytes:
    """The file's content; `format_` is one of CONTENT_TYPES."""
    trades = BacktestTradeSchema(many=True).dump(trades_of(fills_of(backtest)))
    if format_ == "csv":
        return _csv(trades)
    if format_ == "parquet":
        return _parquet(trades)
    return _json(backtest, trades)


def _csv(trades: list[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, _NAMES, lineterminator="\n")
    writer.writeheader()
    writer.writerows(trades)
    return text.getvalue().encode()


def _parquet(trades: list[dict[str, Any]]) -> bytes:
    columns = {name: [trade[name] for trade in trades] for name in _NAMES}
    moments = pa.timestamp("ms", tz="UTC")
    arrays = {}
    for name, values in columns.items():
        if name.endswith("_at"):
            arrays[name] = (
                pa.array([value.removesuffix("Z") for value in values], pa.string())
                .cast(pa.timestamp("ms"))
                .cast(moments)
            )
        elif name in _NUMBERS:
            arrays[name] = pa.array([float(value) for value in values], pa.float64())
        else:
            arrays[name] = pa.array(values, pa.int64() if name in {"number", "entries"} else pa.string())
    buffer = io.BytesIO()
    pq.write_table(pa.table(arrays), buffer)
    return buffer.getvalue()


def _json(backtest: Backtest, trades: list[dict[str, Any]]) -> bytes:
    content = {
        "backtest": OneBacktestSchema().dump(backtest),
        "result": backtest.result,
        "trades": trades,
        "fills": FillSchema(many=True).dump(fills_json(fills_of(backtest))),
        "curve": curve_of_backtest(backtest),
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()
