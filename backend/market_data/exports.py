"""Candles as files that spreadsheets, notebooks and this platform's own import read, made piece by piece."""

import io
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from backend.market_data.archive import MarketFrame
from backend.market_data.numbers import number_text
from backend.market_data.parquet_tables import parquet_writer, to_table
from backend.market_data.uploads import spoken_exchange
from backend.trading.candles import Candles

MEDIA_TYPES = {"csv": "text/csv", "csv.gz": "application/gzip", "parquet": "application/vnd.apache.parquet"}
"""The kinds of files, each the ending of the file's name too, and what a browser calls them."""

_HEADER = b"timestamp,open,high,low,close,volume\n"
_GZIP_FORMAT = 31


def export_name(frame: MarketFrame, first: int, last: int, form: str) -> str:
    """A name that tells what is in the file; `first` and `last` are moments (ms), `form` is one of MEDIA_TYPES."""
    market = frame.symbol.replace("/", "-").replace(":", "-")
    days = "_".join(datetime.fromtimestamp(moment / 1000, UTC).strftime("%Y-%m-%d") for moment in (first, last))
    exchange = spoken_exchange(frame.exchange)
    return f"{exchange}_{market}_{frame.timeframe}_{days}.{form}"


def write_export(target: Path, parts: Iterable[Candles], form: str) -> int:
    """Write the candles of `parts` into a file, which appears when it is whole; returns how many there were."""
    count = 0

    def counted() -> Iterator[Candles]:
        nonlocal count
        for part in parts:
            count += len(part)
            yield part

    partial = target.with_name(f".{target.name}.{uuid4().hex}.part")
    try:
        with partial.open("wb") as file:
            for piece in export_bytes(counted(), form):
                file.write(piece)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return count


def export_bytes(parts: Iterable[Candles], form: str) -> Iterator[bytes]:
    """The file's content: whole milliseconds UTC, then plain decimals that read back as the same numbers."""
    if form == "parquet":
        return _parquet(parts)
    return _packed(_csv(parts)) if form == "csv.gz" else _csv(parts)


def _csv(parts: Iterable[Candles]) -> Iterator[bytes]:
    yield _HEADER
    for part in parts:
        rows = (f"{opened_at},{','.join(map(_text, numbers))}\n" for opened_at, *numbers in part.tolist())
        yield "".join(rows).encode()


def _text(number: float) -> str:
    text = repr(number)
    return number_text(number) if "e" in text else text.removesuffix(".0")


def _packed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(6, wbits=_GZIP_FORMAT)
    for piece in pieces:
        yield packer.compress(piece)
    yield packer.flush()


def _parquet(parts: Iterable[Candles]) -> Iterator[bytes]:
    target = io.BytesIO()
    with parquet_writer(target) as writer:
        for part in parts:
            writer.write_table(to_table(part))
            yield _taken(target)
    yield _taken(target)


def _taken(target: io.BytesIO) -> bytes:
    # pyarrow counts what it wrote itself, so the buffer may start again.
    content = target.getvalue()
    target.seek(0)
    target.truncate()
    return content
