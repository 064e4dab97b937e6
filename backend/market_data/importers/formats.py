"""What a file is: told by whoever brought it, by its first bytes, or by its name."""

from dataclasses import dataclass
from pathlib import Path

from backend.market_data.importers.recording import RecordingError
from backend.market_data.importers.unpacking import UNREADABLE, Limits, Packing, open_unpacked

FORMATS = ("csv", "json", "feather", "parquet")
_PACKED_AS: dict[bytes, Packing] = {b"\x1f\x8b": "gz", b"PK": "zip"}
_COLUMNAR = {b"ARROW1": "feather", b"PAR1": "parquet"}
_FIRST_BYTES = 64


@dataclass(frozen=True)
class FileFormat:
    """What the content is, one of FORMATS, and how it is packed."""

    content: str
    packing: Packing = None


def format_of(path: Path, name: str, told: str | None, limits: Limits) -> FileFormat:
    """The file's format; `name` is what its owner called it. Raises RecordingError for one that cannot be unpacked."""
    with path.open("rb") as raw:
        start = raw.read(_FIRST_BYTES)
    columnar = next((content for magic, content in _COLUMNAR.items() if start.startswith(magic)), None)
    if columnar:
        return FileFormat(told or columnar)
    packing = next((packing for magic, packing in _PACKED_AS.items() if start.startswith(magic)), None)
    stem, _, ending = name.lower().rpartition(".")
    # A name that promises what the bytes are not leads to the message that says so.
    packing = packing or ("gz" if ending == "gz" else "zip" if ending == "zip" else None)
    if packing:
        ending = stem.rpartition(".")[2]
    if told or ending in FORMATS:
        return FileFormat(told or ending, packing)
    return FileFormat(_text_format(path, packing, limits), packing)


def _text_format(path: Path, packing: Packing, limits: Limits) -> str:
    try:
        with path.open("rb") as raw:
            start = open_unpacked(raw, packing, limits).read(_FIRST_BYTES)
    except UNREADABLE as error:
        raise RecordingError(f"  The file cannot be read: {error}") from None
    return "json" if start.lstrip().startswith(b"[") else "csv"
