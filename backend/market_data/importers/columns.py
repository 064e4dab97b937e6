"""Which column of a table is what: told by the user, by the header, or by the usual order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from backend.market_data.importers.recording import RecordingError

FIELDS = ("time", "open", "high", "low", "close", "volume")
TIME_FORMATS = ("auto", "s", "ms", "us", "iso")
_USUAL_NAMES = {
    "time": ("timestamp", "open_time", "opened_at", "time", "date", "datetime", "unix"),
    "open": ("open", "o"),
    "high": ("high", "h"),
    "low": ("low", "l"),
    "close": ("close", "c"),
    "volume": ("volume", "v", "vol", "volume_base"),
}
_TELL_COLUMNS = (
    "  The columns must be told as time=…,open=…,high=…,low=…,close=…,volume=… with each a name in the"
    " header or a position from 1; only volume may be missing."
)
_PER_UNIT = {"s": 1000.0, "ms": 1.0, "us": 0.001}


@dataclass(frozen=True)
class ColumnMapping:
    """Where time, open, high, low, close and volume are: a header's names, or positions counted from 1.

    `volume` may be missing. `time_format`: seconds, milliseconds or microseconds since 1970, ISO 8601 (UTC where it
    names no zone), or `auto`, which tells them apart by their size. `delimiter`: one character.
    """

    columns: tuple[tuple[str, str], ...] = ()
    time_format: str = "auto"
    delimiter: str = ","

    @classmethod
    def parse(cls, text: str, time_format: str = "auto", delimiter: str = ",") -> "ColumnMapping":
        """From words such as `time=Date,open=Open,high=High,low=Low,close=Close` or `time=1,open=2,…`.

        Empty text leaves the columns to the header, or to the usual order. Raises RecordingError.
        """
        pairs = [part.partition("=") for part in text.split(",") if part.strip()]
        columns = {name.strip().lower(): value.strip() for name, _, value in pairs}
        if len(columns) < len(pairs):
            raise RecordingError(_TELL_COLUMNS, "columns")
        return cls.of(columns, time_format, delimiter)

    @classmethod
    def of(cls, columns: Mapping[str, str], time_format: str = "auto", delimiter: str = ",") -> "ColumnMapping":
        """From each field's column; none at all leaves them to the header. Raises RecordingError."""
        delimiter = {"tab": "\t", "\\t": "\t"}.get(delimiter, delimiter)
        if len(delimiter) != 1 or delimiter in '\r\n"':
            raise RecordingError("  The delimiter must be one character, such as , or ; or the word tab.", "delimiter")
        if time_format not in TIME_FORMATS:
            known = ", ".join(TIME_FORMATS)
            raise RecordingError(f"  There is no time format {time_format}. Choose one of: {known}.", "time_format")
        told = {name for name, value in columns.items() if value}
        if columns and (columns.keys() - set(FIELDS) or set(FIELDS[:-1]) - told):
            raise RecordingError(_TELL_COLUMNS, "columns")
        return cls(tuple((name, value) for name, value in columns.items() if value), time_format, delimiter)

    def places(self, first_row: list[str]) -> tuple[dict[str, int], bool]:
        """Each field's place from 0, and whether the table's first row is a header. Raises RecordingError."""
        header = [cell.strip().lower() for cell in first_row]
        if not self.columns:
            return _usual_places(header)
        columns = dict(self.columns)
        if all(value.isdecimal() for value in columns.values()):
            places = {field: int(value) - 1 for field, value in columns.items()}
            if min(places.values()) < 0:
                raise RecordingError("  Positions of columns are counted from 1.", "columns")
            return places, len(header) > places["open"] and not _looks_like_number(header, places["open"])
        absent = [value for value in columns.values() if value.lower() not in header]
        if absent:
            raise RecordingError(
                f"  The header has no column {', '.join(absent)}; it has: {', '.join(first_row)[:200]}.", "columns"
            )
        return {field: header.index(value.lower()) for field, value in columns.items()}, True


def _usual_places(header: list[str]) -> tuple[dict[str, int], bool]:
    usual = {field: place for place, field in enumerate(FIELDS)}
    if not header or _looks_like_number(header, 1):
        return usual, False
    found = {
        field: header.index(name) for field, names in _USUAL_NAMES.items() for name in names[::-1] if name in header
    }
    if found.keys() >= set(FIELDS[:-1]):
        return found, True
    if header[0] in _USUAL_NAMES["time"]:
        return usual, True
    if len(header) >= len(FIELDS) - 1 and not any(_looks_like_number(header, place) for place in range(len(header))):
        raise RecordingError(f"  The header is not understood: {', '.join(header)[:200]}.\n{_TELL_COLUMNS}", "columns")
    return usual, False


def _looks_like_number(cells: list[str], place: int) -> bool:
    try:
        float(cells[place])
    except (ValueError, IndexError):
        return False
    return True


def to_milliseconds(cell: str, time_format: str) -> int:
    """A cell's moment. Raises ValueError for one that is none, or no time of any candle."""
    if time_format == "iso":
        return _plausible(_from_iso(cell))
    try:
        number = int(cell)
    except ValueError:
        if time_format == "auto" and not _looks_like_number([cell], 0):
            return _plausible(_from_iso(cell))
        exact = float(cell)
        number = int(exact)
        if number != exact:
            raise ValueError(cell) from None
    if time_format != "auto":
        return _plausible(int(number * _PER_UNIT[time_format]) if time_format != "us" else number // 1000)
    # Binance's dumps count microseconds from 2025 on.
    if number > 10**14:
        return _plausible(number // 1000)
    return _plausible(number * 1000 if 10**9 <= number < 10**11 else number)


def _from_iso(cell: str) -> int:
    moment = datetime.fromisoformat(cell.strip())
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def _plausible(milliseconds: int) -> int:
    if not 10**11 < milliseconds < 10**13:
        raise ValueError(milliseconds)
    return milliseconds
