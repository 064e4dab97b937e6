"""How much the pages of a Parquet file unpack to, told before a single one of them is unpacked.

The footer's totals are only what whoever wrote the file says; what is allocated is what each page's own header claims.
The headers are in Thrift's compact protocol: https://parquet.apache.org/docs/file-format/data-pages and
https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md.
"""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

_STOP, _I16, _I32, _I64, _BINARY, _STRUCT = 0, 4, 5, 6, 8, 12
_TRUTH_VALUES = {1, 2}
_UNPACKED_SIZE, _PACKED_SIZE = 2, 3
_DEEPEST = 4
_LONGEST_HEADER = 512
_MOST_PAGES = 10_000
_DAMAGED = "its pages are damaged"
_LONGEST_VARINT = 10


def largest_unpacked_pages(path: Path, footer: Any, columns: Collection[str]) -> int:
    """What the pages of these columns claim to unpack to, in bytes. Raises ValueError where they are damaged."""
    with pa.memory_map(str(path)) as source:
        content = memoryview(source.read_buffer()).cast("B")
        chunks = (
            footer.row_group(group).column(column)
            for group in range(footer.num_row_groups)
            for column in range(footer.num_columns)
        )
        pages = (page for chunk in chunks if chunk.path_in_schema in columns for page in _pages_of(content, chunk))
        total = 0
        for count, size in enumerate(pages):
            if count == _MOST_PAGES:
                raise ValueError("it has more pages than any recording")
            total += size
        return total


def _pages_of(content: memoryview, chunk: Any) -> Iterator[int]:
    place = chunk.data_page_offset
    if chunk.has_dictionary_page and 0 < chunk.dictionary_page_offset < place:
        place = chunk.dictionary_page_offset
    end = min(place + chunk.total_compressed_size, len(content))
    while place < end:
        header = _Header(content[place : place + _LONGEST_HEADER])
        sizes = header.integers()
        unpacked, packed = sizes.get(_UNPACKED_SIZE, -1), sizes.get(_PACKED_SIZE, -1)
        if unpacked < 0 or packed < 0:
            raise ValueError(_DAMAGED)
        yield unpacked
        place += header.place + packed


class _Header:
    """Reads one Thrift structure; `place` moves to its end. Raises ValueError where there is none."""

    def __init__(self, content: memoryview) -> None:
        self._content = content
        self.place = 0

    def integers(self) -> dict[int, int]:
        """The structure's own 32-bit numbers, by field."""
        try:
            return self._structure(0)
        except IndexError as error:
            raise ValueError(_DAMAGED) from error

    def _structure(self, depth: int) -> dict[int, int]:
        found: dict[int, int] = {}
        field = 0
        while True:
            start = self._byte()
            kind = start & 15
            if kind == _STOP:
                return found
            field = field + (start >> 4) if start >> 4 else self._number()
            if kind == _I32:
                found[field] = self._number()
            else:
                self._skip(kind, depth)

    def _skip(self, kind: int, depth: int) -> None:
        if kind in {_I16, _I64}:
            self._number()
        elif kind == _BINARY:
            length = self._varint()
            self.place += length
        elif kind == _STRUCT and depth < _DEEPEST:
            self._structure(depth + 1)
        elif kind not in _TRUTH_VALUES:
            # A page's header holds nothing else.
            raise ValueError(_DAMAGED)

    def _number(self) -> int:
        value = self._varint()
        return value >> 1 ^ -(value & 1)

    def _varint(self) -> int:
        value = 0
        for index in range(_LONGEST_VARINT):
            byte = self._byte()
            value |= (byte & 127) << 7 * index
            if byte < 128:
                return value
        raise ValueError(_DAMAGED)

    def _byte(self) -> int:
        byte = self._content[self.place]
        self.place += 1
        return byte
