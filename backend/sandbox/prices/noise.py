"""Noise that is the same for the same place at every time: hashed numbers between 0 and 1."""

import hashlib

import numpy as np
import numpy.typing as npt

from backend.sandbox.prices.timeframes import IntArray

FloatArray = npt.NDArray[np.float64]

_GOLDEN_RATIO = np.array([0x9E3779B97F4A7C15], dtype=np.uint64)


def noise_key(*words: object) -> int:
    """A 64-bit key out of any words, equal for equal words on every machine."""
    text = "\x1f".join(str(word) for word in words)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def uniform(key: int, places: IntArray) -> FloatArray:
    """One number in [0, 1) for each place; the shape is that of `places`."""
    seeded = _mixed(places.astype(np.uint64) * _GOLDEN_RATIO + np.array([key], dtype=np.uint64))
    return (seeded >> np.uint64(11)).astype(np.float64) * 2.0**-53


def uniform_rows(key: int, rows: IntArray, width: int) -> FloatArray:
    """`width` numbers in [0, 1) for each of the rows: shape (rows, width)."""
    seeds = _mixed(rows.astype(np.uint64) * _GOLDEN_RATIO + np.array([key], dtype=np.uint64))
    columns = np.arange(1, width + 1, dtype=np.uint64) * _GOLDEN_RATIO
    return (_mixed(seeds[:, None] + columns[None, :]) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def _mixed(numbers: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    # The finalizer of SplitMix64 (Steele, Lea, Flood 2014).
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.array([0xBF58476D1CE4E5B9], dtype=np.uint64)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.array([0x94D049BB133111EB], dtype=np.uint64)
    return numbers ^ (numbers >> np.uint64(31))
