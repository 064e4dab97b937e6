"""Candles as PostgreSQL's binary COPY carries them: whole arrays, without touching a single number in Python.

A header of 19 bytes, then each row as a count of fields and each field after its length; moments are microseconds
since 2000. https://www.postgresql.org/docs/current/sql-copy.html
"""

import numpy as np

from backend.trading.candles import CANDLE, Candles

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_NUMBERS = ("open", "high", "low", "close", "volume")
_ROW = np.dtype(
    [("fields", ">i2"), ("opened_at_length", ">i4"), ("opened_at", ">i8")]
    + [part for name in _NUMBERS for part in ((f"{name}_length", ">i4"), (name, ">f8"))]
)
_MILLISECONDS_TO_2000 = 946_684_800_000


def to_copy(candles: Candles) -> bytes:
    """What to send to COPY … (opened_at, open, high, low, close, volume) FROM STDIN (FORMAT BINARY)."""
    rows = np.empty(len(candles), dtype=_ROW)
    rows["fields"] = 1 + len(_NUMBERS)
    rows["opened_at_length"] = 8
    rows["opened_at"] = (candles["opened_at"] - _MILLISECONDS_TO_2000) * 1000
    for name in _NUMBERS:
        rows[f"{name}_length"] = 8
        rows[name] = candles[name]
    return _HEADER + rows.tobytes() + _TRAILER


def from_copy(data: bytes) -> Candles:
    """The candles out of COPY (SELECT opened_at, open, high, low, close, volume …) TO STDOUT (FORMAT BINARY)."""
    rows = np.frombuffer(data[len(_HEADER) : -len(_TRAILER)], dtype=_ROW)
    candles = np.empty(len(rows), dtype=CANDLE)
    for name in _NUMBERS:
        candles[name] = rows[name]
    candles["opened_at"] = rows["opened_at"] // 1000 + _MILLISECONDS_TO_2000
    return candles
