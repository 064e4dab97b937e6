"""Reads a recording of any format."""

from dataclasses import dataclass, field
from pathlib import Path

from backend.market_data.importers.columnar import read_columnar
from backend.market_data.importers.columns import ColumnMapping
from backend.market_data.importers.csv_table import read_csv
from backend.market_data.importers.formats import format_of
from backend.market_data.importers.json_list import read_json
from backend.market_data.importers.naming import identify
from backend.market_data.importers.recording import Recording, RecordingError, RowsRefused, Table, make_recording
from backend.market_data.importers.unpacking import Limits, Progress


@dataclass(frozen=True)
class ReadingOptions:
    """How a file is read.

    `content_format`: one of FORMATS, or None to find out. `name`: what its owner called it, where its path does not
    say. `skip_broken`: leave out the rows that are no candles instead of refusing the file.
    """

    mapping: ColumnMapping = field(default_factory=ColumnMapping)
    content_format: str | None = None
    name: str | None = None
    skip_broken: bool = False
    limits: Limits = field(default_factory=Limits)


_USUAL = ReadingOptions()


def read_recording(
    path: Path,
    exchange: str | None = None,
    symbol: str | None = None,
    timeframe: str | None = None,
    progress: Progress = lambda _bytes: None,
    options: ReadingOptions = _USUAL,
) -> Recording:
    """Read a whole file. Raises RecordingError when its name does not tell what it is, or any row is broken."""
    named = path if options.name is None else path.with_name(options.name)
    exchange, symbol, timeframe = identify(named, exchange, symbol, timeframe)
    table = _read_table(path, named.name, options, progress)
    if table.refused.count and not options.skip_broken:
        raise RowsRefused(table.refused)
    return make_recording(exchange, symbol, timeframe, table)


def _read_table(path: Path, name: str, options: ReadingOptions, progress: Progress) -> Table:
    form = format_of(path, name, options.content_format, options.limits)
    if form.content in {"feather", "parquet"}:
        if form.packing:
            raise RecordingError(f"  {form.content.capitalize()} files are packed already; bring them as they are.")
        return read_columnar(path, form.content, options.limits, progress)
    if form.content == "json":
        return read_json(path, form.packing, options.limits, progress)
    return read_csv(path, form.packing, options.mapping, options.limits, progress)
