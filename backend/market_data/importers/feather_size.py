"""How much a feather file unpacks to, told before a single buffer of it is unpacked.

Arrow believes the size that each packed buffer claims for itself, so a file of a megabyte could ask for a terabyte. The
claims are read here from the messages' metadata, which is a flatbuffer: https://arrow.apache.org/docs/format/Columnar.html
and https://flatbuffers.dev/internals.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

_MAGIC = b"ARROW1\0\0"
_END = b"ARROW1"
_DICTIONARY, _RECORD_BATCH = 2, 3
_HEADER_TYPE, _HEADER = 1, 2
_BUFFERS, _COMPRESSION = 2, 3


def largest_unpacked_size(path: Path) -> int:
    """What the file's buffers claim to unpack to, in bytes. Raises ValueError for a file that is no such file."""
    with pa.memory_map(str(path)) as source:
        skip_magic(source)
        # Read as a stream, a file that was cut between two batches would pass for a shorter one.
        if source.read_at(len(_END), source.size() - len(_END)) != _END:
            raise ValueError("its end is missing")
        total = 0
        while True:
            try:
                message = pa.ipc.read_message(source)
            except EOFError:
                return total
            try:
                total += sum(_claims(message))
            except (struct.error, IndexError) as error:
                raise ValueError("its metadata is damaged") from error


def skip_magic(source: Any) -> None:
    """Go to the first message of an open feather file. Raises ValueError for a file that is none."""
    if source.read(len(_MAGIC)) != _MAGIC:
        raise ValueError("it is not a feather file of version 2")


def _claims(message: Any) -> Iterator[int]:
    metadata, body = memoryview(message.metadata), message.body
    root = _at("<I", metadata, 0)
    kind = _field(metadata, root, _HEADER_TYPE)
    if body is None or kind is None or metadata[kind] not in {_DICTIONARY, _RECORD_BATCH}:
        return
    batch = _table(metadata, root, _HEADER)
    if metadata[kind] == _DICTIONARY:
        batch = _table(metadata, batch, 1)
    if _field(metadata, batch, _COMPRESSION) is None:
        yield len(body)
        return
    buffers = _table(metadata, batch, _BUFFERS)
    content = memoryview(body)
    for index in range(_at("<I", metadata, buffers)):
        offset, length = struct.unpack_from("<qq", metadata, buffers + 4 + 16 * index)
        if length >= 8:
            claimed = _at("<q", content, offset)
            # -1 says that this buffer is not packed.
            yield length if claimed < 0 else claimed


def _table(metadata: memoryview, table: int, field: int) -> int:
    place = _field(metadata, table, field)
    if place is None:
        raise IndexError(field)
    return place + _at("<I", metadata, place)


def _field(metadata: memoryview, table: int, field: int) -> int | None:
    """Where a table's field lies, or None when it is left out."""
    directory = table - _at("<i", metadata, table)
    entry = 4 + 2 * field
    if entry >= _at("<H", metadata, directory):
        return None
    offset = _at("<H", metadata, directory + entry)
    return table + offset if offset else None


def _at(form: str, data: memoryview, offset: int) -> int:
    if offset < 0:
        raise IndexError(offset)
    value: int = struct.unpack_from(form, data, offset)[0]
    return value
