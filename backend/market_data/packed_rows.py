"""Candles in PostgreSQL's binary form, in and out: whole arrays, without touching a single number in Python.

Numbers are big-endian, moments are microseconds since 2000. COPY has a header of 19 bytes, then each row as a count of
fields and each field after its length. https://www.postgresql.org/docs/current/sql-copy.html
"""

import numpy as np

from backend.trading.candles import CANDLE, Candles

_COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_TRAILER = b"\xff\xff"
_NUMBERS = ("open", "high", "low", "close", "volume")
_ROW = np.dtype([("opened_at", ">i8")] + [(name, ">f8") for name in _NUMBERS])
_COPIED_ROW = np.dtype(
    [("fields", ">i2"), ("opened_at_length", ">i4"), ("opened_at", ">i8")]
    + [part for name in _NUMBERS for part in ((f"{name}_length", ">i4"), (name, ">f8"))]
)
_MILLISECONDS_TO_2000 = 946_684_800_000

PACKED = "string_agg(timestamptz_send(opened_at) || {}, ''::bytea ORDER BY opened_at)".format(
    " || ".join(f"float8send({name})" for name in _NUMBERS)
)
"""SQL for all candles of a query as one value, oldest first: ten times as quick as a row at a time."""


def from_packed(value: bytes | None) -> Candles:
    """The candles out of a value of PACKED; NULL stands for none."""
    rows = np.frombuffer(value or b"", dtype=_ROW)
    candles = np.empty(len(rows), dtype=CANDLE)
    for name in _NUMBERS:
        candles[name] = rows[name]
    candles["opened_at"] = rows["opened_at"] // 1000 + _MILLISECONDS_TO_2000
    return candles


def to_copy(candles: Candles) -> bytes:
    """What to send to COPY … (opened_at, open, high, low, close, volume) FROM STDIN (FORMAT BINARY)."""
    rows = np.empty(len(candles), dtype=_COPIED_ROW)
    rows["fields"] = 1 + len(_NUMBERS)
    rows["opened_at_length"] = 8
    rows["opened_at"] = (candles["opened_at"] - _MILLISECONDS_TO_2000) * 1000
    for name in _NUMBERS:
        rows[f"{name}_length"] = 8
        rows[name] = candles[name]
    return _COPY_HEADER + rows.tobytes() + _COPY_TRAILER
