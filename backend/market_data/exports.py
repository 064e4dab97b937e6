"""Candles as files that spreadsheets, notebooks and this platform's own import read, made piece by piece."""

import io
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from backend.market_data.archive import MarketFrame, parquet_writer, to_table
from backend.market_data.numbers import number_text
from backend.trading.candles import Candles

_MEDIA_TYPES = {"csv": "text/csv", "csv.gz": "application/gzip", "parquet": "application/vnd.apache.parquet"}
EXPORT_FORMATS = tuple(_MEDIA_TYPES)
"""The kinds of files, each the ending of the file's name too."""

_HEADER = b"timestamp,open,high,low,close,volume\n"
_GZIP_FORMAT = 31


@dataclass(frozen=True)
class ExportFile:
    """A file in the making."""

    name: str
    media_type: str
    content: Iterator[bytes]


def export_file(frame: MarketFrame, parts: Iterable[Candles], first: int, last: int, form: str) -> ExportFile:
    """The candles of `parts`, in order, as one of EXPORT_FORMATS; `first` and `last` (ms) are told in its name."""
    market = frame.symbol.replace("/", "-").replace(":", "-")
    days = "_".join(datetime.fromtimestamp(moment / 1000, UTC).strftime("%Y-%m-%d") for moment in (first, last))
    name = f"{frame.exchange}_{market}_{frame.timeframe}_{days}.{form}"
    return ExportFile(name, _MEDIA_TYPES[form], export_bytes(parts, form))


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
