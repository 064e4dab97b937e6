"""Opens files that may be packed, and stops those that unpack to more than any recording would."""

import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Literal

from backend.market_data.importers.recording import RecordingError

_MEBIBYTE = 1024**2
# Recordings pack to a fifth; flat candles of a dead market to a fiftieth.
_HIGHEST_RATIO = 200
_RATIO_COUNTS_FROM = 8 * _MEBIBYTE

Progress = Callable[[int], object]
"""Called with the number of bytes of the file that were read since the last call."""

Packing = Literal["gz", "zip"] | None
"""How a file is packed, None for not at all."""

UNREADABLE = (OSError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)
"""What packed files raise when they are damaged, encrypted or packed in a way that Python cannot undo."""


@dataclass(frozen=True)
class Limits:
    """How much a file may unpack to, in bytes."""

    unpacked: int = 2 * 1024 * _MEBIBYTE


def open_unpacked(raw: BinaryIO, packing: Packing, limits: Limits) -> BinaryIO:
    """The unpacked content of an open file. Reading raises RecordingError where it goes beyond the limits."""
    return io.BufferedReader(_Limited(_unpacked(raw, packing), raw, limits))


def _unpacked(raw: BinaryIO, packing: Packing) -> BinaryIO:
    if packing == "gz":
        return gzip.GzipFile(fileobj=raw)  # type: ignore[return-value]
    if packing == "zip":
        archive = zipfile.ZipFile(raw)
        members = archive.infolist()
        if len(members) != 1:
            raise RecordingError(f"  The archive holds {len(members)} files; it must hold exactly one.")
        return archive.open(members[0])  # type: ignore[return-value]
    return raw


class _Limited(io.RawIOBase):
    def __init__(self, source: BinaryIO, packed: BinaryIO, limits: Limits) -> None:
        self._source = source
        self._packed = packed
        self._limit = limits.unpacked
        self._total = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        data = self._source.read(len(buffer))
        self._total += len(data)
        if self._total > self._limit:
            raise RecordingError(f"  The file unpacks to more than {self._limit // _MEBIBYTE} MiB; split it.")
        if self._total > _RATIO_COUNTS_FROM and self._total > _HIGHEST_RATIO * max(self._packed.tell(), 1):
            raise RecordingError("  The file unpacks to hundreds of times its size; no recording does.")
        buffer[: len(data)] = data
        return len(data)
