"""Arrays of results as bytes in the database, and back: numpy's own format, compressed."""

import io
import zlib

import numpy as np
from numpy.typing import NDArray

CURVE = np.dtype(
    [
        ("at", np.int64),
        ("equity", np.float64),
        ("benchmark", np.float64),
        ("drawdown", np.float64),
    ]
)
"""A point of a drawn curve. `at`: a close in ms; `drawdown`: the deepest of its span, a fraction below the peak."""


def pack(array: NDArray[np.void]) -> bytes:
    """The array as bytes, the same bytes for the same content."""
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return zlib.compress(buffer.getvalue(), 6)


def unpack(content: bytes) -> NDArray[np.void]:
    """What `pack` was given."""
    array: NDArray[np.void] = np.load(io.BytesIO(zlib.decompress(content)), allow_pickle=False)
    return array
